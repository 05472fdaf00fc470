package rules

// ID names a rule. IDs are never reused.
type ID string

// The rules, in the order in which `clusterize explain` lists them.
const (
	SingleKey       ID = "single-key"
	SameSlot        ID = "same-slot"
	CrossSlot       ID = "crossslot"
	PipelineOrder   ID = "pipeline-order"
	Transaction     ID = "transaction-slots"
	Watch           ID = "watch-slots"
	ScriptKeys      ID = "script-undeclared-keys"
	ScriptCache     ID = "script-cache"
	NodeScope       ID = "one-node"
	FansOut         ID = "asks-all-nodes"
	AnyNode         ID = "any-node"
	PublishCount    ID = "publish-count"
	WaitReplicas    ID = "wait-replicas"
	Connection      ID = "connection-bound"
	Refused         ID = "refused-by-cluster"
	SortPattern     ID = "sort-pattern"
	Keyspace        ID = "keyspace-events"
	ShardedChannels ID = "sharded-channels"
	Migrate         ID = "migrate"
	RawCommand      ID = "unknown-command"
	UnknownKeys     ID = "unknown-keys"
	PipelineLost    ID = "pipeline-escapes"
	NodeClient      ID = "node-client"
	ClientSwitch    ID = "client-switch"
	ClientOptions   ID = "client-options"
	Redirects       ID = "redirects"
	SharedFamily    ID = "family-not-renamed"
	KeyText         ID = "key-text"
)

package rediscmd

import "slices"

// unrecorded lists the methods of go-redis clients that stand in no table, with the reason.
var unrecorded = []struct {
	reason  string
	methods []string
}{
	{"the command is given as arguments or as a Cmder", []string{
		"Do", "DoRaw", "DoRawWriteTo", "Process", "BatchProcess"}},
	{"opens or ends a pipeline or transaction; its commands are calls of their own", []string{
		"AutoPipeline", "AutoPipelineWithOptions", "AsyncAutoPipeline", "AsyncAutoPipelineWithOptions",
		"Cmds", "Discard", "Exec", "Len", "Pipeline", "Pipelined", "TxPipeline", "TxPipelined"}},
	{"WATCH keys... on a connection of its own; every key of the variadic is a key", []string{
		"Unwatch", "Watch"}},
	{"subscribes; channels are not keys", []string{
		"PSubscribe", "SSubscribe", "Subscribe"}},
	{"builds a search request, which names an index and no key", []string{
		"NewAggregateBuilder", "NewAliasBuilder", "NewCreateIndexBuilder", "NewCursorBuilder",
		"NewDictBuilder", "NewDropIndexBuilder", "NewExplainBuilder", "NewSearchBuilder",
		"NewSearchInfoBuilder", "NewSpellCheckBuilder", "NewSynUpdateBuilder", "NewTagValsBuilder"}},
	{"not implemented: panics, or returns an error, without sending anything", []string{
		"FTExplainCli", "JSONDebugMemory", "Quit", "Sync"}},
	{"a method of Script: EVALSHA, then EVAL if need be; keys are each of parameter 1, the client is parameter 0", []string{
		"Run", "RunRO"}},
	{"a method of Script: SCRIPT LOAD, SCRIPT EXISTS, or nothing; no keys", []string{
		"Hash", "Load"}},
	{"takes a key to find the node it is on; sends nothing", []string{
		"GetShardClientForKey", "MasterForKey", "SlaveForKey"}},
	{"calls a function with the client of each node", []string{
		"ForEachMaster", "ForEachShard", "ForEachSlave", "OnNewNode"}},
	{"about the client itself; sends nothing", []string{
		"AddHook", "CSCRefreshStats", "CSCStats", "Close", "Conn", "Context", "EphemeralConn",
		"GetMaintNotificationsManager", "GetPushNotificationHandler", "NodeAddress", "Options", "PoolStats",
		"GetResolver", "GetShardClients", "NewDynamicResolver", "RegisterPushNotificationHandler", "ReloadState",
		"SetAddrs", "SetCommandInfoResolver", "String", "WithContext", "WithTimeout"}},
}

// Unrecorded tells why a method of go-redis stands in no table: it has no fixed command, or
// sends none. It returns false for methods that LookupMethod knows, and for names that are no method.
func Unrecorded(method string) (reason string, ok bool) {
	for _, u := range unrecorded {
		if slices.Contains(u.methods, method) {
			return u.reason, true
		}
	}
	return "", false
}

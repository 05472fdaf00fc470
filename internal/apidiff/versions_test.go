package apidiff_test

const (
	always  = "Conn String WithTimeout"
	search  = " NewSearchBuilder NewAggregateBuilder NewCreateIndexBuilder NewDropIndexBuilder NewAliasBuilder NewExplainBuilder NewSearchInfoBuilder NewSpellCheckBuilder NewDictBuilder NewTagValsBuilder NewCursorBuilder NewSynUpdateBuilder"
	push    = " GetMaintNotificationsManager GetPushNotificationHandler RegisterPushNotificationHandler"
	late    = " EphemeralConn NodeAddress CSCStats CSCRefreshStats HotKeysStart HotKeysStop HotKeysGet HotKeysReset"
	nodes   = "ForEachMaster ForEachShard ForEachSlave MasterForKey SlaveForKey ReloadState"
	oneNode = " Options Sync Wait"

	plain    = "Addr DB Limiter Network"
	cached   = " NodeAddress ClientSideCache ClientSideCacheConfig ClientSideCacheCoalesceMisses ClientSideCacheInvalidationBatchWindow ClientSideCacheRefreshOnInvalidate ClientSideCacheStrategy"
	clusters = "Addrs ClusterSlots MaxRedirects NewClient ReadOnly RouteByLatency RouteRandomly"
)

// versions are the differences of each version. The methods and counts of v8.11.5, v9.7.3 and v9.23.0, and what is said
// of options there, were measured by other means before; the other rows are as this package computes them.
var versions = []struct {
	version                                       string
	client, cluster, universal, shared            int // methods; fields that Options and ClusterOptions share
	onlyClient, onlyCluster, differ, notUniversal string
	options, clusterOptions, notUniversalOptions  string
	isClusterMode, parseClusterURL                bool
}{
	{version: "v8.11.5", client: 306, cluster: 309, universal: 296, shared: 18,
		onlyClient: always, onlyCluster: nodes, differ: "Options WithContext",
		notUniversal: always + oneNode + " ClientUnblock ClientUnblockWithError SlowLogGet WithContext",
		options:      plain, clusterOptions: clusters, notUniversalOptions: "Addr Limiter Network"},
	{version: "v9.0.5", client: 344, cluster: 348, universal: 338, shared: 21,
		onlyClient: always, onlyCluster: nodes + " OnNewNode", differ: "Options", notUniversal: always + oneNode,
		options: plain + " CredentialsProvider", clusterOptions: clusters, notUniversalOptions: "Addr CredentialsProvider Limiter Network",
		parseClusterURL: true},
	{version: "v9.7.3", client: 523, cluster: 527, universal: 513, shared: 28,
		onlyClient: always, onlyCluster: nodes + " OnNewNode", differ: "Options",
		notUniversal: always + oneNode + " FTExplainCli InfoMap Monitor WaitAOF",
		options:      plain, clusterOptions: clusters, notUniversalOptions: "Addr CredentialsProvider CredentialsProviderContext Limiter Network",
		parseClusterURL: true},
	{version: "v9.14.0", client: 566, cluster: 558, universal: 544, shared: 32,
		onlyClient: always + search, onlyCluster: nodes + " OnNewNode", differ: "Options",
		notUniversal: always + search + oneNode + " FTExplainCli InfoMap Monitor WaitAOF",
		options:      plain, clusterOptions: clusters, notUniversalOptions: "Addr Limiter Network",
		isClusterMode: true, parseClusterURL: true},
	{version: "v9.17.3", client: 591, cluster: 580, universal: 566, shared: 37,
		onlyClient: always + search + push, onlyCluster: nodes + " OnNewNode", differ: "Options",
		notUniversal: always + search + push + oneNode + " FTExplainCli InfoMap Monitor WaitAOF",
		options:      plain + " MaxConcurrentDials", clusterOptions: clusters,
		notUniversalOptions: "Addr DialerRetries DialerRetryTimeout Limiter MaxConcurrentDials Network PushNotificationProcessor",
		isClusterMode:       true, parseClusterURL: true},
	{version: "v9.23.0", client: 664, cluster: 648, universal: 630, shared: 43,
		onlyClient: always + search + push + late, onlyCluster: nodes + " OnNewNode GetResolver NewDynamicResolver SetCommandInfoResolver", differ: "Options",
		notUniversal:        always + search + push + late + oneNode + " DoRaw DoRawWriteTo FTExplainCli Monitor WaitAOF",
		options:             plain + cached,
		clusterOptions:      clusters + " DisableRoutingPolicies ShardPicker ClusterStateReloadInterval RouteByLatencyTolerance",
		notUniversalOptions: "Addr DialerRetryBackoff Limiter Network NodeAddress",
		isClusterMode:       true, parseClusterURL: true},
}

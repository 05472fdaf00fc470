package rules

// connRules are about connections, databases, and commands that a cluster refuses.
var connRules = []Rule{
	{
		ID:    Connection,
		Title: "a command that is bound to one connection",
		Text: `
The cluster client has connections to every node, so it can't hand out the one: it has no method Conn, nor WithTimeout (go-redis v8.11.5, v9.7.3, v9.23.0).

    rdb.Conn undefined (type *redis.ClusterClient has no field or method Conn)

What is sent to set up a connection (CLIENT SETNAME, CLIENT TRACKING, READONLY, AUTH, HELLO) reaches one connection to one node. A Conn of a node, and the Tx of Watch, do not follow redirections: a key of another node gives

    MOVED 8579 127.0.0.1:7102

What to do: for the connection of a key use MasterForKey and then Conn, as here, and only for keys of one hash tag. What every connection needs belongs into the options of the client: ClientName, Username, or OnConnect.`,
		Before: `
conn := rdb.Conn()
defer conn.Close()
if err := conn.ClientSetName(ctx, "worker").Err(); err != nil {
	return err
}
return conn.Set(ctx, "job:"+id, "running", 0).Err()`,
		After: `
node, err := rdb.MasterForKey(ctx, "job:"+id)
if err != nil {
	return err
}
conn := node.Conn()
defer conn.Close()
if err := conn.ClientSetName(ctx, "worker").Err(); err != nil {
	return err
}
return conn.Set(ctx, "job:"+id, "running", 0).Err()`,
		Since: first,
	},
	{
		ID:    Refused,
		Title: "a cluster refuses the command",
		Text: `
A cluster has one database, number 0. The server refuses what is about another one, whatever the version of go-redis (measured with v8.11.5, v9.7.3 and v9.23.0):

    ERR SELECT is not allowed in cluster mode
    ERR MOVE is not allowed in cluster mode
    ERR SWAPDB is not allowed in cluster mode
    ERR Copying to another database is not allowed in cluster mode

SELECT 0 works, and so does a client with DB 0.

What to do: give what was in another database a prefix of its own, as here, or a cluster of its own. Look for names that both databases use: after the move they would be one key.

Measured on Redis 7.0.15.`,
		Before: `
return rdb.Move(ctx, "report:"+id, 1).Err()`,
		After: `
return rdb.Rename(ctx, "report:"+id, "archive:{report:"+id+"}").Err()`,
		Since: first,
	},
	{
		ID:    SortPattern,
		Title: "SORT must not read keys by a pattern",
		Text: `
BY and GET with a pattern name keys that the server can't place, so Redis 7.0 refuses them, also where the pattern has the tag of the sorted key:

    ERR BY option of SORT denied in Cluster mode.
    ERR GET option of SORT denied in Cluster mode.

SORT without them works. With STORE, both keys must share a slot:

    CROSSSLOT Keys in request don't hash to the same slot

What to do: read the members, read their weights or values in a pipeline, and sort in the program, as here; or keep the weights as scores of a sorted set.`,
		Before: `
ids, err := rdb.Sort(ctx, "open", &redis.Sort{By: "weight:*"}).Result()
fmt.Println(ids)
return err`,
		After: `
ids, err := rdb.SMembers(ctx, "open").Result()
if err != nil {
	return err
}
weights := map[string]*redis.StringCmd{}
_, err = rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
	for _, m := range ids {
		weights[m] = p.Get(ctx, "weight:"+m)
	}
	return nil
})
if err != nil && err != redis.Nil {
	return err
}
slices.SortFunc(ids, func(a, b string) int {
	x, _ := weights[a].Float64() // 0 without a weight, as SORT has it
	y, _ := weights[b].Float64()
	return cmp.Compare(x, y)
})
fmt.Println(ids)
return nil`,
		Since: first,
	},
	{
		ID:    Keyspace,
		Title: "keyspace notifications come from one node",
		Text: `
Notifications (__keyspace@0__:*, __keyevent@0__:*) are sent by the node that holds the key, and the cluster bus does not carry them. A subscription of the cluster client is one connection to one node. There is NO ERROR: with three primaries, 10 of 30 events arrived, in go-redis v8 to v9.23.0.

clusterize turns such a Subscribe or PSubscribe into one of the helper package, which subscribes on every primary, also on those that join later, and has the methods Receive, ReceiveMessage, Channel and Close.

What to do beside it: set notify-keyspace-events on each primary, in its configuration. The channels and messages hold key names: those that get a tag change. A cluster has database 0 only: channels of others (__keyevent@5__) are silent.

What to do with a subscription that clusterize leaves alone: subscribe on each primary, with the client that ForEachMaster hands out, and again when primaries come or go.`,
		Before: `
sub := rdb.PSubscribe(ctx, "__keyevent@0__:expired")
defer sub.Close()
for event := range sub.Channel() {
	fmt.Println(event.Payload)
}
return nil`,
		After: `
sub := rediscluster.PSubscribe(ctx, rdb, "__keyevent@0__:expired")
defer sub.Close()
for event := range sub.Channel() {
	fmt.Println(event.Payload)
}
return nil`,
		Since:   first,
		Fixable: true,
	},
	{
		ID:    ShardedChannels,
		Title: "sharded channels have a slot each, and are not the plain ones",
		Text: `
A sharded subscription is one connection to the node of its channels. SSubscribe of channels in two slots returns nil, and so does the method SSubscribe of a subscription for a channel of another node; Receive returns the errors:

    CROSSSLOT Keys in request don't hash to the same slot
    MOVED 8579 127.0.0.1:7102

SPUBLISH reaches those who used SSUBSCRIBE, and PUBLISH those who used SUBSCRIBE or PSUBSCRIBE: a plain and a sharded channel of one name are two, on a standalone server as well. There is NO ERROR.

Channels that share a value, such as an id, get it as their hash tag, like keys (crossslot). This rule is about the others.

What to do: one subscription for each slot, or one hash tag for the channels that belong together, as here, wherever they are published to.

Measured with go-redis v9.7.3 and v9.23.0.`,
		Before: `
sub := rdb.SSubscribe(ctx, "orders", "stock")
defer sub.Close()
_, err := sub.Receive(ctx)
return err`,
		After: `
sub := rdb.SSubscribe(ctx, "{shop}:orders", "{shop}:stock")
defer sub.Close()
_, err := sub.Receive(ctx)
return err`,
		Since: first,
	},
	{
		ID:    Migrate,
		Title: "MIGRATE takes a key to a server that the cluster does not know of",
		Text: `
MIGRATE works on a cluster as on one server: the node of the key sends it to the server that is named, and deletes it. The cluster's map of slots stays as it is: whoever asks the cluster for the key next finds nothing. There is NO ERROR. On one server the program knew where else to look; in a cluster the key's node is chosen by the map alone.

To another node of the cluster the key does not go, since that one does not have its slot:

    ERR Target instance replied with error: MOVED 8579 127.0.0.1:7102

What to do: let the cluster move slots itself (redis-cli --cluster reshard). For a copy elsewhere use DUMP and RESTORE, or Do with MIGRATE and COPY. A key that is meant to leave the cluster, for an archive, may do so, as here.

Measured on Redis 7.0.15.`,
		Before: `
return rdb.Migrate(ctx, host, port, "report:"+id, 0, time.Second).Err()`,
		Since: first,
	},
}

package rules

// connRules are about connections, databases, and commands that a cluster refuses.
var connRules = []Rule{
	{
		ID:    Connection,
		Title: "a command that is bound to one connection",
		Text: `
A Conn, the Tx of Watch, and what is sent to one connection (CLIENT SETNAME, CLIENT TRACKING, READONLY, AUTH, HELLO, MONITOR) belong to one node. Keys of other nodes give an error that is not followed:

    MOVED 8579 127.0.0.1:7102

The cluster client has no method Conn or WithTimeout (go-redis v8.11.5, v9.7.3, v9.23.0). Sharded subscriptions are bound as well: SSubscribe to channels of two slots returns nil, and the error comes from Receive.

What to do: for the connection of a key use MasterForKey and then Conn; what every connection needs belongs into OnConnect of the options.`,
		Before: `
conn := rdb.Conn()
defer conn.Close()
return conn.ClientSetName(ctx, "worker").Err()`,
		Since: first,
	},
	{
		ID:    Refused,
		Title: "a cluster refuses the command",
		Text: `
A cluster has one database, number 0, and keys can't move to another one. The server refuses these commands, whatever the version of go-redis (measured with v8.11.5, v9.7.3 and v9.23.0):

    ERR SELECT is not allowed in cluster mode
    ERR MOVE is not allowed in cluster mode
    ERR SWAPDB is not allowed in cluster mode
    ERR Copying to another database is not allowed in cluster mode

SELECT 0 works, and so does a client with DB 0.

What to do: give what was in another database a prefix of its own, or a cluster of its own. Look for names that both databases use: after the move they would be one key.

Measured on Redis 7.0.15.`,
		Before: `
return rdb.Move(ctx, "report:"+id, 1).Err()`,
		Since: first,
	},
	{
		ID:    SortPattern,
		Title: "SORT must not read keys by a pattern",
		Text: `
BY and GET with a pattern name keys that the server can't place, so Redis 7.0 refuses them, also where the pattern has the tag of the sorted key:

    ERR BY option of SORT denied in Cluster mode.
    ERR GET option of SORT denied in Cluster mode.

SORT without them works; with STORE, both keys must share a slot.

What to do: read the members, read their weights or values in a pipeline, and sort in the program; or keep the weights as scores of a sorted set.`,
		Before: `
ids, err := rdb.Sort(ctx, "open", &redis.Sort{By: "weight:*"}).Result()
fmt.Println(ids)
return err`,
		Since: first,
	},
	{
		ID:    Keyspace,
		Title: "keyspace notifications come from one node",
		Text: `
Notifications (__keyspace@0__:*, __keyevent@0__:*) are sent by the node that holds the key, and the cluster bus does not carry them. A subscription of the cluster client is one connection to one node. There is NO ERROR: with three primaries, 10 of 30 events arrived, in go-redis v8 to v9.23.0.

clusterize turns such a Subscribe or PSubscribe into one of the helper package, which subscribes on every primary, also on those that join later, and has the methods Receive, ReceiveMessage, Channel and Close.

What to do with the rest: subscribe on each primary, with the client that ForEachMaster hands out, and set notify-keyspace-events on each. Subscribe again when primaries come or go. The channels hold key names: those that get a tag change. A cluster has database 0 only: channels of others (__keyevent@5__) are silent.`,
		Before: `
sub := rdb.PSubscribe(ctx, "__keyevent@0__:expired")
return sub.Close()`,
		After: `
each := func(ctx context.Context, node *redis.Client) error {
	sub := node.PSubscribe(ctx, "__keyevent@0__:expired")
	return sub.Close()
}
return rdb.ForEachMaster(ctx, each)`,
		Since:   first,
		Fixable: true,
	},
	{
		ID:    ShardedChannels,
		Title: "sharded channels have a slot each, and are not the plain ones",
		Text: `
SPUBLISH reaches those who used SSUBSCRIBE, and PUBLISH those who used SUBSCRIBE or PSUBSCRIBE: a plain and a sharded channel of one name are two, on a standalone server as well. There is NO ERROR.

A sharded subscription is one connection to the node of its channels. SSubscribe of channels in two slots returns nil, and so does the method SSubscribe of a subscription for a channel of another node; Receive returns the errors:

    CROSSSLOT Keys in request don't hash to the same slot
    MOVED 8579 127.0.0.1:7102

What to do: one subscription for each slot, or one hash tag for the channels that belong together.

Measured with go-redis v9.7.3 and v9.23.0.`,
		Before: `
sub := rdb.SSubscribe(ctx, "orders:"+id, "stock:"+id)
return sub.Close()`,
		After: `
sub := rdb.SSubscribe(ctx, "{"+id+"}:orders", "{"+id+"}:stock")
return sub.Close()`,
		Since: first,
	},
	{
		ID:    Migrate,
		Title: "MIGRATE takes a key to a server that the cluster does not know of",
		Text: `
MIGRATE works on a cluster: the node of the key sends it to the server that is named, and deletes it. The map of slots stays as it is, so that whoever asks for the key next finds nothing. There is NO ERROR.

What to do: let the cluster move slots itself (redis-cli --cluster reshard). For a copy elsewhere use DUMP and RESTORE, or COPY in the options, and know that a cluster as the target takes a key only at the node of its slot.`,
		Before: `
return rdb.Migrate(ctx, "archive", "6379", id, 0, time.Second).Err()`,
		Since: first,
	},
}

package rules

// nodeRules are about commands that no key sends to a node.
var nodeRules = []Rule{
	{
		ID:    NodeScope,
		Title: "a command that asks one node gives a part of the answer",
		Text: `
KEYS, SCAN, RANDOMKEY, FLUSHDB, FLUSHALL, INFO, CONFIG, CLIENT LIST, SLOWLOG, FUNCTION LOAD, PUBSUB CHANNELS and their like go to one node. There is NO ERROR. With ten keys on each of three primaries, in go-redis v8.11.5 to v9.23.0: KEYS finds 10 of 30, FLUSHDB leaves 20 of 30, an iterator over several pages of SCAN finds 8 to 15, since it takes the cursor of one node to another.

Which node it is varies: a random one (v8, v9.0), always the same (v9.5 to v9.7), the next one each time (v9.20 and later, most of them since v9.18). Do("dbsize") asks one node, though the method DBSize asks all.

FUNCTION LOAD on one node shows later, when FCALL comes to another one:

    ERR Function not found

clusterize turns calls of methods into calls of a helper package that it generates: Keys, Scan and ScanType (Iterator, and loops over a cursor that goes nowhere else), RandomKey, FlushDB, FlushAll, ConfigSet, ConfigRewrite, ConfigResetStat, FunctionLoad and its kin, ScriptKill, PubSubChannels, PubSubNumPat. The helper asks every primary, and the client itself on a standalone server; it fails rather than give a part of the answer. In a plain pipeline, DBSIZE, KEYS, SCRIPT LOAD and others that only ask are asked of every primary while the pipeline is filled, where nothing else in it writes, and nothing that is called or waited for meanwhile can change the answer; FLUSHDB and others that change something stay, since a pipeline may be dropped before it is sent.

A cursor of SCAN that is returned, stored, or sent to somebody is for a person: it does not say of which node it is.

What to do with the rest: run it on every primary with ForEachMaster (publish-count and node-client have examples). The function runs at the same time for all nodes: guard what it appends to, use the client that it is handed, and begin each SCAN with a cursor of its own. Then look at what the answer means: FLUSHDB as "delete mine", or a count of keys as "is it empty", may have meant something else.`,
		Before: `
keys, err := rdb.Keys(ctx, "session:*").Result()
fmt.Println(len(keys), "sessions")
return err`,
		After: `
keys, err := rediscluster.Keys(ctx, rdb, "session:*").Result()
fmt.Println(len(keys), "sessions")
return err`,
		Since:   first,
		Fixable: true,
	},
	{
		ID:    FansOut,
		Title: "the cluster client asks all nodes by itself",
		Text: `
Four methods of the cluster client ask every node: DBSize (all primaries, the sum), ScriptLoad, ScriptExists (true if all have it) and ScriptFlush (replicas too). No other does, in go-redis v8.11.5 to v9.23.0.

Only these methods do: the same command in a pipeline, or through Do, goes to one node.`,
		Before: `
n, err := rdb.DBSize(ctx).Result()
fmt.Println(n)
return err`,
		After: `
n, err := rdb.DBSize(ctx).Result()
fmt.Println(n)
return err`,
		Since: first,
	},
	{
		ID:    AnyNode,
		Title: "any node can answer",
		Text: `
PING, ECHO, TIME, COMMAND, and scripts without keys that touch no key do the same on every node. PUBLISH reaches all subscribers through the cluster bus, whichever node takes it.

Two things change. PING proves that one node is well, not all of them. The number that PUBLISH returns is of one node: see publish-count.`,
		Before: `
return rdb.Publish(ctx, "news", "hello").Err()`,
		After: `
return rdb.Publish(ctx, "news", "hello").Err()`,
		Since: first,
	},
	{
		ID:    PublishCount,
		Title: "the number that PUBLISH returns is of one node",
		Text: `
PUBLISH reaches every subscriber through the cluster bus, and returns how many of them are on the node that it was sent to. There is NO ERROR. Up to go-redis v9.10 that is the node of the channel's slot, where Subscribe to one channel goes as well; since v9.11 it is any node (measured: 0 with one subscriber, at v9.14.0, v9.17.3, v9.20.0 and v9.23.0). Code that takes 0 for "nobody listens" then does the wrong thing. clusterize finds counts that are read in the function that publishes, or that queues and executes the PUBLISH; a reply that is returned is not followed.

What to do: don't decide by it. PUBSUB NUMSUB on every primary, summed up as below, tells how many listen; an answer over a key or a second channel tells that somebody has acted.`,
		Before: `
n, err := rdb.Publish(ctx, "jobs", id).Result()
if n == 0 && err == nil {
	err = rdb.RPush(ctx, "missed", id).Err()
}
return err`,
		After: `
var mu sync.Mutex
n := int64(0)
each := func(ctx context.Context, node *redis.Client) error {
	listen, err := node.PubSubNumSub(ctx, "jobs").Result()
	mu.Lock()
	defer mu.Unlock()
	n += listen["jobs"]
	return err
}
if err := rdb.ForEachMaster(ctx, each); err != nil {
	return err
}
if n == 0 {
	return rdb.RPush(ctx, "missed", id).Err()
}
return rdb.Publish(ctx, "jobs", id).Err()`,
		Since: first,
	},
	{
		ID:    WaitReplicas,
		Title: "WAIT waits for the replicas of one node",
		Text: `
WAIT and WAITAOF count the replicas that have got the writes of the connection that they are sent on. A cluster client sends them to any node, over any connection, so that the number says nothing about a write to another one: it may be too small, or large enough for a write that no replica has. There is NO ERROR. A pool of connections can do that on a standalone server, too, outside of a pipeline.

What to do: take a connection to the primary of the key, write and wait on it.

Measured with go-redis v9.7.3 and v9.23.0, and one replica.`,
		Before: `
if err := rdb.Set(ctx, "paid:"+id, 1, 0).Err(); err != nil {
	return err
}
n, err := rdb.Wait(ctx, 1, 100*time.Millisecond).Result()
if err == nil && n < 1 {
	err = errors.New("no replica has it")
}
return err`,
		After: `
node, err := rdb.MasterForKey(ctx, "paid:"+id)
if err != nil {
	return err
}
conn := node.Conn()
defer conn.Close()
if err := conn.Set(ctx, "paid:"+id, 1, 0).Err(); err != nil {
	return err
}
n, err := conn.Wait(ctx, 1, 100*time.Millisecond).Result()
if err == nil && n < 1 {
	err = errors.New("no replica has it")
}
return err`,
		Since: first,
	},
}

package rules

// keyRules are about commands by themselves, and about keys in several slots.
var keyRules = []Rule{
	{
		ID:    SingleKey,
		Title: "a command with one key works as it is",
		Text: `
A cluster has 16384 hash slots, and each primary holds a part of them. The cluster client hashes the key, sends the command to the primary of its slot, and follows MOVED and ASK by itself.

A pipeline of such commands works as well: each primary gets its part, all at the same time, and the results come back in the order in which the commands were queued. Only the order in which two primaries run their parts is lost: see pipeline-order.

Measured with go-redis v8.11.5 to v9.23.0 on three primaries of Redis 7.0.`,
		Before: `
_, err := rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
	p.Incr(ctx, "visits:"+id)
	p.Expire(ctx, "visits:"+id, time.Hour)
	return nil
})
return err`,
		After: `
_, err := rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
	p.Incr(ctx, "visits:"+id)
	p.Expire(ctx, "visits:"+id, time.Hour)
	return nil
})
return err`,
		Since: first,
	},
	{
		ID:    SameSlot,
		Title: "the keys of the operation are in one slot already",
		Text: `
Redis hashes the text inside the first {...} of a key, or the whole key when it has no braces or nothing between them. Keys with one hash text are in one slot, whatever else they hold: {user:7}:name and {user:7}:mail, and also user:7 and {user:7}:name, since user:7 is hashed whole.

Only the first { counts, and the first } behind it. So an id that is empty, or has braces of its own, makes another tag than the code shows: look at what the ids can be.

Operations on such keys are as atomic as on one server. Don't rename the keys: each of them holds the others in place.`,
		Before: `
n, err := rdb.Del(ctx, "user:"+id, "{user:"+id+"}:sessions").Result()
fmt.Println(n)
return err`,
		After: `
n, err := rdb.Del(ctx, "user:"+id, "{user:"+id+"}:sessions").Result()
fmt.Println(n)
return err`,
		Since: first,
	},
	{
		ID:    CrossSlot,
		Title: "a command with several keys needs them in one slot",
		Text: `
The client sends the command to the primary of its first key, and the server refuses it unless all keys have one slot, also when this server has all of them:

    CROSSSLOT Keys in request don't hash to the same slot

That holds for MGET, MSET, MSETNX, DEL, UNLINK, EXISTS, TOUCH, RENAME, COPY, LMOVE, BLPOP, SMOVE, the set and sorted set operations, PFCOUNT, PFMERGE, BITOP, GEOSEARCHSTORE, XREAD, XREADGROUP, and for scripts with several KEYS. It is the same in go-redis v8.11.5, v9.7.3 and v9.23.0: by default no version splits such a command.

Keys that share a value, such as an id, can share a slot: clusterize puts that value into a hash tag, at every reader and writer or at none. Stored keys get new names by that: clusterize rename gives them theirs before the move.

Where keys have nothing in common, MGET, DEL, UNLINK, EXISTS and TOUCH become calls of MGet, Del, Unlink, Exists and Touch of the package rediscluster, which clusterize generates: one command for each slot, in one pipeline, and one answer. In a plain pipeline it queues one for each slot (QueueMGet, QueueDel and so on), where nothing reads the answers by their place. MSET becomes MSet of that package where it fills a cache (keys named cache, or keys that expire), or where clusterize.yaml says so (verdict: split); after an error some of its keys may be set.

What to do with the rest, which promises to change all keys at one moment: change the data model, or give all of these keys one tag, which puts them on one primary.

The routing of go-redis v9.18 and later (SetCommandInfoResolver with NewDynamicResolver) is no way out. At v9.23.0, MSETNX over several slots writes and returns false with a nil error, DEL counts wrong when two keys share a slot, KEYS finds nothing, and MSET panics on values that are not strings.

Measured on three primaries of Redis 7.0.15.`,
		Before: `
return rdb.MSet(ctx,
	"order:"+id+":status", "new",
	"order:"+id+":total", 1250,
).Err()`,
		After: `
return rdb.MSet(ctx,
	"{order:"+id+"}:status", "new",
	"{order:"+id+"}:total", 1250,
).Err()`,
		Since:   first,
		Fixable: true,
	},
}

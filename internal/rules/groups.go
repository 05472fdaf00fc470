package rules

// first is the first version.
const first = "v0.1.0"

// groupRules are about transactions and scripts: several keys that must stay together.
var groupRules = []Rule{
	{
		ID:    PipelineOrder,
		Title: "a pipeline over several nodes keeps no order between them",
		Text: `
A pipeline is split by node, and the nodes run their parts at the same time; the answers come back in the order in which the commands were queued. On one server the commands ran in that order, too. Between two nodes they don't, in go-redis v8 to v9.23.0: there is NO ERROR. Commands on keys of one slot keep their order.

It matters to others who are told by one command and then look for what another one wrote: a worker that takes an id from a list before the job of that id is stored, a subscriber that loads what was not written yet. clusterize leaves these pipelines alone. A read that is queued behind the write of another key is only named: it matters only where one is made from the other.

What to do: execute the pipeline, and push or publish after it. Where the list and the job may share a tag, a transaction does both at once.`,
		Before: `
_, err := rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
	p.HSet(ctx, "job:"+id, "state", "new")
	p.RPush(ctx, "jobs", id)
	return nil
})
return err`,
		After: `
if err := rdb.HSet(ctx, "job:"+id, "state", "new").Err(); err != nil {
	return err
}
return rdb.RPush(ctx, "jobs", id).Err()`,
		Since: first,
	},
	{
		ID:    Transaction,
		Title: "a transaction needs all its keys in one slot",
		Text: `
MULTI/EXEC runs on one node. What TxPipeline and TxPipelined do with keys of several slots depends on the client:

go-redis up to v9.10, v8 included: SILENT. One MULTI/EXEC for each slot, err is nil, everything is written, nothing is atomic. Measured with v8.11.5, v9.0.5, v9.5.5 and v9.7.3.

go-redis v9.11.0 and later: refused before anything is sent, by Exec and by each command, with redis.ErrCrossSlot:

    CROSSSLOT Keys in request don't hash to the same slot

A command in the transaction that has several keys itself, such as MSET, is refused by the server when its own keys disagree. Nothing is written then; up to v9.20.0 Exec returns the following, and at v9.23.0 the CROSSSLOT error itself:

    EXECABORT Transaction discarded because of previous errors.

Commands without a key (PING, PUBLISH, ECHO, EVAL without keys) run with the others since v9.11.0, and before that in a MULTI of their own, maybe on another node. KEYS, DBSIZE, SCAN, RANDOMKEY and FLUSHDB make those from v9.11.0 and before v9.20.0 refuse the whole transaction (ErrCrossSlot), TIME those before v9.19.0. v9.20.0 and later run them on the node of the keys, but not as the first thing that a client sends: it does not know the commands of the server yet, and refuses (measured at v9.23.0).

What to do where no tag is possible: decide whether atomicity is needed. If not, use Pipelined, and choose the order so that a failure in the middle leaves an entry that points at nothing, never one that nothing points at. If so, the keys must be of one entity: change the data model.`,
		Before: `
_, err := rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
	p.Set(ctx, "job:"+id+":state", "done", 0)
	p.Del(ctx, "job:"+id+":lock")
	return nil
})
return err`,
		After: `
_, err := rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
	p.Set(ctx, "{job:"+id+"}:state", "done", 0)
	p.Del(ctx, "{job:"+id+"}:lock")
	return nil
})
return err`,
		Since:   first,
		Fixable: true,
	},
	{
		ID:    Watch,
		Title: "Watch needs its keys, and those its function uses, in one slot",
		Text: `
Watched keys of several slots are refused by the client, in every version from v8 to v9.23.0, and so is a Watch without keys:

    redis: Watch requires all keys to be in the same slot
    redis: Watch requires at least one key

The function runs on one connection, to the node of the watched keys, which does not follow MOVED. When it writes in tx.TxPipelined, a key of another node gives the first of these errors, a key of another slot on the same node the second. Nothing is written:

    EXECABORT Transaction discarded because of previous errors.
    CROSSSLOT Keys in request don't hash to the same slot

When it reads a key of another node and returns the error, go-redis v8.11.5 to v9.18.0 lose it, SILENTLY: Watch returns nil, the function ran twice, nothing was written. v9.20.0 and later return the error:

    MOVED 8579 127.0.0.1:7102

A key of another slot that happens to be on the same node can be read: that breaks when slots are moved.

What to do where no tag is possible: read keys that need no watching before Watch, with the cluster client; write those that may lag behind after it. What is left is often one entity.`,
		Before: `
key, log := "stock:"+id, "stock:"+id+":log"
return rdb.Watch(ctx, func(tx *redis.Tx) error {
	_, err := tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Decr(ctx, key)
		p.RPush(ctx, log, "taken")
		return nil
	})
	return err
}, key)`,
		After: `
key, log := "stock:"+id, "{stock:"+id+"}:log"
return rdb.Watch(ctx, func(tx *redis.Tx) error {
	_, err := tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Decr(ctx, key)
		p.RPush(ctx, log, "taken")
		return nil
	})
	return err
}, key)`,
		Since:   first,
		Fixable: true,
	},
	{
		ID:    ScriptKeys,
		Title: "a script may touch only the slot of the keys in KEYS",
		Text: `
The script runs on the node of KEYS[1]. Names that it makes up itself (from ARGV, from data it reads, or with text after KEYS[1]) are not known to the client. A name of the slot of KEYS[1] works, declared or not. One of another slot, on another node:

    ERR Script attempted to access a non local key in a cluster node script: <sha1>, on @user_script:1.

Another slot of the same node is allowed to a script without a #! line, which breaks when slots are moved. With #!lua, and in functions (which are named instead of the <sha1>, on @user_function:3):

    ERR Script attempted to access keys that do not hash to the same slot script: <sha1>, on @user_script:2.

The flag allow-cross-slot-keys lifts the second error only. Keys in KEYS of two slots are refused whatever the flags:

    CROSSSLOT Keys in request don't hash to the same slot

Without any key in KEYS the script runs on any node, so that it works or fails by luck. With the flag no-cluster it never runs:

    ERR Can not run script on cluster, 'no-cluster' flag is set.

SCAN, KEYS or DBSIZE in a script see one node, and there is NO ERROR.

clusterize reads the Lua, wherever its text is: in Go, in files that are embedded or read, in libraries for FCALL. Names of which it knows the parts are tagged like keys of Go, by an edit in the script (job: .. ARGV[1] .. :lock becomes {job: .. ARGV[1] .. }:lock). This rule is about the rest: nothing gives the names the slot of KEYS[1], there is no KEYS[1], or the script can't be read.

What to do: pass every key in KEYS, and build all of them with one tag: managed servers and proxies refuse others. A name made as KEYS[1] .. ":lock" has the slot of KEYS[1] only when KEYS[1] has a tag.

Measured on Redis 7.0.15 with go-redis v9.7.3 and v9.23.0.`,
		Before: `
text := "return redis.call('SET', 'lock:' .. ARGV[1], 1)"
return rdb.Eval(ctx, text, nil, id).Err()`,
		After: `
text := "return redis.call('SET', KEYS[1], 1)"
return rdb.Eval(ctx, text, []string{"lock:" + id}).Err()`,
		Since: first,
	},
	{
		ID:    ScriptCache,
		Title: "every node has its own script cache",
		Text: `
EVALSHA works on nodes that have the script. A cluster has as many caches as nodes, and a node that joins or takes over has an empty one:

    NOSCRIPT No matching script. Please use EVAL.

Script.Run falls back to EVAL, node by node, and is safe. It does not fall back inside a pipeline: there each command gets the error, and in a transaction the other commands still run. The typed methods rdb.ScriptLoad and script.Load(ctx, rdb) load on all nodes; pipe.ScriptLoad, script.Load(ctx, pipe) and Do("script", "load", ...) on one only.

What to do: call Script.Run outside of pipelines; inside, queue Script.Eval, which sends the text each time.

Measured with go-redis v9.7.3 and v9.23.0.`,
		Before: `
return rdb.EvalSha(ctx, sha, []string{"lock:" + id}).Err()`,
		After: `
return script.Run(ctx, rdb, []string{"lock:" + id}).Err()`,
		Since: first,
	},
}

package rules

// unseenRules are about what the analysis can't see. Nothing is guessed: the site is for a person to look at.
var unseenRules = []Rule{
	{
		ID:    RawCommand,
		Title: "the command itself is not known",
		Text: `
Do, Process and NewCmd are read where the words of the command are constants. Here the name is a value, or the words come in a list that can't be followed, so it is not known whether the command has several keys, or whether it asks one node. Either may go wrong, the latter SILENTLY: KEYS through Do finds the keys of one node.

What to do: call the typed method, or write the command's name as a constant. If any command can come here, say in the code which ones are allowed.`,
		Before: `
reply, err := rdb.Do(ctx, words...).StringSlice()
fmt.Println(len(reply), "found")
return err`,
		Since: first,
	},
	{
		ID:    UnknownKeys,
		Title: "the keys of the operation are not all known",
		Text: `
Keys are followed through constants, concatenation, formats, helpers, fields, slices and callers. Here they end in something that can't be followed: a value from outside, a name read from Redis, a function value. Whether the keys share a slot can't be told; if they don't, the operation fails:

    CROSSSLOT Keys in request don't hash to the same slot

An unknown key could also be one of a family that gets a tag. Then that family is left alone, so that no reader looks for a name that no writer writes.

What to do: build the key in a helper that has its text, and call it with the parts; or say what it is by a comment, //clusterize:key TEMPLATE REASON. If any key is possible, send one command for each key, and put the answers together in the program, as here.`,
		Before: `
tags, err := rdb.SUnion(ctx, names...).Result()
fmt.Println(len(tags), "tags")
return err`,
		After: `
tags := map[string]bool{}
for _, name := range names {
	found, err := rdb.SMembers(ctx, name).Result()
	if err != nil {
		return err
	}
	for _, tag := range found {
		tags[tag] = true
	}
}
fmt.Println(len(tags), "tags")
return nil`,
		Since: first,
	},
	{
		ID:    PipelineLost,
		Title: "the pipeline is filled where it can't be followed",
		Text: `
A pipeline or transaction is judged by the commands queued in it. This one is stored, handed to code that can't be seen, or filled by a function that isn't known, so it may hold more than was found. A transaction with keys of several slots is refused:

    CROSSSLOT Keys in request don't hash to the same slot

With go-redis up to v9.10 it is split SILENTLY instead, one MULTI/EXEC for each slot (see transaction-slots).

What to do: open it, fill it and execute it in one function, or hand it down as a parameter to functions of this module. Else read what is queued and check that a transaction has keys of one slot only.`,
		Before: `
queue.pipe = rdb.TxPipeline()
return queue.flush(ctx)`,
		Since: first,
	},
	{
		ID:    NodeClient,
		Title: "a command is sent to one node, whatever its key",
		Text: `
The client that ForEachMaster, ForEachShard or MasterForKey hands out talks to one node. Commands about the node (SCAN, INFO, CONFIG) are right there. A command with a key is right only for keys of that node; others give an error that is not followed:

    MOVED 8579 127.0.0.1:7102

What to do: inside the function use the node's client for what is of this node, and for keys that this node returned; for all other keys the cluster client, as here. Keys of one node are still of many slots: delete them one by one in a pipeline, since one DEL gives CROSSSLOT.

Measured with go-redis v9.7.3 and v9.23.0.`,
		Before: `
each := func(ctx context.Context, node *redis.Client) error {
	keys, err := node.DBSize(ctx).Result()
	if err != nil {
		return err
	}
	return node.HSet(ctx, "sizes", node.Options().Addr, keys).Err()
}
return rdb.ForEachMaster(ctx, each)`,
		After: `
each := func(ctx context.Context, node *redis.Client) error {
	keys, err := node.DBSize(ctx).Result()
	if err != nil {
		return err
	}
	return rdb.HSet(ctx, "sizes", node.Options().Addr, keys).Err()
}
return rdb.ForEachMaster(ctx, each)`,
		Since: first,
	},
}

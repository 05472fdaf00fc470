package rules

var unseenProofs = map[ID]proof{
	RawCommand: {
		around: `
spread(ctx, nodes, "session:")
return run(ctx)`,
		works:   "30 found",
		cluster: "10 found",
	},
	UnknownKeys: {
		around: `
for _, name := range []string{"a", "b", "c"} {
	rdb.SAdd(ctx, name, name, "red")
}
return run(ctx)`,
		works:   "4 tags",
		cluster: "0 tags\nerror: CROSSSLOT Keys in request don't hash to the same slot",
	},
	PipelineLost: {
		around: `
forget(ctx, nodes)
err := run(ctx)
fmt.Println(stored(ctx, nodes), "transactions:", calls(ctx, nodes, "exec"))
return err`,
		works:   "stored: a b transactions: 1",
		cluster: "stored:  transactions: 0\nerror: CROSSSLOT Keys in request don't hash to the same slot",
		old:     "stored: a b transactions: 2",
	},
	NodeClient: {
		around: `
err := run(ctx)
fmt.Println("sizes of", rdb.HLen(ctx, "sizes").Val())
return err`,
		works:    "sizes of 3",
		cluster:  "sizes of 1\nerror: MOVED 1 127.0.0.1:1",
		noServer: true,
		more: []more{{
			says: "keys of one node are of many slots",
			code: `
spread(ctx, nodes, "k")
sweep := func(ctx context.Context, node *redis.Client) error {
	keys, err := node.Keys(ctx, "*").Result()
	if err != nil {
		return err
	}
	if err := node.Del(ctx, keys...).Err(); err == nil || !strings.HasPrefix(err.Error(), "CROSSSLOT ") {
		return fmt.Errorf("one DEL: %v", err)
	}
	_, err = node.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, k := range keys {
			p.Del(ctx, k)
		}
		return nil
	})
	return err
}
err := rdb.ForEachMaster(ctx, sweep)
fmt.Println(stored(ctx, nodes))
return err`,
			want: "stored: ",
		}},
	},
}

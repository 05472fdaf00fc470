package rules

var groupProofs = map[ID]proof{
	PipelineOrder: {
		// The node of the job takes no writes for a moment, so that the other one is surely ahead of it.
		around: `
found := make(chan int64)
go func() {
	rdb.BRPop(ctx, 5*time.Second, "jobs")
	found <- rdb.Exists(ctx, "job:7").Val()
}()
time.Sleep(50 * time.Millisecond)
nodes[0].Do(ctx, "CLIENT", "PAUSE", 500, "WRITE")
err := run(ctx)
fmt.Println("the worker finds", <-found)
return err`,
		works:   "the worker finds 1",
		cluster: "the worker finds 0",
	},
	Transaction: {
		around: `
forget(ctx, nodes)
err := run(ctx)
fmt.Println(stored(ctx, nodes), "transactions:", calls(ctx, nodes, "exec"))
return err`,
		works:   "stored: job:7:state transactions: 1",
		cluster: "stored:  transactions: 0\nerror: CROSSSLOT Keys in request don't hash to the same slot",
		old:     "stored: job:7:state transactions: 2",
		more: []more{
			{
				says: "by each command",
				code: `
cmds, err := rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
	p.Set(ctx, "a", 1, 0)
	p.Set(ctx, "b", 1, 0)
	return nil
})
for _, c := range cmds {
	fmt.Println("error:", c.Err())
}
fmt.Println(errors.Is(err, redis.ErrCrossSlot))
return err`,
				want: "error: CROSSSLOT Keys in request don't hash to the same slot\nerror: CROSSSLOT Keys in request don't hash to the same slot\ntrue\nerror: CROSSSLOT Keys in request don't hash to the same slot",
				new:  true,
			},
			{
				says: "a command of several slots in a transaction",
				code: `
_, err := rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
	p.Set(ctx, "a", 1, 0)
	p.MSet(ctx, "a", 2, "b", 2)
	return nil
})
fmt.Println(stored(ctx, nodes))
return err`,
				want: "stored: \nerror: CROSSSLOT Keys in request don't hash to the same slot",
				old:  "stored: \nerror: EXECABORT Transaction discarded because of previous errors.",
			},
			{
				says: "commands without a key",
				code: `
forget(ctx, nodes)
_, err := rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
	p.Set(ctx, "a", 1, 0)
	p.Ping(ctx)
	p.Publish(ctx, "news", 1)
	return nil
})
fmt.Println("one transaction:", calls(ctx, nodes, "exec") == 1)
return err`,
				want: "one transaction: true",
				old:  "one transaction: false",
			},
			{
				says: "commands of one node, as the first of the client",
				code: `
_, err := rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
	p.Get(ctx, "k1")
	return p.DBSize(ctx).Err()
})
return err`,
				want: "error: CROSSSLOT Keys in request don't hash to the same slot",
				new:  true,
			},
			{
				says: "commands of one node",
				code: `
spread(ctx, nodes, "k")
rdb.Ping(ctx)
var n *redis.IntCmd
_, err := rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
	p.Get(ctx, "k1")
	n = p.DBSize(ctx)
	return nil
})
fmt.Println(n.Val())
return err`,
				want: "10",
			},
		},
	},
	Watch: {
		around: `
rdb.Set(ctx, "stock:7", 5, 0)
err := run(ctx)
fmt.Println(rdb.Get(ctx, "stock:7").Val(), "left,", stored(ctx, nodes))
return err`,
		works:   "4 left, stored: stock:7 stock:7:log",
		cluster: "5 left, stored: stock:7\nerror: EXECABORT Transaction discarded because of previous errors.",
		more: []more{
			{
				says: "keys of two slots",
				code: `return rdb.Watch(ctx, func(*redis.Tx) error { return nil }, "a", "b")`,
				want: "error: redis: Watch requires all keys to be in the same slot",
			},
			{
				says: "no key",
				code: `return rdb.Watch(ctx, func(*redis.Tx) error { return nil })`,
				want: "error: redis: Watch requires at least one key",
			},
			{
				says: "a key of another node is read",
				code: `
times := 0
err := rdb.Watch(ctx, func(tx *redis.Tx) error {
	times++
	if err := tx.Get(ctx, "b").Err(); err != nil && err != redis.Nil {
		return err
	}
	return tx.Set(ctx, "a", 1, 0).Err()
}, "a")
fmt.Println("ran", times, "times,", stored(ctx, nodes))
return err`,
				want: "ran 1 times, stored: \nerror: MOVED 1 127.0.0.1:1",
				old:  "ran 2 times, stored: ",
			},
			{
				says: "a key of another slot on the same node",
				code: `
nodes[0].Set(ctx, "f", "here", 0)
return rdb.Watch(ctx, func(tx *redis.Tx) error {
	fmt.Println(tx.Get(ctx, "f").Val())
	_, err := tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, "f", 1, 0)
		return p.Set(ctx, "b", 1, 0).Err()
	})
	return err
}, "b")`,
				want: "here\nerror: CROSSSLOT Keys in request don't hash to the same slot",
			},
		},
	},
	ScriptKeys: {
		around: `
var failed error
for range 60 { // on some nodes it works
	if err := run(ctx); err != nil {
		failed = err
	}
}
fmt.Println(stored(ctx, nodes))
return failed`,
		works:   "stored: lock:7",
		cluster: "stored: lock:7\nerror: ERR Script attempted to access a non local key in a cluster node script: <sha1>, on @user_script:1.",
		more:    scriptMore,
	},
	ScriptCache: {
		around: `
nodes[0].ScriptLoad(ctx, "return redis.call('SET', KEYS[1], 1)")
err := run(ctx)
fmt.Println(stored(ctx, nodes))
return err`,
		works:   "stored: lock:7",
		cluster: "stored: \nerror: NOSCRIPT No matching script. Please use EVAL.",
		more: []more{
			{
				says: "Run in a pipeline, and in a transaction",
				code: `
_, err := rdb.Pipelined(ctx, func(p redis.Pipeliner) error { return script.Run(ctx, p, []string{"a"}).Err() })
fmt.Println("error:", err)
_, err = rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
	p.Set(ctx, "{a}:other", 1, 0)
	script.Run(ctx, p, []string{"a"})
	return nil
})
fmt.Println(stored(ctx, nodes))
return err`,
				want: "error: NOSCRIPT No matching script. Please use EVAL.\nstored: a:other\nerror: NOSCRIPT No matching script. Please use EVAL.",
			},
			{
				says: "Eval in a pipeline",
				code: `
_, err := rdb.Pipelined(ctx, func(p redis.Pipeliner) error { return script.Eval(ctx, p, []string{"a"}).Err() })
fmt.Println(stored(ctx, nodes))
return err`,
				want: "stored: a",
			},
			{
				says: "where a script is loaded",
				code: `
forget(ctx, nodes)
rdb.ScriptLoad(ctx, "return 1")
fmt.Println("ScriptLoad", calls(ctx, nodes, "script|load"))
script.Load(ctx, rdb)
fmt.Println("Load", calls(ctx, nodes, "script|load"))
rdb.Do(ctx, "script", "load", "return 2")
fmt.Println("Do", calls(ctx, nodes, "script|load"))
_, err := rdb.Pipelined(ctx, func(p redis.Pipeliner) error { return p.ScriptLoad(ctx, "return 3").Err() })
fmt.Println("pipeline", calls(ctx, nodes, "script|load"))
return err`,
				want: "ScriptLoad 3\nLoad 6\nDo 7\npipeline 8",
			},
		},
	},
}

// scriptMore has the other errors of scripts: b and f are in two slots of one node, a is on another.
var scriptMore = []more{
	{
		says: "another slot of the same node",
		code: `return rdb.Eval(ctx, "return redis.call('SET', ARGV[1], 1)", []string{"b"}, "f").Err()`,
		want: "",
	},
	{
		says: "another slot of the same node, with a first line",
		code: `return rdb.Eval(ctx, "#!lua\nreturn redis.call('SET', ARGV[1], 1)", []string{"b"}, "f").Err()`,
		want: "error: ERR Script attempted to access keys that do not hash to the same slot script: <sha1>, on @user_script:2.",
	},
	{
		says: "another slot with the flag",
		code: `
text := "#!lua flags=allow-cross-slot-keys\nreturn redis.call('SET', ARGV[1], 1)"
fmt.Println("same node", rdb.Eval(ctx, text, []string{"b"}, "f").Err())
return rdb.Eval(ctx, text, []string{"b"}, "a").Err()`,
		want: "same node <nil>\nerror: ERR Script attempted to access a non local key in a cluster node script: <sha1>, on @user_script:2.",
	},
	{
		says: "a function",
		code: `
each(ctx, nodes, "function", "load", "#!lua name=lib\nredis.register_function('put', function(keys, args)\nreturn redis.call('SET', args[1], 1) end)")
return rdb.FCall(ctx, "put", []string{"b"}, "f").Err()`,
		want: "error: ERR Script attempted to access keys that do not hash to the same slot script: put, on @user_function:3.",
	},
	{
		says: "KEYS of two slots",
		code: `return rdb.Eval(ctx, "#!lua flags=allow-cross-slot-keys\nreturn 1", []string{"a", "b"}).Err()`,
		want: "error: CROSSSLOT Keys in request don't hash to the same slot",
	},
	{
		says: "no key in KEYS",
		code: `
fine, wrong := 0, map[string]bool{}
for range 60 {
	if err := rdb.Eval(ctx, "return redis.call('SET', 'a', 1)", nil).Err(); err != nil {
		wrong[err.Error()] = true
	} else {
		fine++
	}
}
fmt.Println("worked sometimes:", fine > 0)
for e := range wrong {
	fmt.Println("error:", e)
}
return nil`,
		want: "worked sometimes: true\nerror: ERR Script attempted to access a non local key in a cluster node script: <sha1>, on @user_script:1.",
	},
	{
		says: "the flag no-cluster",
		code: `return rdb.Eval(ctx, "#!lua flags=no-cluster\nreturn 1", nil).Err()`,
		want: "error: ERR Can not run script on cluster, 'no-cluster' flag is set.",
	},
	{
		says: "a name after KEYS[1]",
		code: `
text := "return redis.call('SET', KEYS[1] .. ':lock', 1)"
fmt.Println("with a tag", rdb.Eval(ctx, text, []string{"{job:7}"}).Err())
return rdb.Eval(ctx, text, []string{"job:7"}).Err()`,
		want: "with a tag <nil>\nerror: ERR Script attempted to access a non local key in a cluster node script: <sha1>, on @user_script:1.",
	},
	{
		says: "DBSIZE in a script",
		code: `
spread(ctx, nodes, "k")
n, err := rdb.Eval(ctx, "return redis.call('DBSIZE')", []string{"a"}).Int()
fmt.Println(n)
return err`,
		want: "10",
	},
}

package rules

var keyProofs = map[ID]proof{
	SingleKey: {
		around: `
err := run(ctx)
fmt.Println("visits", rdb.Get(ctx, "visits:7").Val(), "expires", rdb.TTL(ctx, "visits:7").Val() > 0)
return err`,
		works: "visits 1 expires true",
		more: []more{{
			says: "the results come in the order of the commands",
			code: `
var got []*redis.StringCmd
_, err := rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
	for _, k := range []string{"a", "b", "c", "d", "e", "f"} {
		p.Set(ctx, k, k+"!", 0)
		got = append(got, p.Get(ctx, k))
	}
	return nil
})
for _, g := range got {
	fmt.Println(g.Val())
}
return err`,
			want: "a!\nb!\nc!\nd!\ne!\nf!",
		}},
	},
	SameSlot: {
		around: `
rdb.Set(ctx, "user:7", 1, 0)
rdb.Set(ctx, "{user:7}:sessions", 1, 0)
return run(ctx)`,
		works: "2",
		more: []more{{
			says: "what is hashed",
			code: `
same := func(a, b string) bool { return rdb.ClusterKeySlot(ctx, a).Val() == rdb.ClusterKeySlot(ctx, b).Val() }
fmt.Println(same("{user:7}:name", "{user:7}:mail"), same("user:7", "{user:7}:name"))
fmt.Println("nothing between the braces", same("{}:name", "{}:mail"))
fmt.Println("braces in an id", same("{user:}7}:name", "{user:}8}:mail"), same("u:{x:{user:7}:name", "u:{x:{user:8}:name"))
return nil`,
			want: "true true\nnothing between the braces false\nbraces in an id true false",
		}},
	},
	CrossSlot: {
		around: `
err := run(ctx)
fmt.Println(stored(ctx, nodes))
return err`,
		works:   "stored: order:7:status order:7:total",
		cluster: "stored: \nerror: CROSSSLOT Keys in request don't hash to the same slot",
		more:    crossSlotMore,
	},
}

// crossSlotMore has the other commands of the page, and what go-redis makes of them when it is asked to split.
var crossSlotMore = []more{
	{
		says: "every command of the list",
		code: `
words := strings.Split("mget a b|mset a 1 b 2|msetnx a 1 b 2|del a b|unlink a b|exists a b|touch a b|rename a b|copy a b|lmove a b left left|"+
	"blpop a b 1|smove a b m|sunion a b|sinterstore a b|sdiff a b|zunionstore a 1 b|zinterstore c 2 a b|pfcount a b|pfmerge a b|"+
	"bitop and a b|geosearchstore a b fromlonlat 0 0 bybox 1 1 m|xread streams a b 0 0|xreadgroup group g c streams a b > >|eval return 2 a b", "|")
different := map[string]bool{}
for _, w := range words {
	var args []any
	for _, arg := range strings.Fields(w) {
		args = append(args, arg)
	}
	err := rdb.Do(ctx, args...).Err()
	different[fmt.Sprint(err)] = true
	if err == nil || !strings.HasPrefix(err.Error(), "CROSSSLOT ") {
		fmt.Println(w, err)
	}
}
for e := range different {
	fmt.Println("error:", e)
}
return nil`,
		want: "error: CROSSSLOT Keys in request don't hash to the same slot",
	},
	{
		says: "also when one node has all of them",
		code: `
nodes[0].Set(ctx, "b", 1, 0)
nodes[0].Set(ctx, "f", 1, 0)
fmt.Println(stored(ctx, nodes[:1]))
return rdb.MGet(ctx, "b", "f").Err()`,
		want: "stored: b f\nerror: CROSSSLOT Keys in request don't hash to the same slot",
	},
	{
		says: "routing is no way out",
		code: `
rdb.SetCommandInfoResolver(rdb.NewDynamicResolver())
fmt.Println(rdb.MSetNX(ctx, "a", "1", "b", "2").Result())
fmt.Println(stored(ctx, nodes))
rdb.Set(ctx, "{q}1", 1, 0)
rdb.Set(ctx, "{q}2", 1, 0)
rdb.Set(ctx, "w1", 1, 0)
n, err := rdb.Del(ctx, "{q}1", "{q}2", "w1").Result()
fmt.Println("three were deleted:", n == 3, err)
fmt.Println(rdb.Keys(ctx, "*").Result())
defer func() { fmt.Println(recover()) }()
return rdb.MSet(ctx, "a", 1, "b", 2).Err()`,
		want: "false <nil>\nstored: a b\nthree were deleted: false <nil>\n[] <nil>\ninterface conversion: interface {} is int, not string",
		new:  true,
	},
	{
		says: "the calls of the helper",
		code: `
err := rediscluster.MSet(ctx, rdb, "a", 1, "b", 2).Err()
fmt.Println(rediscluster.MGet(ctx, rdb, "a", "x", "b").Val(), rediscluster.Del(ctx, rdb, "a", "b").Val())
return err`,
		want: "[1 <nil> 2] 2",
	},
}

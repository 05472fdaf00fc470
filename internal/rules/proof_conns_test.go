package rules

var connProofs = map[ID]proof{
	Connection: {
		around: `
err := run(ctx)
fmt.Println(stored(ctx, nodes))
return err`,
		works:   "stored: job:7",
		refused: "rdb.Conn undefined (type *redis.ClusterClient has no field or method Conn)",
		noAfter: true,
		more: []more{
			{
				says: "a key of another node",
				code: `
node, err := rdb.MasterForKey(ctx, "a")
if err != nil {
	return err
}
conn := node.Conn()
defer conn.Close()
return conn.Get(ctx, "b").Err()`,
				want: "error: MOVED 1 127.0.0.1:1",
			},
			{
				says: "CLIENT SETNAME reaches one connection",
				code: `
_, err := rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
	p.Do(ctx, "CLIENT", "SETNAME", "worker")
	return nil
})
named := 0
for _, n := range nodes {
	named += strings.Count(n.ClientList(ctx).Val(), "name=worker")
}
fmt.Println("named:", named)
return err`,
				want: "named: 1",
			},
		},
	},
	Refused: {
		around: `
rdb.Set(ctx, "report:7", 1, 0)
err := run(ctx)
fmt.Println("in its old place:", rdb.Exists(ctx, "report:7").Val())
return err`,
		works:   "in its old place: 0",
		cluster: "in its old place: 1\nerror: ERR MOVE is not allowed in cluster mode",
		more: []more{
			{
				says: "SELECT",
				code: `
fmt.Println("SELECT 0", rdb.Do(ctx, "SELECT", 0).Err())
return rdb.Do(ctx, "SELECT", 1).Err()`,
				want: "SELECT 0 <nil>\nerror: ERR SELECT is not allowed in cluster mode",
			},
			{says: "SWAPDB", code: `return rdb.Do(ctx, "SWAPDB", 0, 1).Err()`, want: "error: ERR SWAPDB is not allowed in cluster mode"},
			{says: "COPY", code: `
rdb.Set(ctx, "a", 1, 0)
return rdb.Copy(ctx, "a", "{a}:copy", 1, false).Err()`, want: "error: ERR Copying to another database is not allowed in cluster mode"},
		},
	},
	SortPattern: {
		around: `
for member, weight := range map[string]int{"x": 3, "y": 1, "z": 2} {
	rdb.SAdd(ctx, "open", member)
	rdb.Set(ctx, "weight:"+member, weight, 0)
}
return run(ctx)`,
		works:   "[y z x]",
		cluster: "[]\nerror: ERR BY option of SORT denied in Cluster mode.",
		more: []more{
			{
				says: "GET, with the tag of the sorted key",
				code: `
rdb.SAdd(ctx, "{a}:open", 1)
return rdb.Sort(ctx, "{a}:open", &redis.Sort{Get: []string{"{a}:weight:*"}}).Err()`,
				want: "error: ERR GET option of SORT denied in Cluster mode.",
			},
			{
				says: "STORE",
				code: `
rdb.SAdd(ctx, "a", 2, 1)
fmt.Println(rdb.Sort(ctx, "a", &redis.Sort{}).Val(), rdb.SortStore(ctx, "a", "{a}:sorted", &redis.Sort{}).Err())
return rdb.SortStore(ctx, "a", "b", &redis.Sort{}).Err()`,
				want: "[1 2] <nil>\nerror: CROSSSLOT Keys in request don't hash to the same slot",
			},
		},
	},
	Keyspace: {
		// b, c and a are on three primaries, one after the other.
		around: `
each(ctx, nodes, "CONFIG", "SET", "notify-keyspace-events", "Ex")
go func() { _ = run(ctx) }()
time.Sleep(400 * time.Millisecond)
for _, key := range []string{"b", "c", "a"} {
	rdb.Set(ctx, key, 1, time.Millisecond)
	time.Sleep(20 * time.Millisecond)
	rdb.Get(ctx, key)
	time.Sleep(100 * time.Millisecond)
}
return nil`,
		works:   "b\nc\na",
		cluster: "a",
	},
	ShardedChannels: {
		works:   "",
		cluster: "error: CROSSSLOT Keys in request don't hash to the same slot",
		more: []more{
			{
				says: "a channel of another node, later",
				code: `
sub := rdb.SSubscribe(ctx, "a")
defer sub.Close()
if _, err := sub.Receive(ctx); err != nil {
	return err
}
fmt.Println("SSubscribe", sub.SSubscribe(ctx, "b"))
_, err := sub.Receive(ctx)
return err`,
				want: "SSubscribe <nil>\nerror: MOVED 1 127.0.0.1:1",
			},
			{
				says: "plain and sharded",
				code: `
sub := rdb.SSubscribe(ctx, "a")
defer sub.Close()
if _, err := sub.Receive(ctx); err != nil {
	return err
}
rdb.Publish(ctx, "a", "plain")
time.Sleep(100 * time.Millisecond)
rdb.SPublish(ctx, "a", "sharded")
msg, err := sub.ReceiveMessage(ctx)
if err == nil {
	fmt.Println(msg.Payload)
}
return err`,
				want: "sharded",
			},
		},
	},
	Migrate: {
		around: `
rdb.Set(ctx, "report:7", 1, 0)
err := run(ctx)
there := redis.NewClient(&redis.Options{Addr: e.host + ":" + e.port})
fmt.Println("here", rdb.Exists(ctx, "report:7").Val(), "there", there.Exists(ctx, "report:7").Val())
return err`,
		works: "here 0 there 1",
		more: []more{
			{
				says: "to a node of the cluster",
				code: `
rdb.Set(ctx, "b", 1, 0)
host, port, _ := strings.Cut(nodes[1].Options().Addr, ":")
err := rdb.Migrate(ctx, host, port, "b", 0, time.Second).Err()
fmt.Println(stored(ctx, nodes[:1]), "|", stored(ctx, nodes[1:]))
return err`,
				want: "stored: b | stored: \nerror: ERR Target instance replied with error: MOVED 1 127.0.0.1:1",
			},
		},
	},
}

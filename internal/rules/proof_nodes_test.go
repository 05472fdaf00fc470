package rules

var nodeProofs = map[ID]proof{
	NodeScope: {
		around: `
spread(ctx, nodes, "session:")
return run(ctx)`,
		works:   "30 sessions",
		cluster: "10 sessions",
		more: []more{
			{
				says: "FLUSHDB",
				code: `
spread(ctx, nodes, "session:")
err := rdb.FlushDB(ctx).Err()
fmt.Println(len(strings.Fields(stored(ctx, nodes)))-1, "left")
return err`,
				want: "20 left",
			},
			{
				says: "an iterator over several pages",
				code: `
spread(ctx, nodes, "session:")
iter := rdb.Scan(ctx, 0, "session:*", 3).Iterator()
seen := map[string]bool{}
for iter.Next(ctx) {
	seen[iter.Val()] = true
}
fmt.Println("all:", len(seen) == 30, iter.Err())
return nil`,
				want: "all: false <nil>",
			},
			{
				says: "CONFIG SET",
				code: `
err := rdb.ConfigSet(ctx, "notify-keyspace-events", "Kx").Err()
changed := 0
for _, n := range nodes {
	if n.ConfigGet(ctx, "notify-keyspace-events").Val()["notify-keyspace-events"] != "" {
		changed++
	}
}
fmt.Println("changed on", changed)
return err`,
				want: "changed on 1",
			},
			{
				says: "FUNCTION LOAD",
				code: `
library := "#!lua name=lib\nredis.register_function('one', function() return 1 end)"
if err := rdb.FunctionLoad(ctx, library).Err(); err != nil {
	return err
}
missing := 0
var last error
for _, key := range []string{"a", "b", "c"} {
	if err := rdb.FCall(ctx, "one", []string{key}).Err(); err != nil {
		missing, last = missing+1, err
	}
}
fmt.Println("missing on", missing)
return last`,
				want: "missing on 2\nerror: ERR Function not found",
			},
			{
				says: "dbsize as words",
				code: `
spread(ctx, nodes, "session:")
fmt.Println(rdb.DBSize(ctx).Val(), rdb.Do(ctx, "dbsize").Val())
return nil`,
				want: "30 10",
			},
		},
	},
	FansOut: {
		around: `
spread(ctx, nodes, "session:")
return run(ctx)`,
		works: "30",
		more: []more{
			{
				says: "in a pipeline, or through Do",
				code: `
spread(ctx, nodes, "session:")
var n *redis.IntCmd
_, err := rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
	n = p.DBSize(ctx)
	return nil
})
fmt.Println(n.Val(), rdb.Do(ctx, "dbsize").Val())
return err`,
				want: "10 10",
			},
			{
				says: "scripts",
				code: `
sha, err := rdb.ScriptLoad(ctx, "return 1").Result()
fmt.Println(nodes[0].ScriptExists(ctx, sha).Val(), nodes[1].ScriptExists(ctx, sha).Val(), nodes[2].ScriptExists(ctx, sha).Val())
nodes[1].ScriptFlush(ctx)
fmt.Println(rdb.ScriptExists(ctx, sha).Val())
rdb.ScriptFlush(ctx)
fmt.Println(nodes[0].ScriptExists(ctx, sha).Val(), nodes[1].ScriptExists(ctx, sha).Val(), nodes[2].ScriptExists(ctx, sha).Val())
return err`,
				want: "[true] [true] [true]\n[false]\n[false] [false] [false]",
			},
		},
	},
	AnyNode: {
		around: `
var subs []*redis.PubSub
for _, n := range nodes {
	sub := n.Subscribe(ctx, "news")
	if _, err := sub.Receive(ctx); err != nil {
		return err
	}
	subs = append(subs, sub)
}
err := run(ctx)
for _, sub := range subs {
	msg, err := sub.ReceiveMessage(ctx)
	if err != nil || msg.Payload != "hello" {
		return fmt.Errorf("not heard: %v", err)
	}
}
fmt.Println("heard by all")
return err`,
		works: "heard by all",
		more: []more{{
			says: "PING proves one node",
			code: `
forget(ctx, nodes)
err := rdb.Ping(ctx).Err()
answered := 0
for _, n := range nodes {
	if calls(ctx, []*redis.Client{n}, "ping") > 0 {
		answered++
	}
}
fmt.Println("answered:", answered)
return err`,
			want: "answered: 1",
		}},
	},
	PublishCount: {
		around: `
sub := rdb.Subscribe(ctx, "jobs")
if _, err := sub.Receive(ctx); err != nil {
	return err
}
for range 6 {
	if err := run(ctx); err != nil {
		return err
	}
}
fmt.Println("missed while somebody listens:", rdb.LLen(ctx, "missed").Val() > 0)
_ = sub.Close()
for _, n := range nodes {
	for n.PubSubNumSub(ctx, "jobs").Val()["jobs"] > 0 {
		time.Sleep(10 * time.Millisecond)
	}
}
rdb.Del(ctx, "missed")
err := run(ctx)
fmt.Println("missed while nobody listens:", rdb.LLen(ctx, "missed").Val() > 0)
return err`,
		works:   "missed while somebody listens: false\nmissed while nobody listens: true",
		cluster: "missed while somebody listens: true\nmissed while nobody listens: true",
		old:     "missed while somebody listens: false\nmissed while nobody listens: true",
		noAfter: true,
	},
	WaitReplicas: {
		// The standalone server and the primary of the key have one replica, the other primaries have none.
		around: `
failed := 0
for range 6 {
	if err := run(ctx); err != nil {
		failed++
	}
}
fmt.Println("a replica has each write:", failed == 0)
return nil`,
		works:   "a replica has each write: true",
		cluster: "a replica has each write: false",
		noAfter: true,
	},
}

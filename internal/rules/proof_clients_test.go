package rules

var clientProofs = map[ID]proof{
	ClientSwitch: {
		around: `
err := run(ctx)
fmt.Println(stored(ctx, nodes))
return err`,
		works:   "stored: visits:7",
		cluster: "stored: \nerror: MOVED 1 127.0.0.1:1",
		server:  "stored: \nerror: ERR This instance has cluster support disabled",
		more: []more{
			{
				says: "one address of a universal client",
				code: `
one := redis.NewUniversalClient(&redis.UniversalOptions{Addrs: []string{addr}})
defer one.Close()
_, plain := one.(*redis.Client)
fmt.Println("a plain client:", plain)
return one.Get(ctx, "visits:7").Err()`,
				want: "a plain client: true\nerror: MOVED 1 127.0.0.1:1",
			},
			{
				says: "one address with IsClusterMode",
				code: `
one := redis.NewUniversalClient(&redis.UniversalOptions{Addrs: []string{addr}, IsClusterMode: true})
defer one.Close()
return one.Set(ctx, "visits:7", 1, 0).Err()`,
				want: "",
				new:  true,
			},
			{
				says: "the helper asks once",
				code: `
one := rediscluster.NewUniversalClient(&redis.UniversalOptions{Addrs: []string{addr}})
defer one.Close()
return one.Set(ctx, "visits:7", 1, 0).Err()`,
				want: "",
				new:  true,
			},
		},
	},
	ClientOptions: {
		around: `
err := run(ctx)
number := 0
for _, n := range nodes {
	number += strings.Count(n.Info(ctx, "keyspace").Val(), "keys=1")
}
fmt.Println("reports:", number)
return err`,
		works:   "reports: 1",
		cluster: "reports: 0\nerror: ERR SELECT is not allowed in cluster mode",
		noAfter: true,
		more: []more{
			{
				says: "where a database is ignored",
				code: `
u := redis.NewUniversalClient(&redis.UniversalOptions{Addrs: []string{addr, addr}, DB: 3})
defer u.Close()
fmt.Println("NewUniversalClient", u.Set(ctx, "a", 1, 0).Err())
opt, err := redis.ParseClusterURL("redis://" + addr + "/3")
if err != nil {
	return err
}
c := redis.NewClusterClient(opt)
defer c.Close()
fmt.Println("ParseClusterURL", c.Get(ctx, "a").Val())
return nil`,
				want: "NewUniversalClient <nil>\nParseClusterURL 1",
			},
			{
				says: "a database in a URL",
				code: `
_, err := redis.ParseClusterURL("redis://" + addr + "?db=2")
return err`,
				want: "error: redis: unexpected option: db",
			},
			{
				says: "a socket in a URL",
				code: `
_, err := redis.ParseClusterURL("unix:///run/redis.sock")
return err`,
				want: "error: redis: invalid URL scheme: unix",
			},
			{
				says: "seeds in a URL",
				code: `
opt, err := redis.ParseClusterURL("redis://h1:1?addr=h2:2&addr=h3:3")
if err == nil {
	fmt.Println(opt.Addrs)
}
return err`,
				want: "[h1:1 h2:2 h3:3]",
			},
			{
				says: "defaults",
				code: `
fmt.Println("retries", rdb.Options().MaxRetries, "redirects", rdb.Options().MaxRedirects)
fmt.Println("pool", nodes[0].Options().PoolSize/rdb.Options().PoolSize)
return nil`,
				want: "retries -1 redirects 3\npool 2",
			},
			{
				says: "no timeout",
				code: `
c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{addr}, ReadTimeout: -1})
defer c.Close()
node, err := c.MasterForKey(ctx, "a")
if err == nil {
	fmt.Println(node.Options().ReadTimeout)
}
return err`,
				want: "0s",
				old:  "3s",
			},
			{
				says: "a DialHook",
				code: `
h := &dials{}
c := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{addr}})
defer c.Close()
c.AddHook(h)
err := c.Set(ctx, "a", 1, 0).Err()
fmt.Println("dials", h.dialed, "commands", h.sent)
return err`,
				want: "dials 0 commands 1",
			},
		},
	},
	Redirects: {
		around: `
rdb.Set(ctx, "visits:7", 3, 0)
return run(ctx)`,
		works: "3",
		more:  redirectsMore,
	},
	SharedFamily: {
		around: `
rdb.Set(ctx, "cart:7:items", "cup", 0)
rdb.Set(ctx, "{cart:7}:items", "cup", 0)
err := run(ctx)
fmt.Println("bills", rdb.LLen(ctx, "bills").Val())
return err`,
		works:   "bills 1",
		cluster: "bills 0\nerror: CROSSSLOT Keys in request don't hash to the same slot",
		more: []more{{
			says: "a reader that was forgotten",
			code: `
rdb.Set(ctx, "{cart:7}:items", "cup", 0)
items, err := rdb.Get(ctx, "cart:7:items").Result()
fmt.Printf("%q %v\n", items, err)
return nil`,
			want: `"" redis: nil`,
		}},
	},
	KeyText: {
		works:   "cart 7",
		cluster: "error: CROSSSLOT Keys in request don't hash to the same slot",
		more: []more{{
			says: "tagged, and taken apart as before",
			code: `
items, total := "{cart:"+id+"}:items", "{cart:"+id+"}:total"
if err := rdb.MSet(ctx, items, "cup", total, 1250).Err(); err != nil {
	return err
}
fmt.Println("cart", strings.Split(items, ":")[1], strings.HasPrefix(items, "cart:"))
fmt.Println(rediscluster.Untag("cart:7:items"))
return nil`,
			want: "cart 7} false\ncart:7:items",
		}},
	},
}

// redirectsMore asks with plain clients, which tell what a cluster client handles itself.
var redirectsMore = []more{
	{
		says: "MOVED",
		code: `return nodes[0].Get(ctx, "a").Err()`,
		want: "error: MOVED 1 127.0.0.1:1",
	},
	{
		says: "ASK and TRYAGAIN",
		code: `
nodes[0].Set(ctx, "{b}:1", 1, 0)
slot, ids := nodes[0].ClusterKeySlot(ctx, "b").Val(), []string{}
for _, n := range nodes[:2] {
	ids = append(ids, fmt.Sprint(n.Do(ctx, "CLUSTER", "MYID").Val()))
}
nodes[1].Do(ctx, "CLUSTER", "SETSLOT", slot, "IMPORTING", ids[0])
nodes[0].Do(ctx, "CLUSTER", "SETSLOT", slot, "MIGRATING", ids[1])
defer func() {
	nodes[0].Do(ctx, "CLUSTER", "SETSLOT", slot, "STABLE")
	nodes[1].Do(ctx, "CLUSTER", "SETSLOT", slot, "STABLE")
}()
fmt.Println("error:", nodes[0].Get(ctx, "{b}:2").Err())
fmt.Println("error:", nodes[0].MGet(ctx, "{b}:1", "{b}:2").Err())
fmt.Println("followed:", rdb.Set(ctx, "{b}:2", 1, 0).Err())
nodes[1].Do(ctx, "ASKING")
return nil`,
		want: "error: ASK 1 127.0.0.1:1\nerror: TRYAGAIN Multiple keys request during rehashing of slot\nfollowed: <nil>",
	},
	{
		says: "CLUSTERDOWN",
		code: `
nodes[0].Do(ctx, "CLUSTER", "DELSLOTS", 1)
err := nodes[0].Get(ctx, "b").Err()
for i := 0; err == nil && i < 100; i++ {
	time.Sleep(20 * time.Millisecond)
	err = nodes[0].Get(ctx, "b").Err()
}
nodes[0].Do(ctx, "CLUSTER", "ADDSLOTS", 1)
for _, n := range nodes {
	for !strings.Contains(n.ClusterInfo(ctx).Val(), "cluster_state:ok") {
		time.Sleep(20 * time.Millisecond)
	}
}
return err`,
		want: "error: CLUSTERDOWN The cluster is down",
	},
	{
		says: "CROSSSLOT",
		code: `return rdb.MGet(ctx, "a", "b").Err()`,
		want: "error: CROSSSLOT Keys in request don't hash to the same slot",
	},
}

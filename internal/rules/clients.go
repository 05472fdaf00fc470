package rules

// clientRules are about constructors, and about names that stay.
var clientRules = []Rule{
	{
		ID:    ClientSwitch,
		Title: "a plain client must become a cluster client",
		Text: `
A plain client on a cluster talks to one node and does not follow redirections:

    MOVED 8579 127.0.0.1:7102

The other way round, a cluster client on a standalone server fails with every call: the switch comes last, together with the server.

    ERR This instance has cluster support disabled

clusterize changes the constructor, its options, and the declared types that the client reaches, in every package, in tests, and in files that other build tags select. Two clients are decided apart. A type that a ported and a kept client share becomes redis.UniversalClient, which both are, and the report says so. It leaves a client alone, and says why, where the client is handed to code that takes *redis.Client only, where a method is called that a cluster client has not, where the types do not fit, or where one of its sites would be silently wrong on a cluster (no error, but a wrong answer or lost atomicity). --switch=always and --switch=never overrule the last.

With --client=universal all that becomes redis.UniversalClient. The server is asked once whether it is a cluster, or the environment variable REDIS_CLUSTER says so: one binary serves a standalone server in development and a cluster in production.

NewUniversalClient with one address gives a plain client, so one configuration endpoint means MOVED errors: it gets IsClusterMode (go-redis v9.8.0 and later) or becomes NewClusterClient. NewFailoverClusterClient is Sentinel, not a Redis Cluster.

go-redis v8 and older can't talk to a cluster of Redis 7.0 or later at all, so move to v9 first:

    got 4 elements in cluster info address, expected 2 or 3`,
		Before: `
plain := redis.NewClient(&redis.Options{
	Addr:     addr,
	Password: password,
})
defer plain.Close()
return plain.Set(ctx, "visits:"+id, 1, 0).Err()`,
		After: `
plain := redis.NewClusterClient(&redis.ClusterOptions{
	Addrs:    strings.Split(addr, ","),
	Password: password,
})
defer plain.Close()
return plain.Set(ctx, "visits:"+id, 1, 0).Err()`,
		Since:   first,
		Fixable: true,
	},
	{
		ID:    ClientOptions,
		Title: "options that a cluster client has not, or reads differently",
		Text: `
A cluster has database 0 only. A client with another DB gets this from each node:

    ERR SELECT is not allowed in cluster mode

ClusterOptions has no DB. NewUniversalClient with several addresses ignores it, and so does ParseClusterURL when it is in the path of the URL; it refuses it as ?db=2, and it takes no socket:

    redis: unexpected option: db
    redis: invalid URL scheme: unix

clusterize leaves DB out, and says so. Two clients of different databases are compared family by family: keys that would meet block both, and so do FLUSHDB, KEYS and the like of one of them.

Not in ClusterOptions either: Network (TCP only), Limiter (set it for each node in NewClient), the options of the client-side cache. Addr becomes Addrs, a list of seeds.

Read differently: PoolSize is for each node, by default 5 x GOMAXPROCS instead of 10. MaxRetries is off by default, since MaxRedirects (3) does its work; a value that is carried over multiplies with it. ReadTimeout -1 means no timeout, but with go-redis v9.7.3 the nodes get 3 seconds (right in v9.23.0). TLS: CLUSTER SLOTS names nodes by IP, and certificates have names. A DialHook is never called, PoolStats sums over nodes, and redisotel has a span for each command of a node.

Options that other code fills or reads (a decoded configuration, a sentinel client) stay redis.Options, and are converted where the client is made: rediscluster.ClusterOptions.

What to do: decide about what has no counterpart. Where the keys of two databases would meet, give those of one a prefix. ParseClusterURL is in go-redis v9.0.0 and later; it takes more seeds as ?addr=host:port, one for each.`,
		Before: `
reports := redis.NewClient(&redis.Options{
	Addr: addr,
	DB:   2,
})
defer reports.Close()
return reports.Set(ctx, "report:"+id, "done", 0).Err()`,
		After: `
reports := redis.NewClusterClient(&redis.ClusterOptions{
	Addrs: strings.Split(addr, ","),
})
defer reports.Close()
return reports.Set(ctx, "report:"+id, "done", 0).Err()`,
		Since:   first,
		Fixable: true,
	},
	{
		ID:    Redirects,
		Title: "hand-written handling of a cluster's errors",
		Text: `
Code that reads MOVED, ASK, CLUSTERDOWN or TRYAGAIN from the text of an error was written for a plain client on a cluster, or copied from elsewhere. A cluster client follows MOVED and ASK and tries again after CLUSTERDOWN and TRYAGAIN itself, up to MaxRedirects (3) times, with a wait between. These are the errors that a plain client sees:

    MOVED 8579 127.0.0.1:7102
    ASK 8579 127.0.0.1:7102
    CLUSTERDOWN The cluster is down
    TRYAGAIN Multiple keys request during rehashing of slot
    CROSSSLOT Keys in request don't hash to the same slot

After the switch such code is no longer reached, or it is wrong: it opens clients of its own to single nodes, multiplies the waiting, or hides a CROSSSLOT that no second try can solve.

What to do: remove it, and set MaxRedirects if three are too few. What is left of CROSSSLOT is listed at the commands that cause it.`,
		Before: `
visits, err := rdb.Get(ctx, "visits:"+id).Int()
for err != nil && strings.HasPrefix(err.Error(), "CLUSTERDOWN ") {
	time.Sleep(time.Second)
	visits, err = rdb.Get(ctx, "visits:"+id).Int()
}
fmt.Println(visits)
return err`,
		After: `
visits, err := rdb.Get(ctx, "visits:"+id).Int()
fmt.Println(visits)
return err`,
		Since: first,
	},
	{
		ID:    SharedFamily,
		Title: "the keys could be tagged, but one use of them can't be edited",
		Text: `
A family of keys (all keys built from one text, such as cart:<id>:items) is renamed everywhere or nowhere: a writer that uses the new name and a reader that uses the old one lose data without an error. So one use that can't be seen or changed holds all of them back: a key that isn't known and could be of this family, a name that is stored in Redis or sent to somebody, a SCAN pattern, a generated file, a constant that other keys share.

Operations on these keys fail until the names change:

    CROSSSLOT Keys in request don't hash to the same slot

What to do: look at the place that the report names. Often it is enough to store or send the id instead of the name, as here, to build the key with the helper that the others use, or to say what it is by a comment, //clusterize:key TEMPLATE REASON. Then run clusterize again.`,
		Before: `
items, paid := "cart:"+id+":items", "cart:"+id+":paid"
if err := rdb.Rename(ctx, items, paid).Err(); err != nil {
	return err
}
return rdb.RPush(ctx, "bills", paid).Err()`,
		After: `
items, paid := "{cart:"+id+"}:items", "{cart:"+id+"}:paid"
if err := rdb.Rename(ctx, items, paid).Err(); err != nil {
	return err
}
return rdb.RPush(ctx, "bills", id).Err()`,
		Since: first,
	},
	{
		ID:    KeyText,
		Title: "the text of a key is looked at",
		Text: `
Keys that an operation uses together need a hash tag:

    CROSSSLOT Keys in request don't hash to the same slot

Code that splits, trims, matches, cuts up or compares the name of a key works on the name as it is now. When the key gets a tag there are braces in it: the parts that a split finds are others (7} instead of 7), a prefix doesn't match any more, and there is NO ERROR.

Where nothing but keys comes to such a place, clusterize gives it the name without the braces of its tag, by a function of the helper package, Untag. It leaves names without braces as they are, so it works before and after the keys are renamed. Where other texts may come there, or the keys have braces of their own, the family keeps its name.

What to do there: pass the parts (an id) beside the key instead of taking them out of it again; or change the place so that it takes both names, before the keys are renamed.`,
		Before: `
items, total := "cart:"+id+":items", "cart:"+id+":total"
if err := rdb.MSet(ctx, items, "cup", total, 1250).Err(); err != nil {
	return err
}
fmt.Println("cart", strings.Split(items, ":")[1])
return nil`,
		After: `
items, total := "{cart:"+id+"}:items", "{cart:"+id+"}:total"
if err := rdb.MSet(ctx, items, "cup", total, 1250).Err(); err != nil {
	return err
}
fmt.Println("cart", strings.Split(rediscluster.Untag(items), ":")[1])
return nil`,
		Since:   first,
		Fixable: true,
	},
}

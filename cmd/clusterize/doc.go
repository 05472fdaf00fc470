// Clusterize ports a Go code base from one standalone Redis to a Redis Cluster.
//
// It type-checks the packages of the target (default ./...), finds every
// go-redis call, works out which keys must share a hash slot, proposes hash
// tags, and writes a diff that switches to redis.NewClusterClient and tags the
// keys that belong together. What it can't prove it leaves alone, and says why.
//
// Usage:
//
//	clusterize [report] [flags] [packages]
//	clusterize diff     [flags] [packages]
//	clusterize apply    [flags] [packages]
//	clusterize check    [flags] [packages]
//	clusterize explain  [RULE]
//
// Packages decide what is reported. The whole module is always read, and changes
// are those of the whole module: a key is renamed everywhere or nowhere.
//
// # Verbs
//
// report, the default, says what breaks on a cluster, what would change, and
// what a person must decide. It writes nothing.
//
// diff prints the changes as one unified diff on stdout, for `git apply`: paths
// are relative to the top of the git work tree, or, without git, to the working
// directory.
//
// apply writes the same changes, byte for byte: all files or none. It refuses
// when the git work tree has changes that are not committed (--allow-dirty),
// when a package could not be analysed (--allow-errors), when a file is
// read-only, and when a file changed since it was read.
//
// check is a gate for CI after the port: it ends with 1 when a site is not safe
// on a cluster, or a package could not be analysed.
//
// explain prints the page of a rule: what happens on a cluster, with the error
// text, before and after. Without a rule it lists them.
//
// # Flags
//
//	-C, --dir DIR        work in this directory
//	    --tags LIST      build tags, separated by commas
//	    --tests=false    leave test files out (they are analysed and ported by default)
//	    --format FORMAT  text or json (report and check)
//	-o, --output FILE    write the report to a file
//	    --tag-style S    entity: {user:<id>}, the default; value: {<id>}
//	    --single-slot    accept a constant tag: all keys of a family in one slot
//	    --config FILE    the file of decisions; clusterize.yaml is read if it is there
//	    --plan FILE      the JSON report of a repository on the same Redis: use its names
//	    --what-if F=T    report only: try the tag T for the family F
//	    --client C       cluster: the type *redis.ClusterClient; universal:
//	                     redis.UniversalClient, which serves a standalone server as well
//	    --server-version the version of the Redis servers, such as 7.2: the cluster
//	                     client of go-redis v8 can't talk to Redis 7.0 and later
//	    --helper DIR     where the helper package is put in a module: internal/rediscluster,
//	                     or where it is already
//	    --switch S       auto: hold a client back while it has a site that would be
//	                     wrong on a cluster without an error; always; never
//	-q, --quiet          say less
//	-v, --verbose        say more: also the safe sites, how each key was derived and
//	                     where the trail ended, and progress on stderr
//
// # Decisions
//
// clusterize.yaml in the working directory, or the file of --config, pins what
// people decided; package internal/decisions has its form. An entry of tags gives
// a family its tag (a part of the template as the report writes it, or {text} to
// be put before the whole key), or lets it keep its name. An entry of sites gives
// a verdict, one of keys a template that the code does not tell, one of clients
// keeps a client on a single node. tagStyle and singleSlot stand for the flags,
// which win. A reason is needed everywhere. What speaks of nothing, or can't be
// followed, is listed among what was left out, and apply refuses to write
// (--allow-errors). Lines move when changes are written: FILE FUNCTION stays.
//
//	//clusterize:ignore RULE reason
//
// at the end of the line of a site, or alone above it, leaves the site alone: its
// keys want no tag, it is not rewritten, it holds no client back, and check does
// not fail for it. It is still counted, and listed.
//
// --plan FILE takes the JSON report of a repository that uses the same Redis. What
// its plan renames gets the same name here, what it keeps is kept, and a site that
// can't follow is for a person. The flag can be given several times.
//
// --what-if 'user:<id>:log=user:<id>' makes a second plan with that tag, and shows
// which verdicts and names would be others; 'user:<id>:log=' keeps the name. It
// can be given several times.
//
// # Annotations
//
// Where the code does not tell a key, a comment can:
//
//	k := cfg.Key(id) //clusterize:key app:<id> the names are configured
//
// It stands at the end of a line, or alone on the line above, and gives the text
// of the string on that line that is a key: an assigned or returned value, an
// element, or an argument. In the doc comment of a function it gives the string
// that the function returns; or, where callers can't be seen, the parameter
// called key (or the only string parameter).
//
// What varies is written <name>. A name that has just one value in the function
// (a parameter, a variable, a field such as u.ID, a constant) is that value; a
// name that is none of these is one value for each call of the function. <!name>
// does not change while the process runs, << is the text <, and a template with
// blanks is quoted. The rest of the line is the reason.
//
// What the code does tell is never overruled, and an annotation that is not
// used, or malformed, is listed among what was left out. A key that is known
// only from an annotation has no text that could be edited: its family keeps its
// name.
//
// # Exit codes
//
//	0  the command did its job, sites that need a person included
//	1  check found something
//	2  usage, or the target could not be loaded, or apply refused
//
// Reports go to stdout, progress and diagnostics to stderr.
package main

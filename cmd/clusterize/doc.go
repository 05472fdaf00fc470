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
//	clusterize init     [flags] [packages]
//	clusterize compose  [flags]
//	clusterize keymap   [flags] [packages]
//	clusterize rename   --addr ADDRESS [--write] [--undo] [flags] [packages]
//	clusterize trace    FILE|- [flags] [packages]
//	clusterize trace    --addr ADDRESS [--for TIME] [flags] [packages]
//	clusterize explain  [RULE]
//	clusterize completion bash|zsh|fish|powershell
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
// directory. With --series DIR it writes numbered patches for `git am` instead: see
// "A series of patches".
//
// apply writes the same changes, byte for byte: all files or none. It refuses
// when the git work tree has changes that are not committed (--allow-dirty),
// when a package could not be analysed (--allow-errors), when a file is
// read-only, and when a file changed since it was read.
//
// check is a gate for CI after the port: it ends with 1 when a site is not safe
// on a cluster, a client is still one of a single server (and not kept so in
// clusterize.yaml), or a package could not be analysed. With --baseline only findings
// that are new fail. See "In CI".
//
// init writes a clusterize.yaml with every decision that is open here, as comments
// that show the defaults: see "Decisions".
//
// compose prints a file for docker compose with a Redis Cluster to test against on
// this machine, and the redis-cli line that makes the same without Docker.
//
// keymap prints what each family of keys is called before and after the port,
// also those that keep their names: without them a key of one could be taken for
// a key of another. Make it before apply, at the commit that is ported, and keep
// it: afterwards the code has the new names only, and its keymap renames nothing.
//
// rename renames the keys that are stored on a standalone server, before they are
// moved to the cluster. It only looks unless --write is given, and refuses to
// write, as apply does, when a package could not be analysed (--allow-errors). See
// "Moving the data".
//
// trace holds captured traffic against the plan: which operations a cluster would
// refuse or answer wrongly, and which keys no template knows. See "Checking against
// real traffic".
//
// explain prints the page of a rule: what happens on a cluster, with the error
// text, before and after. Without a rule it lists them; asked for a word that is
// none, it names the rules that could be meant, or whose pages have the word. All
// pages are in docs/rules.md.
//
// completion prints a script for a shell: source <(clusterize completion bash).
//
// # Flags
//
//	-C, --dir DIR        work in this directory
//	    --tags LIST      build tags, separated by commas
//	    --tests=false    leave test files out (they are analysed and ported by default)
//	    --format FORMAT  text or json (report, check, rename, trace); keymap: also
//	                     redis-shake; report, check: also markdown, a comment to a pull
//	                     request; sarif, for code scanning; github, workflow commands
//	-o, --output FILE    write to a file instead of stdout; it is there whole or not at all
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
//	    --series DIR     diff: write patches for git am into this new or empty directory
//	    --only NAME      diff, apply, keymap, rename: only what serves this family, client
//	                     or rule; can be given several times
//	    --annotate       diff, apply: mark what is left to a person by comments
//	    --max-changes N  diff, apply, keymap, rename: at most N steps of the series
//	    --baseline FILE  check: findings that are known; only new ones fail
//	    --write-baseline FILE  check: write the findings to this file
//	    --addr ADDRESS   rename, trace: the server, HOST:PORT or a URL
//	    --write          rename: do it
//	    --undo           rename: from new names back to old ones
//	    --keymap FILE    rename, trace: the JSON of keymap, instead of packages
//	    --batch N        rename: how many keys are renamed at once (500)
//	    --pause TIME     rename: wait after each batch, such as 10ms
//	    --port N         compose: the first port (7001)
//	    --replicas N     compose: replicas of each primary (1)
//	    --for TIME       trace: how long to listen to --addr (30s)
//	-q, --quiet          say less
//	-v, --verbose        say more: also the safe sites, how each key was derived and
//	                     where the trail ended, and progress on stderr
//
// # Decisions
//
// clusterize.yaml in the working directory, or the file of --config, pins what
// people decided; clusterize init writes one to begin with, and
// package internal/decisions has its form. An entry of tags gives
// a family its tag (a part of the template as the report writes it, or {text} to
// be put before the whole key), or lets it keep its name. An entry of sites gives
// a verdict, one of keys a template that the code does not tell, one of clients
// keeps a client on a single node. tagStyle and singleSlot stand for the flags,
// which win. A reason is needed everywhere. What speaks of nothing, or can't be
// followed, is listed among what was left out, and apply refuses to write
// (--allow-errors). Lines move when changes are written: FILE FUNCTION stays.
// A function with several operations needs the rule as well, one that makes several
// clients the line. What people decided is listed in the report.
//
//	//clusterize:ignore RULE reason
//
// at the end of the line of a site, or alone above it, leaves the site alone: its
// keys want no tag, it is not rewritten, it holds no client back, and check does
// not fail for it. It is still counted, and listed.
//
//	//clusterize:todo RULE reason
//
// stands above each site that is left to a person, so that it shows in a pull
// request: diff and apply write it with --annotate, and take it away where the site
// is solved. It decides nothing. report and check count these comments.
//
// --plan FILE takes the JSON report of a repository that uses the same Redis. What
// its plan renames gets the same name here, what it keeps is kept, and a site that
// can't follow is for a person. The flag can be given several times.
//
// --what-if 'user:<id>:log=user:<id>' makes a second plan with that tag, and shows
// which verdicts and names would be others; 'user:<id>:log=' keeps the name. It
// can be given several times.
//
// # A series of patches
//
//	clusterize diff --series patches && git am patches/*.patch
//
// Each patch says what it does and why, at which sites, what is lost, and how to
// verify it. They come in an order in which they can be merged: calls by hash slot,
// with the helper package that they need; calls that ask every primary; one patch
// for each set of key families that are tagged together; and the switch of the
// clients. The code compiles after each, tests included (what compiles only together
// is one patch), and all but the last ones, which switch clients, work on a
// standalone server. Together they are what apply writes. The author is who git
// would name; the date is that of `git am`.
//
// --only takes a part: what serves a family ('user:<id>:log', as the report names
// it), a client (FILE:LINE of its constructor, with all that its sites need), or the
// sites of a rule (one-node). --max-changes takes the first steps. What is left is
// found by the next run. A keymap for a port in parts must be of the same part:
// keymap and rename take these flags as well, and let the other families keep their
// names.
//
// # In CI
//
//	clusterize check --write-baseline redis-baseline.json   # once; commit the file
//	clusterize check --baseline redis-baseline.json         # in CI
//
// A baseline has the findings that are known: operations that are not safe, and not
// ignored by a directive. A finding is a file, a function, a rule, a method and the
// shapes of the keys, with a count; in a wrapper there is one for each caller that
// brings keys. So it is known again when lines move, code is formatted, a variable
// gets another name or keys get tags; one more that is alike is new, and so is one
// with a worse verdict. New findings are listed, and check ends with 1. Those that
// are gone are listed as well: --write-baseline takes them out of the file, which
// has one finding to a line and their number on top. With both flags it is written
// only if nothing is new. Packages that could not be analysed are in it as well: one
// more fails. Give the same packages each time: findings of others would be told as fixed. The JSON
// report has the comparison as "baseline".
//
// --format=github prints workflow commands of GitHub, which shows them at the lines
// of a pull request: what is blocked as errors, what is for review as warnings,
// what clusterize can change as notices; with a baseline the new findings only. It
// shows ten of a kind, so the gravest come first, and the others are lines of the
// log.
//
// --format=sarif is SARIF 2.1.0: a result for each site that is not safe, and for
// each client and library that needs a person, with callers and derivations as
// evidence. Sites that a directive ignores, or clusterize.yaml declares safe, are
// suppressed, with the reason. Fingerprints do not depend on lines. A fix is given
// only where it is right by itself. It has the 5,000 gravest results.
//
// --format=markdown fits into one comment to a pull request (65,000 characters): what
// does not fit is counted. Names of the target stand as code, so that none of them is
// a link, a mention or HTML.
//
// Names of files are relative to the top of the git work tree in these three.
//
// action.yml in the root of the repository is an action of GitHub that runs check.
//
// # Moving the data
//
// On a cluster a key can't be renamed to one in another slot. So stored keys get
// their new names on the standalone server, where that is atomic and takes no
// time, or on the way:
//
//	clusterize keymap --format=json -o keymap.json     # then clusterize apply
//	clusterize rename --addr 127.0.0.1:6379 --keymap keymap.json
//	clusterize rename --addr 127.0.0.1:6379 --keymap keymap.json --write
//	redis-cli --cluster import 127.0.0.1:7001 --cluster-from 127.0.0.1:6379
//
// A hole of a template takes what its type allows: digits, one of a few constants,
// or any text. Values are taken to hold no ':' and no '/' as long as a key fits a
// family so; else any. A key that two families would name differently (user:a:b:log
// with the families user:<id>, which keeps its name, and user:<id>:log) is never
// renamed, and listed. A key with a new name is never renamed again.
//
// rename walks over all keys with SCAN and renames with RENAMENX, so nothing is
// overwritten, and types and times to live stay. It makes passes until one renames
// nothing, since keys may be written meanwhile; the program with the old names
// should be stopped by then. Keys whose new name is taken, keys that can't be told,
// and keys of no family (of another service, say) are counted, listed and left,
// which is no error: see the report. It may be interrupted or killed at any time,
// and run again: the names are all that it needs to go on. --undo gives the old
// names back. It refuses a cluster and a replica.
//
// The address may be a URL: redis://HOST:PORT/DATABASE, rediss:// for TLS, or
// unix:///PATH?db=DATABASE. User and password are taken from the URL, else from
// REDIS_USERNAME, and REDIS_PASSWORD or REDISCLI_AUTH, and are never printed.
//
// Several repositories on one Redis have a keymap each: give all of them, each
// with --keymap, so that their keys are told apart.
//
// In the JSON of keymap each family has its template, newTemplate and tag; an
// anchored regexp with a group for each hole and newKey, its replacement, for
// Go's regexp and PCRE (where no value holds a ':' or '/'); an example with the
// slot of the new key; and pieces and span, from which rename makes its matcher.
// A configured prefix may be told exactly: give its hole "values", such as
// ["app:prod"].
//
// --format=redis-shake is a function for RedisShake v4, which renames while it
// moves. It renames the keys of a command that RedisShake knows, and stops with an
// error at a key that can't be told.
//
// # Checking against real traffic
//
//	timeout 60 redis-cli monitor | gzip > monitor.gz
//	clusterize trace monitor.gz
//
// The capture is that of the standalone server before the port: the keys must have
// their old names. It may be packed by gzip, and - is standard input. With --addr,
// trace listens to a server itself; MONITOR costs that about half of its speed.
//
// Each operation is judged twice: with the names of the capture, and with each key
// renamed by the plan. An operation is a command; MULTI to EXEC on one connection,
// with the WATCH before it and what was read in between; or a script or function with
// its KEYS and the keys that it used besides, which MONITOR shows. Operations of one
// shape are told once, with an example: commands and keys, never values. Where keys
// are in several slots a cluster refuses, except for two cases that work as long as
// the slots are on one primary: keys that a script does not declare, and keys that
// are watched or read outside of MULTI to EXEC. For these it is counted how many
// would be refused with 3 and with 6 primaries, as redis-cli --cluster create makes
// them. Also told are: commands that one node answers for itself (KEYS, SCAN,
// FLUSHDB; INFO and its like as a note), what a cluster refuses always, what is done
// in other databases than 0, and where the traffic goes, with the hottest keys and
// tags (their counts have bounds, which are written).
//
// The sites of the code that do such an operation are named. Where all that fit are
// split, or ask every primary, it counts as served. With --keymap, the JSON of keymap,
// no code is read (an operator may have none): then these count as well.
//
// trace ends with 1 when operations are left that fail or are silently wrong after
// the plan, or when keys were named that no template knows (does another program use
// this Redis?), or that could be of several families. Lines that can't be read,
// transactions that began before the capture, and whatever else could not be judged
// is counted and told. User and password are taken as rename takes them, and never
// printed.
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
//	1  check or trace found something
//	2  usage, or the target could not be loaded, or apply or rename refused, or
//	   rename did not come to its end
//
// Reports go to stdout, progress and diagnostics to stderr. On a terminal a report
// is as wide as it, up to 120 columns, and has colours unless NO_COLOR is set; what
// takes longer than a second shows what it does. Ctrl-C leaves no half-written
// file, and ends with 2.
package main

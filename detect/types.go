package detect

import (
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/source"
)

// Kind is the kind of a site, as the JSON report writes it.
type Kind string

// The kinds of sites.
const (
	Command     Kind = "command"
	Pipeline    Kind = "pipeline"
	Transaction Kind = "transaction"
	Watch       Kind = "watch"
	Script      Kind = "script"
	Function    Kind = "function"
	PubSub      Kind = "pubsub"
	Node        Kind = "node"       // keyless
	KeyText     Kind = "keytext"    // the text of a key is parsed or matched
	Redirect    Kind = "redirect"   // hand-written MOVED or ASK handling
	Connection  Kind = "connection" // bound to one connection
)

// Target is what kind of value an operation is sent through.
type Target int

const (
	OnClient Target = iota
	OnNode          // one node on purpose: the client that ForEachMaster hands out
	OnConn          // one connection: Conn
	OnUnknown
)

// Site is one Redis operation, or one pipeline or transaction.
type Site struct {
	ID       string
	Pos      source.Position
	Function string // the declared function around it
	Package  string
	Kind     Kind
	Method   string   // of go-redis
	Clients  []string // ids of the clients it may use
	Target   Target
	Contexts []Context
	// Open says why the site is not wholly known, whatever the context: the pipeline escapes, the type failed.
	Open string
	// ByPlace is set for a pipeline whose answers are read by their place in a list, or may be.
	ByPlace bool
	// Helper is set for calls of the helper package that clusterize generates: they work on a cluster whatever the keys.
	Helper bool
	// Test is set for sites in _test.go files.
	Test bool
}

// Context is one way to come to the site, with what is done then.
type Context struct {
	Callers []source.Position // calls that lead here, innermost first; empty: the site itself
	Ops     []Op
	Open    string // why there may be other contexts, or ""
}

// Op is one command.
type Op struct {
	Pos     source.Position
	Method  string
	In      string // the function that the call stands in, closures apart
	Command string // upper case; "" when it is not known
	Scope   rediscmd.Scope
	Keys    []Key
	// Open says why there may be other keys, or other commands; "" when all are known.
	Open string
	// Found is set when the unknown keys are names that SCAN or KEYS found: they go back as they came.
	Found bool
	// Write is set when the command may change a key.
	Write bool
	// FansOut is set for methods that ask all primaries by themselves on a cluster client.
	FansOut bool
	// Scripts are those that may run, or are loaded; TouchesAll is set when what they touch is not all known.
	Scripts    []LuaScript
	TouchesAll bool
	// Iterated is set for a SCAN from cursor 0 whose reply is only read through Iterator.
	Iterated bool
	// Helper is set for a call of the helper package that clusterize generates: it works whatever the slots of its keys.
	Helper bool
	// Loop is the first call of a scan that goes on with the cursors of its replies, and with no others; it has no file
	// for other commands.
	Loop source.Position
	// Pattern is the glob of SCAN or KEYS, one alternative each; nil for other commands.
	Pattern []key.Template
	// Apart says how the text of the operation's keys is used as something else than a key; "" when it is not.
	Apart string
	// Channels are the names, or patterns, of a publication or subscription: no keys, but maybe made by the same functions.
	Channels []key.Template
	// Mends are the expressions of keys whose text is looked at, where their old names can be put in their places.
	Mends []Span
	// Notes are facts about the call that matter on a cluster: see the Note constants.
	Notes []Note
}

// Key is one key argument, or all elements that one place puts into a list of keys.
type Key struct {
	Alts []key.Template
	// Multi is set when the place is reached several times within one operation.
	Multi bool
	Pos   source.Position
	// Built is how a script builds the key, KEYS[1] .. ":lease", and Line where it uses it; "" and 0 for keys that are
	// passed in KEYS.
	Built string
	Line  int
	// From is the value that was evaluated: keyflow.Flow.Trail tells how.
	From keyflow.Ref
}

// Span is a stretch of a file; the zero Span is none.
type Span struct {
	File       string // relative to the working directory
	Start, End int    // offsets
}

// UseKind says what happens to a key outside of a command.
type UseKind string

// What may happen to a key. Keys that are printed, counted, sorted, or made part of another text are not listed.
const (
	UseText    UseKind = "text"    // its text is taken apart, matched or measured: a site
	UseCompare UseKind = "compare" // it is compared with a text that is no constant: a site
	UseSearch  UseKind = "search"  // it is looked for in a list: a site
	UseMap     UseKind = "map"     // it is the index of a map
	UseValue   UseKind = "value"   // it is written to Redis as a value
	UseScript  UseKind = "script"  // it is an argument of a script, besides its keys
	UseOut     UseKind = "out"     // it is handed to other code: a library, callers of an exported function
	UseLost    UseKind = "lost"    // it goes where it can't be followed
)

// KeyUse is a place outside of commands that keys come to.
type KeyUse struct {
	Pos  source.Position
	Kind UseKind
	What string // behind "keys": are returned by Keys, which others may call
	Keys []key.Template
	Test bool
}

// Text is a text that may be a key, and is not seen to become one.
type Text struct {
	Pos      source.Position
	Template key.Template
	Goes     string // where it goes, behind "keys"; "" when it is only printed, looked at, or returned
	Test     bool
}

// LuaScript is the source of a script, or of a library and one of its functions.
type LuaScript struct {
	Text     key.Template
	Function string
	Problem  string // why it can't be read, or not all of it
}

// Note is a fact about a call, with details for the reader.
type Note struct {
	Code   NoteCode
	Detail string
}

// NoteCode names a fact about a call.
type NoteCode string

const (
	NoteScript     NoteCode = "script"      // the script can't be read, or not all of it
	NoteScriptNode NoteCode = "script-node" // the script sends a command that sees one node only
	// the script sends a command that a cluster refuses
	NoteScriptRefused NoteCode = "script-refused"
	NoteNoCluster     NoteCode = "no-cluster"    // the script says that it does not run on a cluster
	NoteSortPattern   NoteCode = "sort-pattern"  // SORT with BY or GET
	NoteKeyspace      NoteCode = "keyspace"      // subscription to keyspace notifications
	NoteRawCommand    NoteCode = "raw"           // the command name is not a constant
	NoteScriptCache   NoteCode = "script-cache"  // EVALSHA without a way back when the node does not have the script
	NotePublish       NoteCode = "publish-count" // the number of receivers is used
	NoteSubscribed    NoteCode = "subscribed"    // channels are added to a subscription
	NoteRouting       NoteCode = "routing"       // the client is told to split commands itself
	NoteRedirect      NoteCode = "redirect"      // an error of a cluster is looked for by its text
)

// Client is a constructor call.
type Client struct {
	ID          string
	Pos         source.Position
	Constructor string // "NewClient"
	Function    string // the declared function around it, "" for a variable of the package
	Package     string
	Test        bool
}

// Result is everything that was found.
type Result struct {
	Clients []Client
	Sites   []Site
	Uses    []KeyUse         // where else keys go
	Beside  []keyflow.Beside // texts that stand beside keys in maps: they are renamed with them
	Loose   []key.Template   // keys where a variable that holds one is named
	Texts   []Text           // what is put together as keys are, elsewhere than those of the sites
}

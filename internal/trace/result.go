package trace

import "time"

// Level says how bad a finding is.
type Level string

const (
	Fails  Level = "fails"  // the cluster answers with an error
	Silent Level = "silent" // no error, but the answer, or what is done, is that of one node
	Note   Level = "note"   // tells of one node what is different on each: harmless, but for who reads it
)

// Kind is what was found.
type Kind string

const (
	Command     Kind = "command"     // one command with keys in several slots
	Transaction Kind = "transaction" // MULTI to EXEC
	Watch       Kind = "watch"       // WATCH to EXEC, with what was read in between
	Script      Kind = "script"      // a script or function with its keys, declared and others
	OneNode     Kind = "node"        // a command without keys, of which one node answers for itself
	Refused     Kind = "refused"     // a command, or an argument, that a cluster does not take
	Database    Kind = "database"    // commands in another database than 0
)

// Primaries are the sizes of the clusters that are looked at.
var Primaries = [...]int{3, 6}

// Outcome is what becomes of the operations of a finding.
type Outcome struct {
	// Count is how many have keys in several slots; of a finding that is not about slots, all of them.
	Count int64 `json:"count"`
	// Fails is how many of these fail with each of Primaries. The others work as long as the slots of their keys happen
	// to be on one primary.
	Fails [len(Primaries)]int64 `json:"fails"`
}

// Finding is operations of one shape that a cluster does not serve as one Redis does.
type Finding struct {
	Kind  Kind  `json:"kind"`
	Level Level `json:"level"`
	// Commands in the order in which they first came, each once, in capitals. Of a script, only how it was run.
	Commands []string `json:"commands"`
	// Families of the keys, each once. Those that no template knows have a guessed shape.
	Families []Family `json:"families"`
	Reason   string   `json:"reason"`
	Before   Outcome  `json:"before"` // with the names of the capture
	After    Outcome  `json:"after"`  // with each key renamed by the plan
	Sample   Sample   `json:"sample"`
	// Sites of the code that do such an operation; nil where no code was read.
	Sites []Site `json:"sites,omitempty"`
	// Handled is set when each of these sites is rewritten for a cluster, or is safe with a cluster client.
	Handled bool `json:"handled,omitempty"`
}

// Open reports that somebody must look at the finding still, after the plan.
func (f *Finding) Open() bool { return f.Level != Note && f.After.Count > 0 && !f.Handled }

// Family is what a key is of.
type Family struct {
	Template    string `json:"template"`
	NewTemplate string `json:"newTemplate"`
	Known       bool   `json:"known"` // by the plan
}

// Sample is one operation as an example: commands and keys, never values.
type Sample struct {
	Line int64  `json:"line"`
	Text string `json:"text"`
}

// Site is an operation in the code.
type Site struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Verdict string `json:"verdict"`
	Kind    string `json:"-"` // as in the report
	// Whole is set where a key is one value of which nothing is known.
	Whole bool `json:"-"`
	// Commands in capitals, and the templates of the families of its keys.
	Commands []string `json:"-"`
	Families []string `json:"-"`
}

// Keys are keys that are alike.
type Keys struct {
	Shape   string   `json:"shape"` // guessed; of keys between families, these
	Count   int64    `json:"count"` // how often they were named
	Samples []string `json:"samples"`
	dbs     uint64
}

// Hot is a key or a tag that was named often.
type Hot struct {
	Text string `json:"text"`
	// The true count lies between Least and Most.
	Least int64 `json:"least"`
	Most  int64 `json:"most"`
}

// Shards is the traffic on a cluster of some primaries, in percent of the keys that were named.
type Shards struct {
	Primaries int       `json:"primaries"`
	Percent   []float64 `json:"percent"`
}

// Spread is where the traffic goes.
type Spread struct {
	Slots  int                    `json:"slots"` // that were used
	Shards [len(Primaries)]Shards `json:"shards"`
}

// Traffic is what clients named: each key counts once for each command. Keys that only scripts name are not in it.
type Traffic struct {
	Keys   int64  `json:"keys"`
	Before Spread `json:"before"`
	After  Spread `json:"after"`
	// Tags are the texts that decide the slot after the plan, Keys the keys with the names of the capture. Bound is how
	// often a text may have been named that is not listed.
	Tags     []Hot `json:"hotTags"`
	HotKeys  []Hot `json:"hotKeys"`
	TagBound int64 `json:"tagBound"`
	KeyBound int64 `json:"keyBound"`
}

// DB is a database with its commands; those above 63 count as 63.
type DB struct {
	Number   int   `json:"number"`
	Commands int64 `json:"commands"`
}

// Meeting is a family with keys in several databases.
type Meeting struct {
	Template  string `json:"template"`
	Databases []int  `json:"databases"`
}

// Unreadable is a line that is no command.
type Unreadable struct {
	Line int64  `json:"line"`
	Why  string `json:"why"`
}

// Counted is a name with a count.
type Counted struct {
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

// Capture says what was read, and what of it could not be used.
type Capture struct {
	Lines         int64        `json:"lines"`
	Bytes         int64        `json:"bytes"`
	Blank         int64        `json:"blank"` // lines, with the OK at the beginning
	Commands      int64        `json:"commands"`
	ScriptCalls   int64        `json:"scriptCalls"` // commands that scripts called
	Transactions  int64        `json:"transactions"`
	ScriptRuns    int64        `json:"scriptRuns"`
	From          Time         `json:"from"`
	To            Time         `json:"to"`
	Unreadable    int64        `json:"unreadable"`
	UnreadSamples []Unreadable `json:"unreadableSamples"`
	// Unended is set when the last line is not whole, or Ended says why the capture ended before its end.
	Unended bool   `json:"unended"`
	Ended   string `json:"ended"`
	// UnknownCommands are those that clusterize does not know; of what they do nothing is said.
	UnknownCommands []Counted `json:"unknownCommands"`
	// CutKeys are keys of which a line was too long to be kept, NoKeys commands of which the keys could not be told.
	CutKeys int64 `json:"cutKeys"`
	NoKeys  int64 `json:"noKeys"`
	// Of transactions: those that were open at the end, those of which the beginning is not in the capture, those that
	// were given up because their client was silent for long, or because too many were open; and those of clients at a
	// socket of the machine, which MONITOR does not tell apart.
	OpenTransactions int64 `json:"openTransactions"`
	HalfTransactions int64 `json:"halfTransactions"`
	LostTransactions int64 `json:"lostTransactions"`
	SocketClients    int64 `json:"socketTransactions"`
	// OrphanCalls are commands of a script that is not in the capture.
	OrphanCalls int64 `json:"orphanCalls"`
}

// Time is a moment of a capture, the zero Time none.
type Time struct{ time.Time }

// MarshalJSON writes null for none.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return t.UTC().MarshalJSON()
}

// Summary counts operations: those that fail and those that are silently wrong, before and after the plan.
type Summary struct {
	FailsBefore  int64 `json:"failsBefore"`
	FailsAfter   int64 `json:"failsAfter"`
	SilentBefore int64 `json:"silentBefore"`
	SilentAfter  int64 `json:"silentAfter"`
	UnknownKeys  int64 `json:"unknownKeys"`
	UntoldKeys   int64 `json:"untoldKeys"`
}

// Result is all that was found.
type Result struct {
	SchemaVersion int    `json:"schemaVersion"`
	Source        string `json:"source"`
	Families      int    `json:"families"` // that the plan has
	// Primaries are the sizes of the clusters that the lists of Outcome.Fails speak of.
	Primaries []int     `json:"primaries"`
	Capture   Capture   `json:"capture"`
	Summary   Summary   `json:"summary"`
	Findings  []Finding `json:"findings"`
	// MoreFindings are operations of shapes beyond the first ones that are kept.
	MoreFindings int64 `json:"moreFindings"`
	// Unknown are keys that no template knows, Untold those that could be of several families with different new names.
	Unknown []Keys `json:"unknownKeys"`
	Untold  []Keys `json:"untoldKeys"`
	// Silent are families that say nothing of their keys, as their templates are one hole.
	SilentFamilies []string  `json:"silentFamilies"`
	Databases      []DB      `json:"databases"`
	Meetings       []Meeting `json:"meetings"`
	Traffic        Traffic   `json:"traffic"`
}

// Found reports that something is left that somebody must look at: operations that fail or are silently wrong after the
// plan, or keys of which the new name is not known.
func (r *Result) Found() bool {
	s := r.Summary
	return s.FailsAfter+s.SilentAfter+s.UnknownKeys+s.UntoldKeys+r.MoreFindings > 0
}

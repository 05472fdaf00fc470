package rename

import "github.com/clusterize/clusterize/internal/keymap"

// Result is what a run found and did.
type Result struct {
	SchemaVersion int    `json:"schemaVersion"`
	Server        string `json:"server"` // without user and password
	Write         bool   `json:"write"`
	Undo          bool   `json:"undo"`
	Passes        int    `json:"passes"` // over all keys; the last one may not have been whole
	Interrupted   bool   `json:"interrupted"`
	// Writing is set when the last pass that was allowed still found keys to rename: something writes them.
	Writing bool `json:"stillWritten"`
	// Keys are those of the last pass: all but Renamed and Gone are counted anew in each, so they say how it stands.
	Keys     int64    `json:"keys"`
	Families []Family `json:"families"` // that are renamed, in the order of the keymap
	Renamed  int64    `json:"renamed"`  // or would be
	Gone     int64    `json:"gone"`     // between SCAN and rename: deleted, or expired; or SCAN gave them twice
	Done     int64    `json:"done"`     // have the name already
	Kept     int64    `json:"kept"`     // of families that keep their names
	// Collisions are keys whose new name another key has.
	Collisions    int64       `json:"collisions"`
	CollisionList []Pair      `json:"collisionList"` // the first of them
	Ambiguous     int64       `json:"ambiguous"`
	AmbiguousList []Ambiguous `json:"ambiguousList"` // the first of them
	// Unknown keys are of no family: of another service, or of code that was not read.
	Unknown     int64   `json:"unknown"`
	UnknownList []Group `json:"unknownList"` // by beginning; not all, when there are very many beginnings
	// Others are the other databases that have keys, which were not looked at.
	Others []Database `json:"otherDatabases"`
}

// Database is one that has keys.
type Database struct {
	Number int   `json:"number"`
	Keys   int64 `json:"keys"`
}

// Family is what became of one.
type Family struct {
	Template    string `json:"template"`
	NewTemplate string `json:"newTemplate"`
	Renamed     int64  `json:"renamed"`
	Done        int64  `json:"done"`
	Samples     []Pair `json:"samples"`
}

// Pair is a key and the name that it gets.
type Pair struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Ambiguous is a key that can't be told between families.
type Ambiguous struct {
	Key      string   `json:"key"`
	Families []string `json:"families"`
}

// Group is keys of no family that begin in one way.
type Group struct {
	Begins string `json:"begins"`
	Keys   int64  `json:"keys"`
	Sample string `json:"sample"`
}

// How many keys are listed; all are counted.
const (
	maxSamples = 3
	maxListed  = 10000
	maxGroups  = 1000
)

func newResult(s *Server, m *keymap.Map, opt Options) *Result {
	r := &Result{SchemaVersion: 1, Server: s.Name, Write: opt.Write, Undo: opt.Undo, Families: []Family{}}
	for _, e := range m.Entries {
		if e.Renamed() {
			r.Families = append(r.Families, Family{Template: e.Template, NewTemplate: e.NewTemplate, Samples: []Pair{}})
		}
	}
	return r
}

// begin forgets what is counted anew in each pass.
func (r *Result) begin() {
	r.Passes++
	r.Keys, r.Done, r.Kept, r.Collisions, r.Ambiguous, r.Unknown = 0, 0, 0, 0, 0, 0
	r.CollisionList, r.AmbiguousList, r.UnknownList = []Pair{}, []Ambiguous{}, []Group{}
	for i := range r.Families {
		r.Families[i].Done = 0
	}
}

// Left are keys that a write would rename, and can't.
func (r *Result) Left() int64 { return r.Collisions + r.Ambiguous }

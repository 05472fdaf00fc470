package report

// Plan is what the next repository on the same Redis needs to use the same names, and what could be decided otherwise.
type Plan struct {
	// Families are all that the code has, those that keep their names included.
	Families  []Planned  `json:"families"`
	Conflicts []Conflict `json:"conflicts"`
	Overlaps  []Overlap  `json:"overlaps"`
	// Bounded is set when not all choices of tags could be ruled out: there may be a better plan.
	Bounded bool `json:"bounded"`
}

// Planned is a family's name, and its new one.
type Planned struct {
	Template    string `json:"template"`
	NewTemplate string `json:"newTemplate"`
}

// RunnerUp is the second choice for a family: another tag, or its old name.
type RunnerUp struct {
	NewTemplate string `json:"newTemplate"`
	Loses       string `json:"loses"` // why it is not the first
}

// Conflict is operations that another plan would serve: sites that give way, those that would give way instead, how the
// families would be written then, and why that plan was not taken.
type Conflict struct {
	Sites    []string `json:"sites"`
	Against  []string `json:"against"`
	Families []Wanted `json:"families"`
	Loses    string   `json:"loses"`
}

// Wanted is a family as it is planned now, and as a conflict would have it.
type Wanted struct {
	Template string `json:"template"`
	Now      string `json:"now"`
	Then     string `json:"then"`
}

// Overlap is families that may hold the same keys.
type Overlap struct {
	Template string   `json:"template"`
	Families []string `json:"families"`
	Means    string   `json:"means"`
}

// Spread is a simulation: random keys of a family on a cluster. Values is the number of values that the tag takes, as
// far as known or assumed; 0 for many.
type Spread struct {
	Values  int      `json:"values"`
	Assumed string   `json:"assumed,omitempty"`
	Keys    int      `json:"keys"`
	Slots   int      `json:"slots"` // of 16,384
	Shards  []Shards `json:"shards"`
}

// Shards is a cluster of some primaries: how many hold a key, and the percentage of the keys on the fullest one.
type Shards struct {
	Primaries int `json:"primaries"`
	Used      int `json:"used"`
	Busiest   int `json:"busiest"`
}

// WhatIf is what would be different with other tags.
type WhatIf struct {
	Tags     []Planned     `json:"tags"`     // that were tried
	Summary  Summary       `json:"summary"`  // of the sites then
	Families []Wanted      `json:"families"` // that would be written otherwise
	Sites    []ChangedSite `json:"sites"`    // that would have another verdict
	Problems []string      `json:"problems"` // why a tag could not be tried
}

// ChangedSite is a site with another verdict.
type ChangedSite struct {
	ID     string `json:"id"`
	Then   string `json:"then"`
	Reason string `json:"reason"`
}

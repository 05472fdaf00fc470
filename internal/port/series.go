package port

import (
	"slices"
	"strconv"
	"strings"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/report"
	"github.com/clusterize/clusterize/internal/rules"
	"github.com/clusterize/clusterize/internal/source"
	"github.com/clusterize/clusterize/keyplan"
	"github.com/clusterize/clusterize/rewrite"
)

// Selection is a part of the changes; its zero value is all of them.
type Selection struct {
	// Only names families (old or new template), clients (FILE:LINE, or the id) and rules: the changes that serve any.
	Only []string
	// Max is how many steps are made at most; 0 for all.
	Max int
}

// Steps are the changes in the order in which they can be merged.
func (o *Outcome) Steps(sel Selection) ([]rewrite.Step, error) {
	if o.rw == nil {
		return nil, nil
	}
	changes := o.Port.AppliedChanges()
	if len(sel.Only) > 0 {
		var err error
		if changes, err = o.pick(changes, sel.Only); err != nil {
			return nil, err
		}
	}
	steps, err := o.rw.Series(changes)
	if sel.Max > 0 && len(steps) > sel.Max {
		steps = steps[:sel.Max]
	}
	return steps, err
}

// pick takes what serves the families, clients and rules that are named.
func (o *Outcome) pick(changes []*rewrite.Change, names []string) ([]*rewrite.Change, error) {
	p := picked{Outcome: o, families: map[string]bool{}, clients: map[source.Position]bool{}, sites: map[string]bool{}}
	for _, name := range names {
		if !(p.family(name) || p.client(name, changes) || p.rule(name)) {
			return nil, &load.UsageError{Msg: "--only=" + name + " is no family, client or rule here", Next: "name one as the report does: 'user:<id>:log', main.go:12, one-node"}
		}
	}
	return p.changes(changes), nil
}

// picked is what changes are to serve.
type picked struct {
	*Outcome
	families map[string]bool          // by template
	clients  map[source.Position]bool // constructors
	sites    map[string]bool
}

func (p picked) family(name string) bool {
	found := false
	for _, f := range p.Plan.Families {
		if f.Template == name || f.NewTemplate == name {
			p.families[f.Template], found = true, true
		}
	}
	return found
}

// client picks a client with those that can only be switched together with it, and with all that their sites need: to
// switch one before would leave calls that fail on a cluster, or are wrong.
func (p picked) client(name string, changes []*rewrite.Change) bool {
	found := false
	for _, s := range p.Port.Switches {
		if id := clientID(s.Client); name == id || "client:"+name == id || name == s.Client.String() {
			p.clients[s.Client], found = true, true
		}
	}
	for _, c := range changes {
		if slices.ContainsFunc(c.Clients, func(pos source.Position) bool { return p.clients[pos] }) {
			for _, pos := range c.Clients {
				p.clients[pos] = true
			}
		}
	}
	ids := map[string]bool{}
	for pos := range p.clients {
		ids[clientID(pos)] = true
	}
	for _, s := range p.res.Sites {
		if found && (len(s.Clients) == 0 || slices.ContainsFunc(s.Clients, func(id string) bool { return ids[id] })) {
			p.sites[s.ID] = true
		}
	}
	return found
}

func (p picked) rule(name string) bool {
	if _, ok := rules.Get(rules.ID(name)); !ok {
		return false
	}
	for i, d := range p.Plan.Decisions {
		if d.Rule == rules.ID(name) {
			p.sites[p.res.Sites[i].ID] = true
		}
	}
	return true
}

// mended are the places that look at the text of keys, and are given the names without tags.
func (p picked) mended() map[string]bool {
	out := map[string]bool{}
	for i, s := range p.res.Sites {
		if s.Kind == detect.KeyText && p.Plan.Decisions[i].Verdict == keyplan.Tag {
			out[s.ID] = true
		}
	}
	return out
}

// changes are those, or parts of them, that serve anything of it. With a tag come all places that look at the text of
// keys: they work before it as well, but not without it after.
func (p picked) changes(all []*rewrite.Change) []*rewrite.Change {
	whole := func(c *rewrite.Change) bool {
		return slices.ContainsFunc(c.Families, func(f string) bool { return p.families[f] }) ||
			slices.ContainsFunc(c.Clients, func(pos source.Position) bool { return p.clients[pos] }) ||
			c.Stage == rewrite.Renames && slices.ContainsFunc(c.Sites, func(id string) bool { return p.sites[id] })
	}
	mended := map[string]bool{}
	if slices.ContainsFunc(all, func(c *rewrite.Change) bool { return c.Stage == rewrite.Renames && whole(c) }) {
		mended = p.mended()
	}
	var out []*rewrite.Change
	for _, c := range all {
		if whole(c) {
			out = append(out, c)
		} else if c.Stage != rewrite.Renames && c.Stage != rewrite.Switches {
			if part := c.For(func(id string) bool { return p.sites[id] || mended[id] }); part != nil {
				out = append(out, part)
			}
		}
	}
	return out
}

func clientID(pos source.Position) string { return "client:" + pos.File + ":" + strconv.Itoa(pos.Line) }

// Contents are the files as the steps leave them.
func Contents(steps []rewrite.Step) map[string][]byte {
	if len(steps) == 0 {
		return nil
	}
	return steps[len(steps)-1].Files
}

// stages are those of the report.
var stages = map[rewrite.Stage]string{
	rewrite.Splits: report.StageSplit, rewrite.Fanouts: report.StageFanout, rewrite.Renames: report.StageTag,
	rewrite.Notes: report.StageNote, rewrite.Switches: report.StageSwitch,
}

// Patches describes steps.
func (o *Outcome) Patches(steps []rewrite.Step) []report.Patch {
	r := o.Report
	if o.only != nil { // patches are those of the whole module
		r = newReport(o.Program, o.res, o, nil, nil)
	}
	out := []report.Patch{}
	for _, s := range steps {
		p := report.Patch{Stage: stages[s.Stage], Files: s.Patch}
		for _, c := range s.Changes {
			p.Sites = append(p.Sites, c.Sites...)
			p.Families = append(p.Families, c.Families...)
			for _, pos := range c.Clients {
				p.Clients = append(p.Clients, clientID(pos))
			}
		}
		r.Describe(&p)
		out = append(out, p)
	}
	return out
}

// snippets are the lines around sites.
func (o *Outcome) snippets(sites []detect.Site) map[string]report.Snippet {
	lines := map[string][]string{}
	for _, f := range o.Program.Files {
		lines[f.Rel] = strings.Split(strings.ReplaceAll(string(f.Content), "\r\n", "\n"), "\n")
	}
	out := map[string]report.Snippet{}
	for _, s := range sites {
		ls := lines[s.Pos.File]
		from, to := max(0, s.Pos.Line-1-snippetLines), min(len(ls), s.Pos.Line+snippetLines)
		if from < to {
			out[s.ID] = report.Snippet{First: from + 1, Lines: ls[from:to]}
		}
	}
	return out
}

// snippetLines is how many lines are shown before and after that of a site.
const snippetLines = 3

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

// pick takes what serves the families, clients and rules that are named. A client comes with all that its sites need:
// to switch it before would leave calls that fail on a cluster, or are wrong.
func (o *Outcome) pick(changes []*rewrite.Change, names []string) ([]*rewrite.Change, error) {
	families, sites, clients := map[string]bool{}, map[string]bool{}, map[source.Position]bool{}
	for _, name := range names {
		found := false
		for _, f := range o.Plan.Families {
			if f.Template == name || f.NewTemplate == name {
				families[f.Template], found = true, true
			}
		}
		for _, s := range o.Port.Switches {
			id := clientID(s.Client)
			if name != id && "client:"+name != id && name != s.Client.String() {
				continue
			}
			clients[s.Client], found = true, true
			for _, x := range o.res.Sites {
				if len(x.Clients) == 0 || slices.Contains(x.Clients, id) {
					sites[x.ID] = true
				}
			}
		}
		if _, ok := rules.Get(rules.ID(name)); ok {
			found = true
			for i, d := range o.Plan.Decisions {
				if d.Rule == rules.ID(name) {
					sites[o.res.Sites[i].ID] = true
				}
			}
		}
		if !found {
			return nil, &load.UsageError{Msg: "--only=" + name + " is no family, client or rule here", Next: "name one as the report does: 'user:<id>:log', main.go:12, one-node"}
		}
	}
	var out []*rewrite.Change
	for _, c := range changes {
		switch {
		case slices.ContainsFunc(c.Families, func(f string) bool { return families[f] }),
			slices.ContainsFunc(c.Clients, func(p source.Position) bool { return clients[p] }):
			out = append(out, c)
		case c.Stage != rewrite.Switches:
			if part := c.For(func(id string) bool { return sites[id] }); part != nil {
				out = append(out, part)
			}
		}
	}
	return out, nil
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

package port

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/decisions"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/source"
	"github.com/clusterize/clusterize/keyplan"
)

// decided is what people decided, put to the sites, families and clients of a program.
type decided struct {
	file    *decisions.File // never nil
	ignores []decisions.Directive
	sites   map[string]keyplan.Decided
	ignored map[string]string
	kept    map[source.Position]string // constructors
	pins    []keyplan.Pin
	lost    []string // the entries that keep a client which is not found
	// problems are the decisions that speak of nothing, or can't be followed.
	problems []load.LeftOut
}

// said are the keys that a file of decisions tells.
func said(f *decisions.File) []keyflow.Said {
	if f == nil {
		return nil
	}
	var out []keyflow.Said
	for _, k := range f.Keys {
		out = append(out, keyflow.Said{File: k.At.File, Line: k.At.Line, Template: k.Template, Pos: k.Pos})
	}
	return out
}

// newDecided puts tags and clients to the program; sites wait for a first plan, since they may be named by rule.
func newDecided(prog *load.Program, res detect.Result, cfg Config) *decided {
	d := &decided{file: cfg.Decisions, sites: map[string]keyplan.Decided{}, ignored: map[string]string{}, kept: map[source.Position]string{}, pins: slices.Clone(cfg.Pins)}
	if d.file == nil {
		d.file = &decisions.File{}
	}
	d.ignores = decisions.Ignores(prog)
	for _, t := range d.file.Tags {
		pin, err := keyplan.PinTag(t.Family, t.Tag, reasonAt(t.Reason, t.Pos), lineOf(t.Pos))
		if err != nil {
			d.problem(t.Pos, err.Error())
			continue
		}
		d.pins = append(d.pins, pin)
	}
	for _, c := range d.file.Clients {
		if why := d.keep(c, res.Clients); why != "" {
			d.problem(c.Pos, why)
			d.lost = append(d.lost, lineOf(c.Pos))
		}
	}
	return d
}

// keep keeps the client of an entry on a single node; else it says why not. A function may make several, of which one is
// of a cluster: which is meant must be told.
func (d *decided) keep(entry decisions.Client, clients []detect.Client) string {
	var found []detect.Client
	cluster := ""
	for _, c := range clients {
		switch {
		case !entry.At.Matches(c.Pos.File, c.Pos.Line, c.Pos.Column, c.Function, ""):
		case strings.Contains(c.Constructor, "Cluster"):
			cluster = c.Pos.String()
		default:
			found = append(found, c)
		}
	}
	switch {
	case len(found) == 0 && cluster != "":
		return "the client at " + cluster + " is one of a cluster: it can't be kept on a single node"
	case len(found) == 0:
		return "no client is made at " + entry.At.String()
	case len(found) > 1 || cluster != "" && entry.At.Function != "":
		var at []string
		for _, c := range found {
			at = append(at, c.Pos.String())
		}
		if cluster != "" {
			at = append(at, cluster)
		}
		slices.SortFunc(at, byLine)
		return fmt.Sprintf("%d clients are made in %s: name the line of one: %s", len(at), entry.At.Function, strings.Join(at, ", "))
	}
	d.kept[found[0].Pos] = reasonAt(entry.Reason, entry.Pos)
	return ""
}

func reasonAt(reason string, pos source.Position) string {
	return reason + " (" + lineOf(pos) + ")"
}

func lineOf(pos source.Position) string { return fmt.Sprintf("%s:%d", pos.File, pos.Line) }

func (d *decided) problem(pos source.Position, why string) {
	d.problems = append(d.problems, load.LeftOut{Package: lineOf(pos), Reason: why, Position: pos})
}

// keptIDs are the kept clients as sites name them.
func (d *decided) keptIDs(res detect.Result) map[string]string {
	out := map[string]string{}
	for _, c := range res.Clients {
		if why := d.kept[c.Pos]; why != "" {
			out[c.ID] = why
		}
	}
	return out
}

// match puts the decisions on sites to the sites of a first plan.
func (d *decided) match(sites []detect.Site, first *keyplan.Plan) {
	for _, x := range d.file.Sites {
		d.decide(x, sites, first)
	}
	for _, x := range d.ignores {
		if x.Problem != "" {
			d.problem(x.Pos, "//clusterize:ignore: "+x.Problem)
			continue
		}
		found := false
		var rules []string
		for i, s := range sites {
			dec := first.Decisions[i]
			if s.Pos.File != x.Pos.File || s.Pos.Line != x.Line {
				continue
			}
			if dec.Rule == x.Rule && dec.Verdict != keyplan.Safe {
				d.ignored[s.ID], found = reasonAt(x.Reason, x.Pos), true
				continue
			}
			rules = append(rules, fmt.Sprintf("%s is %s by the rule %s", s.Method, dec.Verdict, dec.Rule))
		}
		if !found {
			d.problem(x.Pos, strings.TrimSuffix("//clusterize:ignore "+string(x.Rule)+": it is not used, since its line has nothing to say by that rule; "+strings.Join(rules, "; "), "; "))
		}
	}
}

// decide puts a decision to the sites that it speaks of. Without a rule a function stands for one operation of it: others
// may come later.
func (d *decided) decide(x decisions.Site, sites []detect.Site, first *keyplan.Plan) {
	var found []detect.Site
	for i, s := range sites {
		if x.At.Matches(s.Pos.File, s.Pos.Line, s.Pos.Column, s.Function, s.ID) && (x.Rule == "" || x.Rule == first.Decisions[i].Rule) {
			found = append(found, s)
		}
	}
	switch {
	case len(found) == 0 && x.Rule != "":
		d.problem(x.Pos, "there is no site of the rule "+string(x.Rule)+" at "+x.At.String())
	case len(found) == 0:
		d.problem(x.Pos, "there is no site at "+x.At.String())
	case len(found) > 1 && x.Rule == "" && x.At.Function != "":
		var at []string
		for _, s := range found {
			at = append(at, s.Method+" at "+s.Pos.String())
		}
		d.problem(x.Pos, fmt.Sprintf("%s has %d operations: name the rule, or the line of one: %s", x.At.Function, len(found), strings.Join(at, ", ")))
		return
	}
	for _, s := range found {
		if have, ok := d.sites[s.ID]; ok {
			d.problem(x.Pos, "the site at "+s.Pos.String()+" is already decided: "+have.Reason+" ("+have.Source+")")
			continue
		}
		d.sites[s.ID] = keyplan.Decided{Verdict: keyplan.Verdict(x.Verdict), Reason: x.Reason, Source: lineOf(x.Pos)}
	}
}

// planProblems are the pins and verdicts that a plan did not follow. A plan of another repository may have more keys
// than this one.
func planProblems(p *keyplan.Plan) []load.LeftOut {
	var out []load.LeftOut
	for _, x := range p.Problems {
		if !x.External || !x.Unused {
			out = append(out, load.LeftOut{Package: x.At, Reason: x.Reason})
		}
	}
	return out
}

// byLine orders FILE:LINE by file and number.
func byLine(a, b string) int {
	af, al, _ := strings.Cut(a, ":")
	bf, bl, _ := strings.Cut(b, ":")
	return cmp.Or(cmp.Compare(af, bf), cmp.Compare(len(al), len(bl)), cmp.Compare(al, bl))
}

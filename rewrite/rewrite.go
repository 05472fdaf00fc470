package rewrite

import (
	"slices"
	"strings"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/source"
	"github.com/clusterize/clusterize/keyplan"
)

// Options steer the rewriting.
type Options struct {
	Switch string // auto, always or never
}

// Port is what would be written.
type Port struct {
	Changes  []*Change
	Switches []*ClientSwitch
	// Files are the new contents, by name relative to the working directory.
	Files map[string][]byte
}

// Rewriter makes changes for a program. Its work is split so that a plan can be made again when edits turn out to be
// impossible.
type Rewriter struct {
	prog     *load.Program
	flow     *keyflow.Flow
	res      detect.Result
	checker  *checker
	loose    []key.Template
	beside   [][]key.Template
	switches []*ClientSwitch
}

// New prepares the rewriting of a program.
func New(prog *load.Program, flow *keyflow.Flow, res detect.Result) *Rewriter {
	return &Rewriter{prog: prog, flow: flow, res: res, checker: newChecker(prog), loose: flow.Loose(), beside: flow.Beside(),
		switches: clientSwitches(prog, res.Clients)}
}

// Keys makes the changes that rename the families of a plan. It returns the families that can't be renamed, by shape,
// with the reason; the caller plans again without them.
func (r *Rewriter) Keys(p *keyplan.Plan) ([]*Change, map[string]string, error) {
	k := newKeyEdits(p, r.loose, r.beside, r.flow)
	k.choose()
	if len(k.failed) > 0 {
		return nil, k.failed, nil
	}
	var out []*Change
	for _, fs := range renamedTogether(p) {
		c := &Change{Title: keyTitle(fs), Edits: k.edits(fs)}
		for _, f := range fs {
			c.Sites = append(c.Sites, f.Sites...)
		}
		c.Sites = uniq(c.Sites)
		c.fileNames()
		files, err := contents(r.prog, []*Change{c})
		if err != nil {
			return nil, nil, err
		}
		if err := r.checker.check(files); err != nil {
			failed := map[string]string{}
			for _, f := range fs {
				failed[f.Model.Shape()] = "the edit would not compile: " + oneLine(err)
			}
			return nil, failed, nil
		}
		out = append(out, c)
	}
	return out, nil, nil
}

func keyTitle(fs []*keyplan.Family) string {
	var names []string
	for _, f := range fs {
		names = append(names, f.NewTemplate)
	}
	if len(names) > 4 {
		names = append(names[:4], "...")
	}
	return "tag " + strings.Join(names, ", ")
}

// renamedTogether groups the renamed families by the component of the plan, and by edits that they share.
func renamedTogether(p *keyplan.Plan) [][]*keyplan.Family {
	var out [][]*keyplan.Family
	index := map[int]int{}
	for _, f := range p.Families {
		if !f.Renamed() {
			continue
		}
		i, ok := index[f.Component]
		if !ok {
			i = len(out)
			index[f.Component] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], f)
	}
	return out
}

// Finish adds the client switches and puts all changes together. Switches that would not compile are dropped.
func (r *Rewriter) Finish(p *keyplan.Plan, keys []*Change, opt Options) (*Port, error) {
	port := &Port{}
	var live, checked []*Change
	for _, c := range keys {
		c.Outcome = Applied
		live = append(live, c)
		port.Changes = append(port.Changes, c)
	}
	meet, proved := r.databases(p)
	for i, s := range r.switches {
		sw := *s
		c := *s.Change
		sw.Change = &c
		if meet[i] != "" && sw.Verdict == "ported" {
			sw.Verdict, sw.Reason = "review", meet[i]
			if proved[i] {
				sw.Verdict = "blocked"
			}
		}
		r.hold(&sw, p, opt)
		if sw.Verdict == "ported" {
			with := append(slices.Clone(live), &c)
			files, err := contents(r.prog, with)
			if err == nil {
				err = r.checker.check(files)
			}
			if err != nil {
				c.Outcome, c.Reason = Invalid, oneLine(err)
				sw.Verdict, sw.Reason = "review", "the switch would not compile: "+oneLine(err)
			} else {
				c.Outcome = Applied
				live, checked = with, with
			}
			port.Changes = append(port.Changes, &c)
		} else if c.Outcome == Held {
			port.Changes = append(port.Changes, &c)
		}
		port.Switches = append(port.Switches, &sw)
	}
	files, err := contents(r.prog, live)
	if err != nil {
		return nil, err
	}
	if len(checked) != len(live) { // else the last check saw just these
		if err := r.checker.check(files); err != nil {
			return nil, err
		}
	}
	port.Files = files
	return port, nil
}

// hold keeps a client back while it has a site that would be wrong on a cluster without an error.
func (r *Rewriter) hold(sw *ClientSwitch, p *keyplan.Plan, opt Options) {
	if sw.Verdict != "ported" || opt.Switch == "always" {
		return
	}
	if opt.Switch == "never" {
		sw.Verdict, sw.Reason = "review", "the switch was turned off (--switch=never)"
		sw.Change.Outcome, sw.Change.Reason = Held, sw.Reason
		return
	}
	ids := r.clientIDs(sw)
	var by []source.Position
	for i, s := range r.res.Sites {
		d := p.Decisions[i]
		if !d.Silent || d.Verdict != keyplan.Review && d.Verdict != keyplan.Blocked {
			continue
		}
		if len(s.Clients) == 0 || slices.ContainsFunc(s.Clients, func(id string) bool { return ids[id] }) {
			by = append(by, s.Pos)
		}
	}
	if len(by) == 0 {
		return
	}
	sw.Verdict = "review"
	sw.Reason = "the switch waits for " + places(by) + ", where a cluster gives a wrong answer without an error. Solve that first, or use --switch=always"
	sw.Change.Outcome, sw.Change.Reason = Held, sw.Reason
}

func places(ps []source.Position) string {
	var out []string
	for i, p := range ps {
		if i == 3 {
			out = append(out, "others")
			break
		}
		out = append(out, p.String())
	}
	return strings.Join(out, ", ")
}

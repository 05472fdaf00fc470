package rewrite

import (
	"maps"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/source"
	"github.com/clusterize/clusterize/keyplan"
	"github.com/clusterize/clusterize/templates"
)

// Options steer the rewriting.
type Options struct {
	Switch string // auto, always or never
	// Kept are the constructors of clients that stay on a single node, with the reason.
	Kept map[source.Position]string
	// Hold is why no client may be switched; "" when they may.
	Hold string
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
	to       Target
	checkers []*checker // of the program and its variants
	loose    []key.Template
	beside   []keyflow.Beside
	literals []stray // that may be keys, once that is asked for
	clients  *clients
	texts    *texts
	calls    map[namePlace]foundCall // by the position of the method's name, once that is asked for
}

// Target is what a program is ported to.
type Target struct {
	// Universal gives clients the type redis.UniversalClient, which serves a standalone server as well.
	Universal bool
	// Server is the version of the servers, "" when it is not known.
	Server string
	// Helper is the directory of the helper package below the root of a module; "" is DefaultHelper.
	Helper string
}

// New prepares the rewriting of a program.
func New(prog *load.Program, flow *keyflow.Flow, res detect.Result, to Target) *Rewriter {
	checkers := []*checker{newChecker(prog)}
	for _, v := range prog.Variants {
		checkers = append(checkers, newChecker(v))
	}
	return &Rewriter{prog: prog, flow: flow, res: res, to: to, checkers: checkers, texts: newTexts(prog), loose: append(flow.Loose(), res.Loose...), beside: append(flow.Beside(), res.Beside...),
		clients: newClients(prog, res, to)}
}

// Unwritable is what keeps the families of a plan from being renamed: the caller plans again.
type Unwritable struct {
	Families map[string]string // by shape, with the reason
	Ties     []keyplan.Tie     // what would have to be renamed with them
	Torn     bool              // some tags would have been torn
}

// Keys makes the changes that rename the families of a plan; the other result is nil when all of them can be. A torn tag
// has its braces on both sides of a call's parenthesis, which is hard to read: it is written only if that is allowed.
func (r *Rewriter) Keys(p *keyplan.Plan, torn bool) ([]*Change, *Unwritable) {
	k := newKeyEdits(p, r.others(), r.flow)
	k.addStrays(p, r.strays())
	k.allowTorn = torn
	k.choose()
	if len(k.failed) > 0 {
		return nil, &Unwritable{k.failed, k.ties, k.torns}
	}
	var out []*Change
	for _, fs := range renamedTogether(p, k.edits) {
		c := &Change{Title: keyTitle(fs), Stage: Renames, Edits: k.edits(fs), families: fs}
		for _, f := range fs {
			c.Sites = append(c.Sites, f.Sites...)
			c.Families = append(c.Families, f.Template)
		}
		c.Sites = uniq(c.Sites)
		c.fileNames()
		out = append(out, c)
	}
	return out, nil
}

// others are the texts of the program besides its keys.
func (r *Rewriter) others() otherTexts {
	out := otherTexts{loose: r.loose, beside: r.beside, apart: r.res.Texts}
	for _, s := range r.res.Sites {
		for _, c := range s.Contexts {
			for _, o := range c.Ops {
				for _, t := range o.Channels {
					if _, ofKeys := detect.Notified(t); !ofKeys { // else it is written as a pattern
						out.channels = append(out.channels, t)
					}
				}
				for _, x := range o.Scripts {
					out.scripts = append(out.scripts, x.Text)
				}
			}
		}
	}
	return out
}

// Failed are decisions of a plan that can't be carried out, with the reason: the caller plans again without them.
type Failed struct {
	Families map[string]string // by shape
	Sites    map[string]string // by id
}

// invalid finds the changes that do not compile alone, and says so to the plan.
func (r *Rewriter) invalid(changes []*Change) Failed {
	failed := Failed{map[string]string{}, map[string]string{}}
	note := func(c *Change, why string) {
		for _, f := range c.families {
			failed.Families[f.Model.Shape()] = "the edit would not compile: " + why
		}
		if len(c.families) == 0 {
			for _, id := range c.Sites {
				failed.Sites[id] = "the helper call would not compile: " + why
			}
		}
	}
	_, together := r.compile(changes)
	if together == nil {
		return failed
	}
	for _, c := range changes {
		if _, err := r.compile([]*Change{c}); err != nil {
			bad := r.invalidParts(c.parts)
			for _, part := range bad {
				note(part, part.Reason)
			}
			if len(bad) == 0 {
				note(c, oneLine(err))
			}
		}
	}
	if len(failed.Families)+len(failed.Sites) == 0 { // each alone compiles, together they do not: none is made
		for _, c := range changes {
			note(c, oneLine(together))
		}
	}
	return failed
}

// invalidParts finds the parts of a change that do not compile, each with the reason.
func (r *Rewriter) invalidParts(parts []*Change) []*Change {
	if len(parts) == 0 {
		return nil
	}
	_, err := r.compile(parts)
	switch {
	case err == nil:
		return nil
	case len(parts) == 1:
		parts[0].Reason = oneLine(err)
		return parts
	}
	half := len(parts) / 2
	return append(r.invalidParts(parts[:half]), r.invalidParts(parts[half:])...)
}

// compile makes the new contents that changes give, and checks that they compile.
func (r *Rewriter) compile(changes []*Change) (map[string][]byte, error) {
	files, err := r.contents(changes)
	if err != nil {
		return nil, err
	}
	for _, c := range r.checkers {
		if err := c.check(files); err != nil {
			return files, err
		}
	}
	return files, nil
}

// contents makes the new contents that changes give, with the helper packages that they need.
func (r *Rewriter) contents(changes []*Change) (map[string][]byte, error) {
	funcs := map[string][]string{}
	for _, c := range changes {
		for dir, names := range c.helper {
			funcs[dir] = append(funcs[dir], names...)
		}
	}
	helper := &Change{Created: map[string][]byte{}}
	for _, dir := range slices.Sorted(maps.Keys(funcs)) {
		if len(funcs[dir]) == 0 {
			continue
		}
		if _, err := r.helperFiles(helper, dir, templates.Commands, uniq(funcs[dir]), nil); err != nil {
			return nil, err
		}
	}
	return r.texts.contents(append(slices.Clone(changes), helper))
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

// Finish adds the client switches and checks the result of all changes together. When it does not compile, the changes
// at fault are found: those of the plan are returned for another plan, switches are dropped.
func (r *Rewriter) Finish(p *keyplan.Plan, changes []*Change, opt Options) (*Port, Failed, error) {
	port := &Port{Changes: slices.Clone(changes), Switches: r.decideClients(p, opt)}
	live := slices.Clone(changes)
	for _, c := range changes {
		c.Outcome = Applied
	}
	for _, sw := range port.Switches {
		if sw.Change == nil || slices.Contains(port.Changes, sw.Change) {
			continue
		}
		if sw.Verdict == Ported {
			sw.Change.Outcome = Applied
			live = append(live, sw.Change)
		}
		port.Changes = append(port.Changes, sw.Change)
	}
	files, err := r.compile(live)
	if err != nil {
		failed := r.invalid(changes)
		if len(failed.Families)+len(failed.Sites) > 0 {
			return nil, failed, nil
		}
		files, err = r.contents(r.switchOneByOne(port, changes))
	}
	port.Files = files
	return port, Failed{}, err
}

// switchOneByOne drops the switches that do not compile.
func (r *Rewriter) switchOneByOne(port *Port, live []*Change) []*Change {
	tried := map[*Change]bool{}
	for _, sw := range port.Switches {
		if sw.Verdict != Ported || sw.Change == nil || tried[sw.Change] {
			continue
		}
		tried[sw.Change] = true
		next := append(slices.Clone(live), sw.Change)
		_, err := r.compile(next)
		if err == nil {
			live = next
			continue
		}
		sw.Change.Outcome, sw.Change.Reason = Invalid, oneLine(err)
		for _, other := range port.Switches {
			if other.Change == sw.Change {
				other.Verdict, other.Reason = ClientReview, "the switch would not compile: "+oneLine(err)
			}
		}
	}
	return live
}

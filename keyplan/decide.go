package keyplan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rules"
)

// decide finds the verdict of a site: the one that serves all its contexts.
func (p *Plan) decide(s detect.Site, groups []*Group) Decision {
	if why := p.kept(s); why != "" && s.Kind != detect.KeyText {
		return stays(s, why)
	}
	d := Decision{Site: s.ID, Verdict: Safe, Rule: rules.SingleKey}
	for i, c := range s.Contexts {
		cd := p.decideContext(s, c, i, groups)
		d.Contexts = append(d.Contexts, cd)
	}
	if len(d.Contexts) == 0 {
		d.Contexts = []ContextDecision{{Verdict: Review, Rule: rules.UnknownKeys, Reason: "no way to this call was found"}}
	}
	for i, cd := range d.Contexts {
		if i == 0 || Worse(d.Verdict, cd.Verdict) != d.Verdict {
			d.Verdict, d.Rule, d.Reason = cd.Verdict, cd.Rule, cd.Reason
		}
		d.Silent = d.Silent || cd.Silent
		d.Queued = append(d.Queued, cd.Queued...)
	}
	if s.Open != "" && (s.Kind != detect.Command || Worse(d.Verdict, Review) == Review) {
		d.Verdict, d.Rule = Worse(d.Verdict, Review), rules.PipelineLost
		d.Reason = "not all that happens here is known: it " + s.Open + ". Look at what it may hold, or build it in one function"
		d.Silent = p.silentTx(s)
	}
	if why := p.opt.Fixed[s.ID]; why != "" && d.Verdict == Review {
		d.Reason += ". It is not rewritten: " + why
	}
	p.override(s, &d)
	d.Queued = uniqueQueued(d)
	return d
}

// decideContext is the worst of what the operations and the groups of one context give.
func (p *Plan) decideContext(s detect.Site, c detect.Context, ci int, groups []*Group) ContextDecision {
	out := ContextDecision{Verdict: Safe, Rule: rules.SingleKey}
	worse := func(d ContextDecision) {
		queued := append(out.Queued, d.Queued...)
		if d.Rule != "" && (Worse(out.Verdict, d.Verdict) != out.Verdict || out.Rule == rules.SingleKey && d.Verdict == out.Verdict) {
			silent := out.Silent
			out = d
			out.Silent = out.Silent || silent
		}
		out.Queued = queued
	}
	for _, o := range c.Ops {
		worse(p.decideOp(s, o))
	}
	for _, g := range groups {
		if g.Context == ci {
			worse(p.decideGroup(s, g))
		}
	}
	worse(p.decideOrder(s, c))
	return out
}

// decideGroup judges the keys of an operation together.
func (p *Plan) decideGroup(s detect.Site, g *Group) ContextDecision {
	tx := s.Kind == detect.Transaction || s.Kind == detect.Watch
	rule := rules.CrossSlot
	switch s.Kind {
	case detect.Transaction:
		rule = rules.Transaction
	case detect.Watch:
		rule = rules.Watch
	}
	silent := tx && p.silentTx(s)
	if g.Op >= 0 && g.op(s).Helper {
		return ContextDecision{Verdict: Safe, Rule: rules.FansOut}
	}
	if g.Op >= 0 && (g.Open != "" || len(g.Combos) == 0) && p.canSplit(s, g.op(s)) {
		return splitDecision(g.op(s), "not all its keys are known")
	}
	if g.Open != "" || len(g.Combos) == 0 {
		return ContextDecision{Verdict: Review, Rule: rules.UnknownKeys, Silent: silent,
			Reason: fmt.Sprintf("%s %s, so whether its keys share a slot can't be told. Look at the keys: all must have one hash tag", g.subject(), g.Open)}
	}
	if g.holds(func(*Family) Span { return None }) && !slices.ContainsFunc(g.families(), (*Family).Renamed) {
		return ContextDecision{Verdict: Safe, Rule: rules.SameSlot, Reason: strings.TrimPrefix(built(s, g), "; ")}
	}
	if g.holds(func(f *Family) Span { return f.Span }) {
		return ContextDecision{Verdict: Tag, Rule: rule, Reason: "its keys share a slot once they are tagged: " + p.keyList(g, true) + built(s, g)}
	}
	if g.Op >= 0 && p.canSplit(s, g.op(s)) {
		return splitDecision(g.op(s), p.keyList(g, false)+" have no common tag")
	}
	d := p.fails(g, rule)
	if own := len(scriptKeys(s, g)); own > 0 && g.passedHold(own) {
		d.Rule = rules.ScriptKeys
		if !g.possible() {
			d.Verdict, d.Reason = Blocked, p.strays(s, g)
			if slices.ContainsFunc(scriptKeys(s, g), func(k detect.Key) bool { return slices.ContainsFunc(k.Alts, wholeParam) }) {
				d.Verdict = Review // the name that is not known may hold any tag
			}
		}
	}
	if s.Kind == detect.Pipeline && s.ByPlace && splittable[g.Command] {
		d.Reason = g.Command + " on " + p.keyList(g, false) + " needs one command for each slot (CROSSSLOT), which would shift the answers of the pipeline, and these are read by their place. Keep the command that each call returns, and read that"
	}
	d.Silent = silent
	return d
}

// built says which keys of a script follow those that are passed to it.
func built(s detect.Site, g *Group) string {
	keys := scriptKeys(s, g)
	if len(keys) == 0 {
		return ""
	}
	return "; the script builds " + listBuilt(keys) + " itself, with the tag of what is passed. Pass that in KEYS, too: a script must name all its keys"
}

// scriptKeys are the keys that a script builds itself.
func scriptKeys(s detect.Site, g *Group) []detect.Key {
	if g.Op < 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(g.op(s).Keys), func(k detect.Key) bool { return k.Built == "" })
}

// listBuilt writes how a script builds its keys, each once.
func listBuilt(keys []detect.Key) string {
	var out []string
	for _, k := range keys {
		if k.Built != "" && !slices.Contains(out, k.Built) {
			out = append(out, k.Built)
		}
	}
	return listSome(out, 3)
}

// strays explains a script whose own keys are in other slots than those that are passed to it.
func (p *Plan) strays(s detect.Site, g *Group) string {
	keys := g.apart(scriptKeys(s, g))
	line, what := keys[0].Line, "Give all of them one tag"
	ofScript := func(t key.Template) bool {
		return slices.ContainsFunc(t.Holes(), func(h *key.Hole) bool { return h.Script })
	}
	for _, k := range keys {
		if line = min(line, k.Line); !slices.ContainsFunc(k.Alts, ofScript) {
			continue
		}
		what = "A name that the script reads from Redis can't be passed: read it in the program first, or keep all such keys under one tag"
	}
	return fmt.Sprintf("%s on %s: the script builds %s itself (line %d), and nothing gives it the slot of what is passed in KEYS. On another node it fails "+
		"(ERR Script attempted to access a non local key in a cluster node); on the same node, a script without #! works until slots are moved. %s, and pass all in KEYS",
		g.subject(), p.keyList(g, false), listBuilt(keys), line, what)
}

// apart are those keys of a script's own that do not have the slot of the first key in some row. They come last in each.
func (g *Group) apart(own []detect.Key) []detect.Key {
	var out []detect.Key
	for i, k := range own {
		if slices.ContainsFunc(g.uses, func(row []placedUse) bool {
			u := row[len(row)-len(own)+i]
			first, ok1 := row[0].hash(row[0].f.Span)
			h, ok2 := u.hash(u.f.Span)
			return !ok1 || !ok2 || h != first
		}) {
			out = append(out, k)
		}
	}
	return out
}

// passedHold reports that the keys that are passed to a script share a slot; own is how many others it builds itself.
func (g *Group) passedHold(own int) bool {
	passed := *g
	passed.uses = nil
	for _, row := range g.uses {
		passed.uses = append(passed.uses, row[:len(row)-own])
	}
	return passed.holds(func(f *Family) Span { return f.Span })
}

// subject names the operation of a group at the start of a sentence.
func (g *Group) subject() string {
	switch g.Op {
	case -1:
		return "the " + g.Command
	}
	return g.Command
}

// fails explains a group that the plan does not bring into one slot.
func (p *Plan) fails(g *Group, rule rules.ID) ContextDecision {
	on := g.subject() + " on " + p.keyList(g, false) + ": "
	if g.possible() {
		var pins []string
		var left heldFamilies
		for _, f := range g.families() {
			if why := f.held(); why != "" && !f.Renamed() && f.Pin == nil {
				left.add(f.Template, why)
			}
			if f.Pin != nil {
				pins = append(pins, "that of "+f.Template+" is decided ("+f.Pin.Source+")")
			}
		}
		if len(left.reasons) > 0 {
			return ContextDecision{Verdict: Review, Rule: rules.SharedFamily, Reason: on + "a common tag exists, but a family keeps its name. " +
				left.String() + ". Make that place known (//clusterize:key TEMPLATE says what a key is), or tag the keys by hand, everywhere at once"}
		}
		if len(pins) > 0 {
			return ContextDecision{Verdict: Review, Rule: rule, Reason: on + "a common tag exists, but " + strings.Join(pins, ", ") + ". Change that decision, or how the operation works"}
		}
		return ContextDecision{Verdict: Review, Rule: rule, Reason: on + "a common tag exists, but " + p.rivals(g) + ". Decide which of them keeps its keys together"}
	}
	switch {
	case g.hidesBraces():
		return ContextDecision{Verdict: Blocked, Rule: rule, Reason: on + "a value holds braces of its own (JSON, for instance), and Redis takes what is between them for the tag: no tag behind them counts. Hash or encode that value, or put it at the end of the key"}
	case g.twoOfOneName():
		return ContextDecision{Verdict: Review, Rule: rule, Reason: on + "values of one name may differ here, so that the keys may be in several slots (CROSSSLOT). Read the value once into a variable, and build all keys from that"}
	case slices.ContainsFunc(g.uses, hasEmpty):
		d := ContextDecision{Verdict: Blocked, Rule: rule, Reason: on + "an empty name is a key as well, of slot 0 (CROSSSLOT). Leave a key out that is not wanted, and look at how many there are"}
		if slices.ContainsFunc(g.uses, func(row []placedUse) bool { return !hasEmpty(row) }) {
			d.Verdict = Review
		}
		return d
	case slices.ContainsFunc(g.families(), unknownFamily):
		return ContextDecision{Verdict: Review, Rule: rules.UnknownKeys, Reason: on + "some keys are not known, so whether they share a slot can't be told. Look at where they come from"}
	case g.Command == "MSET":
		return ContextDecision{Verdict: Review, Rule: rule, Reason: on + "the keys have nothing in common that could be a tag (CROSSSLOT). MSET sets all of them at one moment, and one MSET for each slot does not: others may read new values beside old ones, and after an error some are set. Where that does not matter (the fill of a cache), decide verdict: split for this site"}
	case g.Command == "SSUBSCRIBE":
		return ContextDecision{Verdict: Blocked, Rule: rules.ShardedChannels, Reason: on + "sharded channels of several slots can't be in one subscription: the call returns nil, and the error (CROSSSLOT) comes from Receive. Use a subscription for each slot, or plain channels"}
	case g.Split:
		return ContextDecision{Verdict: Review, Rule: rule, Reason: on + "the keys have nothing in common that could be a tag (CROSSSLOT). It promises nothing across keys: send one call per slot, or a pipeline of single-key commands"}
	}
	return ContextDecision{Verdict: Blocked, Rule: rule, Reason: on + "the keys have nothing in common that could be a tag, and it can't be split without losing what it promises (CROSSSLOT). Change the data model, or " + p.oneSlot(g)}
}

// heldFamilies are families that keep their names, by the reason.
type heldFamilies struct {
	reasons []string
	names   map[string][]string
}

func (h *heldFamilies) add(name, reason string) {
	if h.names == nil {
		h.names = map[string][]string{}
	}
	if h.names[reason] == nil {
		h.reasons = append(h.reasons, reason)
	}
	h.names[reason] = append(h.names[reason], name)
}

// String lists the reasons, each once.
func (h *heldFamilies) String() string {
	var out []string
	for _, r := range h.reasons {
		out = append(out, strings.Join(h.names[r], ", ")+": "+r)
	}
	return strings.Join(out, ". ")
}

// possible reports that a common tag exists, were all families free to take it.
func (g *Group) possible() bool {
	return g.possibleWith(func(f *Family, s Span) bool { return varying(f.units(), s) }) || g.sharedOnly()
}

// possibleWith reports that the families can be given tags, or keep their names, so that the group holds.
func (g *Group) possibleWith(tag func(*Family, Span) bool) bool {
	c := &component{families: g.families(), index: map[*Family]int{}}
	for i, f := range c.families {
		c.index[f] = i
		spans := slices.DeleteFunc(spans(f.units()), func(s Span) bool { return !tag(f, s) })
		c.cands = append(c.cands, append([]Span{None}, spans...))
	}
	return len(c.wishOf(g).Ways) > 0
}

// hidesBraces reports keys of which a value decides what is hashed.
func (g *Group) hidesBraces() bool {
	return slices.ContainsFunc(g.uses, func(row []placedUse) bool {
		return slices.ContainsFunc(row, func(u placedUse) bool { return hidden(u.us) && len(u.f.open()) == 0 })
	})
}

// hasEmpty reports that one of the keys is the empty text.
func hasEmpty(row []placedUse) bool {
	return slices.ContainsFunc(row, func(u placedUse) bool { return len(u.us) == 0 })
}

// twoOfOneName reports holes that a reader would take for one value, and that could not be proved to be one.
func (g *Group) twoOfOneName() bool {
	ids := map[string]string{}
	for _, row := range g.uses {
		for _, u := range row {
			for _, x := range u.us {
				if x.hole == nil || x.hole.Many || x.hole.Param != "" || x.hole.Shared || !strings.HasPrefix(x.hole.ID, "v:") {
					continue
				}
				if id, ok := ids[x.hole.Name]; ok && id != x.hole.ID && len(row) > 1 {
					return true
				}
				ids[x.hole.Name] = x.hole.ID
			}
		}
		clear(ids)
	}
	return false
}

// unknownFamily reports keys of which too little is known to say that they differ.
func unknownFamily(f *Family) bool {
	return !hasLiteral(f.units()) || slices.ContainsFunc(f.Model.Holes(), func(h *key.Hole) bool { return h.Class == key.Unknown })
}

// keyList writes the keys of a group.
func (p *Plan) keyList(g *Group, renamed bool) string {
	several := map[string]bool{}
	var out []string
	for _, row := range g.Combos {
		for _, t := range row {
			s := t.String()
			if renamed {
				s = p.New(t)
			}
			several[s] = several[s] || many(t)
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	for i, s := range out {
		out[i] = shown(s)
		if several[s] {
			out[i] += " (several)"
		}
	}
	if len(out) > 6 {
		out = append(out[:6], fmt.Sprintf("%d more", len(out)-6))
	}
	return strings.Join(out, ", ")
}

// shown is a template in a sentence: the empty key can't be seen there.
func shown(template string) string {
	if template == "" {
		return `""`
	}
	return template
}

func many(t key.Template) bool {
	return slices.ContainsFunc(t.Holes(), func(h *key.Hole) bool { return h.Many })
}

// silentTx reports a go-redis version that splits a transaction over several slots without an error (measured: up to
// v9.10; refused with ErrCrossSlot since v9.11.0), or that swallows the error of a Watch closure (up to v9.18).
func (p *Plan) silentTx(s detect.Site) bool {
	return s.Kind == detect.Watch && p.before(s, "v9.20.0") || s.Kind == detect.Transaction && p.before(s, "v9.11.0")
}

package keyplan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rediscmd"
)

// FuzzPlan holds the promises of the package on any plan.
func FuzzPlan(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(randomDraw(seed, usual).data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		checkPlan(t, (&draw{data, usual}).sites(), uint64(len(data)))
	})
}

// TestRandomPlans is FuzzPlan on random bytes, with every option.
func TestRandomPlans(t *testing.T) {
	verdicts := map[Verdict]int{}
	renamed := 0
	for seed := range uint64(6000) {
		p := checkPlan(t, randomDraw(seed, usual).sites(), seed)
		for _, d := range p.Decisions {
			verdicts[d.Verdict]++
		}
		for _, f := range p.Families {
			if f.Renamed() {
				renamed++
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	t.Logf("verdicts %v, %d families renamed", verdicts, renamed)
	if verdicts[Safe] < 1000 || verdicts[Tag] < 1000 || renamed < 1000 {
		t.Error("too few of them say anything")
	}
}

func checkPlan(t *testing.T, sites []detect.Site, seed uint64) *Plan {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	opt := Options{Value: r.IntN(4) == 0, SingleSlot: r.IntN(4) == 0}
	p := Make(sites, opt)
	if r.IntN(3) == 0 {
		decide(&opt, p, r)
		p = Make(sites, opt)
	}
	checkAccounts(t, p, sites)
	checkWholeFamilies(t, p, sites)
	for i, s := range sites {
		if v := p.Decisions[i].Verdict; v == Safe || v == Tag {
			for range 3 {
				checkSlots(t, p, s, r)
			}
		}
	}
	shuffled := slices.Clone(sites)
	r.Shuffle(len(shuffled), func(i, k int) { shuffled[i], shuffled[k] = shuffled[k], shuffled[i] })
	if a, b := summary(p), summary(Make(shuffled, opt)); a != b {
		t.Errorf("another order of the sites gives another plan:\n%s\nand\n%s\nfor\n%s", a, b, show(sites))
	}
	return p
}

// decide adds a tag that was decided, at random, and a tie.
func decide(opt *Options, p *Plan, r *rand.Rand) {
	f, o := p.Families[r.IntN(len(p.Families))], p.Families[r.IntN(len(p.Families))]
	tags := append(spans(f.units()), None, Span{Put: "x"})
	s := tags[r.IntN(len(tags))]
	opt.Pins = []Pin{{Template: f.Template, NewTemplate: tagged(f.Model, s), Source: "chance", External: r.IntN(2) == 0}}
	if s := tags[r.IntN(len(tags))]; f != o && s != None {
		opt.Ties = []Tie{{f.Model.Shape(), s, o.Model.Shape(), r.IntN(2) == 0, r.IntN(len(o.units()) + 1)}}
	}
}

// checkAccounts holds that every site has one decision, and that what is left to people says why.
func checkAccounts(t *testing.T, p *Plan, sites []detect.Site) {
	t.Helper()
	if len(p.Decisions) != len(sites) {
		t.Fatalf("%d decisions for %d sites", len(p.Decisions), len(sites))
	}
	for i, d := range p.Decisions {
		worst := Safe
		for _, c := range d.Contexts {
			worst = Worse(worst, c.Verdict)
		}
		if d.Site != sites[i].ID || len(d.Contexts) != len(sites[i].Contexts) || worst != d.Verdict {
			t.Errorf("decision %d is %+v\nfor\n%s", i, d, show(sites))
		}
		if d.Reason == "" && (d.Verdict == Review || d.Verdict == Blocked) {
			t.Errorf("no reason for %s at %s", d.Verdict, d.Site)
		}
	}
}

// checkWholeFamilies holds that a family is renamed in all its uses, at the same units, or in none.
func checkWholeFamilies(t *testing.T, p *Plan, sites []detect.Site) {
	t.Helper()
	for _, k := range allTemplates(sites) {
		f := p.FamilyOf(k)
		if f == nil {
			t.Fatalf("%s has no family", k)
		}
		if (p.New(k) != k.String()) != f.Renamed() || f.Renamed() && f.Frozen != "" {
			t.Errorf("%s becomes %s in the family %s -> %s (%s)", k, p.New(k), f.Template, f.NewTemplate, f.Frozen)
		}
		if k.Shape() == f.Model.Shape() && p.New(k) != tagged(k, f.Span) {
			t.Errorf("%s becomes %s, not as its family %s", k, p.New(k), f.NewTemplate)
		}
	}
}

// checkSlots fills in the holes of a site's keys, writes them as planned, and asks Redis' hash.
func checkSlots(t *testing.T, p *Plan, s detect.Site, r *rand.Rand) {
	t.Helper()
	for _, c := range s.Contexts {
		var ops [][]detect.Key
		for _, o := range c.Ops {
			ops = append(ops, o.Keys)
		}
		if s.Kind == detect.Transaction || s.Kind == detect.Watch {
			ops = [][]detect.Key{slices.Concat(ops...)}
		}
		for _, keys := range ops {
			if written := p.write(keys, p.risky(keys), r); !oneSlot(written) {
				t.Errorf("%s is said to be %s, and writes %q", s.ID, p.decision(s.ID).Verdict, written)
				t.Logf("the sites:\n%s\nthe plan:\n%s", show([]detect.Site{s}), summary(p))
			}
		}
	}
}

func (p *Plan) decision(site string) Decision {
	i := slices.IndexFunc(p.Decisions, func(d Decision) bool { return d.Site == site })
	return p.Decisions[i]
}

// write gives the key names of one run of an operation, loops run three times, with the tags of the plan.
func (p *Plan) write(keys []detect.Key, risky func(*key.Hole) bool, r *rand.Rand) []string {
	var out []string
	once := map[string]string{}
	conds := map[string]string{}
	var chosen []key.Template
	for _, k := range keys {
		alts := slices.DeleteFunc(slices.Clone(k.Alts), func(t key.Template) bool { _, ok := key.MergeConds(conds, t.Conds); return !ok })
		if len(alts) == 0 {
			return nil
		}
		t := alts[r.IntN(len(alts))]
		conds, _ = key.MergeConds(conds, t.Conds)
		chosen = append(chosen, t)
	}
	for range 3 {
		round := map[string]string{}
		for _, t := range chosen {
			out = append(out, p.instance(t, func(h *key.Hole) string {
				values := once
				if h.Many {
					values = round
				}
				if _, ok := values[h.ID]; !ok {
					values[h.ID] = value(h, r)
					if h.Kind == key.Text && r.IntN(3) == 0 && !risky(h) {
						values[h.ID] = nasty[r.IntN(len(nasty))]
					}
				}
				return values[h.ID]
			}))
		}
	}
	return out
}

// instance is the name of a key as the plan writes it.
func (p *Plan) instance(t key.Template, value func(*key.Hole) string) string {
	f, at := p.grouping.find(t)
	span := Use{At: at}.SpanIn(f.Span)
	var b strings.Builder
	if span.Put != "" {
		b.WriteString("{" + span.Put + "}")
		span = None
	}
	for i, u := range units(t) {
		if span != None && i == span.End {
			b.WriteByte('}')
		}
		if span != None && i == span.Start {
			b.WriteByte('{')
		}
		if u.hole != nil {
			b.WriteString(value(u.hole))
		} else {
			b.WriteByte(u.b)
		}
	}
	if span != None && span.End == t.Len() {
		b.WriteByte('}')
	}
	return b.String()
}

// risky tells the holes that the plan names as a risk for some of the keys.
func (p *Plan) risky(keys []detect.Key) func(*key.Hole) bool {
	return func(h *key.Hole) bool {
		for _, k := range keys {
			for _, t := range k.Alts {
				for _, risk := range p.FamilyOf(t).Risks {
					if strings.Contains(risk, "<"+h.Name+">") {
						return true
					}
				}
			}
		}
		return false
	}
}

// nasty values are those that change what is hashed, if that depends on them.
var nasty = []string{"", "{", "}", "{}", "}{", "{x}", "a{b}c", "}a", "a}", "{a", "a{", "\xff\xfe", "{\x00}"}

func value(h *key.Hole, r *rand.Rand) string {
	if h.Braces {
		return fmt.Sprintf(`{"n":%d}`, r.IntN(3))
	}
	switch h.Kind {
	case key.Int:
		return fmt.Sprint(r.IntN(1000) - 100)
	case key.ID:
		return fmt.Sprintf("%08x-%04x", r.Uint32(), r.IntN(1<<16))
	case key.Bool:
		return fmt.Sprint(r.IntN(2) == 0)
	case key.Time:
		return fmt.Sprintf("2024-%02d-%02dT10:00", 1+r.IntN(12), 1+r.IntN(28))
	}
	words := []string{"a", "b", "user", "x y", "ä", "a:b", "0", ":", "-", "\x00"}
	return words[r.IntN(len(words))]
}

func oneSlot(keys []string) bool {
	return !slices.ContainsFunc(keys, func(k string) bool { return rediscmd.Slot(k) != rediscmd.Slot(keys[0]) })
}

// summary is what is decided, without the sentences.
func summary(p *Plan) string {
	var lines []string
	for _, f := range p.Families {
		lines = append(lines, fmt.Sprintf("%s -> %s tag %q frozen %v sites %v risks %v", f.Template, f.NewTemplate, f.Tag, f.Frozen != "", f.Sites, f.Risks))
	}
	var ds []string
	for _, d := range p.Decisions {
		ds = append(ds, fmt.Sprintf("%s %s %s %v", d.Site, d.Verdict, d.Rule, d.Silent))
	}
	slices.Sort(ds)
	return strings.Join(append(lines, ds...), "\n") + fmt.Sprint("\noverlaps ", p.Overlaps, p.Bounded)
}

// show writes sites so that a failure can be read.
func show(sites []detect.Site) string {
	var b strings.Builder
	for _, s := range sites {
		for _, c := range s.Contexts {
			fmt.Fprintf(&b, "  %s %s:", s.ID, s.Kind)
			for _, o := range c.Ops {
				b.WriteString(" " + o.Command)
				for _, k := range o.Keys {
					for i, t := range k.Alts {
						b.WriteString([]string{" ", "|"}[min(i, 1)] + showKey(t))
					}
				}
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// showKey writes the ids of the holes, not their names; * for those that take many values.
func showKey(t key.Template) string {
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Hole == nil {
			b.WriteString(p.Text)
			continue
		}
		b.WriteString("<" + p.Hole.Name + p.Hole.ID)
		if p.Hole.Many {
			b.WriteByte('*')
		}
		b.WriteByte('>')
	}
	return b.String()
}

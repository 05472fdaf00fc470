package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/load"
)

// BaselineVersion is that of the form of a baseline.
const BaselineVersion = 1

// Baseline is findings that are known, and may become fewer.
type Baseline struct {
	Version  int     `json:"version"`
	Count    int     `json:"count"` // the sum of those of the findings
	Findings []Known `json:"findings"`
	// LeftOut are packages that could not be analysed, or not wholly.
	LeftOut []string `json:"leftOut"`
}

// Known is findings that are alike: operations of one method in one function that break one rule with keys of the same
// shapes. It names no line, so that it is found again when lines move; its count is how many there are.
type Known struct {
	File     string   `json:"file"`
	Function string   `json:"function"`
	Rule     string   `json:"rule"`
	Method   string   `json:"method"`
	Keys     []string `json:"keys"`
	Verdict  string   `json:"verdict"` // the worst of them
	Count    int      `json:"count"`
}

// id compares keys by shape: a variable that is renamed, or a tag that is planned, makes no other finding.
func (k Known) id() string { return identity(k.File, k.Function, k.Rule, k.Method, k.shapes()) }

func (k Known) shapes() []string {
	var keys []Key
	for _, t := range k.Keys {
		keys = append(keys, Key{Template: t})
	}
	return shapes(keys)
}

// Comparison is how a report stands to a baseline.
type Comparison struct {
	File  string `json:"file"`
	Known int    `json:"known"` // findings that the baseline has
	// New are those that it has not, or not as many of, or with a better verdict.
	New []Grown `json:"new"`
	// Fixed are those that it has, and of which the count is how many are gone.
	Fixed []Known `json:"fixed"`
	// Unread are packages that could not be analysed, beyond those that the baseline has.
	Unread []string `json:"unread"`
}

// Fine reports that there is nothing new.
func (c *Comparison) Fine() bool { return len(c.New)+len(c.Unread) == 0 }

// unread are the packages that could not be analysed, or not wholly: they may have any finding.
func (r *Report) unread() []string {
	out := []string{}
	for _, l := range r.LeftOut {
		if l.Severity != load.Note {
			out = append(out, l.Package)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Grown is findings beyond the baseline. Sites are all that are alike: which of them came last is not known.
type Grown struct {
	Known
	Was   int      `json:"was"` // how many the baseline has
	Sites []string `json:"sites"`
	Lines []int    `json:"lines"` // of the sites, or of the callers that bring the keys
}

// more is how many findings are new.
func (g Grown) more() int { return max(g.Count-g.Was, 1) }

// occurrence is a finding of a baseline: a site, or a caller that brings keys to it. A new caller is a new finding, also
// where the site was known.
type occurrence struct {
	Known
	site string
	line int
}

func (r *Report) occurrences() []occurrence {
	var out []occurrence
	add := func(s Site, keys []Key, verdict string, line int) {
		k := Known{File: s.File, Function: s.Function, Rule: string(s.Rule), Method: s.Method, Keys: []string{}, Verdict: verdict, Count: 1}
		byShape := map[string]string{}
		for _, key := range keys {
			if have, ok := byShape[shape(key.Template)]; !ok || key.Template < have {
				byShape[shape(key.Template)] = key.Template
			}
		}
		for _, sh := range slices.Sorted(maps.Keys(byShape)) {
			k.Keys = append(k.Keys, byShape[sh])
		}
		out = append(out, occurrence{Known: k, site: s.ID, line: line})
	}
	for _, s := range r.gated() {
		if !s.notSafe() {
			continue
		}
		called := false
		for _, c := range s.Contexts {
			if c.File != "" && c.Verdict != "" && c.Verdict != "safe" {
				add(s, c.Keys, c.Verdict, c.Line)
				called = true
			}
		}
		if !called {
			add(s, s.Keys, s.Verdict, s.Line)
		}
	}
	return out
}

// alikes joins those that are alike, in a fixed order.
func alikes(all []occurrence) []Grown {
	byID := map[string]*Grown{}
	for _, o := range all {
		id := o.id()
		g := byID[id]
		if g == nil {
			g = &Grown{Known: o.Known, Sites: []string{}, Lines: []int{}}
			g.Count = 0
			byID[id] = g
		}
		g.Count++
		if gravity(level(o.Verdict)) < gravity(level(g.Verdict)) || level(o.Verdict) == level(g.Verdict) && o.Verdict < g.Verdict {
			g.Verdict = o.Verdict
		}
		if slices.Compare(o.Keys, g.Keys) < 0 { // the names of holes must not depend on which comes first
			g.Keys = o.Keys
		}
		g.Sites, g.Lines = appendNew(g.Sites, o.site), append(g.Lines, o.line)
	}
	var out []Grown
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		out = append(out, *byID[id])
	}
	return out
}

// NewBaseline has the findings of a report: what is not safe, and not ignored by a directive.
func (r *Report) NewBaseline() *Baseline {
	b := &Baseline{Version: BaselineVersion, Findings: []Known{}, LeftOut: r.unread()}
	for _, g := range alikes(r.occurrences()) {
		b.Findings = append(b.Findings, g.Known)
		b.Count += g.Count
	}
	return b
}

// Write writes a baseline, each finding on a line of its own: a review shows which come and go.
func (b *Baseline) Write(w io.Writer) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n  \"version\": %d,\n  \"count\": %d,\n", b.Version, b.Count)
	if err := writeLines(&out, "leftOut", b.LeftOut); err != nil {
		return err
	}
	out.WriteString(",\n")
	if err := writeLines(&out, "findings", b.Findings); err != nil {
		return err
	}
	out.WriteString("\n}\n")
	_, err := w.Write(out.Bytes())
	return err
}

// writeLines writes a field that is a list, each element on a line.
func writeLines[T any](out *bytes.Buffer, name string, list []T) error {
	fmt.Fprintf(out, "  %q: [", name)
	for i, x := range list {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n    ")
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		if err := e.Encode(x); err != nil {
			return err
		}
		out.Truncate(out.Len() - 1) // the line break
	}
	if len(list) > 0 {
		out.WriteString("\n  ")
	}
	out.WriteByte(']')
	return nil
}

// ReadBaseline reads what Write has written. The error says what to do.
func ReadBaseline(src []byte) (*Baseline, error) {
	const anew = "; write it anew with --write-baseline"
	var version struct{ Version int }
	if err := json.Unmarshal(src, &version); err != nil {
		return nil, fmt.Errorf("it is no baseline: %w%s", err, anew)
	}
	if version.Version != BaselineVersion {
		return nil, fmt.Errorf("its version is %d, and this clusterize reads version %d%s", version.Version, BaselineVersion, anew)
	}
	d := json.NewDecoder(bytes.NewReader(src))
	d.DisallowUnknownFields()
	b := &Baseline{}
	if err := d.Decode(b); err != nil {
		return nil, fmt.Errorf("it is no baseline: %w%s", err, anew)
	}
	sum := 0
	seen := map[string]bool{}
	for i, f := range b.Findings {
		what := fmt.Sprintf("finding %d (%s in %s)", i+1, f.Method, f.File)
		switch id := f.id(); {
		case seen[id]:
			return nil, errors.New(what + " is listed twice" + anew)
		case f.Count < 1:
			return nil, fmt.Errorf("%s has the count %d: remove it, or%s", what, f.Count, strings.TrimPrefix(anew, ";"))
		case gravity(level(f.Verdict)) == gravity(levelNone):
			return nil, fmt.Errorf("%s has the verdict %q, which is none of a finding%s", what, f.Verdict, anew)
		default:
			seen[id] = true
		}
		sum += f.Count
	}
	if sum != b.Count {
		return nil, fmt.Errorf("its count is %d, and its findings are %d: mend the count%s", b.Count, sum, strings.Replace(anew, ";", ", or", 1))
	}
	return b, nil
}

// Against compares the findings of a report with those that are known; file is what the baseline is called.
func (r *Report) Against(b *Baseline, file string) *Comparison {
	c := &Comparison{File: file, New: []Grown{}, Fixed: []Known{}}
	c.Unread = slices.DeleteFunc(r.unread(), func(p string) bool { return slices.Contains(b.LeftOut, p) })
	known := map[string]Known{}
	for _, k := range b.Findings {
		known[k.id()] = k
	}
	for _, g := range alikes(r.occurrences()) {
		id := g.id()
		k, ok := known[id]
		delete(known, id)
		g.Was = k.Count
		if worse := ok && gravity(level(g.Verdict)) < gravity(level(k.Verdict)); worse || g.Count > k.Count {
			c.Known += min(k.Count, g.Count-rank(worse && g.Count <= k.Count))
			c.New = append(c.New, g)
			continue
		}
		c.Known += g.Count
		if k.Count > g.Count {
			k.Count -= g.Count
			c.Fixed = append(c.Fixed, k)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(known)) {
		c.Fixed = append(c.Fixed, known[id])
	}
	slices.SortStableFunc(c.New, func(a, b Grown) int {
		return cmp.Or(gravity(level(a.Verdict))-gravity(level(b.Verdict)), rank(isTest(a.File))-rank(isTest(b.File)))
	})
	slices.SortFunc(c.Fixed, func(a, b Known) int { return cmp.Compare(a.id(), b.id()) })
	return c
}

// Grew counts the new findings.
func (c *Comparison) Grew() int {
	n := 0
	for _, g := range c.New {
		n += g.more()
	}
	return n
}

// Gone counts the fixed ones.
func (c *Comparison) Gone() int {
	n := 0
	for _, k := range c.Fixed {
		n += k.Count
	}
	return n
}

package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/clusterize/clusterize/internal/rules"
)

// finding is what becomes a result.
type finding struct {
	level, rule        string
	file, function     string
	line, column       int
	word               string // what stands there
	first, rest        string // of the message
	identity           string
	site               *Site
	suppressed, reason string // "inSource" or "external", and who said why
}

// findings are those of sites, clients and libraries, the gravest first.
func (s *sarifReport) findings() []finding {
	var out []finding
	for i := range s.Sites {
		if f, ok := s.ofSite(&s.Sites[i]); ok {
			out = append(out, f)
		}
	}
	for _, c := range s.Clients {
		if f, ok := ofClient(c); ok {
			out = append(out, f)
		}
	}
	for _, l := range s.Libraries {
		if level(l.Verdict) == levelNone {
			continue
		}
		what := l.Path
		if l.Name != "" {
			what = l.Name + " of " + what
		}
		out = append(out, finding{level: level(l.Verdict), rule: libraryRule, file: l.File, line: l.Line, column: l.Column, word: l.Name,
			first: printable(what) + " holds keys or clients itself.", rest: l.Reason, identity: identity(l.File, "", libraryRule, l.Path, []string{l.Name})})
	}
	slices.SortStableFunc(out, func(a, b finding) int {
		return cmp.Or(rank(a.suppressed != "")-rank(b.suppressed != ""), gravity(a.level)-gravity(b.level), rank(isTest(a.file))-rank(isTest(b.file)),
			cmp.Compare(a.file, b.file), a.line-b.line, a.column-b.column)
	})
	return out
}

func isTest(file string) bool { return strings.HasSuffix(file, "_test.go") }

// decided is how a verdict is explained that a person gave in the file of decisions.
var decided = regexp.MustCompile(`^(?:decided|stays on a single node): .* \(\S+:\d+\)$`)

// ofSite is the finding of a site; none if the site is safe, unless it is so by a decision.
func (s *sarifReport) ofSite(x *Site) (finding, bool) {
	f := finding{level: level(x.Verdict), rule: cmp.Or(string(x.Rule), "no-rule"), file: x.File, function: x.Function, line: x.Line, column: x.Column,
		word: x.Method, first: x.says(), site: x}
	var keys []string
	if len(x.Contexts) == 0 { // callers come and go: the finding is the same
		keys = shapes(x.Keys)
	}
	f.identity = identity(x.File, x.Function, string(x.Rule), x.Method, keys)
	rest := []string{x.Reason}
	if names := x.newNames(20); names != "" && x.Verdict != "safe" {
		rest = append(rest, "Keys: "+names)
	}
	if _, ok := rules.Get(x.Rule); ok {
		rest = append(rest, "See clusterize explain "+string(x.Rule)+".")
	}
	f.rest = strings.Join(slices.DeleteFunc(rest, func(s string) bool { return s == "" }), "\n")
	switch {
	case x.Ignored != "":
		f.suppressed, f.reason = "inSource", x.Ignored
	case x.Verdict == "safe" && decided.MatchString(x.Reason):
		f.level, f.suppressed, f.reason = levelNote, "external", x.Reason
	case x.Verdict == "safe":
		return f, false
	}
	return f, true
}

func ofClient(c Client) (finding, bool) {
	f := finding{level: level(c.Verdict), rule: string(rules.ClientSwitch), file: c.File, line: c.Line, column: c.Column, word: c.Constructor,
		rest: c.Reason, identity: identity(c.File, "", string(rules.ClientSwitch), c.Constructor, nil)}
	switch {
	case c.Verdict == "kept" && decided.MatchString(c.Reason):
		f.level, f.suppressed, f.reason, f.first = levelNote, "external", c.Reason, "stays on a single node."
	case c.Verdict == "blocked":
		f.first = "can't become a client of a Redis Cluster."
	case c.Pending:
		f.level, f.rest = level("review"), ""
		f.first = "is not yet of a Redis Cluster: clusterize diff switches it."
	case c.Verdict == "review":
		f.first = "may not be a client of a Redis Cluster: a person decides."
	default:
		return f, false
	}
	f.first = "The client that " + printable(c.Constructor) + " makes " + f.first
	return f, true
}

func (s *sarifReport) result(f finding) *sarif.Result {
	text := f.first
	if f.rest != "" {
		text += "\n" + f.rest
	}
	r := sarif.NewRuleResult(f.rule).WithRuleIndex(s.rule(f.rule)).WithLevel(f.level).WithMessage(told(text))
	at := s.place(f.file, s.region(f.file, f.line, f.column, f.word))
	if f.function != "" {
		at.AddLogicalLocation(sarif.NewLogicalLocation().WithName(f.function).WithKind("function"))
	}
	r.AddLocation(at)
	r.PartialFingerprints = map[string]string{"primaryLocationLineHash": s.fingerprint(f.identity)}
	if f.site != nil {
		r.WithRelatedLocations(s.related(f.site))
		r.WithCodeFlows(s.flows(f))
		if fix := s.fixes[f.site.ID]; fix != nil && f.suppressed == "" {
			r.AddFixe(fix)
		}
		r.WithProperties(sarif.NewPropertyBag().Add("verdict", f.site.Verdict).Add("site", f.site.ID))
	}
	if f.suppressed != "" {
		r.AddSuppression(sarif.NewSuppression().WithKind(f.suppressed).WithJustification(f.reason).WithStatus("accepted"))
	}
	return r
}

// fingerprint is a hash of what a finding is, and how many alike came before: the form that GitHub uses.
func (s *sarifReport) fingerprint(identity string) string {
	s.times[identity]++
	sum := sha256.Sum256([]byte(identity))
	return hex.EncodeToString(sum[:8]) + ":" + strconv.Itoa(s.times[identity])
}

// related are the callers that bring the keys, the sites that want other tags, and where the trail of a key ended.
func (s *sarifReport) related(x *Site) []*sarif.Location {
	out := []*sarif.Location{}
	left := evidenceLimit
	add := func(file string, region *sarif.Region, text string) {
		if left == 0 || s.evidence == evidenceTotal {
			s.cutPlaces++
			return
		}
		left--
		s.evidence++
		out = append(out, s.place(file, region).WithID(len(out)+1).WithMessage(told(printable(clipped(text, 500)))))
	}
	callers := slices.Clone(x.Contexts)
	slices.SortStableFunc(callers, func(a, b Context) int { return gravity(level(a.Verdict)) - gravity(level(b.Verdict)) })
	for _, c := range callers {
		if c.File == "" {
			continue
		}
		text := "called from here"
		if names := keyNames(c.Keys, 5); names != "" {
			text += " with the keys " + names
		}
		if c.Verdict != "" && c.Verdict != x.Verdict {
			text += " (" + c.Verdict + ")"
		}
		add(c.File, s.region(c.File, c.Line, 0, ""), text)
	}
	for _, id := range s.conflicts[x.ID] {
		if o, ok := s.site[id]; ok {
			add(o.File, s.region(o.File, o.Line, o.Column, o.Method), "wants another tag of the same keys: "+commands(o))
		}
	}
	for _, k := range x.Keys {
		for _, u := range k.Unknown {
			if u.File != "" {
				add(u.File, s.region(u.File, u.Line, u.Column, ""), "<"+u.Name+"> is not known: it "+u.Reason)
			}
		}
	}
	return out
}

// keyNames lists the first keys.
func keyNames(keys []Key, most int) string {
	var names []string
	for _, k := range keys {
		names = appendNew(names, quoted(k.Template))
	}
	if more := len(names) - most; more > 0 {
		names = append(names[:most], count(more, "more key"))
	}
	return strings.Join(names, ", ")
}

// flowLimit is how many keys of a site are shown with their derivation.
const flowLimit = 10

// flows are the derivations of keys, from the texts that a key is made of to the call.
func (s *sarifReport) flows(f finding) []*sarif.CodeFlow {
	out := []*sarif.CodeFlow{}
	for _, k := range f.site.Keys {
		n := len(k.Derivation)
		if n == 0 || n == 1 && k.Derivation[0].Text == strconv.Quote(k.Template) {
			continue // the key stands in the call
		}
		if len(out) == flowLimit || s.evidence+n > evidenceTotal {
			s.cutPlaces += n
			continue
		}
		s.evidence += n
		flow := sarif.NewThreadFlow()
		step := func(l *sarif.Location) { flow.AddLocation(sarif.NewThreadFlowLocation().WithLocation(l)) }
		for _, d := range slices.Backward(k.Derivation) { // a step comes before those that it is made of
			step(s.place(d.File, s.region(d.File, d.Line, d.Column, d.Text)).WithMessage(told(printable(clipped(d.Text, 300) + " is " + quoted(d.Template)))))
		}
		step(s.place(f.file, s.region(f.file, f.line, f.column, f.word)).WithMessage(told(printable(commands(*f.site) + " with " + quoted(k.Template)))))
		out = append(out, sarif.NewCodeFlow().WithThreadFlows([]*sarif.ThreadFlow{flow}).WithMessage(told(printable("how "+quoted(k.Template)+" is made"))))
	}
	return out
}

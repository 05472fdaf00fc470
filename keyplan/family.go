package keyplan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/key"
)

// Family is all templates of one shape, and more concrete ones that are instances of it.
type Family struct {
	Template    string // with the names of its holes
	NewTemplate string // as it will be; equal to Template when it keeps its name
	Tag         string // the tag's text, "" for none
	Span        Span
	Sites       []string // ids, sorted
	Why         string
	Together    []string  // the sites whose keys share a slot because of the tag, sorted
	RunnerUp    *RunnerUp // the second choice, when the family is renamed and there is one
	Risks       []string
	// Frozen says why the family may not be renamed; "" when it may.
	Frozen string
	// Pin is set when the family's tag was decided elsewhere.
	Pin *pinned
	// Broken says that another repository renames the family, and that this one can't follow; "" else.
	Broken string

	// Component numbers the families that are planned together; 0 for those in no group.
	Component int

	// Leaves says where its keys leave the code that is seen: handed to libraries, returned by exported functions.
	Leaves []string

	Model key.Template // a template of the family's own shape
	Uses  []Use

	forbidden map[Span]string // tags that can't be written, and why
	tied      string          // why a tag is not possible because of another family; "" when none is
	noPut     string          // why no text may be put before its keys as a tag
	puts      []Span          // texts that may be put before its keys as a tag
	cached    []unit
}

// units are those of the family's own template.
func (f *Family) units() []unit {
	if f.cached == nil {
		f.cached = units(f.Model)
	}
	return f.cached
}

// Renamed reports that the family's keys get new names.
func (f *Family) Renamed() bool { return f.Span != None }

// Use is one template at one site, and how its units lie on the units of its family.
type Use struct {
	Site     string
	Template key.Template
	// At maps each unit border of the family to one of the template: equal numbers for a template of the family's own
	// shape, others for an instance such as user:1:profile of user:<id>:profile.
	At []int
}

// SpanIn is the family's span in the template of the use.
func (u Use) SpanIn(s Span) Span {
	if s == None || s.Put != "" {
		return s
	}
	return Span{Start: u.At[s.Start], End: u.At[s.End]}
}

// Telling reports a family of which a key can be told from other texts: it has two letters of text in a row.
func (f *Family) Telling() bool {
	us := f.units()
	letter := func(u unit) bool { return u.hole == nil && (u.b|0x20) >= 'a' && (u.b|0x20) <= 'z' }
	for i := 1; i < len(us); i++ {
		if letter(us[i-1]) && letter(us[i]) {
			return true
		}
	}
	return false
}

// grouping finds families by shape, and the family that an instance belongs to.
type grouping struct {
	families []*Family
	byShape  map[string]*Family
	instance map[string]placed // shape -> the family of another shape that it is an instance of
	overlaps []Overlap
}

type placed struct {
	f  *Family
	at []int
}

// Overlap is a template of which keys could be of other families, too.
type Overlap struct {
	Template string
	Families []string
}

// Means says what the overlap is for a rename.
func (o Overlap) Means() string {
	return "one key may be written both ways, so renaming one of them would leave readers or writers of the other behind: all keep their names"
}

// newGrouping makes the families of all templates. General shapes come before the concrete ones that they cover.
func newGrouping(all []key.Template) *grouping {
	g := &grouping{byShape: map[string]*Family{}, instance: map[string]placed{}}
	models := map[string]key.Template{}
	for _, t := range all {
		s := t.Shape()
		if m, ok := models[s]; ok {
			t = merged(m, t)
		}
		models[s] = t
	}
	shapes := make([]string, 0, len(models))
	for s := range models {
		shapes = append(shapes, s)
	}
	slices.SortFunc(shapes, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(b, "\x00"), strings.Count(a, "\x00")), cmp.Compare(a, b))
	})
	for _, s := range shapes {
		g.place(s, models[s])
	}
	slices.SortFunc(g.families, func(a, b *Family) int { return cmp.Compare(a.Template, b.Template) })
	return g
}

// merged is the model of a family of which two templates were seen: the better names, and of each hole what holds for
// both.
func merged(a, b key.Template) key.Template {
	if betterName(b.String(), a.String()) {
		a, b = b, a
	}
	other := b.Holes()
	parts := slices.Clone(a.Parts)
	n := 0
	for i, p := range parts {
		if p.Hole == nil {
			continue
		}
		h, o := *p.Hole, other[n]
		n++
		if h.Kind != o.Kind {
			h.Kind = key.Text
		}
		if h.Class != o.Class {
			h.Class = max(h.Class, o.Class)
			if h.Class == key.Fixed {
				h.Class = key.Varying
			}
		}
		h.Shared = h.Shared && o.Shared
		h.Braces = h.Braces || o.Braces
		h.Open = h.Open || o.Open || len(h.Domain) == 0 || len(o.Domain) == 0
		h.Domain = uniqStrings(slices.Concat(h.Domain, o.Domain))
		parts[i].Hole = &h
	}
	a.Parts = parts
	return a
}

func uniqStrings(s []string) []string {
	slices.Sort(s)
	return slices.Compact(s)
}

func betterName(a, b string) bool {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) < 0
}

// place makes a family of a shape, or finds the one that it is an instance of.
func (g *grouping) place(shape string, t key.Template) {
	var found []placed
	us := units(t)
	if _, _, _, braces := existingTag(us); !braces { // a value with braces: a tag put in behind them would not be the first
		for _, f := range g.families {
			if at, ok := instanceOf(f.units(), us); ok {
				found = append(found, placed{f, at})
			}
		}
	}
	if len(found) == 1 && !t.IsUnknown() {
		g.instance[shape] = found[0]
		return
	}
	f := &Family{Template: t.String(), Model: t}
	if len(found) > 1 {
		o := Overlap{Template: f.Template}
		for _, p := range found {
			o.Families = append(o.Families, p.f.Template)
			p.f.Frozen = "the key " + f.Template + " may belong to it or to another family"
		}
		f.Frozen = "may also be a key of " + strings.Join(o.Families, " or ")
		g.overlaps = append(g.overlaps, o)
	}
	g.families = append(g.families, f)
	g.byShape[shape] = f
}

// find is the family of a template, with the map of its units.
func (g *grouping) find(t key.Template) (*Family, []int) {
	s := t.Shape()
	if f := g.byShape[s]; f != nil {
		at := make([]int, t.Len()+1)
		for i := range at {
			at[i] = i
		}
		return f, at
	}
	p := g.instance[s]
	return p.f, p.at
}

// instanceOf lays the more concrete template t on the family's: literal on equal literal, each hole on one or more
// units without a ':' or '/'. The answer maps the borders of f to borders of t.
func instanceOf(f, t []unit) ([]int, bool) {
	if ends(f, t) || !hasLiteral(f) {
		return nil, false // other text at an end; or a family of holes only would cover everything
	}
	at := make([]int, len(f)+1)
	failed := map[[2]int]bool{}
	var match func(i, j int) bool
	var try func(i, j int) bool
	match = func(i, j int) bool {
		if failed[[2]int{i, j}] {
			return false
		}
		ok := try(i, j)
		if !ok {
			failed[[2]int{i, j}] = true
		}
		return ok
	}
	try = func(i, j int) bool {
		at[i] = j
		if i == len(f) {
			return j == len(t)
		}
		if f[i].hole == nil {
			return j < len(t) && t[j].hole == nil && t[j].b == f[i].b && match(i+1, j+1)
		}
		end := j
		for end < len(t) && (t[end].hole != nil || t[end].b != ':' && t[end].b != '/') {
			end++
		}
		for k := end; k > j; k-- {
			if fits(f[i].hole, t[j:k]) && match(i+1, k) {
				at[i] = j
				return true
			}
		}
		return false
	}
	if !match(0, 0) {
		return nil, false
	}
	return at, true
}

// ends reports literal text of the family at its start or end that the template does not have there.
func ends(f, t []unit) bool {
	for i := 0; i < len(f) && f[i].hole == nil; i++ {
		if i >= len(t) || t[i].hole != nil || t[i].b != f[i].b {
			return true
		}
	}
	for i := 1; i <= len(f) && f[len(f)-i].hole == nil; i++ {
		if i > len(t) || t[len(t)-i].hole != nil || t[len(t)-i].b != f[len(f)-i].b {
			return true
		}
	}
	return false
}

// hasLiteral reports a template that says more than that there are values: text, or a value that is one of a few.
func hasLiteral(us []unit) bool {
	return slices.ContainsFunc(us, func(u unit) bool {
		return u.hole == nil && !isSep(u) || u.hole != nil && len(u.hole.Domain) > 0 && !u.hole.Open
	})
}

// fits reports that the hole may hold that text.
func fits(h *key.Hole, us []unit) bool {
	text, literal := "", true
	for _, u := range us {
		if u.hole != nil {
			literal = false
			continue
		}
		text += string(u.b)
	}
	if !literal {
		return len(us) == 1 || h.Kind == key.Text
	}
	if len(h.Domain) > 0 && !h.Open {
		return slices.Contains(h.Domain, text)
	}
	if h.Kind == key.Int {
		return strings.Trim(text, "0123456789abcdefABCDEF-") == ""
	}
	return true
}

// LiteralAround reports whether the family has literal text before and after a border of its units.
func (f *Family) LiteralAround(border int) (left, right bool) {
	us := f.units()
	return border > 0 && us[border-1].hole == nil, border < len(us) && us[border].hole == nil
}

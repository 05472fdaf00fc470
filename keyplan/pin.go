package keyplan

import (
	"errors"
	"fmt"
	"strings"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rules"
)

// Pin is a tag that was decided: by a person, or by the plan of a repository on the same Redis.
type Pin struct {
	Template    string // holes written <name>; their names don't matter
	NewTemplate string // equal to Template when the family keeps its name
	Source      string // who decided that, for the reader: the reason, or the plan of another repository
	At          string // where it stands: FILE or FILE:LINE
	// External is set for the plan of another repository: its keys are there whether this code has them or not, and it
	// renames them whatever this code can do.
	External bool
}

// pinned is what a pin says of a family.
type pinned struct {
	Span     Span
	Source   string
	External bool
}

// PinTag makes a pin of a family and the part of its template that is to be the tag; "" lets it keep its name.
func PinTag(template, tag, source, at string) (Pin, error) {
	p := Pin{Template: template, NewTemplate: template, Source: source, At: at}
	if tag == "" {
		return p, nil
	}
	if text, ok := strings.CutPrefix(tag, "{"); ok && strings.HasSuffix(text, "}") {
		text = strings.TrimSuffix(text, "}")
		if !canPut(text) {
			return p, fmt.Errorf("%s can't be put before a key: write plain text without braces, quotes and holes", tag)
		}
		p.NewTemplate = tag + template
		return p, nil
	}
	t := parseTemplate(template)
	var found []Span
	n := t.Len()
	for a := range n {
		for b := a + 1; b <= n; b++ {
			if t.Tagged(a, b) == strings.Replace(template, tag, "{"+tag+"}", 1) || t.Tagged(a, b) == lastReplaced(template, tag) {
				found = append(found, Span{Start: a, End: b})
			}
		}
	}
	switch len(found) {
	case 0:
		return p, fmt.Errorf("%s is no part of %s: a tag is a part of it, such as %s", tag, template, example(t))
	case 1:
	default:
		return p, fmt.Errorf("%s stands in %s more than once: name more of what is before or behind it", tag, template)
	}
	p.NewTemplate = t.Tagged(found[0].Start, found[0].End)
	return p, nil
}

func lastReplaced(template, tag string) string {
	i := strings.LastIndex(template, tag)
	if i < 0 {
		return template
	}
	return template[:i] + "{" + tag + "}" + template[i+len(tag):]
}

// example is a tag that a template could have.
func example(t key.Template) string {
	us := units(t)
	for _, s := range spans(us) {
		if varying(us, s) {
			text := t.Tagged(s.Start, s.End)
			return text[strings.IndexByte(text, '{')+1 : strings.IndexByte(text, '}')]
		}
	}
	return t.String()
}

// parseTemplate reads a template as reports write it.
func parseTemplate(s string) key.Template {
	out := key.Literal("")
	pieces, _ := key.ParseReport(s)
	for _, p := range pieces {
		next := key.Literal(p.Text)
		if p.Name != "" {
			next = key.OfHole(&key.Hole{ID: "pin:" + p.Name, Name: p.Name})
		}
		out, _ = key.Concat(out, next)
	}
	return out
}

// span finds the tag of a pin in its template.
func (p Pin) span(t key.Template) (Span, error) {
	if p.Template == p.NewTemplate {
		return None, nil
	}
	if put, ok := strings.CutSuffix(p.NewTemplate, "}"+p.Template); ok && strings.HasPrefix(put, "{") && canPut(put[1:]) {
		return Span{Put: put[1:]}, nil
	}
	for a := range t.Len() {
		for b := a + 1; b <= t.Len(); b++ {
			if t.Tagged(a, b) == p.NewTemplate {
				return Span{Start: a, End: b}, nil
			}
		}
	}
	return None, errors.New(p.NewTemplate + " is not " + p.Template + " with one tag more")
}

// external lists the templates of other repositories that this one does not have itself.
func (o Options) external(own []key.Template) []key.Template {
	shapes := map[string]bool{}
	for _, t := range own {
		shapes[t.Shape()] = true
	}
	var out []key.Template
	for _, p := range o.Pins {
		if t := parseTemplate(p.Template); p.External && !shapes[t.Shape()] {
			out = append(out, t)
		}
	}
	return out
}

// pin puts the pins to their families.
func (p *Plan) pin() {
	for _, pin := range p.opt.Pins {
		t := parseTemplate(pin.Template)
		switch f := p.pinnedFamily(pin, t); {
		case f != nil:
			p.pinFamily(pin, f)
		case p.pinInstance(pin, t), p.FamilyOf(parseTemplate(pin.NewTemplate)) != nil: // the second: it has that name already
		default:
			p.misses(pin, "no key of this code is written "+pin.Template+p.meant(pin.Template), true)
		}
		p.pinNeighbours(pin, t)
	}
}

// meant is the family that differs by a few letters.
func (p *Plan) meant(template string) string {
	for _, f := range p.grouping.families {
		if len(f.Uses) > 0 && rules.Differ(f.Template, template) {
			return ": did you mean " + f.Template + "?"
		}
	}
	return ""
}

// pinFamily gives a family the tag that was decided for it.
func (p *Plan) pinFamily(pin Pin, f *Family) {
	s, err := pin.span(f.Model)
	if err != nil {
		s, err = pin.span(parseTemplate(pin.Template))
	}
	if err != nil {
		p.misses(pin, err.Error(), false)
		return
	}
	if f.Pin != nil {
		if f.Pin.Span != s {
			p.misses(pin, f.Template+" is decided otherwise by "+f.Pin.Source, false)
		}
		return
	}
	why := f.Frozen
	if why == "" {
		why = p.opt.Forbidden[f.Model.Shape()][s]
	}
	if _, _, _, braces := existingTag(f.units()); s != None && braces && why == "" {
		why = "it has braces of its own"
	}
	if s != None && why != "" {
		if pin.External && len(f.Uses) == 0 {
			return // no key of it is written here; what could be one is judged where it stands
		}
		p.misses(pin, f.Template+" can't be renamed to "+pin.NewTemplate+": "+why, false)
		if pin.External {
			f.Broken = pin.Source + " renames it to " + pin.NewTemplate + ", and here it can't be: " + why
		}
		return
	}
	f.Pin, f.Span = &pinned{s, pin.Source, pin.External}, s
}

// pinInstance has a pin of keys that are only a part of a family: that keeps its name, since it is renamed as a whole.
// It reports false when there is no such family.
func (p *Plan) pinInstance(pin Pin, t key.Template) bool {
	x, ok := p.grouping.instance[t.Shape()]
	if !ok || len(x.f.Uses) == 0 {
		return false
	}
	if pin.Template != pin.NewTemplate {
		p.misses(pin, pin.Template+" is a part of "+x.f.Template+", which is renamed as a whole: decide for that", false)
	}
	if x.f.Frozen == "" {
		x.f.Frozen = pin.Template + " is a part of it, and is decided for itself: " + pin.Source
	}
	return true
}

// pinNeighbours finds the families that share keys with one that was decided, and do not go with it: what keeps its name
// keeps it there, too, and what another repository renames is not found there any more.
func (p *Plan) pinNeighbours(pin Pin, t key.Template) {
	us := units(t)
	for _, f := range p.grouping.families {
		if len(f.Uses) == 0 || f.Model.Shape() == t.Shape() || wholeParam(f.Model) || !meet(f.units(), us) {
			continue
		}
		switch {
		case pin.Template == pin.NewTemplate:
			if f.Frozen == "" {
				f.Frozen = "a key of it may also be written " + pin.Template + ", which keeps its name: " + pin.Source
			}
		case pin.External:
			f.Broken = pin.Source + " renames " + pin.Template + " to " + pin.NewTemplate + ", and a key of this may be one of those"
		}
	}
}

func (p *Plan) misses(pin Pin, why string, unused bool) {
	p.Problems = append(p.Problems, Problem{pin.At, why, unused, pin.External})
}

// pinnedFamily is the family that a pin speaks of: by its text, else by its shape.
func (p *Plan) pinnedFamily(pin Pin, t key.Template) *Family {
	for _, f := range p.grouping.families {
		if f.Template == pin.Template && (pin.External || len(f.Uses) > 0) {
			return f
		}
	}
	if f := p.grouping.byShape[t.Shape()]; f != nil && (pin.External || len(f.Uses) > 0) {
		return f
	}
	return nil
}

// elsewhere says which plan of another repository renames a family that a key of which nothing is known may be of; ""
// for other keys.
func (p *Plan) elsewhere(t key.Template) string {
	if !t.IsUnknown() && !wholeParam(t) || patternOf(t) != "" {
		return ""
	}
	for _, pin := range p.opt.Pins {
		if pin.External && pin.Template != pin.NewTemplate {
			return pin.Source + " renames " + pin.Template + " to " + pin.NewTemplate
		}
	}
	return ""
}

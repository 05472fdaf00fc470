package decisions

import (
	"strconv"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rules"
	"github.com/clusterize/clusterize/internal/source"
)

// File is what a clusterize.yaml says.
type File struct {
	// Name is that of the file, as Parse was told it.
	Name    string
	Tags    []Tag
	Sites   []Site
	Keys    []Key
	Clients []Client
	// TagStyle is "entity" or "value"; nil when the file does not say.
	TagStyle *string
	// SingleSlot accepts constant tags; nil when the file does not say.
	SingleSlot *bool
}

// Tag decides the hash tag of a family: either Tag is set, or Keep.
type Tag struct {
	// Pos is where the entry begins.
	Pos source.Position
	// Family is a template as the report writes it, holes as <name>.
	Family string
	// Tag is the part of Family that becomes the hash tag; or, in braces, text that is put before the whole key as one.
	Tag string
	// Keep: the family keeps its name.
	Keep   bool
	Reason string
}

// Verdict is what a person says of a site.
type Verdict string

// The verdicts that a person can give.
const (
	Safe    Verdict = "safe"
	Split   Verdict = "split"
	Review  Verdict = "review"
	Blocked Verdict = "blocked"
)

// Site decides the verdict of the sites at a place.
type Site struct {
	// Pos is where the entry begins.
	Pos source.Position
	At  Place
	// Rule restricts the entry to sites of that rule; "" means any.
	Rule    rules.ID
	Verdict Verdict
	Reason  string
}

// Key says what a key is that the code does not tell.
type Key struct {
	// Pos is where the entry begins.
	Pos source.Position
	// At has a file and a line.
	At Place
	// Template is written as behind //clusterize:key.
	Template string
	Reason   string
}

// Client keeps a client on a single node.
type Client struct {
	// Pos is where the entry begins.
	Pos source.Position
	// At is the call of the constructor: a file with the function around it, or with a line, maybe a column.
	At Place
	// Keep is always true.
	Keep   bool
	Reason string
}

// Parse reads a clusterize.yaml. Its error is of type Errors.
func Parse(name string, src []byte) (*File, error) {
	r := newReader(name, src)
	f := &File{Name: name}
	if root := r.document(src); root != nil {
		r.file(f, root)
	}
	if err := r.problems(); err != nil {
		return nil, err
	}
	return f, nil
}

// file reads the fields of the top level.
func (r *reader) file(f *File, root node) {
	e := r.entry(root, "the file", "tags", "sites", "keys", "clients", "tagStyle", "singleSlot")
	seen := seenBefore{}
	for _, e := range e.list("tags", "family", "tag", "keep", "reason") {
		f.Tags = append(f.Tags, e.tag(seen))
	}
	for _, e := range e.list("sites", "at", "rule", "verdict", "reason") {
		f.Sites = append(f.Sites, e.site(seen))
	}
	for _, e := range e.list("keys", "at", "template", "reason") {
		f.Keys = append(f.Keys, e.key(seen))
	}
	for _, e := range e.list("clients", "at", "keep", "reason") {
		f.Clients = append(f.Clients, e.client(seen))
	}
	if style, ok := e.text("tagStyle"); ok {
		if style != "entity" && style != "value" {
			e.fail("tagStyle", "there is no tag style "+show(style), "write entity or value")
		}
		f.TagStyle = &style
	}
	if single, ok := e.flag("singleSlot"); ok {
		f.SingleSlot = &single
	}
}

func (e entry) tag(seen seenBefore) Tag {
	t := Tag{Pos: e.pos, Reason: e.reason()}
	family, _ := e.need("family", "write the template as the report does, user:<id>:profile")
	t.Family = family
	if family != "" {
		e.once(seen, "family", "family "+show(family), family)
	}
	t.Tag, _ = e.text("tag")
	t.Keep = e.kept()
	switch {
	case e.has("tag") && e.has("keep"):
		e.fail("keep", "tag and keep exclude each other", "remove one of them")
	case !e.has("tag") && !e.has("keep"):
		e.fail("", "the entry decides nothing", "write either tag: with a part of the family, or keep: true")
	}
	e.checkTag(t)
	return t
}

// checkTag holds that the family is a template, and that Redis would hash the tag.
func (e entry) checkTag(t Tag) {
	if t.Family == "" {
		return
	}
	family, problem := parseFamily(t.Family)
	if problem != "" {
		e.fail("family", "family "+show(t.Family)+" is no template, "+problem, "write it as the report does, user:<id>:profile")
		return
	}
	if t.Tag == "" || putForm.MatchString(t.Tag) {
		return
	}
	if msg, next := tagProblem(family, t.Tag); msg != "" {
		e.fail("tag", "tag "+show(t.Tag)+" "+msg, next)
	}
}

func (e entry) site(seen seenBefore) Site {
	s := Site{Pos: e.pos, Reason: e.reason()}
	ok := false
	s.At, ok = e.place()
	if rule, has := e.text("rule"); has {
		s.Rule = rules.ID(rule)
		if _, known := rules.Get(s.Rule); !known {
			e.fail("rule", "there is no rule "+show(rule), "run clusterize explain for the list")
		}
	}
	if v, has := e.need("verdict", "write safe, split, review or blocked"); has {
		switch s.Verdict = Verdict(v); s.Verdict {
		case Safe, Split, Review, Blocked:
		default:
			e.fail("verdict", "a person can't give the verdict "+show(v), "write safe, split, review or blocked")
		}
	}
	if ok {
		what := "site " + show(s.At.String())
		if s.Rule != "" {
			what += " with rule " + show(string(s.Rule))
		}
		e.once(seen, "at", what, s.At.String()+"\x00"+string(s.Rule))
	}
	return s
}

func (e entry) key(seen seenBefore) Key {
	k := Key{Pos: e.pos, Reason: e.reason()}
	ok := false
	if k.At, ok = e.place(); ok {
		if k.At.Line == 0 || k.At.Column > 0 {
			e.fail("at", show(k.At.String())+" is no line", "a key is named by FILE:LINE")
		}
		e.once(seen, "at", "key "+show(k.At.String()), k.At.String())
	}
	if t, has := e.need("template", "write what the key is, app:<id>"); has {
		k.Template = t
		if _, problem := key.ParseNote(t); problem != "" {
			e.fail("template", "template "+show(t)+" can't be read, "+problem, "write app:<id>, and << for the text <")
		}
	}
	return k
}

func (e entry) client(seen seenBefore) Client {
	c := Client{Pos: e.pos, Reason: e.reason()}
	ok := false
	if c.At, ok = e.place(); ok {
		if c.At.ID != "" {
			e.fail("at", show(c.At.String())+" is no place", "a client is named by FILE FUNCTION, FILE:LINE or FILE:LINE:COLUMN of its constructor")
		}
		e.once(seen, "at", "client "+show(c.At.String()), c.At.String())
	}
	if c.Keep = e.kept(); !e.has("keep") {
		e.fail("", "the entry decides nothing", "write keep: true, or remove the entry")
	}
	return c
}

// reason reads the reason of an entry as one line.
func (e entry) reason() string {
	s, _ := e.need("reason", "write why, for those who read it later")
	return oneLine(s)
}

// kept reads keep. Its only value is true: an entry that keeps nothing would look like a decision and be none.
func (e entry) kept() bool {
	keep, ok := e.flag("keep")
	if ok && !keep {
		e.fail("keep", "keep: false decides nothing", "write keep: true, or remove the entry")
	}
	return keep
}

func (e entry) place() (p Place, ok bool) {
	s, ok := e.need("at", "write FILE:LINE, such as store/user.go:41")
	if !ok {
		return Place{}, false
	}
	p, msg, next := parsePlace(s)
	if msg != "" {
		e.fail("at", msg, next)
	}
	return p, msg == ""
}

// seenBefore holds the line on which something was decided, by the list it stands in and a name in there.
type seenBefore map[[2]string]int

// once holds that an entry is the only one of its name in its list.
func (e entry) once(seen seenBefore, field, what, name string) {
	id := [2]string{e.what, name}
	if line, twice := seen[id]; twice {
		e.fail(field, what+" is decided on line "+strconv.Itoa(line)+" already", "remove one of the two")
		return
	}
	seen[id] = e.pos.Line
}

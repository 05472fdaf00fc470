package rewrite

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/clientflow"
	"github.com/clusterize/clusterize/internal/libraries"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/source"
)

// newType is what *redis.Client becomes in a class.
type newType int

const (
	unchanged newType = iota
	cluster           // *redis.ClusterClient
	universal         // redis.UniversalClient
)

func (t newType) String() string {
	return [...]string{"*redis.Client", "*redis.ClusterClient", "redis.UniversalClient"}[t]
}

// typing gives each class its type, for one choice of clients that are switched.
type typing struct {
	s        *switcher
	live     map[*client]bool
	types    map[*clientflow.Class]newType
	owners   map[*clientflow.Class][]*client
	problems map[*client][]problem
	nils     map[*client][]nilCheck
}

// nilCheck is a comparison with nil of what would become an interface.
type nilCheck struct {
	mixed string
	at    []source.Position
}

// sayNils makes one problem of all comparisons with nil that stand against a client.
func (t *typing) sayNils() {
	for x, ns := range t.nils {
		var at []source.Position
		for _, n := range ns {
			at = append(at, n.at...)
		}
		slices.SortFunc(at, source.Position.Compare)
		t.problems[x] = append(t.problems[x], problem{ClientReview, ns[0].mixed + ", and would become an interface; it is compared with nil at " +
			places(slices.Compact(at)) + ", and an interface that holds a nil pointer is not nil"})
	}
}

type problem struct {
	verdict string
	why     string
}

// types finds the types for the clients that are switched so far, and what stands against them.
func (s *switcher) types() *typing {
	t := &typing{s: s, live: map[*client]bool{}, types: map[*clientflow.Class]newType{}, owners: map[*clientflow.Class][]*client{}, problems: map[*client][]problem{}, nils: map[*client][]nilCheck{}}
	for _, x := range s.live() {
		t.live[x] = true
	}
	classes := s.c.flow.Classes()
	for _, c := range classes {
		if !c.Interface() {
			t.forward(c)
		}
	}
	for changed := true; changed; {
		changed = false
		for _, c := range slices.Backward(classes) {
			changed = t.backward(c) || changed
		}
	}
	for _, c := range classes {
		if t.types[c] != unchanged {
			t.check(c)
		} else if c.Interface() {
			t.asserted(c)
		}
	}
	t.sayNils()
	return t
}

// forward gives a class the type that all clients which reach it have in common.
func (t *typing) forward(c *clientflow.Class) {
	in, others := t.reach(c)
	if len(in) == 0 {
		return
	}
	t.owners[c] = in
	t.types[c] = cluster
	if len(others) > 0 || t.s.c.universal {
		t.types[c] = universal
	}
}

// reach divides what comes to a class: clients that are switched, and what stays.
func (t *typing) reach(c *clientflow.Class) (in []*client, others []clientflow.Origin) {
	for _, o := range t.s.c.flow.Reach(c) {
		x := t.s.c.byOrigin(o)
		switch {
		case x != nil && t.live[x]:
			in = append(in, x)
		default:
			others = append(others, o)
		}
	}
	return in, others
}

// backward gives a class that no client reaches the type of what it is copied to: a parameter without callers.
func (t *typing) backward(c *clientflow.Class) bool {
	if c.Interface() || t.types[c] != unchanged || len(c.Sinks) > 0 || len(t.s.c.flow.Reach(c)) > 0 {
		return false
	}
	for _, to := range c.To() {
		if t.types[to] == cluster || t.types[to] == universal && t.s.c.universal {
			t.types[c], t.owners[c] = t.types[to], t.owners[to]
			return true
		}
	}
	return false
}

// check looks for what keeps the types of a class as they are.
func (t *typing) check(c *clientflow.Class) {
	refuse := func(verdict, why string) {
		for _, x := range t.owners[c] {
			t.problems[x] = append(t.problems[x], problem{verdict, why})
		}
	}
	_, others := t.reach(c)
	mixed := ""
	if len(others) > 0 {
		mixed = "it shares a type with " + t.names(others) + ", which is not switched"
	}
	for _, why := range c.Sinks {
		refuse(ClientBlocked, why+library(why))
	}
	for _, u := range c.Uses {
		switch f := t.s.c.file(u.File); {
		case f == nil || !f.Editable() && copiedBy(f) == "":
			refuse(ClientBlocked, u.File+" is generated or can't be edited, and names the type. Make it again from what it is generated from, once that has the new type")
		case t.types[c] == universal && u.Star < 0 && !u.Selector:
			refuse(ClientReview, fmt.Sprintf("%s would have to become an interface, and is written without a star at %s: write *redis.Client there", orText(mixed, "the type"), positionIn(f, u.Start)))
		}
	}
	if c.Typed && mixed != "" {
		refuse(ClientReview, mixed+": values are found by their exact type there. Give them variables, fields or containers of their own, or decide for both")
	}
	if t.types[c] == universal && mixed != "" && len(c.NilChecks) > 0 {
		for _, x := range t.owners[c] {
			t.nils[x] = append(t.nils[x], nilCheck{mixed, c.NilChecks})
		}
	}
	t.methods(c, mixed, refuse)
}

// generator matches the first line of a file that a generator wrote which copies types from code of the target: the
// injectors of wire, and mocks of interfaces. Made again, such a file has the types that the code has by then.
var generator = regexp.MustCompile(`(?im)^// Code generated by (wire|mockgen|mockery|moq|counterfeiter)\b.* DO NOT EDIT\.$`)

// copiedBy is the generator of a file that may be edited, since making it again gives the same types; "" for others.
func copiedBy(f *load.File) string {
	if !f.Generated || f.Foreign || f.Cgo {
		return ""
	}
	if m := generator.FindSubmatch(f.Content); m != nil {
		return string(m[1])
	}
	return ""
}

// names lists what stays.
func (t *typing) names(others []clientflow.Origin) string {
	var out []string
	for _, o := range others {
		if o.Foreign != "" {
			out = append(out, "what "+o.Foreign+" gives")
		} else {
			out = append(out, "the client of "+o.Pos.String())
		}
	}
	return first(out, 3)
}

// library is what is known of the library whose function takes *redis.Client: what to do about it.
func library(sink string) string {
	name, _, ok := strings.Cut(strings.TrimLeft(sink, "(*"), " takes ")
	if !ok {
		return ""
	}
	slash := strings.LastIndexByte(name, '/')
	dot := strings.IndexByte(name[slash+1:], '.')
	if dot < 0 {
		return ""
	}
	l, ok := libraries.Lookup(name[:slash+1+dot])
	if !ok {
		return ""
	}
	return ": " + l.Text
}

func orText(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// advice says what to use instead of methods that a cluster client has not.
var advice = map[string]string{
	"Conn":        "MasterForKey(ctx, key) gives the client of one node, and that has Conn",
	"WithTimeout": "set ReadTimeout and WriteTimeout in the options, or a deadline in the context",
	"String":      "print Options().Addrs",
	"WithContext": "its result has another type",
	"Wait":        "it would wait for the replicas of one node; use a type assertion to the client that was written to",
	"Options":     "keep what is needed of the options in a variable",
}

// methods refuses methods that the new type has not.
func (t *typing) methods(c *clientflow.Class, mixed string, refuse func(verdict, why string)) {
	for _, x := range t.owners[c] {
		if x.api == nil {
			continue
		}
		lost := slices.Concat(x.api.OnlyClient, slices.DeleteFunc(slices.Clone(x.api.Differ), func(m string) bool { return m == "Options" || m == "WithContext" }))
		if t.types[c] == universal {
			lost = x.api.NotUniversal
		}
		for _, m := range c.Methods {
			if !slices.Contains(lost, m.Name) {
				continue
			}
			why := fmt.Sprintf("%s is called at %s, and %s has no such method", m.Name, m.Pos, t.types[c])
			if a := advice[m.Name]; a != "" {
				why += ": " + a
			}
			if mixed != "" {
				why += " (" + mixed + ")"
			}
			refuse(ClientReview, why)
		}
		break // one go-redis for all clients of a class
	}
}

// asserted refuses assertions to interfaces that a plain client is in, and a cluster client is not.
func (t *typing) asserted(c *clientflow.Class) {
	in, _ := t.reach(c)
	for _, a := range c.Asserted {
		for _, x := range in {
			t.problems[x] = append(t.problems[x], problem{ClientReview, "the interface " + a.Type + ", which cluster clients are not in, is asserted at " + a.Pos.String() + ": the switch would change what it matches"})
		}
	}
}

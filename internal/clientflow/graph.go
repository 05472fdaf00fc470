package clientflow

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/internal/load"
)

// Graph is where values of one kind go.
type Graph struct {
	Kind  Kind
	progs []*load.Program

	ids    map[string]node
	parent []node
	class  []*Class
	edges  map[[2]node]bool

	shared []SharedType

	kindTypes []types.Type // the type of the kind, in each go-redis that is used
	fits      map[*types.Interface]bool
	reach     map[*Class][]Origin
	order     []*Class
}

// node is a variable, field, parameter, result or expression; 0 is none.
type node int

// New follows a kind through the programs, which are loads of one target with different build tags.
func New(kind Kind, progs ...*load.Program) *Graph {
	g := &Graph{Kind: kind, progs: progs, ids: map[string]node{}, parent: []node{0}, class: []*Class{nil},
		edges: map[[2]node]bool{}, fits: map[*types.Interface]bool{}}
	g.findKindTypes()
	for _, prog := range progs {
		for _, pkg := range prog.Packages {
			if pkg.TypesInfo == nil {
				continue
			}
			w := &walker{g: g, prog: prog, pkg: pkg, info: pkg.TypesInfo, implicit: map[types.Object]string{}}
			for _, f := range pkg.Syntax {
				if lf := prog.File(f.FileStart); lf == nil || !isHelper(lf) {
					w.file(f)
				}
			}
		}
		g.joinInterfaces(prog)
	}
	g.close()
	return g
}

func (g *Graph) findKindTypes() {
	seen := map[string]bool{}
	for _, prog := range g.progs {
		packages.Visit(prog.Packages, nil, func(p *packages.Package) {
			if p.Types == nil || seen[p.ID] {
				return
			}
			seen[p.ID] = true
			if o := p.Types.Scope().Lookup(string(g.Kind)); g.Kind.is(o) {
				g.kindTypes = append(g.kindTypes, o.Type())
			}
		})
	}
}

// get is the node of a name.
func (g *Graph) get(name string) node {
	n, ok := g.ids[name]
	if !ok {
		n = node(len(g.parent))
		g.ids[name] = n
		g.parent = append(g.parent, n)
		g.class = append(g.class, &Class{name: name})
	}
	return n
}

func (g *Graph) root(n node) node {
	for g.parent[n] != n {
		g.parent[n] = g.parent[g.parent[n]]
		n = g.parent[n]
	}
	return n
}

// of is the class of a node; of 0 a class that is thrown away.
func (g *Graph) of(n node) *Class {
	if n == 0 {
		return &Class{}
	}
	return g.class[g.root(n)]
}

// join says that two nodes have one type.
func (g *Graph) join(a, b node) {
	if a == 0 || b == 0 {
		return
	}
	a, b = g.root(a), g.root(b)
	if a == b {
		return
	}
	g.parent[b] = a
	g.class[a].merge(g.class[b])
	g.class[b] = nil
}

// edge says that values of a are copied to b.
func (g *Graph) edge(a, b node) {
	if a != 0 && b != 0 {
		g.edges[[2]node{a, b}] = true
	}
}

// move is an assignment of a value with the type t from a to b.
func (g *Graph) move(b, a node, t types.Type) {
	if a == 0 || b == 0 || t == nil {
		return
	}
	ai, bi := g.of(a).iface, g.of(b).iface
	switch {
	case ai != bi, g.Kind == Clients && g.Kind.pointer(t):
		g.edge(a, b)
	case ai && bi:
		g.edge(a, b)
		if _, plain := t.Underlying().(*types.Interface); !plain {
			g.edge(b, a) // a container: what is put in at one end comes out at the other
		}
	default:
		g.join(a, b)
	}
}

// away is the node of what code that is not the target's holds as an interface.
func (g *Graph) away() node { return g.interfaceNode("away") }

func (g *Graph) interfaceNode(name string) node {
	_, known := g.ids[name]
	n := g.get(name)
	if !known {
		g.class[n].iface = true
	}
	return n
}

// place names a position: equal for the twins of test variants and of several loads.
func place(prog *load.Program, pos token.Pos) string {
	p := prog.Position(pos)
	return p.File + ":" + strconv.Itoa(p.Offset)
}

// close makes edges of classes out of those of nodes, and puts everything into order.
func (g *Graph) close() {
	seen := map[*Class]bool{}
	for i := 1; i < len(g.parent); i++ {
		if c := g.of(node(i)); !seen[c] {
			seen[c] = true
			g.order = append(g.order, c)
		}
	}
	slices.SortFunc(g.order, func(a, b *Class) int { return cmp.Compare(a.name, b.name) })
	for e := range g.edges {
		a, b := g.of(e[0]), g.of(e[1])
		if a != b && !slices.Contains(a.to, b) {
			a.to = append(a.to, b)
		}
	}
	for _, c := range g.order {
		c.tidy()
	}
	g.shared = uniqueBy(g.shared, func(s SharedType) string { return s.Type.File + ":" + strconv.Itoa(s.Type.Start) })
	for i := range g.shared {
		for _, n := range g.shared[i].nodes {
			g.shared[i].Classes = append(g.shared[i].Classes, g.of(n))
		}
	}
	g.shared = slices.DeleteFunc(g.shared, func(s SharedType) bool {
		return !slices.ContainsFunc(s.Classes, func(c *Class) bool { return c != s.Classes[0] })
	})
	g.assume()
}

// Shared lists the written types that belong to several fields or parameters of different classes.
func (g *Graph) Shared() []SharedType { return g.shared }

// assume lets every value that becomes an interface come to the assertions of which nothing is known.
func (g *Graph) assume() {
	for _, c := range g.order {
		if !c.anything && (len(c.Asserted) == 0 || len(g.Reach(c)) > 0) {
			continue
		}
		for _, from := range g.order {
			if from.iface && len(g.Reach(from)) > 0 {
				from.to = append(from.to, c)
			}
		}
	}
	g.reach = nil
}

// Classes lists all classes, in an order that does not depend on the run.
func (g *Graph) Classes() []*Class { return g.order }

// To lists the classes that values of c are copied to.
func (c *Class) To() []*Class { return c.to }

// Interface reports a class without a type of the kind: values are held as interfaces.
func (c *Class) Interface() bool { return c.iface }

// at is the class that holds a name of this graph; nil when there is none.
func (g *Graph) at(name string) *Class {
	if n, ok := g.ids[name]; ok {
		return g.of(n)
	}
	return nil
}

// Argument is the class of what a constructor is given; nil when it is not followed.
func (g *Graph) Argument(o Origin) *Class { return g.at("arg:" + place(o.Prog, o.Call.Lparen)) }

// Reach lists what made the values that come to a class.
func (g *Graph) Reach(c *Class) []Origin {
	if g.reach == nil {
		g.reach = map[*Class][]Origin{}
		g.propagate()
	}
	return g.reach[c]
}

func (g *Graph) propagate() {
	for _, start := range g.order {
		for _, o := range start.Made {
			seen := map[*Class]bool{}
			todo := []*Class{start}
			for len(todo) > 0 {
				c := todo[len(todo)-1]
				todo = todo[:len(todo)-1]
				if seen[c] {
					continue
				}
				seen[c] = true
				if !slices.ContainsFunc(g.reach[c], func(p Origin) bool { return p.compare(o) == 0 }) {
					g.reach[c] = append(g.reach[c], o)
				}
				todo = append(todo, c.to...)
			}
		}
	}
	for c := range g.reach {
		slices.SortFunc(g.reach[c], Origin.compare)
	}
}

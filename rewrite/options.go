package rewrite

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/internal/clientflow"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/source"
)

// setting is one field of the options that a client is made from, where it is set.
type setting struct {
	name  string
	value ast.Expr
	info  *types.Info
	at    source.Position
	from  exprAt
	taken bool // written in another way, so that the value is not known
	many  bool // of that, one that may give several values in one run
}

// constant is the value, nil when it is not known before the program runs.
func (s setting) constant() constant.Value {
	if s.taken {
		return nil
	}
	return s.info.Types[s.value].Value
}

// settings lists the fields that are set in literals and by assignments.
func (c *clients) settings(o *clientflow.Class) []setting {
	var out []setting
	for _, l := range o.Literals {
		for _, el := range l.Lit.Elts {
			if kv, ok := el.(*ast.KeyValueExpr); ok {
				id := kv.Key.(*ast.Ident)
				out = append(out, newSetting(l.Prog, l.Pkg, id, kv.Value))
			}
		}
	}
	for _, u := range o.Fields {
		if u.Taken {
			s := newSetting(u.Prog, u.Pkg, u.Sel.Sel, u.Sel)
			s.taken, s.many = true, u.Varies
			out = append(out, s)
		} else if u.Value != nil {
			out = append(out, newSetting(u.Prog, u.Pkg, u.Sel.Sel, u.Value))
		}
	}
	return out
}

func newSetting(prog *load.Program, pkg *packages.Package, name *ast.Ident, value ast.Expr) setting {
	at := prog.Position(name.Pos())
	return setting{name: name.Name, value: value, info: pkg.TypesInfo, at: at, from: exprAt{prog, pkg, value, strings.HasSuffix(at.File, "_test.go")}}
}

// lookOptions finds what the options of a client mean on a cluster.
func (c *clients) lookOptions(x *client) {
	o := c.argument(x)
	if o == nil {
		x.review = append(x.review, "the options can't be followed to where they are made")
		return
	}
	c.lookMade(x, o)
	hasAddr := len(o.Parses) > 0 || len(o.Outside) > 0 || len(o.Made) > 0 || len(o.Literals) == 0 && !o.Zero
	known := true
	for _, s := range c.settings(o) {
		if s.name == "Addr" {
			hasAddr = true
			if v := s.constant(); v != nil && v.Kind() == constant.String {
				x.addrs = append(x.addrs, constant.StringVal(v))
			} else {
				known = false
			}
		}
		c.lookSetting(x, s)
	}
	for _, l := range o.Literals {
		hasAddr = hasAddr || len(l.Lit.Elts) > 0 && !keyed(l.Lit)
	}
	for _, p := range o.Parses {
		known = false
		c.lookURL(x, p)
	}
	if x.several {
		x.review = append(x.review, "it makes clients of several databases ("+shownDBs(x.dbs)+"), and which keys are in which is not told apart: on a cluster they would be one. Make a client for each with a constructor of its own, or see that no keys meet and write DB 0")
	}
	if !known || len(o.Outside) > 0 || len(o.Made) > 0 {
		x.addrs = nil
	}
	if !hasAddr {
		x.review = append(x.review, "the options name no address: the default localhost:6379 is no cluster")
	}
}

// lookMade judges options that go-redis makes: those that it calls a function with are of one node, others are not
// known.
func (c *clients) lookMade(x *client, o *clientflow.Class) {
	other := len(o.Literals)+len(o.Parses)+len(o.Of)+len(o.Outside) > 0 || o.Zero
	for _, m := range o.Made {
		switch {
		case !strings.Contains(m.Foreign, "go-redis"):
			other = true
		case m.Callback:
			x.kept = "makes the client of one node for " + m.Foreign
		default:
			other = true
			x.review = append(x.review, m.Foreign+" gives the options, and they are those of one server whatever they are made from. Of UniversalOptions, write redis.NewClusterClient(options.Cluster()), which leaves out the DB")
		}
	}
	if x.kept != "" && other {
		x.review = append(x.review, "it "+x.kept+", and its options come together with others, which are not those of a node: give the clients of nodes a constructor of their own")
		x.kept = ""
	}
}

func keyed(lit *ast.CompositeLit) bool {
	return !slices.ContainsFunc(lit.Elts, func(e ast.Expr) bool { _, ok := e.(*ast.KeyValueExpr); return !ok })
}

// traps are the options that a cluster client reads differently.
var traps = map[string]string{
	"PoolSize":       "PoolSize is per node on a cluster: the number of connections multiplies by the nodes",
	"MinIdleConns":   "MinIdleConns is per node on a cluster: the number of connections multiplies by the nodes",
	"MaxIdleConns":   "MaxIdleConns is per node on a cluster: the number of connections multiplies by the nodes",
	"MaxActiveConns": "MaxActiveConns is per node on a cluster: the number of connections multiplies by the nodes",
	"MaxRetries":     "MaxRetries multiplies with MaxRedirects (3) on a cluster",
	"OnConnect":      "OnConnect runs for each connection to each node",
	"Dialer":         "Dialer is called for each node, with the addresses that CLUSTER SLOTS gives, not only with those of the options",
	"TLSConfig":      "TLS: CLUSTER SLOTS gives addresses of nodes, often IPs, and the certificate must fit them: set ServerName, or let the servers announce their host names",
}

// lookSetting judges one option.
func (c *clients) lookSetting(x *client, s setting) {
	switch s.name {
	case "Addr":
		if v := s.constant(); v != nil && v.Kind() == constant.String && strings.HasPrefix(constant.StringVal(v), "/") {
			x.blocked = append(x.blocked, "the address at "+s.at.String()+" is a unix socket: a cluster speaks TCP")
		}
	case "Network":
		switch v := s.constant(); {
		case v != nil && constant.StringVal(v) == "tcp" || v != nil && constant.StringVal(v) == "":
		case v != nil && constant.StringVal(v) == "unix":
			x.blocked = append(x.blocked, "Network at "+s.at.String()+" is unix: a cluster speaks TCP")
		default:
			x.review = append(x.review, "Network at "+s.at.String()+" is not tcp: a cluster speaks TCP only")
		}
	case "DB":
		c.lookDB(x, s)
	case "Limiter":
		x.review = append(x.review, "ClusterOptions has no Limiter (set at "+s.at.String()+"): set it for each node, with NewClient: func(o *redis.Options) *redis.Client { o.Limiter = limiter; return redis.NewClient(o) }")
	default:
		if !x.api.SameField(s.name, c.universal) {
			x.review = append(x.review, c.optionsType()+" has no field "+s.name+" like the one set at "+s.at.String())
			return
		}
		if t := traps[s.name]; t != "" {
			x.notes = append(x.notes, t)
		}
		if v := s.constant(); s.name == "ReadTimeout" && v != nil && v.ExactString() == "-1" {
			x.notes = append(x.notes, "ReadTimeout -1 means none, but the nodes of a cluster client get 3 seconds with go-redis v9.7.3 (right in v9.23.0)")
		}
	}
}

func (c *clients) optionsType() string {
	if c.universal {
		return "UniversalOptions"
	}
	return "ClusterOptions"
}

// lookDB notes which database a client uses. All keys are in database 0 on a cluster; clients of different databases
// are compared later.
func (c *clients) lookDB(x *client, s setting) {
	at := s.at.String()
	if s.taken {
		x.dbs = append(x.dbs, types.ExprString(s.value)+"@"+at)
		x.notes = append(x.notes, settingOf(at))
		x.several = x.several || s.many
		return
	}
	dbs := c.useDBs(x, s.from)
	switch {
	case x.several:
	case !constants(dbs):
		x.notes = append(x.notes, settingOf(at))
	default:
		for _, db := range dbs {
			if db != "0" {
				x.notes = append(x.notes, "its keys were in database "+db+" ("+at+"); a cluster has database 0 only, and the keys must be moved there")
			}
		}
	}
}

// useDBs gives a client the databases that an expression names.
func (c *clients) useDBs(x *client, at exprAt) []string {
	dbs, several := c.dbValues.values(at)
	x.dbs = append(x.dbs, dbs...)
	x.several = x.several || several && len(dbs) > 1
	return dbs
}

func settingOf(at string) string {
	return "the database at " + at + " is a setting; a cluster has database 0 only. See that it is 0 everywhere, or that the keys of no other database meet there"
}

// convertible reports options that become those of a cluster where they are made. Others stay as they are, and are
// converted where the client is made.
func (b *switchBuilder) convertible(o *clientflow.Class) bool {
	return o != nil && len(b.obstacles(o)) == 0
}

// readObstacles are why the Options() of a client that is switched can't be read as before.
func (b *switchBuilder) readObstacles(o *clientflow.Class) []string {
	var out []string
	if len(o.Literals)+len(o.Parses)+len(o.Made)+len(o.Sinks)+len(o.Outside) > 0 {
		out = append(out, "they come together with options that are not those of the client")
	}
	for _, u := range o.Fields {
		if name := u.Sel.Sel.Name; name != "Addr" && !b.g.clients[0].api.SameField(name, false) || u.Value != nil {
			out = append(out, name+" at "+u.Prog.Position(u.Sel.Sel.Pos()).String())
		}
	}
	for _, x := range b.c.readers(o) {
		if c := b.c.byOrigin(x); c == nil || !b.g.t.live[c] {
			out = append(out, "another client comes there, too")
		}
	}
	return out
}

// obstacles are why options stay as they are.
func (b *switchBuilder) obstacles(o *clientflow.Class) []string {
	var out []string
	if len(o.Literals)+len(o.Parses)+len(o.Of) == 0 && !o.Zero && !(o.Held && setsAddr(o)) {
		out = append(out, "they are made by code that is not followed")
	}
	for _, w := range o.Outside {
		out = append(out, w+" reads or fills them by their type")
	}
	for _, m := range o.Made {
		out = append(out, m.Foreign+" gives them")
	}
	out = append(out, o.Sinks...)
	for _, x := range b.c.list {
		if b.c.argument(x) == o && !b.g.t.live[x] {
			out = append(out, "the client of "+x.pos.String()+", which is not switched, is made from them, too")
		}
	}
	for _, x := range b.c.readers(o) {
		if c := b.c.byOrigin(x); c == nil || !b.g.t.live[c] {
			out = append(out, "the options of a client that is not switched come there, too")
		}
	}
	for _, u := range o.Uses {
		if f := b.c.file(u.File); f == nil || !f.Editable() {
			out = append(out, u.File+" is generated or can't be edited, and names the type")
		}
	}
	for _, l := range o.Literals {
		if len(l.Lit.Elts) > 0 && !keyed(l.Lit) {
			out = append(out, "the options at "+l.Prog.Position(l.Lit.Pos()).String()+" are written without field names")
		}
	}
	for _, u := range o.Fields {
		if why := b.fieldObstacle(u); why != "" {
			out = append(out, why)
		}
	}
	for _, p := range o.Parses {
		if u := constantURL(p); b.c.universal || !b.parsesClusters(o) || u != nil && u.Query().Has("db") {
			out = append(out, "redis.ParseURL at "+p.Prog.Position(p.Call.Pos()).String()+" has no counterpart")
		}
	}
	return out
}

// setsAddr reports options whose address the target fills in.
func setsAddr(o *clientflow.Class) bool {
	return slices.ContainsFunc(o.Fields, func(u clientflow.FieldUse) bool { return u.Sel.Sel.Name == "Addr" && u.Value != nil })
}

func (b *switchBuilder) parsesClusters(o *clientflow.Class) bool {
	return !slices.ContainsFunc(b.g.clients, func(x *client) bool { return b.c.argument(x) == o && !x.api.HasParseClusterURL() })
}

// fieldObstacle is why a use of a field can't be rewritten.
func (b *switchBuilder) fieldObstacle(u clientflow.FieldUse) string {
	at := u.Prog.Position(u.Sel.Sel.Pos()).String()
	name := u.Sel.Sel.Name
	switch {
	case u.Promoted:
		return "the embedded options are used by their fields at " + at
	case u.Taken:
		return name + " is written by its address, by a loop, with others or with an operator at " + at
	case name != "DB" && name != "Network" || name == "DB" && b.c.universal:
		return ""
	case u.Value == nil || u.Stmt == nil:
		return name + " is read at " + at
	}
	switch ast.Unparen(u.Value).(type) {
	case *ast.Ident, *ast.SelectorExpr, *ast.BasicLit:
		return ""
	}
	return name + " is computed at " + at
}

// whyConverted says why options were not changed in place.
func (b *switchBuilder) whyConverted(o *clientflow.Class) string {
	why := "they are not followed to where they are made"
	if o != nil {
		why = first(b.obstacles(o), 3)
	}
	out := "the options stay redis.Options and are converted where the client is made, since " + why + ". Network and Limiter are not carried over, and DB counts for nothing on a cluster"
	if o != nil && len(o.Parses) > 0 {
		out += ". The URL names one seed"
	}
	return out
}

package rewrite

import (
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/apidiff"
	"github.com/clusterize/clusterize/internal/clientflow"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/source"
)

// Verdicts of clients.
const (
	Ported        = "ported"
	Kept          = "kept"
	ClientReview  = "review"
	ClientBlocked = "blocked"
)

// ClientSwitch is what becomes of one constructor.
type ClientSwitch struct {
	Client source.Position
	// Constructor is its function, such as NewClient.
	Constructor string
	Verdict     string // ported, kept, review or blocked
	Reason      string
	Notes       []string // what a reader of a ported client must know
	// Change is shared by clients that can only be switched together; nil for one that is not switched.
	Change *Change
	// DBs are the databases of the client before the port, as written; none is database 0.
	DBs []string
}

// clients is what is known of the target's clients before anything is decided.
type clients struct {
	prog    *load.Program
	flow    *clientflow.Graph
	options *clientflow.Graph
	uopts   *clientflow.Graph
	apis    map[*types.Package]*apidiff.API
	list    []*client
	// universal is set when clients get the type redis.UniversalClient.
	universal bool
	server    string // its version
	dbValues  *dbValues
}

// client is one constructor that the switch can deal with.
type client struct {
	pos       source.Position
	id        string
	test      bool
	origin    clientflow.Origin
	api       *apidiff.API
	kept      string   // why it is a client of one node on purpose
	blocked   []string // proved impossible
	review    []string // a person must decide
	notes     []string
	dbs       []string // databases: numbers, or the text of settings with @ and their place
	several   bool     // one run may make clients of several of them
	addrs     []string // constant addresses; nil when one is a setting
	universal bool     // made by NewUniversalClient
}

// newClients follows clients and options. Clients that no constructor of them was found for are left out.
func newClients(prog *load.Program, res detect.Result, to Target) *clients {
	c := &clients{prog: prog, universal: to.Universal, server: to.Server, apis: map[*types.Package]*apidiff.API{}}
	progs := append([]*load.Program{prog}, prog.Variants...)
	c.dbValues = &dbValues{progs: progs}
	c.flow = clientflow.New(clientflow.Clients, progs...)
	c.options = clientflow.New(clientflow.Options, progs...)
	c.uopts = clientflow.New(clientflow.UniversalOptions, progs...)
	made := map[source.Position]clientflow.Origin{}
	for _, cl := range c.flow.Classes() {
		for _, o := range cl.Made {
			if o.Pos.IsValid() {
				made[o.Pos] = o
			}
		}
	}
	seen := map[source.Position]bool{}
	for _, d := range res.Clients {
		o, ok := made[d.Pos]
		if !ok || o.Name == "NewFailoverClient" {
			continue
		}
		seen[d.Pos] = true
		x := newClient(o, d.ID)
		if at := redirectBefore(res.Sites, d); at.IsValid() {
			x.review = append(x.review, "it is made where the redirects of a cluster are followed by hand, at "+at.String()+": a cluster client follows them itself. Remove both")
		}
		c.list = append(c.list, x)
	}
	for pos, o := range made { // in files that only other build tags select
		if !seen[pos] && o.Name != "NewFailoverClient" {
			c.list = append(c.list, newClient(o, ""))
		}
	}
	slices.SortFunc(c.list, func(a, b *client) int { return a.pos.Compare(b.pos) })
	c.chosen(res)
	for _, x := range c.list {
		c.look(x)
	}
	return c
}

// chosen finds clients of one server that stand beside one of a cluster, in one function, or that do what one of a
// cluster does, too, which is made in the same package: the program chooses between them, and with both the same it could
// not, or it does different things with each.
func (c *clients) chosen(res detect.Result) {
	byID := map[string]detect.Client{}
	for _, d := range res.Clients {
		byID[d.ID] = d
	}
	for _, x := range c.list {
		if other := besideCluster(x, byID, res); !x.universal && other.IsValid() {
			x.review = append(x.review, "a client of a cluster is made beside it, at "+other.String()+
				": it may be that the program chooses between them. Then keep this one (clients in clusterize.yaml, keep: true), else switch it by hand")
		}
	}
}

// besideCluster is where the client of a cluster is made that stands beside a client.
func besideCluster(x *client, byID map[string]detect.Client, res detect.Result) source.Position {
	mine, ok := byID[x.id]
	if !ok {
		return source.Position{}
	}
	for _, d := range res.Clients {
		if d.Constructor == "NewClusterClient" && d.Pos.File == x.pos.File && d.Function == mine.Function && d.Function != "" {
			return d.Pos
		}
	}
	for _, s := range res.Sites {
		if !slices.Contains(s.Clients, x.id) {
			continue
		}
		for _, id := range s.Clients {
			if d := byID[id]; d.Constructor == "NewClusterClient" && path.Dir(d.Pos.File) == path.Dir(x.pos.File) {
				return d.Pos
			}
		}
	}
	return source.Position{}
}

// redirectBefore is where MOVED or ASK is looked for before a client is made in the same function: it is one of the node
// that the error names.
func redirectBefore(sites []detect.Site, c detect.Client) source.Position {
	for _, s := range sites {
		if s.Kind == detect.Redirect && s.Pos.File == c.Pos.File && s.Function == c.Function && s.Pos.Offset < c.Pos.Offset && redirects(s) {
			return s.Pos
		}
	}
	return source.Position{}
}

func redirects(s detect.Site) bool {
	for _, n := range s.Contexts[0].Ops[0].Notes {
		if n.Code == detect.NoteRedirect && (n.Detail == "MOVED" || n.Detail == "ASK") {
			return true
		}
	}
	return false
}

func newClient(o clientflow.Origin, id string) *client {
	return &client{pos: o.Pos, id: id, test: strings.HasSuffix(o.Pos.File, "_test.go"), origin: o, universal: o.Name == "NewUniversalClient"}
}

// api is what the go-redis of a package offers.
func (c *clients) api(pkg *types.Package) *apidiff.API {
	a, ok := c.apis[pkg]
	if !ok {
		a = apidiff.Compare(pkg)
		c.apis[pkg] = a
	}
	return a
}

// look finds what stands against the switch of a client, whatever is decided about others.
func (c *clients) look(x *client) {
	f := goRedisFunc(x.origin)
	if f == nil {
		x.review = append(x.review, "the constructor is not called by its name")
		return
	}
	x.api = c.api(f.Pkg())
	if x.api == nil || strings.HasSuffix(f.Pkg().Path(), "/v7") || !strings.Contains(f.Pkg().Path(), "/v") {
		x.review = append(x.review, f.Pkg().Path()+" is older than v8, and clusterize does not switch its clients: move to v9 first")
		return
	}
	if file := c.file(x.pos.File); file == nil || !file.Editable() {
		x.blocked = append(x.blocked, x.pos.File+" is generated or can't be edited")
	}
	if x.universal {
		c.lookUniversal(x)
	} else {
		c.lookOptions(x)
	}
	if strings.HasSuffix(f.Pkg().Path(), "/v8") {
		switch {
		case c.server == "":
			x.notes = append(x.notes, "the cluster client of go-redis v8 can't talk to Redis 7.0 or later")
		case NewSlots(c.server):
			x.blocked = append(x.blocked, "the cluster client of go-redis v8 can't talk to Redis "+c.server+" (got 4 elements in cluster info address, expected 2 or 3): move to v9 first")
		}
	}
	slices.Sort(x.dbs)
	x.dbs = slices.Compact(x.dbs)
}

// NewSlots reports a version of the server that answers CLUSTER SLOTS in a form which go-redis v8 and older can't read
// (measured: Redis 7.0.15 with v6.15.9, v7.4.1 and v8.11.5).
func NewSlots(server string) bool {
	major, _, _ := strings.Cut(strings.TrimPrefix(server, "v"), ".")
	n, err := strconv.Atoi(major)
	return err == nil && n >= 7
}

// goRedisFunc is the constructor that a call names; nil for one that is used as a value.
func goRedisFunc(o clientflow.Origin) *types.Func {
	if o.Call == nil {
		return nil
	}
	f, _ := o.Pkg.TypesInfo.Uses[funName(o.Call)].(*types.Func)
	return f
}

func (c *clients) file(rel string) *load.File {
	for _, f := range c.prog.Files {
		if f.Rel == rel {
			return f
		}
	}
	return nil
}

// byOrigin finds a client by what made a value; nil for code that is not the target's.
func (c *clients) byOrigin(o clientflow.Origin) *client {
	i, ok := slices.BinarySearchFunc(c.list, o.Pos, func(x *client, p source.Position) int { return x.pos.Compare(p) })
	if !ok || !o.Pos.IsValid() {
		return nil
	}
	return c.list[i]
}

func places(ps []source.Position) string {
	var out []string
	for i, p := range ps {
		if i == 3 && len(ps) > 4 {
			out = append(out, strconv.Itoa(len(ps)-3)+" more")
			break
		}
		out = append(out, p.String())
	}
	return strings.Join(out, ", ")
}

// first is the list with at most n entries, for a sentence.
func first(s []string, n int) string {
	if len(s) > n {
		s = append(slices.Clone(s[:n]), "others")
	}
	return strings.Join(s, ", ")
}

package rewrite

import (
	"go/ast"
	"go/constant"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/clusterize/clusterize/internal/clientflow"
)

// pathDB is the database in the path of a URL's text, with what stands for a verb of a format.
var pathDB = regexp.MustCompile(`[^/]/(\d+|%[a-z])(\?[^/]*)?$`)

// lookURL judges redis.ParseURL: a cluster client ignores the database of a URL.
func (c *clients) lookURL(x *client, p clientflow.Call) {
	at := p.Prog.Position(p.Call.Pos()).String()
	u := constantURL(p)
	if u == nil {
		c.lookURLText(x, p, at)
		return
	}
	if u.Scheme == "unix" {
		x.blocked = append(x.blocked, "the URL at "+at+" is a unix socket: a cluster speaks TCP")
		return
	}
	x.addrs = append(x.addrs, u.Host)
	db := strings.Trim(u.Path, "/")
	if u.Query().Has("db") {
		db = u.Query().Get("db")
	}
	if n, err := strconv.Atoi(db); err == nil && n != 0 {
		c.urlDB(x, db, at)
	}
}

func (c *clients) urlDB(x *client, db, at string) {
	x.dbs = append(x.dbs, db)
	x.notes = append(x.notes, "the URL at "+at+" names database "+db+", which a cluster client ignores: a cluster has database 0 only, and the keys must be moved there")
}

// lookURLText finds a database in a URL that is put together: "redis://"+host+"/1", Sprintf("redis://%s/%d", host, 2).
func (c *clients) lookURLText(x *client, p clientflow.Call, at string) {
	e := ast.Unparen(p.Call.Args[0])
	info := p.Pkg.TypesInfo
	var last ast.Expr
	text := ""
	switch e := e.(type) {
	case *ast.BinaryExpr:
		if tv := info.Types[e.Y]; tv.Value != nil && tv.Value.Kind() == constant.String {
			text = "host" + constant.StringVal(tv.Value)
		}
	case *ast.CallExpr:
		if len(e.Args) > 1 {
			if tv := info.Types[e.Args[0]]; tv.Value != nil && tv.Value.Kind() == constant.String {
				text, last = constant.StringVal(tv.Value), e.Args[len(e.Args)-1]
			}
		}
	}
	m := pathDB.FindStringSubmatch(text)
	switch {
	case m == nil:
		return
	case m[1][0] != '%':
		if m[1] != "0" {
			c.urlDB(x, m[1], at)
		}
	case last != nil:
		if !constants(c.useDBs(x, exprAt{p.Prog, p.Pkg, last, x.test})) {
			x.notes = append(x.notes, settingOf(at))
		}
	}
}

// constantURL is the URL of a call of ParseURL; nil when it is not known.
func constantURL(p clientflow.Call) *url.URL {
	if len(p.Call.Args) != 1 {
		return nil
	}
	tv := p.Pkg.TypesInfo.Types[p.Call.Args[0]]
	if tv.Value == nil || tv.Value.Kind() != constant.String {
		return nil
	}
	u, err := url.Parse(constant.StringVal(tv.Value))
	if err != nil {
		return nil
	}
	return u
}

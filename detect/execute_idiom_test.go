package detect_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// idiom writes one of the ways in which services build keys that single statements would hardly ever come upon.
// Package declarations go beside the function; N in a template is the number that makes their names unique.
func (g *pieceGen) idiom() {
	g.write(allIdioms[g.r.IntN(len(allIdioms))])
}

// allIdioms are those that random pieces take from, and that TestExecutedIdioms tries one by one.
var allIdioms = slices.Concat(idioms, traps, objectTraps, memoryTraps)

// idiomPiece is an idiom alone, with a use of each text that it leaves behind.
func idiomPiece(seed, n int) piece {
	g := &pieceGen{r: rand.New(rand.NewPCG(uint64(seed), uint64(n)+77)), n: n}
	g.b = &strings.Builder{}
	g.scope = scope{texts: []string{"id", "pre", "mix"}}
	g.write(allIdioms[n])
	for _, v := range g.texts[3:] {
		g.line("rdb.Get(ctx, \"use:\" + %s)", v)
	}
	return g.piece()
}

// write writes the declarations and statements of an idiom.
func (g *pieceGen) write(i idiomSource) {
	n := g.global("i")
	names := strings.NewReplacer("N_", n+"_", "LIT", "\x00lit", "KEY", "\x00key", "TEXT", "\x00text", "COND", "\x00cond")
	if i.top != "" {
		old := g.scope // nothing of the piece can be named there
		g.scope = scope{texts: []string{"x"}}
		fmt.Fprintf(&g.top, "%s\n", g.fill(names.Replace(i.top)))
		g.scope = old
	}
	if i.call {
		g.calls++
	}
	for _, l := range strings.Split(strings.TrimSpace(i.body), "\n") {
		g.line("%s", g.fill(names.Replace(l)))
	}
	for _, v := range i.texts {
		g.texts = append(g.texts, n+"_"+v)
	}
}

// fill replaces each slot of a template by an expression of its own.
func (g *pieceGen) fill(s string) string {
	for strings.Contains(s, "\x00") {
		at := strings.IndexByte(s, 0)
		switch rest := s[at+1:]; {
		case strings.HasPrefix(rest, "lit"):
			s = s[:at] + g.lit() + rest[3:]
		case strings.HasPrefix(rest, "key"):
			s = s[:at] + g.key() + rest[3:]
		case strings.HasPrefix(rest, "text"):
			s = s[:at] + g.text(1) + rest[4:]
		default:
			s = s[:at] + g.cond() + rest[4:]
		}
	}
	return s
}

// idiomSource is the text of an idiom: declarations whose functions all have a text x, statements, and the string variables that
// they leave behind. Call is set when the client is called.
type idiomSource struct {
	top, body string
	texts     []string
	call      bool
}

var idioms = []idiomSource{
	{top: `type N_T struct{ a, b string }
type N_opt func(*N_T)
func N_with(x string) N_opt { y := x; _ = y; return func(t *N_T) { t.a = TEXT } }
func N_new(x string, os ...N_opt) *N_T {
	t := &N_T{a: LIT + x, b: LIT}
	for _, o := range os { o(t) }
	return t
}`, body: `N_a, N_b := N_new(TEXT, N_with(TEXT)).a + LIT, N_new(TEXT).a`, texts: []string{"a", "b"}},
	{top: `type N_kind int
func (k N_kind) String() string { if k == 1 { return LIT }; return LIT + "zz" }`,
		body: `N_a := fmt.Sprintf("e:%v:%d", N_kind(in.N()%2), N_kind(in.N()%2))`, texts: []string{"a"}},
	{body: `N_f := map[string]func(string) string{"a": func(x string) string { return LIT + x }, "b": func(x string) string { return KEY }}
N_a := N_f["a"](TEXT)`, texts: []string{"a"}},
	{top: `type N_R struct{ a, b string }`, call: true, body: `N_rows := []N_R{{a: KEY, b: KEY}, {KEY, TEXT}, {b: KEY}}
if COND { N_rows[0].a = KEY }
for _, r := range N_rows { rdb.Rename(ctx, r.a, LIT+r.b) }`},
	{top: `type N_R struct{ a, b string }`, call: true, body: `for _, r := range []*N_R{{a: KEY, b: KEY}, {KEY, TEXT}} {
	rdb.Rename(ctx, r.a + r.b, LIT+r.b)
	r.a = LIT
	rdb.Get(ctx, r.a + r.b)
}`},
	{top: `type N_T struct{ a string }
func N_touch(t N_T, x string) string { t.a = t.a + x; return t.a }
func N_poke(t *N_T, x string) { t.a = t.a + LIT + x }`, call: true, body: `N_t := N_T{KEY}
N_a := N_touch(N_t, TEXT)
N_poke(&N_t, TEXT)
rdb.MGet(ctx, N_t.a, N_a)`, texts: []string{"a"}},
	{top: `var N_cfg = struct{ ns, app string }{ns: "ns:"}
func N_key(x string) string { return N_cfg.ns + N_cfg.app + x }`, body: `N_a := N_key(TEXT)
if COND { N_cfg.app = LIT }
N_b := N_key(TEXT)`, texts: []string{"a", "b"}},
	{call: true, body: `for k, v := range map[string]string{LIT: KEY, KEY: TEXT} { rdb.Rename(ctx, k, LIT+v) }`},
	{top: `func N_err(x string) (string, error) { if COND { return "", errors.New("no") }; return LIT + x, nil }`, call: true, body: `N_a, N_e := N_err(TEXT)
if N_e == nil { rdb.Get(ctx, N_a) }`},
	{top: `func N_f(f string, a ...any) string { if len(a) == 0 { return LIT + f }; return LIT + fmt.Sprintf(f, a...) }`,
		body: `N_a, N_b := N_f(LIT), N_f("%s-%d", TEXT, in.N())`, texts: []string{"a", "b"}},
	{call: true, body: `N_get := rdb.Get
N_get(ctx, KEY)`},
	{top: `type N_T struct{ a string }
func (t N_T) key(x string) string { return t.a + LIT + x }`, body: `N_t := N_T{TEXT}
N_f := N_t.key
N_t.a = TEXT
N_a, N_b := N_f(LIT), N_t.key(LIT)`, texts: []string{"a", "b"}},
	{top: `func N_each(l []string, f func(string)) { for _, x := range l { f(x) } }`, call: true,
		body: `N_each([]string{TEXT, LIT}, func(x string) { rdb.Rename(ctx, LIT+x, KEY+x) })`},
	{top: `func N_map(l []string, f func(string) string) []string { var out []string; for _, x := range l { out = append(out, f(x)) }; return out }`, call: true,
		body: `rdb.MGet(ctx, N_map([]string{TEXT, KEY}, func(x string) string { return LIT + x })...)`},
	{top: `type N_repo struct { c redis.Cmdable; ns string; kind string }
func N_new(c redis.Cmdable, x string) *N_repo { return &N_repo{c: c, ns: x, kind: LIT} }
func (r *N_repo) key(x string) string { return r.ns + r.kind + x }
func (r *N_repo) move(x, y string) { r.c.Rename(ctx, r.key(x), r.key(y)) }
func (r *N_repo) both(o *N_repo, x string) { r.c.MGet(ctx, r.key(x), o.key(x)) }
func (r *N_repo) on(x string) *N_repo { c := *r; c.ns = x; return &c }`, call: true, body: `N_r, N_s := N_new(rdb, LIT), N_new(rdb, TEXT)
N_r.move(TEXT, TEXT)
N_r.both(N_s, TEXT)
N_s.on(TEXT).both(N_r, TEXT)`},
	{call: true, body: `N_p := LIT
for _, x := range in.L() {
	rdb.Rename(ctx, LIT+N_p, LIT+x)
	N_p = x
}`},
	{call: true, body: `N_l, N_m := in.L(), []string{}
for _, x := range N_l {
	for _, y := range N_l { N_m = append(N_m, LIT+x+":"+y) }
	rdb.Del(ctx, N_m...)
	if COND { N_m = nil }
}`},
	{top: `func N_for(x string) string { switch x { case "a": return LIT; case "lit:": return LIT + "z" }; return TEXT }`,
		body: `N_a := N_for(TEXT) + N_for("a")`, texts: []string{"a"}},
	{call: true, body: `var N_fs []func()
for _, x := range []string{TEXT, LIT} { N_fs = append(N_fs, func() { rdb.Get(ctx, LIT+x) }) }
for _, f := range N_fs { f() }`},
	{top: `func N_named(x string) (k string) { defer func() { k += LIT }(); k = LIT + x; return }`, body: `N_a := N_named(TEXT)`, texts: []string{"a"}},
	{top: `func N_fill(p *string, x string) { *p = LIT + x }`, call: true, body: `N_a := LIT
N_b := N_a
N_fill(&N_a, TEXT)
rdb.MGet(ctx, N_a, N_b)`, texts: []string{"a", "b"}},
	{top: `type N_P string
const N_c N_P = "typed:"
func (p N_P) of(x string) string { return string(p) + x }`, body: `N_a, N_b := N_c.of(TEXT), fmt.Sprintf("%s%s", N_c, TEXT)`, texts: []string{"a", "b"}},
	{call: true, body: `N_l := []string{KEY, KEY, TEXT}
N_s := N_l
N_s[1], N_s[2] = N_s[2], N_s[1]
rdb.Rename(ctx, N_l[1], N_l[2])
N_l = append(N_l[:1], N_l[2:]...)
rdb.Rename(ctx, N_l[0], N_l[1])`},
	{top: `func N_rev(l []string) { for i, j := 0, len(l)-1; i < j; i, j = i+1, j-1 { l[i], l[j] = l[j], l[i] } }
func N_set(l []string, x string) { l[0] = x }`, call: true, body: `N_l := []string{KEY, KEY}
if COND { N_rev(N_l) } else { N_set(N_l, TEXT) }
rdb.Rename(ctx, N_l[0], N_l[1])
rdb.Del(ctx, N_l...)`},
	{top: `func N_s(v any) string { switch x := v.(type) { case string: return "s" + x; case int: return strconv.Itoa(x) }; return LIT }`,
		body: `N_a := N_s(TEXT) + N_s(in.N())`, texts: []string{"a"}},
	{top: `func N_id[T ~string](x T) string { return LIT + string(x) }
func N_or[T any](c bool, a, b T) T { if c { return a }; return b }
type N_box[T any] struct { v T; ns string }
func N_new[T any](v T, ns string) *N_box[T] { return &N_box[T]{v, ns} }
func (b *N_box[T]) key() string { return fmt.Sprint(b.ns, b.v) }`,
		body: `N_a, N_b := N_or(in.B(), N_id(TEXT), KEY), N_new(TEXT, LIT).key() + N_new(in.N(), LIT).key()`, texts: []string{"a", "b"}},
	{top: `func N_walk(n int, x string) { rdb.Get(ctx, LIT + x); if n > 0 { N_walk(n-1, x+LIT) } }`, call: true, body: `N_walk(2, TEXT)`},
	{call: true, body: `N_l := []string{TEXT, TEXT, KEY}
for i := 0; i+1 < len(N_l); i++ { rdb.Rename(ctx, LIT+N_l[i], LIT+N_l[i+1]) }
for i := 0; i < len(N_l); i += 2 { rdb.Del(ctx, N_l[i:min(i+2, len(N_l))]...) }`},
	{top: `type N_in struct{ a string }
type N_out struct { N_in; in N_in; p *N_in }`, call: true, body: `N_o := N_out{N_in: N_in{KEY}, in: N_in{TEXT}}
N_o.p = &N_o.in
N_c := N_o
N_o.p.a = TEXT
N_o.a = N_o.in.a + LIT
rdb.Rename(ctx, N_o.a, N_c.a)
rdb.MGet(ctx, N_o.in.a, N_c.in.a, N_c.p.a)`},
	{call: true, body: `var N_arr [3]string
for i := range 3 { N_arr[i] = LIT + in.S() }
N_b := N_arr
N_arr[0] = TEXT
rdb.MGet(ctx, N_arr[0], N_b[0], N_b[1])`},
	{top: `func N_multi(x, y string) (string, string, bool) { if COND { return LIT + x, LIT + y, true }; return LIT + y, LIT + x, false }`, call: true,
		body: `N_a, N_b, N_ok := N_multi(TEXT, TEXT)
rdb.Rename(ctx, N_a, N_b)
if N_ok { rdb.Get(ctx, N_a) }`, texts: []string{"a", "b"}},
	{top: `type N_q struct{ pend, act string }
func N_new(x string) *N_q { return &N_q{pend: LIT + x + ":p", act: LIT + x + ":a"} }
func N_named() *N_q { return &N_q{pend: LIT, act: LIT + in.S()} }
func (q *N_q) move(to *N_q) { rdb.RPopLPush(ctx, q.pend, to.act); N_del(q) }
func N_del(q *N_q) { rdb.Del(ctx, q.pend, q.act) }`, call: true, body: `N_a, N_b := N_new(TEXT), N_new(TEXT)
N_a.move(N_a)
N_a.move(N_b)
if COND { N_b = N_named() }
N_b.move(N_a)`},
	{body: `N_a := LIT
N_f := func() string { return N_a + LIT }
N_b := N_f()
N_a = TEXT
N_c := N_f()`, texts: []string{"b", "c"}},
	{call: true, body: `N_a := ""
for i, x := range []string{TEXT, LIT, TEXT} {
	if i > 0 { N_a += ":" }
	N_a += x
}
rdb.Get(ctx, LIT + N_a)`, texts: []string{"a"}},
	{call: true, body: `defer func(k string) { rdb.Get(ctx, LIT + k) }(TEXT)`},
	{top: `type N_T struct{ a, b, c string }
func N_one(x string) *N_T { return &N_T{a: LIT + x} }
func N_two(x string) *N_T { return &N_T{a: LIT + x, b: LIT + x} }
func N_three(x string) *N_T { return &N_T{b: LIT + x, c: x} }
func N_use(t *N_T) { rdb.MGet(ctx, t.a, t.b, t.c) }`, call: true, body: `N_use(N_one(TEXT))
N_use(N_two(TEXT))
N_use(N_three(TEXT))`},
	{call: true, body: `N_x, N_y := in.S(), in.S()
rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
	for range 2 {
		p.Incr(ctx, LIT + N_x)
		N_x, N_y = N_y, N_x
	}
	p.Rename(ctx, LIT + N_x, LIT + N_y)
	return nil
})`},
}

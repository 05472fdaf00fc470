package detect_test

// traps are idioms in which a value is not what a quick reader takes it for: it changes between two looks, through
// another name, or in another round of a loop.
var traps = []idiomSource{
	{top: `type N_T struct{ a string }`, call: true, body: `N_t := &N_T{KEY}
N_p := &N_t.a
N_u := N_t
if COND { *N_p = TEXT }
rdb.Get(ctx, LIT + N_t.a)
N_u.a = TEXT
rdb.Get(ctx, LIT + N_t.a)`},
	{top: `type N_T struct{ a, b string }
func N_one(x string) *N_T { return &N_T{a: LIT + x} }
func N_two(x string) *N_T { return &N_T{a: LIT + x, b: LIT + x} }
func N_three(x string) *N_T { return &N_T{a: LIT + "3" + x, b: LIT + "3" + x} }`, call: true,
		body: `for _, t := range map[string]*N_T{"1": N_one(TEXT), "2": N_two(TEXT), "3": N_three(TEXT)} { rdb.MGet(ctx, t.a, LIT + t.b) }`},
	{top: `func N_shard() string { if in.B() { return LIT }; return LIT + "2" }`, call: true, body: `rdb.Rename(ctx, N_shard() + TEXT, N_shard() + TEXT)`},
	{call: true, body: `N_k := LIT
for _, x := range []string{TEXT, LIT, TEXT} {
	N_k += ":" + x
	rdb.Get(ctx, N_k)
}`, texts: []string{"k"}},
	{call: true, body: `N_k := LIT
for _, x := range []string{TEXT, LIT, TEXT} {
	if COND { break }
	N_k += ":" + x
}
rdb.Get(ctx, N_k)`},
	{top: `type N_R struct{ a, b string }
var N_rows = []N_R{{LIT, LIT}, {LIT + "2", LIT}}`, call: true, body: `if COND { N_rows[0].a = KEY }
for _, r := range N_rows { rdb.Get(ctx, r.a + r.b) }`},
	{top: `var N_m = map[string]string{"a": LIT, "b": LIT + "2"}
func N_put(m map[string]string, x string) { m["a"] = LIT + x }`, call: true, body: `if COND { N_m["a"] = KEY }
rdb.Get(ctx, N_m["a"] + LIT)
N_o := map[string]string{"a": LIT}
N_put(N_o, TEXT)
rdb.Get(ctx, N_o["a"] + LIT)`},
	{call: true, body: `N_x, N_y := map[string]string{"a": LIT, "b": KEY}, map[string]string{"b": KEY, "a": LIT}
for _, k := range []string{"a", "b"} { rdb.Rename(ctx, LIT + N_x[k], LIT + N_y[k]) }
delete(N_x, "a")
rdb.Get(ctx, "d" + N_x["a"])`},
	{call: true, body: `N_last := ""
N_show := func() { rdb.Get(ctx, LIT + N_last) }
for _, x := range in.L() {
	rdb.Rename(ctx, LIT + N_last, LIT + x)
	N_last = x
	N_show()
}`},
	{call: true, body: `N_a, N_b := in.S(), in.S()
N_turn := func() { N_a = N_b }
for range 3 {
	N_turn()
	N_b = in.S()
	rdb.Rename(ctx, LIT + N_a, LIT + N_b)
}`},
	{call: true, body: `N_l := []string{KEY, KEY, KEY}
slices.Sort(N_l)
rdb.Get(ctx, N_l[0])
rdb.Rename(ctx, N_l[1], N_l[2])`},
	{call: true, body: `N_l := []string{KEY, TEXT, KEY}
N_m := N_l[:0]
for _, x := range N_l { if x != "" { N_m = append(N_m, LIT + x) } }
rdb.Rename(ctx, N_l[0], N_l[2])
rdb.Del(ctx, N_l...)`},
	{call: true, body: `N_l := []string{LIT, TEXT, KEY}
rdb.Get(ctx, LIT + strings.Join(N_l[1:], ":"))
rdb.Get(ctx, LIT + strings.Join(N_l[:2], ":"))
rdb.Get(ctx, LIT + strings.Join([]string{2: "x"}, ":"))`},
	{call: true, body: `N_l := make([]string, 2, 5)
N_l[1] = TEXT
N_m := append(N_l, KEY)
N_n := append(N_l, KEY)
rdb.Get(ctx, strings.Join(N_m, ":"))
rdb.Get(ctx, strings.Join(N_n, ":"))
rdb.Get(ctx, N_m[2])`},
	{top: `type N_E string
func (e N_E) Error() string { return "E" + string(e) }`, call: true, body: `rdb.Get(ctx, fmt.Sprintf("%s:%v", N_E(TEXT), N_E(LIT)))`},
	{call: true, body: `rdb.Get(ctx, LIT + fmt.Sprint('x', 1.5, true, 1<<40, 2, "a", 3, 'y'))
rdb.Get(ctx, fmt.Sprintf("%c%v%t%08b%q%U%e", 'x', 'x', true, 5, 'x', 'x', 1.5))
rdb.Get(ctx, fmt.Sprintf("c:%c", 60 + in.N()))
rdb.Get(ctx, fmt.Sprintf("%6.2f|%+d|% x|%#x", 1.5, in.N(), TEXT, in.N()))`},
	{call: true, body: `N_h := fmt.Sprintf("%x", 170 + in.N())
rdb.Rename(ctx, LIT + N_h, LIT + strings.ToUpper(N_h))
N_t := fmt.Sprint(in.B())
rdb.Rename(ctx, LIT + N_t, LIT + strings.ToUpper(N_t))`},
	{call: true, body: `N_b := []byte("ab:" + TEXT)
N_s := string(N_b)
N_b[0] = 'z'
rdb.Rename(ctx, N_s, string(N_b))
N_b = append(N_b, "tail"...)
rdb.Get(ctx, string(N_b[1:]))`},
	{call: true, body: `N_r := []struct{ a string }{{KEY}, {KEY}}
N_c := N_r[0]
N_r[0].a = TEXT
N_p := &N_r[1]
N_p.a = LIT + N_p.a
rdb.MGet(ctx, N_c.a, N_r[0].a, N_r[1].a)
rdb.Get(ctx, "c" + N_c.a)
rdb.Get(ctx, "r" + N_r[1].a)`},
	{top: `type N_base struct{ ns string }
type N_x struct { *N_base; a string }
func (b *N_base) move(x string) { b.ns = LIT + x }`, call: true, body: `N_b := &N_base{TEXT}
N_p, N_q := N_x{N_b, LIT}, N_x{N_b, KEY}
N_k := N_p.ns + N_p.a
N_q.move(TEXT)
rdb.Rename(ctx, N_k, N_p.ns + N_q.a)`},
	{call: true, body: `for x := range slices.Values([]string{TEXT, KEY}) {
	id = LIT + x
	rdb.Rename(ctx, id, LIT + x + pre)
}
rdb.Get(ctx, LIT + id)`},
	{top: `func N_mk(x string) string { return LIT + in.S() + x }`, call: true, body: `var N_l []string
for _, x := range []string{TEXT, LIT} { N_l = append(N_l, N_mk(x)) }
rdb.MGet(ctx, N_l...)
N_m := []string{N_mk(TEXT), N_mk(TEXT)}
rdb.Rename(ctx, N_m[0], N_m[1])`},
	{top: `var N_cur = LIT
func N_use(x string) { rdb.Rename(ctx, N_cur + x, LIT + x); N_cur = LIT + x; rdb.Get(ctx, "c:" + N_cur) }`, call: true, body: `N_use(TEXT)
N_use(TEXT)`},
	{top: `type N_st struct{ last string; n int }
func (s *N_st) step(x string) { rdb.Rename(ctx, LIT + s.last, LIT + x); s.last = x; s.n++ }
func (s *N_st) key() string { return fmt.Sprint(LIT, s.n) }`, call: true, body: `N_s := &N_st{}
for _, x := range in.L() { N_s.step(x) }
N_a := N_s.key()
N_s.step(TEXT)
rdb.Rename(ctx, N_a, N_s.key())`},
	{call: true, body: `N_p := rdb.TxPipeline()
N_n := 0
for _, x := range in.L() {
	N_n++
	N_p.Incr(ctx, fmt.Sprintf("n:%d:%s", N_n, x))
	if COND { N_p.Rename(ctx, LIT + x, LIT + fmt.Sprint(N_n)) }
}
N_p.Get(ctx, LIT + fmt.Sprint(N_n))
N_p.Exec(ctx)`},
	{top: `func N_both(p redis.Pipeliner, l []string, f func(string) string) { for _, x := range l { p.Rename(ctx, f(x), LIT + x) } }`, call: true,
		body: `rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
	N_both(p, []string{TEXT, TEXT}, func(x string) string { return LIT + x })
	N_both(p, in.L(), func(x string) string { return LIT + x + id })
	return nil
})`},
	{top: `func N_tx(f func(p redis.Pipeliner, x string), l []string) { rdb.TxPipelined(ctx, func(p redis.Pipeliner) error { for _, x := range l { f(p, LIT + x) }; return nil }) }`, call: true,
		body: `N_tx(func(p redis.Pipeliner, x string) { p.Get(ctx, x); p.Del(ctx, LIT + id) }, []string{TEXT, LIT})`},
	{call: true, body: `var N_f func() string
for _, x := range in.L() {
	if N_f != nil { rdb.Rename(ctx, N_f(), LIT + x) }
	y := LIT + x
	N_f = func() string { return y }
}`},
	{call: true, body: `var N_k string
N_f := func() { rdb.Get(ctx, LIT + N_k) }
N_f()
N_k = TEXT
N_f()`},
	{top: `func N_err(x string) (string, error) { if COND { return "", errors.New("no") }; return LIT + x, nil }`, call: true, body: `N_a, _ := N_err(TEXT)
rdb.Get(ctx, LIT + N_a)`},
	{top: `type N_opts struct{ ns string; sep string }
func N_def(o *N_opts) *N_opts { if o == nil { o = &N_opts{} }; if o.sep == "" { o.sep = ":" }; return o }
func N_key(o *N_opts, x string) string { o = N_def(o); return o.ns + o.sep + x }`, call: true, body: `rdb.Get(ctx, N_key(nil, TEXT))
rdb.Get(ctx, N_key(&N_opts{ns: LIT}, TEXT))
rdb.Get(ctx, N_key(&N_opts{ns: TEXT, sep: LIT}, TEXT))`},
	{top: `type N_c struct{ k string; n []string }
func (c N_c) add(x string) N_c { c.n = append(c.n, LIT + x); c.k += x; return c }`, call: true, body: `N_a := N_c{k: LIT}.add(TEXT).add(TEXT)
N_b := N_a.add(LIT)
rdb.MGet(ctx, N_a.k, N_b.k)
rdb.Del(ctx, N_a.n...)`},
	{call: true, body: `N_a, N_b := [2]string{LIT, KEY}, [2]string{}
N_b = N_a
N_q := &N_a
N_q[0] = TEXT
rdb.Get(ctx, LIT + N_a[0])
rdb.Get(ctx, LIT + N_b[0])
rdb.Rename(ctx, LIT + N_a[in.N()%2], LIT + N_b[in.N()%2])`},
	{top: `type N_I interface{ of(string) string }
type N_A struct{ p string }
type N_B string
func (a N_A) of(x string) string { return a.p + LIT + x }
func (b N_B) of(x string) string { return LIT + string(b) + x }
type N_S struct { N_I; k string }`, call: true, body: `N_s, N_t := N_S{N_A{TEXT}, LIT}, N_S{N_B(TEXT), LIT}
if COND { N_s, N_t = N_t, N_s }
rdb.Rename(ctx, N_s.of(N_s.k), N_t.of(N_s.k))
N_s.N_I = N_B(LIT)
rdb.Get(ctx, N_s.of(TEXT))`},
}

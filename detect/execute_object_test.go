package detect_test

// objectTraps are about closures, objects and what other code does with a value.
var objectTraps = []idiomSource{
	{top: `type N_T struct{ f func(string) string }
func N_new(x string) *N_T { return &N_T{f: func(y string) string { return x + LIT + y }} }`, call: true,
		body: `N_a, N_b := N_new(TEXT), N_new(TEXT)
rdb.Rename(ctx, LIT + N_a.f(id), LIT + N_b.f(id))`},
	{top: `func N_mk(x string) func(string) string { n := 0; return func(y string) string { n++; return x + LIT + y + fmt.Sprint(n) } }`, call: true,
		body: `N_f, N_g := N_mk(TEXT), N_mk(TEXT)
rdb.Rename(ctx, N_f(id), N_g(id))
rdb.Rename(ctx, N_f(id), N_f(id))`},
	{top: `type N_T struct{ a string }
func (t *N_T) String() string { return t.a }`, call: true, body: `N_t, N_l := &N_T{TEXT}, []string{LIT, TEXT}
N_a, N_b := fmt.Sprintf("%v", N_t), fmt.Sprint(N_l)
N_t.a, N_l[0] = TEXT, TEXT
rdb.Rename(ctx, LIT + N_a, LIT + fmt.Sprintf("%v", N_t))
rdb.Rename(ctx, LIT + N_b, LIT + fmt.Sprint(N_l))`},
	{call: true, body: `N_b := []byte("ab" + TEXT)
N_x, N_y := fmt.Sprintf("%x", N_b), strings.ToUpper(string(N_b))
N_b[1] = 'q'
rdb.Rename(ctx, LIT + N_x, LIT + fmt.Sprintf("%x", N_b))
rdb.Rename(ctx, LIT + N_y, LIT + strings.ToUpper(string(N_b)))`},
	{call: true, body: `N_k := KEY
var N_once sync.Once
N_once.Do(func() { N_k = LIT + TEXT })
rdb.Get(ctx, N_k)
N_once.Do(func() { N_k = TEXT })
rdb.Get(ctx, N_k)`, texts: []string{"k"}},
	{call: true, body: `N_c := make(chan string, 2)
N_c <- KEY
N_c <- TEXT
rdb.Rename(ctx, LIT + <-N_c, LIT + <-N_c)`},
	{call: true, body: `N_n, N_done := KEY, make(chan bool)
go func(k string) { rdb.Rename(ctx, N_n, LIT + k); N_n = TEXT; close(N_done) }(TEXT)
<-N_done
rdb.Get(ctx, N_n)`},
	{top: `type N_T struct{ a, b string }
func (t *N_T) key(x string) string { return t.a + LIT + x }`, call: true, body: `N_t := &N_T{TEXT, LIT}
rdb.Get(ctx, (*N_T).key(N_t, TEXT))
N_f := (*N_T).key
N_t = &N_T{LIT, TEXT}
rdb.Rename(ctx, N_f(N_t, TEXT), N_t.b)`},
	{top: `type N_T struct{ a string }
var N_one = &N_T{a: LIT}
func N_get() *N_T { return N_one }
func N_set(x string) { N_get().a = LIT + x }`, call: true, body: `N_k := N_get().a
if COND { N_set(TEXT) }
rdb.Rename(ctx, N_k + id, N_one.a + id)
N_one = &N_T{a: KEY}
rdb.Get(ctx, N_get().a)`},
	{top: `var N_arr = [...]string{LIT, LIT + "1", "x:"}
var N_s = []string{LIT, LIT + "1"}`, call: true, body: `if COND { N_arr[1] = KEY; N_s[0] = KEY }
rdb.Rename(ctx, N_arr[in.N()%3] + id, N_arr[1] + id)
rdb.Rename(ctx, N_s[in.N()%2] + id, N_s[0] + id)`},
	{top: `type N_A struct{ a string }
type N_B N_A`, call: true, body: `N_a := &N_A{KEY}
N_b := (*N_B)(N_a)
N_k := N_b.a
N_a.a = TEXT
rdb.Rename(ctx, LIT + N_k, LIT + N_b.a)`},
	{top: `func N_arr(a [2]string, x string) string { a[0] = x; return LIT + a[0] + a[1] }`, call: true, body: `N_a := [2]string{LIT, TEXT}
rdb.Rename(ctx, N_arr(N_a, TEXT), LIT + N_a[0])`},
	{call: true, body: `rdb.Rename(ctx, LIT + min(TEXT, TEXT), LIT + max(id, pre))`},
	{call: true, body: `if N_x, N_ok := strings.CutPrefix(TEXT, "u:"); N_ok || COND { rdb.Get(ctx, LIT + N_x) }
for i, N_x := range strings.Split(KEY, ":") {
	rdb.Rename(ctx, fmt.Sprint(LIT, i, N_x), LIT + N_x)
}`},
	{top: `func N_named(x string) (k string, err error) {
	defer func() { if err != nil { k = LIT } }()
	if k = LIT + x; COND { err = errors.New("no"); return }
	k += LIT
	return
}`, call: true, body: `N_k, N_err := N_named(TEXT)
if N_err != nil { N_k += LIT }
rdb.Get(ctx, N_k)`},
	{top: `type N_T struct{ ns string; c redis.Cmdable }
type N_opt func(*N_T)
func N_ns(x string) N_opt { return func(t *N_T) { t.ns = x } }
func N_new(os ...N_opt) *N_T { t := &N_T{ns: LIT, c: rdb}; for _, o := range os { o(t) }; return t }
func (t *N_T) move(o *N_T, x string) { t.c.Rename(ctx, t.ns + x, o.ns + LIT + x) }`, call: true, body: `N_a, N_b := N_new(), N_new(N_ns(TEXT))
N_a.move(N_b, TEXT)
N_b.move(N_b, TEXT)`},
	{top: `func N_many(n int) []string { var l []string; for i := range n { l = append(l, fmt.Sprintf("s:%d:%s", i, in.S())) }; return l }`, call: true,
		body: `rdb.MGet(ctx, N_many(3)...)
N_l := N_many(2)
rdb.Rename(ctx, N_l[0], N_l[1])
N_l = append(N_l, N_many(1)...)
rdb.Del(ctx, N_l...)`},
	{top: `func N_rec(l []string, x string) []string { if len(l) > 2 { return l }; return N_rec(append(l, LIT + x), x + LIT) }`, call: true, body: `rdb.Del(ctx, N_rec([]string{KEY}, TEXT)...)`},
	{top: `type N_node struct{ k string; next *N_node }`, call: true, body: `var N_head *N_node
for _, x := range in.L() { N_head = &N_node{LIT + x, N_head} }
for n := N_head; n != nil && n.next != nil; n = n.next { rdb.Rename(ctx, n.k, n.next.k) }`},
	{top: `type N_T struct{ id string }
func N_mk(x string) *N_T { return &N_T{id: x} }`, call: true, body: `var N_prev *N_T
for _, x := range in.L() {
	t := N_mk(x)
	if N_prev != nil { rdb.Rename(ctx, LIT + N_prev.id, LIT + t.id) }
	N_prev = t
}`},
	{call: true, body: `N_i := 0
N_next := func() string { N_i++; return fmt.Sprintf("n:%d", N_i) }
rdb.Rename(ctx, N_next(), N_next())
for range 2 { rdb.Get(ctx, N_next()) }
N_l := []string{N_next(), N_next()}
rdb.MGet(ctx, N_l...)`},
	{call: true, body: `N_x := in.S()
for range 3 {
	y := N_x
	func() { N_x = in.S() }()
	rdb.Rename(ctx, LIT + y, LIT + N_x)
}`},
	{call: true, body: `var N_set = map[string]bool{}
for _, x := range in.L() { N_set[LIT + x] = true; N_set[KEY] = COND }
N_l := make([]string, 0, len(N_set))
for k := range N_set { N_l = append(N_l, k) }
rdb.Del(ctx, N_l...)
rdb.Exists(ctx, append([]string{KEY}, N_l...)...)`},
	{call: true, body: `N_o := struct{ a, b string }{TEXT, LIT}
N_f := func() string { return N_o.a + LIT }
N_k := N_f()
N_o.a = TEXT
rdb.Rename(ctx, N_k, N_f())
N_o = struct{ a, b string }{b: LIT}
rdb.Rename(ctx, N_f(), LIT + N_o.b)`},
	{top: `func N_swap(x, y *string) { *x, *y = *y, *x }
func N_ptr(x string) *string { y := LIT + x; return &y }`, call: true, body: `N_a, N_b := KEY, KEY
N_swap(&N_a, &N_b)
rdb.Get(ctx, N_a)
N_p := N_ptr(TEXT)
N_q := N_p
*N_q = TEXT
rdb.Rename(ctx, LIT + *N_p, LIT + N_b)`},
	{top: `func N_q(p redis.Pipeliner, x string) { p.Incr(ctx, LIT + x) }
func N_two(p redis.Pipeliner, x, y string) { N_q(p, x); N_q(p, y); p.Rename(ctx, LIT + x, LIT + y) }`, call: true, body: `rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
	N_two(p, TEXT, TEXT)
	for _, x := range in.L() { N_two(p, x, TEXT) }
	N_q(p, KEY)
	return nil
})
N_p := rdb.TxPipeline()
N_two(N_p, TEXT, TEXT)
N_p.Exec(ctx)`},
	{top: `type N_st struct{ p redis.Pipeliner; ns string }
func (s *N_st) add(x string) *N_st { s.p.Set(ctx, s.ns + LIT + x, 1, 0); return s }`, call: true, body: `N_s := &N_st{rdb.TxPipeline(), LIT}
N_s.add(TEXT).add(TEXT)
N_s.ns = TEXT
N_s.add(TEXT).p.Exec(ctx)`},
	{top: `func N_run(n int, f func(int) string) { for i := range n { rdb.Rename(ctx, f(i), f(i+1)) } }`, call: true, body: `N_run(2, func(i int) string { return fmt.Sprint(LIT, i, id) })
N_l := []string{TEXT, KEY, TEXT}
N_run(2, func(i int) string { return LIT + N_l[i] })`},
	{top: `type N_T[K ~string] struct { ns K }
func (t N_T[K]) key(x K) string { return string(t.ns) + LIT + string(x) }
func N_each[T any](l []T, f func(T) string) (out []string) { for _, x := range l { out = append(out, f(x)) }; return }
type N_K string`, call: true, body: `N_t, N_u := N_T[N_K]{LIT}, N_T[string]{TEXT}
rdb.Rename(ctx, N_t.key(N_K(TEXT)), N_u.key(TEXT))
rdb.MGet(ctx, N_each([]int{in.N(), 2}, func(i int) string { return fmt.Sprint(LIT, i) })...)
rdb.Del(ctx, N_each([]N_K{"a", N_K(TEXT)}, N_t.key)...)`},
	{top: `var N_table = map[string]func(string) string{
	"a": func(x string) string { return LIT + x },
	"b": func(x string) string { return x + LIT },
}
type N_cfg struct{ sep string }
var N_c N_cfg
func N_init(x string) { N_c = N_cfg{sep: x} }`, call: true, body: `for _, k := range []string{"a", "b"} { rdb.Get(ctx, N_table[k](TEXT)) }
N_k := LIT + N_c.sep + id
N_init(TEXT)
rdb.Rename(ctx, N_k, LIT + N_c.sep + id)`},
	{call: true, body: `N_l := in.L()
N_a := N_l[0]
N_l[0] = TEXT
rdb.Rename(ctx, LIT + N_a, LIT + N_l[0])
N_x, N_y := LIT, LIT
switch { case COND: N_x, N_y = KEY, KEY; fallthrough; case COND: N_y = LIT + N_x; default: N_x = TEXT }
rdb.Rename(ctx, N_x, N_y)`},
}

package detect_test

// memoryTraps change a place in memory between two looks at it, in ways that its address or type does not show.
var memoryTraps = []idiomSource{
	{top: `type N_T struct{ a, b string }
func N_set(p *string, x string) { *p = LIT + x }`, call: true, body: `N_t := &N_T{TEXT, LIT}
N_p, N_k := &N_t.a, N_t.a
*N_p = TEXT
rdb.Rename(ctx, LIT + N_k, LIT + N_t.a)
N_j := N_t.a
N_set(&N_t.a, TEXT)
rdb.Rename(ctx, LIT + N_j, LIT + N_t.a)`},
	{call: true, body: `N_a, N_b := [2]string{TEXT, LIT}, [2]string{TEXT, TEXT}
N_k := N_a[0]
N_a = N_b
rdb.Rename(ctx, LIT + N_k, LIT + N_a[0])
N_s := N_a[:]
N_k = N_s[1]
N_a[1] = TEXT
rdb.Rename(ctx, LIT + N_k, LIT + N_s[1])`},
	{top: `type N_in struct{ a string }
type N_out struct{ in N_in; arr [2]string }
func N_key(o *N_out) string { return o.in.a + o.arr[0] }
func N_put(o *N_out, x string) { *o = N_out{in: N_in{x}, arr: [2]string{x}} }
func N_inner(o *N_out, x string) { o.in, o.arr = N_in{x}, [2]string{x} }`, call: true, body: `N_o := &N_out{in: N_in{TEXT}}
N_k := N_key(N_o)
N_put(N_o, TEXT)
rdb.Rename(ctx, LIT + N_k, LIT + N_key(N_o))
N_k = N_o.in.a + N_o.arr[0]
N_inner(N_o, TEXT)
rdb.Rename(ctx, LIT + N_k, LIT + N_o.in.a + N_o.arr[0])`},
	{top: `type N_box[T any] struct{ v T }
func (b *N_box[T]) put(x T) { *b = N_box[T]{x} }
func (b *N_box[T]) get() T { return b.v }`, call: true, body: `N_b := &N_box[string]{TEXT}
N_k := N_b.get()
N_b.put(TEXT)
rdb.Rename(ctx, LIT + N_k, LIT + N_b.get())`},
	{top: `type N_M map[string]string
func N_look(m map[string]string, k string) string { return m[k] }`, call: true, body: `N_m := map[string]string{"a": TEXT, "b": LIT}
N_n := N_M(N_m)
N_k, N_j := N_m["a"], N_look(N_m, "b")
N_n["a"], N_n["b"] = TEXT, TEXT
rdb.Rename(ctx, LIT + N_k, LIT + N_m["a"])
rdb.Rename(ctx, LIT + N_j, LIT + N_look(N_m, "b"))`},
	{top: `type N_T struct{ a string }
func N_get(t *N_T) string { return t.a }`, call: true, body: `N_t := &N_T{}
N_k := N_get(N_t)
N_t.a = TEXT
rdb.Rename(ctx, LIT + N_k, LIT + N_get(N_t))`},
	{top: `type N_R struct{ a string }`, call: true, body: `N_rs := []N_R{{TEXT}, {KEY}}
N_k := N_rs[0].a
N_rs[0], N_rs[1] = N_rs[1], N_rs[0]
rdb.Rename(ctx, LIT + N_k, LIT + N_rs[0].a)
for i := range N_rs { N_rs[i].a += LIT }
rdb.Rename(ctx, LIT + N_k, LIT + N_rs[1].a)`},
	{top: `var N_all []string
func N_add(x string) { N_all = append(N_all, LIT + x); rdb.Del(ctx, N_all...) }`, call: true, body: `N_add(TEXT)
N_add(TEXT)
rdb.Rename(ctx, N_all[0], N_all[1])`},
	{top: `type N_T struct{ m map[string]string; l []string; p *string }
func N_new(x string) *N_T { y := x; return &N_T{map[string]string{"a": LIT + x}, []string{LIT + x}, &y} }
func (t *N_T) touch(x string) { t.m["a"] = LIT + x; t.l[0] = x; *t.p = x }`, call: true, body: `N_t := N_new(TEXT)
N_a, N_b, N_c := N_t.m["a"], N_t.l[0], *N_t.p
N_t.touch(TEXT)
rdb.Rename(ctx, N_a + LIT, N_t.m["a"] + LIT)
rdb.Rename(ctx, N_b + LIT, N_t.l[0] + LIT)
rdb.Rename(ctx, LIT + N_c, LIT + *N_t.p)
rdb.MGet(ctx, N_t.l...)`},
	{top: `type N_set interface{ set(string) }
type N_T struct{ a string }
func (t *N_T) set(x string) { t.a = x }
func N_via(s N_set, x string) { s.set(x) }`, call: true, body: `N_t := &N_T{TEXT}
N_k := N_t.a
N_via(N_t, TEXT)
rdb.Rename(ctx, LIT + N_k, LIT + N_t.a)
N_f := N_t.set
N_k = N_t.a
N_f(TEXT)
rdb.Rename(ctx, LIT + N_k, LIT + N_t.a)`},
	{top: `type N_T struct{ a string }
func N_later(t *N_T, x string) string { defer func() { t.a = x }(); return t.a }`, call: true, body: `N_t := &N_T{TEXT}
rdb.Rename(ctx, LIT + N_later(N_t, TEXT), LIT + N_t.a)
N_fs := []func(string){func(x string) { N_t.a = x }}
N_k := N_t.a
for _, f := range N_fs { f(TEXT) }
rdb.Rename(ctx, LIT + N_k, LIT + N_t.a)`},
	{top: `type N_cur struct{ pos int; id string }
func (c *N_cur) next() string { c.pos++; return fmt.Sprintf("%s:%d", c.id, c.pos) }`, call: true, body: `N_c := N_cur{id: TEXT}
rdb.Rename(ctx, LIT + N_c.next(), LIT + N_c.next())
for range 2 { rdb.Rename(ctx, LIT + N_c.next(), LIT + fmt.Sprint(N_c.pos)) }
N_l := []string{N_c.next(), N_c.next()}
rdb.MGet(ctx, N_l...)`},
	{call: true, body: `N_x, N_y := TEXT, TEXT
N_p := &N_x
N_q := &N_p
*N_q = &N_y
N_k := *N_p
**N_q = TEXT
rdb.Rename(ctx, LIT + N_k, LIT + *N_p)
rdb.Rename(ctx, LIT + N_x, LIT + N_y)`},
	{call: true, body: `var N_l []string
for i := range 3 {
	N_l = append(N_l, LIT + in.S())
	if i > 0 { rdb.Rename(ctx, N_l[i-1], N_l[i]) }
	rdb.MGet(ctx, N_l...)
}
N_m := N_l
N_l = N_l[:0]
for _, x := range in.L() { N_l = append(N_l, LIT + x) }
rdb.Del(ctx, N_m...)
rdb.Rename(ctx, N_m[0], N_m[1])`},
	{call: true, body: `N_ids := map[int]string{}
for i := range 3 {
	N_ids[i] = in.S()
	if i > 0 { rdb.Rename(ctx, LIT + N_ids[i-1], LIT + N_ids[i]) }
}
rdb.Rename(ctx, LIT + N_ids[0], LIT + N_ids[in.N()%3])`},
	{call: true, body: `N_h := map[bool]string{true: KEY, false: LIT}
N_c := in.B()
rdb.Rename(ctx, N_h[N_c], LIT + N_h[!N_c])
N_w := map[string][]string{"a": {KEY, LIT}, "b": {LIT}}
N_w["b"] = append(N_w["b"], KEY)
for _, k := range []string{"a", "b"} { rdb.Del(ctx, N_w[k]...) }`},
}

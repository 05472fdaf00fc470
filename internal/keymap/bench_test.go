package keymap

import (
	"fmt"
	"testing"
)

// BenchmarkOld takes keys of a hundred families, as MONITOR shows them: of renamed families, of those that keep their
// names, with new names, and of other services.
func BenchmarkOld(b *testing.B) {
	m, keys := hundred(b)
	for _, kind := range []string{"renamed", "kept", "done", "unknown", "all"} {
		b.Run(kind, func(b *testing.B) {
			b.ReportAllocs()
			list := keys[kind]
			for i := 0; b.Loop(); i++ {
				m.Old(list[i%len(list)])
			}
		})
	}
}

func hundred(tb testing.TB) (*Map, map[string][]string) {
	var lines []string
	keys := map[string][]string{}
	add := func(kind string, ks ...string) {
		keys[kind] = append(keys[kind], ks...)
		keys["all"] = append(keys["all"], ks...)
	}
	for i := range 20 {
		e := fmt.Sprintf("app:e%d", i)
		lines = append(lines, e+":<id>", e+":<id>:log -> {"+e+":<id>}:log", e+":<id>:state -> {"+e+":<id>}:state",
			e+":<a>:by:<b> -> {"+e+":<a>}:by:<b>", e+":index:<day#time>")
		for n := range 5 {
			id := fmt.Sprint(1000*n + i)
			add("kept", e+":"+id, e+":index:20260101")
			add("renamed", e+":"+id+":log", e+":"+id+":state", e+":"+id+":by:"+id)
			add("done", "{"+e+":"+id+"}:log")
			add("unknown", "other:"+id, e+":"+id+":x:y:z")
		}
	}
	return parseMap(tb, lines...), keys
}

package keyplan

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// contested is operations over families of three values, six tags each: which of the values an operation has in common
// differs from one to the next, so that most want other tags than their neighbours.
func contested(seed uint64, families, operations int) []string {
	r := rand.New(rand.NewPCG(seed, 3))
	var out []string
	for i := range operations {
		line := []string{"MULTI", "MSET", "SINTERSTORE"}[r.IntN(3)]
		n := 2 + r.IntN(3)
		same := 1 + r.IntN(7) // bits: which of the values are common
		for k := range n {
			f := r.IntN(families)
			if k == 0 {
				f = i % families // each is in some operation
			}
			ids := make([]string, 3)
			for b := range ids {
				ids[b] = fmt.Sprintf("v%d_%d", b, k)
				if same&(1<<b) != 0 {
					ids[b] = fmt.Sprintf("v%d", b)
				}
			}
			line += fmt.Sprintf(" f%d:<%s>:<%s>:<%s>", f, ids[0], ids[1], ids[2])
		}
		out = append(out, line)
	}
	return out
}

// BenchmarkContested plans components of 40 families with 6 tags each, conflicts and second choices included. Exact is the
// share of plans that are proved to be the best.
func BenchmarkContested(b *testing.B) {
	for _, operations := range []int{40, 80, 160, 400} {
		b.Run(fmt.Sprintf("families=40/operations=%d", operations), func(b *testing.B) {
			exact := 0
			for i := range b.N {
				b.StopTimer()
				sites := parseSites(b, contested(uint64(i), 40, operations))
				b.StartTimer()
				if !Make(sites, Options{}).Bounded {
					exact++
				}
			}
			b.ReportMetric(float64(exact)/float64(b.N), "exact")
		})
	}
}

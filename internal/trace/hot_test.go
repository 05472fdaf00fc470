package trace

import (
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"testing"
)

// Every count lies between the bounds that are given, and what is not listed was not named more often than is said.
func TestHot(t *testing.T) {
	seed := maphash.MakeSeed()
	for name, values := range map[string]int{"few": 500, "many": 200_000} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			zipf := rand.NewZipf(r, 1.2, 4, uint64(values-1))
			h, exact := &hot{}, map[string]int64{}
			var total int64
			for range 300_000 {
				k := fmt.Sprintf("key:%d", zipf.Uint64())
				if r.IntN(3) == 0 {
					k = fmt.Sprintf("key:%d", r.IntN(values))
				}
				exact[k]++
				total++
				h.add(maphash.String(seed, k), []byte(k))
			}
			list, bound := h.top(hotSize)
			if bound > total/hotSize || values < hotSize && bound != 0 {
				t.Errorf("the bound is %d of %d", bound, total)
			}
			listed := map[string]bool{}
			for i, x := range list {
				listed[x.Text] = true
				if n := exact[x.Text]; n < x.Least || n > x.Most {
					t.Errorf("%s was named %d times, not %d to %d", x.Text, n, x.Least, x.Most)
				}
				if i > 0 && x.Least > list[i-1].Least {
					t.Errorf("%s is not in order", x.Text)
				}
			}
			for k, n := range exact {
				if n > max(bound, 1) && !listed[k] {
					t.Errorf("%s was named %d times, and is not listed: bound %d", k, n, bound)
				}
			}
			if list[0].Most-list[0].Least > bound {
				t.Errorf("the hottest is %+v", list[0])
			}
		})
	}
}

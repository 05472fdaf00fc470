package luakeys
import ("testing";"math/rand/v2";"time";"sort")
func TestZZ(t *testing.T){
 type x struct{seed int; d time.Duration; n int; steps []Problem}
 var xs []x
 for seed := range 1500 { g := &generator{r: rand.New(rand.NewPCG(uint64(seed), 7))}; src := g.script(); st:=time.Now(); s:=Read(src); xs=append(xs,x{seed,time.Since(st),len(src),s.Problems}) }
 sort.Slice(xs,func(i,j int)bool{return xs[i].d>xs[j].d})
 var tot time.Duration; for _,v:=range xs {tot+=v.d}
 t.Log(tot); for _,v:=range xs[:8] { t.Log(v) }
}

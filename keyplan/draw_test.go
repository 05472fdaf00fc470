package keyplan

import (
	"fmt"
	"math/rand/v2"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/source"
)

// draw makes plans to be from bytes: each decision takes one, so that a fuzzer can steer it. When they are used up all
// decisions are the first choice.
type draw struct {
	data []byte
	small
}

// small bounds what is drawn.
type small struct {
	families, groups, segments int
	plain                      bool // no braces, no constant families, no single holes, no alternatives
}

var usual = small{families: 6, groups: 7, segments: 4}

// randomDraw is a draw of random bytes.
func randomDraw(seed uint64, limit small) *draw {
	r := rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15))
	data := make([]byte, 400)
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	return &draw{data, limit}
}

// n is a number below k.
func (d *draw) n(k int) int {
	if len(d.data) == 0 {
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return int(b) % k
}

// one is true once in k times.
func (d *draw) one(k int) bool { return d.n(k) == k-1 }

// slot of a skeleton: literal text, or a place for a hole.
type slot struct {
	text string
	hole bool
}

// skeleton is a family to be: its holes get their values key by key.
func (d *draw) skeleton() []slot {
	n := 1 + d.n(d.segments)
	sep := []string{":", ":", ":", "-"}[d.n(4)]
	var out []slot
	holes := 0
	for i := range n {
		if i > 0 {
			out = append(out, slot{text: sep})
		}
		if d.n(2) == 0 {
			out = append(out, slot{hole: true})
			holes++
			continue
		}
		out = append(out, slot{text: []string{"a", "b", "c", "ab"}[d.n(4)]})
	}
	last := &out[len(out)-1]
	switch {
	case d.plain && holes == 0:
		*last = slot{hole: true}
	case n == 1 && last.hole && (d.plain || !d.one(40)):
		out = append(out, slot{text: ":a"})
	}
	if d.plain && !hasWord(out) {
		out = append(out, slot{text: sep + "b"})
	}
	if !d.plain && d.one(10) {
		d.brace(out)
	}
	return out
}

func hasWord(ss []slot) bool {
	for _, s := range ss {
		if !s.hole && s.text[0] >= 'a' {
			return true
		}
	}
	return false
}

// brace puts braces into the literals, paired or not.
func (d *draw) brace(out []slot) {
	for i := range out {
		if !out[i].hole && d.n(2) == 0 {
			out[i].text += []string{"{", "}", "{}", "}{"}[d.n(4)]
		}
	}
}

// kinds of the holes, by the number of their id: one id is one value, so it has one kind.
var kinds = []key.Hole{
	{Name: "id", Kind: key.Int},
	{Name: "uid", Kind: key.ID},
	{Name: "name", Kind: key.Text},
	{Name: "title", Kind: key.Text},
	{Name: "day", Kind: key.Time},
	{Name: "env", Kind: key.Text, Class: key.Fixed},
	{Name: "flag", Kind: key.Bool, Domain: []string{"true", "false"}},
	{Name: "json", Kind: key.Text, Braces: true},
}

// template binds the holes of a skeleton.
func (d *draw) template(ss []slot, many bool) key.Template {
	t := key.Literal("")
	for _, s := range ss {
		part := key.Literal(s.text)
		if s.hole {
			n := d.n(10)
			if n >= len(kinds) {
				n = 0
			}
			if d.plain {
				n %= 4
			}
			h := kinds[n]
			h.ID = fmt.Sprintf("%d.%d", n, d.n(2))
			h.Many = many && d.n(3) == 0
			part = key.OfHole(&h)
		}
		t, _ = key.Concat(t, part)
	}
	return t
}

// sites draws a program.
func (d *draw) sites() []detect.Site {
	skeletons := make([][]slot, 2+d.n(d.families-1))
	for i := range skeletons {
		skeletons[i] = d.skeleton()
	}
	var out []detect.Site
	for i := range 1 + d.n(d.groups) {
		s := detect.Site{
			ID: fmt.Sprintf("s%d", i), Kind: detect.Command, Target: detect.OnClient,
			Pos: source.Position{File: "a.go", Line: i + 1, Column: 1, Offset: 10 * i},
		}
		if d.one(3) {
			s.Kind = []detect.Kind{detect.Transaction, detect.Transaction, detect.Watch, detect.Pipeline}[d.n(4)]
		}
		for range 1 + d.n(6)/5 {
			s.Contexts = append(s.Contexts, detect.Context{Ops: d.ops(&s, skeletons)})
		}
		out = append(out, s)
	}
	return out
}

func (d *draw) ops(s *detect.Site, skeletons [][]slot) []detect.Op {
	if s.Kind == detect.Command {
		name := []string{"MGET", "MSET", "SINTERSTORE", "DEL", "GET"}[d.n(5)]
		op := detect.Op{Command: name, Method: testMethods[name], Scope: rediscmd.Keyed, Pos: s.Pos}
		s.Method = op.Method
		n := 2 + d.n(3)
		if name == "GET" {
			n = 1
		}
		for range n {
			op.Keys = append(op.Keys, d.key(skeletons, d.one(8)))
		}
		return []detect.Op{op}
	}
	var out []detect.Op
	many := d.one(4)
	for range 1 + d.n(4) {
		out = append(out, detect.Op{Command: "SET", Method: "Set", Scope: rediscmd.Keyed, Pos: s.Pos,
			Keys: []detect.Key{d.key(skeletons, many)}})
	}
	return out
}

func (d *draw) key(skeletons [][]slot, many bool) detect.Key {
	sk := skeletons[d.n(len(skeletons))]
	k := detect.Key{Multi: many, Alts: []key.Template{d.template(sk, many)}}
	if !d.plain && d.one(12) {
		k.Alts = append(k.Alts, d.template(skeletons[d.n(len(skeletons))], many))
		if d.n(2) == 0 {
			k.Alts[0].Conds = map[string]string{"if": "then"}
			k.Alts[1].Conds = map[string]string{"if": "else"}
		}
	}
	return k
}

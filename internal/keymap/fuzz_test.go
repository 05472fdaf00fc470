package keymap

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"regexp"
	"testing"
)

// FuzzMap holds for random families and keys: what Old renames, Renamed takes back; a new name is never renamed again;
// two keys never get one name; and a map that was written and read says the same of every key.
func FuzzMap(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed, seed%2 == 0)
	}
	f.Fuzz(func(t *testing.T, seed uint64, odd bool) {
		values := plainValues
		if odd {
			values = oddValues
		}
		m, keys := draw(rand.New(rand.NewPCG(seed, 1)), values)
		var file bytes.Buffer
		if err := m.WriteJSON(&file); err != nil {
			t.Fatal(err)
		}
		read, err := Read(bytes.NewReader(file.Bytes()))
		if err != nil {
			t.Fatalf("%v\n%s", err, file.String())
		}
		from := map[string]string{}
		for _, k := range keys {
			got := m.Old(k)
			if again := read.Old(k); !reflect.DeepEqual(got, again) {
				t.Errorf("%q is %+v, and %+v by the map that was written and read", k, got, again)
			}
			if got.Name == k {
				continue
			}
			if got.Entry < 0 || !m.Entries[got.Entry].Renamed() {
				t.Errorf("%q gets the name %q of no family: %+v", k, got.Name, got)
			}
			if back := m.Renamed(got.Name); back.Name != k {
				t.Errorf("%q becomes %q, and back %+v", k, got.Name, back)
			}
			if again := m.Old(got.Name); again.Name != got.Name || !again.Done {
				t.Errorf("%q becomes %q, and again %+v", k, got.Name, again)
			}
			if other, ok := from[got.Name]; ok && other != k {
				t.Errorf("%q and %q both become %q", k, other, got.Name)
			}
			from[got.Name] = k
		}
		if t.Failed() {
			t.Log(file.String())
		}
	})
}

// TestBruteForce compares Old with all ways to lay a key on all templates, tried one by one.
func TestBruteForce(t *testing.T) {
	told, renamed := 0, 0
	for seed := range uint64(800) {
		m, keys := draw(rand.New(rand.NewPCG(seed, 2)), plainValues)
		for _, k := range keys {
			got := m.Old(k)
			if got.Done {
				continue
			}
			want := brute(m, k)
			switch {
			case len(want) == 0 && (got.Entry >= 0 || got.Ambiguous != nil),
				len(want) > 1 && got.Ambiguous == nil,
				len(want) == 1 && got.Ambiguous == nil && !want[got.Name]:
				t.Fatalf("seed %d: %q is %+v, tried one by one %v\n%s", seed, k, got, want, templates(m))
			}
			if len(want) == 1 {
				told++
			}
			if got.Name != k {
				renamed++
			}
		}
	}
	if told < 10000 || renamed < 1000 {
		t.Errorf("only %d keys were told, %d renamed", told, renamed)
	}
}

func templates(m *Map) (out string) {
	for _, e := range m.Entries {
		out += e.arrow() + "\n"
	}
	return out
}

// brute lists the names of a key in the first step in which it can be laid on a template.
func brute(m *Map, k string) map[string]bool {
	for s := plain; s < steps; s++ {
		out := map[string]bool{}
		for _, e := range m.Entries {
			if !e.Silent() {
				e.lay(k, s, func(borders []int) {
					switch {
					case e.Span.Put != "":
						out["{"+e.Span.Put+"}"+k] = true
					case e.Renamed():
						a, b := borders[e.Span.Start], borders[e.Span.End]
						out[k[:a]+"{"+k[a:b]+"}"+k[b:]] = true
					default:
						out[k] = true
					}
				})
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// lay calls f with the place of each border between units, for each way.
func (e Entry) lay(k string, s step, f func([]int)) {
	us := e.units()
	var walk func(i, pos int, borders []int)
	walk = func(i, pos int, borders []int) {
		borders = append(borders[:i:i], pos)
		if i == len(us) {
			if pos == len(k) {
				f(borders)
			}
			return
		}
		u := us[i]
		if u.hole == nil {
			if pos < len(k) && k[pos] == u.b {
				walk(i+1, pos+1, borders)
			}
			return
		}
		for end := pos; end <= len(k); end++ {
			if canHold(u.hole, k[pos:end], s) {
				walk(i+1, end, borders)
			}
		}
	}
	walk(0, 0, nil)
}

func canHold(h *Hole, text string, s step) bool {
	if vs := h.values(); len(vs) > 0 {
		for _, v := range vs {
			if v == text {
				return true
			}
		}
		return false
	}
	if text == "" {
		return s > plain && h.mayBeEmpty()
	}
	for i := range len(text) {
		if h.stop(s)[text[i]] {
			return false
		}
	}
	return true
}

// TestRegexp holds that the expressions and replacements of the file do what Old does, where values are plain.
func TestRegexp(t *testing.T) {
	matched := 0
	for seed := range uint64(500) {
		e := randomEntry(rand.New(rand.NewPCG(seed, 3)))
		m, err := New([]Entry{e})
		if err != nil || e.Silent() {
			continue
		}
		expr, newKey := e.regexp()
		re, err := regexp.Compile(expr)
		if err != nil {
			t.Fatalf("%s: %v", e.Template, err)
		}
		r := rand.New(rand.NewPCG(seed, 4))
		for range 20 {
			k := fill(r, e.Pieces, []string{"1", "a", "ab", "7f"})
			got := m.Old(k)
			if !re.MatchString(k) || got.Ambiguous != nil || got.Done {
				continue
			}
			matched++
			if name := re.ReplaceAllString(k, newKey); name != got.Name {
				t.Errorf("%s: %q becomes %q by %s, and %q by Old", e.arrow(), k, name, expr, got.Name)
			}
		}
	}
	if matched < 1000 {
		t.Errorf("only %d keys matched", matched)
	}
}

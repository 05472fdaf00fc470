package luakeys

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/yuin/gopher-lua/ast"
)

// record notes a command that the script sends, once for each name it may have.
func (in *interp) record(args multi, e *ast.FuncCallExpr, protected bool) {
	in.sends[e] = true
	c := Call{Line: e.Line(), Protected: protected, Conditional: in.cond > 0, Loop: in.loop > 0}
	for _, vals := range args.vals {
		word := Word{in.texts(vals)}
		if len(word.Alts) == 0 {
			return // nil: the script ends with an error and sends nothing
		}
		c.Words = append(c.Words, word)
	}
	if rest := in.texts(args.tail); len(rest) > 0 {
		c.Open, c.Rest = true, Word{rest}
	}
	if len(c.Words) > maxWords {
		in.problem(e.Line(), fmt.Sprintf("a command of more than %d words", maxWords))
		return
	}
	if len(c.Words) == 0 {
		if c.Open {
			in.unnamed(c, e, "all its words come from "+c.Rest.String())
		}
		return // without any word the script fails there
	}
	names := c.Words[0].Alts
	for _, name := range names {
		one := c
		one.Words = slices.Clone(c.Words)
		one.Words[0] = Word{[]Expr{name}}
		one.Conditional = c.Conditional || len(names) > 1
		if s, ok := name.Literal(); ok {
			one.Command = strings.ToLower(s)
			findKeys(&one)
			in.list(one, e)
			continue
		}
		in.unnamed(one, e, "it is "+name.String())
	}
}

// unnamed notes a call whose command is not known.
func (in *interp) unnamed(c Call, e *ast.FuncCallExpr, why string) {
	c.KeyErr = "the command's name is not known: " + why
	in.problem(e.Line(), c.KeyErr)
	in.list(c, e)
}

// list adds a call, unless the same was found before.
func (in *interp) list(c Call, e *ast.FuncCallExpr) {
	r := recorded{Call: c, order: in.order[e]}
	key := fmt.Sprintf("%d %v %v %v %v %v %s %s", r.order, c.Protected, c.Words, c.Open, c.Rest, c.Keys, c.KeyErr, c.places())
	if i, ok := in.listed[key]; ok {
		old := &in.calls[i]
		old.Conditional = old.Conditional && c.Conditional
		old.Loop = true // reached twice
		return
	}
	in.listed[key] = len(in.calls)
	in.calls = append(in.calls, r)
}

// places writes where the words of a call stand.
func (c Call) places() string {
	var b strings.Builder
	for _, w := range append(slices.Clone(c.Words), c.Rest) {
		for _, e := range w.Alts {
			for _, p := range e.Parts {
				fmt.Fprint(&b, p.Offset, " ")
			}
			fmt.Fprint(&b, e.Gaps, ";")
		}
	}
	return b.String()
}

// findKeys finds the keys among the words of a call.
func findKeys(c *Call) {
	word := func(i int) (string, bool) {
		if i >= len(c.Words) {
			return "", false
		}
		return known(c.Words[i].Alts)
	}
	names := []string{c.Command}
	if len(c.Words) > 1 {
		if s, ok := word(1); ok {
			names = append(names, s)
		}
	}
	cmd, ok := rediscmd.Lookup(names...)
	if !ok {
		c.KeyErr = "a command that is not known: " + strings.Join(names[:1], " ")
		return
	}
	c.Command = cmd.Name
	found, err := positions(cmd, c, word)
	if err != nil {
		if passed := counted(cmd, c, word); passed != nil {
			found, err = passed, nil
		}
	}
	if err != nil {
		c.KeyErr = err.Error()
	}
	for _, i := range found {
		if i < len(c.Words) {
			c.Keys = append(c.Keys, Key{Alts: c.Words[i].Alts, Word: i})
			continue
		}
		if n := len(c.Keys); n == 0 || c.Keys[n-1].Word >= 0 {
			c.Keys = append(c.Keys, Key{Alts: c.Rest.Alts, Word: -1})
		}
	}
	if c.KeyErr == "" && madeKeys(cmd.Name, c, word) {
		c.KeyErr = "BY and GET make names of keys from the elements"
	}
}

// positions are the words that are keys. Where more words may follow, all numbers of words are tried
// up to where the pattern repeats. At first they may be too few; an error after that comes from a word
// that is not known.
func positions(cmd rediscmd.Command, c *Call, word func(int) (string, bool)) ([]int, error) {
	n := len(c.Words)
	if !c.Open {
		return cmd.KeyIndexes(n, word)
	}
	var all []int
	var failed error
	worked := false
	for more := 0; more <= 2*n+8; more++ {
		found, err := cmd.KeyIndexes(n+more, word)
		if err != nil {
			failed = err
			if worked {
				break
			}
			continue
		}
		worked, failed = true, nil
		all = append(all, found...)
	}
	slices.Sort(all)
	return slices.Compact(all), failed
}

// counted are the words that may be keys where their number is computed; nil unless all of them are passed in KEYS, so
// that it makes no difference which of them are.
func counted(cmd rediscmd.Command, c *Call, word func(int) (string, bool)) []int {
	i := slices.IndexFunc(cmd.Keys, func(k rediscmd.KeySpec) bool { return k.NumKeys && k.Keyword == "" })
	if i < 0 {
		return nil
	}
	at := cmd.Keys[i].Index + cmd.Keys[i].NumIndex
	if _, known := word(at); known || at >= len(c.Words) {
		return nil
	}
	var all []int
	for n := range len(c.Words) + 2 {
		found, err := positions(cmd, c, func(j int) (string, bool) {
			if j == at {
				return strconv.Itoa(n), true
			}
			return word(j)
		})
		if err == nil {
			all = append(all, found...)
		}
	}
	slices.Sort(all)
	for _, k := range all {
		w := c.Rest
		if k < len(c.Words) {
			w = c.Words[k]
		}
		if slices.ContainsFunc(w.Alts, func(e Expr) bool { return !e.Declared() }) {
			return nil
		}
	}
	return slices.Compact(all)
}

// madeKeys tells whether SORT may read keys that no word names.
func madeKeys(name string, c *Call, word func(int) (string, bool)) bool {
	if name != "sort" && name != "sort_ro" {
		return false
	}
	for i := 2; i < len(c.Words); i++ {
		s, ok := word(i)
		if !ok {
			continue
		}
		if s = strings.ToUpper(s); s != "BY" && s != "GET" {
			continue
		}
		pattern, ok := "", false
		if i+1 < len(c.Words) {
			pattern, ok = word(i + 1)
		}
		if !ok || strings.Contains(pattern, "*") {
			return true
		}
		i++
	}
	return c.Open
}

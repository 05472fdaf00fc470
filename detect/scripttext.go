package detect

import (
	"cmp"
	"strings"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/luakeys"
)

// scriptText is what is known of the source of a script.
type scriptText struct {
	bodies []scriptBody // each may be the one
	lost   bool         // there may be others
	why    string       // why there may be
	param  string       // the caller decides
	// fits tells which of several files may be the one, nil when all may.
	fits func(key.Template) bool
}

// scriptBody is a script, or a function of a library: what it is called is not empty then.
type scriptBody struct {
	text     key.Template
	function string
}

// read reads the Lua.
func (b scriptBody) read() luakeys.Script {
	if b.function == "" {
		return luakeys.Read(b.source())
	}
	for _, f := range luakeys.ReadLibrary(b.source()) {
		if f.Name == b.function {
			return f.Script
		}
	}
	return luakeys.Script{}
}

// unknownText stands in the source for a value that is only known at run time: as Lua, a global that nobody sets.
const unknownText = "_unknown_"

// source is the Lua text.
func (b scriptBody) source() string {
	var out strings.Builder
	for _, p := range b.text.Parts {
		if p.Hole != nil {
			out.WriteString(unknownText)
		} else {
			out.WriteString(p.Text)
		}
	}
	return out.String()
}

// sourceLen is how long a part is in the source.
func sourceLen(p key.Part) int {
	if p.Hole != nil {
		return len(unknownText)
	}
	return len(p.Text)
}

// open tells which value of the text may be any Lua: "" where all of them stand in string literals, or are numbers.
func (b scriptBody) open() string {
	at, src := 0, b.source()
	for _, p := range b.text.Parts {
		end := at + sourceLen(p)
		if p.Hole != nil && p.Hole.Kind != key.Int && !luakeys.InLiteral(src, at, end) {
			return p.Hole.Name
		}
		at = end
	}
	return ""
}

// slice is the text of a script's source from one byte to another, in which values are whole.
func slice(text key.Template, lo, hi int) key.Template {
	out := key.Literal("")
	at := 0
	for _, p := range text.Parts {
		from, to := max(lo-at, 0), min(hi-at, sourceLen(p))
		at += sourceLen(p)
		if from >= to {
			continue
		}
		if p.Hole == nil {
			p = p.Slice(from, to)
		}
		out, _ = key.Concat(out, key.Template{Parts: []key.Part{p}, Gaps: make([][]key.Point, 2)})
	}
	return out
}

// pointIn is the point of the file before a byte of a script's source; false where it can't be edited.
func pointIn(text key.Template, i int, mode key.Mode) (key.Point, bool) {
	at := 0
	for _, p := range text.Parts {
		if i >= at && i <= at+len(p.Text) && p.Offs != nil {
			return key.Point{File: p.File, Offset: p.Offs[i-at], Mode: mode}, true
		}
		at += sourceLen(p)
	}
	return key.Point{}, false
}

func (s *scriptText) lose(why string) {
	s.lost = true
	s.why = cmp.Or(s.why, why)
}

// texts are the scripts that a text may be.
func (d *detector) texts(ref keyflow.Ref) scriptText {
	var s scriptText
	if ref.V == nil {
		s.lost = true
		return s
	}
	s.add(d.flow, ref)
	return s
}

// add takes the alternatives of a text.
func (s *scriptText) add(flow *keyflow.Flow, ref keyflow.Ref) {
	for _, t := range flow.Eval(ref) {
		if s.fits != nil && !s.fits(t) {
			continue
		}
		t.Conds = nil
		hs := t.Holes()
		switch {
		case len(t.Parts) == 1 && len(hs) == 1 && hs[0].Param != "":
			s.param = hs[0].Param
			continue
		case len(t.Parts) == 1 && len(hs) == 1:
			s.lose("its text can't be found: " + cmp.Or(hs[0].Reason, "it is the value of "+hs[0].Name))
			continue
		}
		b := scriptBody{text: t}
		if name := b.open(); name != "" {
			s.lose("its text is put together at run time, with <" + name + ">")
			continue
		}
		s.bodies = append(s.bodies, b)
	}
}

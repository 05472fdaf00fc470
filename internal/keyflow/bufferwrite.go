package keyflow

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// written is the text that one write appends.
func (f *Flow) written(call *ssa.Call, fr *Frame) []key.Template {
	c := call.Common()
	name := calleeName(c)
	e := f.callExpr(call)
	at := 1 // the argument after the buffer
	if c.IsInvoke() {
		at = 0
	}
	arg := func(i, shown int) Ref {
		r := Ref{V: c.Args[i], Fr: fr}
		if e != nil && shown < len(e.Args) && !e.Ellipsis.IsValid() {
			r.Hint = e.Args[shown]
		}
		return r
	}
	switch name[strings.LastIndexByte(name, '.')+1:] {
	case "WriteString":
		shown := 0
		if name == "io.WriteString" {
			shown = 1
		}
		return f.Eval(arg(at, shown))
	case "Write":
		if ts := f.bytesText(arg(at, 0)); ts != nil {
			return ts
		}
		return f.bytesHole(arg(at, 0), call, fr)
	case "WriteByte", "WriteRune":
		return f.writtenRune(arg(at, 0), strings.HasSuffix(name, "WriteByte"), call, fr)
	case "Fprintf":
		if args, ok := f.operands(call, 2, fr); ok {
			return f.sprintf(f.Eval(arg(1, 1)), args, call, fr)
		}
	case "Fprint":
		if args, ok := f.operands(call, 1, fr); ok {
			return f.sprint(args, call, fr)
		}
	}
	return f.unknown("is written by "+name, call, fr, nil)
}

// writtenRune is one byte or character.
func (f *Flow) writtenRune(r Ref, isByte bool, call *ssa.Call, fr *Frame) []key.Template {
	k, ok := r.V.(*ssa.Const)
	switch {
	case !ok:
		return f.unknown("is written by "+shortName(call), call, fr, nil)
	case isByte:
		return []key.Template{key.Literal(string([]byte{byte(k.Int64())}))}
	}
	return []key.Template{key.Literal(string(utf8.AppendRune(nil, rune(k.Int64()))))}
}

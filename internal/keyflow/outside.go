package keyflow

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// anyText says why a value may be any text, separators included: it is the path or the body of a request, or what was read
// from somewhere. An id that is taken from a form or a header is no such text. "" for other values.
func anyText(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.Extract:
		return anyText(v.Tuple)
	case *ssa.Convert:
		return anyText(v.X)
	case *ssa.UnOp:
		a, ok := v.X.(*ssa.FieldAddr)
		if !ok {
			return ""
		}
		owner := a.X.Type().Underlying().(*types.Pointer).Elem()
		switch owner.String() + "." + owner.Underlying().(*types.Struct).Field(a.Field).Name() {
		case "net/url.URL.Path", "net/url.URL.RawPath", "net/url.URL.RawQuery", "net/url.URL.Opaque", "net/http.Request.RequestURI":
			return "is the path of a request, and may be any text"
		}
	case *ssa.Call:
		switch calleeName(v.Common()) {
		case "io.ReadAll", "os.ReadFile", "io/ioutil.ReadAll", "io/ioutil.ReadFile", "(*bufio.Reader).ReadString", "(*bufio.Scanner).Text",
			"(*net/url.URL).EscapedPath", "(*net/url.URL).RequestURI":
			return "is read from outside, and may be any text"
		}
		if name := calleeName(v.Common()); strings.HasPrefix(name, "strings.Trim") || strings.HasPrefix(name, "strings.To") || strings.HasPrefix(name, "strings.Replace") {
			return anyText(v.Call.Args[0])
		}
	}
	return ""
}

// piece says why a value that was cut out of a longer text may hold separators: it is the rest of a key, for instance. What
// stands between two separators holds none. "" for other values.
func (f *Flow) piece(v ssa.Value, fr *Frame, depth int) string {
	if depth > 6 {
		return ""
	}
	from := func(src ssa.Value) string {
		if pat, ok := f.fromRedis(src, fr); ok && pat != "" {
			return "is cut out of a key, and may hold several parts of it"
		}
		if why := f.piece(src, fr, depth+1); why != "" {
			return why
		}
		for _, t := range f.eval(src, fr, nil) {
			if len(t.Segments()) > 1 {
				return "is cut out of a longer text, and may hold several parts of it"
			}
		}
		return ""
	}
	switch v := v.(type) {
	case *ssa.Call:
		switch name := calleeName(v.Common()); {
		case strings.HasPrefix(name, "strings.Trim"), strings.HasPrefix(name, "strings.Replace"), strings.HasPrefix(name, "path.Dir"), name == "path.Base":
			return from(v.Call.Args[0])
		case strings.HasPrefix(name, "(*regexp.Regexp).Find"), strings.HasPrefix(name, "(*regexp.Regexp).Replace"), name == "(*strings.Replacer).Replace":
			return from(v.Call.Args[1])
		}
	case *ssa.Extract:
		if n, ok := v.Tuple.(*ssa.Next); ok && !n.IsString && v.Index == 1 {
			return f.pieceInMap(n, fr, depth)
		}
		c, ok := v.Tuple.(*ssa.Call)
		if !ok {
			return ""
		}
		switch calleeName(c.Common()) {
		case "strings.Cut":
			if v.Index == 0 && f.separates(c.Call.Args[1], fr) {
				return ""
			}
			return from(c.Call.Args[0])
		case "strings.CutPrefix", "strings.CutSuffix":
			return from(c.Call.Args[0])
		}
	case *ssa.UnOp:
		at, ok := v.X.(*ssa.IndexAddr)
		if !ok {
			return ""
		}
		c, ok := at.X.(*ssa.Call)
		if !ok {
			return ""
		}
		switch calleeName(c.Common()) {
		case "strings.Split":
			if f.separates(c.Call.Args[1], fr) {
				return ""
			}
			return from(c.Call.Args[0])
		case "strings.SplitN":
			n, _ := c.Call.Args[2].(*ssa.Const)
			i, _ := at.Index.(*ssa.Const)
			if f.separates(c.Call.Args[1], fr) && n != nil && i != nil && i.Int64() < n.Int64()-1 {
				return ""
			}
			return from(c.Call.Args[0])
		case "strings.SplitAfter", "strings.SplitAfterN", "strings.Fields", "strings.FieldsFunc":
			return from(c.Call.Args[0])
		case "(*regexp.Regexp).FindStringSubmatch", "(*regexp.Regexp).FindAllString":
			return from(c.Call.Args[1])
		}
	case *ssa.Slice:
		if !isString(v.X.Type()) || v.High == nil && f.behindLast(v.Low, v.X, fr) {
			return ""
		}
		return from(v.X)
	}
	return ""
}

// pieceInMap looks at what a map that a loop goes over was indexed by.
func (f *Flow) pieceInMap(n *ssa.Next, fr *Frame, depth int) string {
	r, ok := n.Iter.(*ssa.Range)
	if !ok {
		return ""
	}
	entries, _ := f.MapEntries(Ref{V: r.X, Fr: fr})
	for _, e := range entries {
		if why := f.piece(e.Key.V, e.Key.Fr, depth+1); why != "" {
			return why
		}
	}
	return ""
}

// separates reports one of the texts that part the values of keys.
func (f *Flow) separates(sep ssa.Value, fr *Frame) bool {
	s, ok := f.constantText(Ref{V: sep, Fr: fr})
	return ok && (s == ":" || s == "/")
}

// behindLast reports the place behind the last separator of a text: strings.LastIndex(k, ":")+1.
func (f *Flow) behindLast(low, text ssa.Value, fr *Frame) bool {
	b, ok := low.(*ssa.BinOp)
	if !ok {
		return false
	}
	c, ok := b.X.(*ssa.Call)
	if !ok || len(c.Call.Args) != 2 || c.Call.Args[0] != text {
		return false
	}
	switch calleeName(c.Common()) {
	case "strings.LastIndex":
		return f.separates(c.Call.Args[1], fr)
	case "strings.LastIndexByte":
		k, ok := c.Call.Args[1].(*ssa.Const)
		return ok && (k.Int64() == ':' || k.Int64() == '/')
	}
	return false
}

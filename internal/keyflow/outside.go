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

package keyflow

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
)

// kindOf tells from the type (or the function) what sort of text a value gives.
func kindOf(v ssa.Value) key.Kind {
	if c, ok := v.(*ssa.Call); ok {
		name := calleeName(c.Common())
		switch {
		case strings.HasSuffix(name, "time.Time).Format"):
			return layoutKind(c.Call.Args[1])
		case strings.Contains(name, "google/uuid."), strings.Contains(name, "satori/go.uuid"), strings.Contains(name, "rs/xid"), strings.Contains(name, "oklog/ulid"):
			return key.ID
		case name == "encoding/hex.EncodeToString" && holdsBytes(c.Call.Args[0]):
			return key.Int
		}
	}
	return kindOfType(v.Type())
}

// layoutKind is the kind of a formatted time: of a layout with braces, or that may be empty, it is any text.
func layoutKind(layout ssa.Value) key.Kind {
	if c, ok := layout.(*ssa.Const); ok && (constText(c) == "" || strings.ContainsAny(constText(c), "{}")) {
		return key.Text
	}
	return key.Time
}

// holdsBytes reports a slice that is not empty: of an array.
func holdsBytes(v ssa.Value) bool {
	s, ok := v.(*ssa.Slice)
	if !ok || s.Low != nil {
		return false
	}
	p, ok := s.X.Type().Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	arr, ok := p.Elem().Underlying().(*types.Array)
	if h, isConst := s.High.(*ssa.Const); s.High != nil && (!isConst || h.Int64() == 0) {
		return false
	}
	return ok && arr.Len() > 0
}

func kindOfType(t types.Type) key.Kind {
	if s := types.TypeString(t, nil); strings.HasSuffix(s, "uuid.UUID") || strings.HasSuffix(s, "ulid.ULID") || strings.HasSuffix(s, "xid.ID") {
		return key.ID
	} else if s == "time.Time" {
		return key.Time
	}
	if b, ok := t.Underlying().(*types.Basic); ok {
		switch {
		case b.Info()&types.IsInteger != 0:
			return key.Int
		case b.Info()&types.IsBoolean != 0:
			return key.Bool
		}
	}
	return key.Text
}

// constString is the constant text of an expression.
func constString(info *types.Info, e ast.Expr) (string, bool) {
	if tv, ok := info.Types[e]; ok && tv.Value != nil && tv.Value.Kind() == constant.String {
		return constant.StringVal(tv.Value), true
	}
	return "", false
}

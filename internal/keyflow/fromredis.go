package keyflow

import (
	"bytes"
	"strings"

	"golang.org/x/tools/go/ssa"

	helper "github.com/clusterize/clusterize/templates"
)

// fromRedis reports that a string came out of a SCAN or KEYS reply, and with which pattern when that is known. Functions of
// the helper that clusterize generates are the commands that they stand for.
func (f *Flow) fromRedis(v ssa.Value, fr *Frame) (string, bool) {
	if e, ok := v.(*ssa.Extract); ok {
		v = e.Tuple
	}
	if u, ok := v.(*ssa.UnOp); ok {
		if ia, ok := u.X.(*ssa.IndexAddr); ok {
			return f.fromRedis(ia.X, fr)
		}
		return "", false
	}
	c, ok := v.(*ssa.Call)
	if !ok || !isGoRedis(calleeName(c.Common())) && !f.helperCall(c) {
		return "", false
	}
	switch name := calleeName(c.Common()); {
	case strings.HasSuffix(name, "Iterator).Val"), strings.HasSuffix(name, "Cmd).Iterator"), strings.HasSuffix(name, "KeyScan).Iterator"),
		strings.HasSuffix(name, "Cmd).Val"), strings.HasSuffix(name, "Cmd).Result"):
		if len(c.Call.Args) == 0 {
			return "", true
		}
		pat, _ := f.fromRedis(c.Call.Args[0], fr)
		return pat, true
	case strings.HasSuffix(name, ".Keys"), strings.HasSuffix(name, ".Scan"), strings.HasSuffix(name, ".ScanType"):
		for _, a := range c.Call.Args {
			if isString(a.Type()) {
				if ts := f.eval(a, fr, nil); len(ts) == 1 {
					return ts[0].String(), true
				}
				return "", true
			}
		}
	}
	return "", true
}

// helperCall reports a call of the helper that clusterize generates into a target.
func (f *Flow) helperCall(c *ssa.Call) bool {
	fn := c.Call.StaticCallee()
	if fn == nil || !fn.Pos().IsValid() {
		return false
	}
	file := f.Prog.File(fn.Pos())
	return file != nil && bytes.HasPrefix(file.Content, []byte(helper.Marker))
}

// iterated reports the key that an iterator of the helper stands at.
func (f *Flow) iterated(c *ssa.Call) bool {
	return strings.HasSuffix(calleeName(c.Common()), "Iterator).Val") && f.helperCall(c)
}

package luakeys

import (
	"fmt"
	"strings"
)

// OnlyDeclared tells whether every key of every call is passed in KEYS and used as it is, which is
// what a cluster needs to route the script, and to check its keys. If not, why names the first line
// where it isn't, and how the key is built.
func (s Script) OnlyDeclared() (ok bool, why string) {
	if len(s.Problems) > 0 {
		return false, s.Problems[0].String()
	}
	for _, c := range s.Calls {
		if c.KeyErr != "" {
			return false, fmt.Sprintf("line %d: the keys of %s are not known: %s", c.Line, c.name(), c.KeyErr)
		}
		for _, k := range c.Keys {
			for _, e := range k.Alts {
				if !e.Declared() {
					return false, fmt.Sprintf("line %d: %s touches %s, which is not passed in KEYS", c.Line, c.name(), e)
				}
			}
		}
	}
	return true, ""
}

// Derived lists the keys that the script builds from elements of KEYS and literal text alone, KEYS[1] .. ":lease", each
// once. ok is false when it touches others besides these and the ones passed in KEYS, or could not be read.
func (s Script) Derived() (out []Expr, ok bool) {
	seen := map[string]bool{}
	for _, c := range s.Calls {
		if c.KeyErr != "" {
			return nil, false
		}
		for _, k := range c.Keys {
			for _, e := range k.Alts {
				switch {
				case e.Declared():
				case !e.derived():
					return nil, false
				case !seen[e.String()]:
					seen[e.String()] = true
					out = append(out, e)
				}
			}
		}
	}
	return out, len(s.Problems) == 0
}

// derived reports text around one or more elements of KEYS of which the indexes are known.
func (e Expr) derived() bool {
	from := false
	for _, p := range e.Parts {
		if p.Kind != Lit && (p.Kind != Keys || p.Index == 0) {
			return false
		}
		from = from || p.Kind == Keys
	}
	return from
}

// name is the command as people write it.
func (c Call) name() string {
	if c.Command == "" {
		return "a command"
	}
	return strings.ToUpper(strings.ReplaceAll(c.Command, "|", " "))
}

package luakeys

import "fmt"

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

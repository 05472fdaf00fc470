package keyplan

import (
	"slices"

	"github.com/clusterize/clusterize/internal/key"
)

// Meet reports that keys of two families may be one string, as their templates are before the port. A value is taken to
// hold no ':' and no '/'.
func Meet(a, b *Family) bool { return anyMeet(expandDomains(a.units()), expandDomains(b.units())) }

// Finds reports that SCAN or KEYS with one of the patterns could find a key of the family; without any pattern it finds
// all keys.
func Finds(patterns []key.Template, f *Family) bool {
	if len(patterns) == 0 {
		return true
	}
	return slices.ContainsFunc(patterns, func(t key.Template) bool { _, ok := lay(f.units(), parseGlob(units(t)), t.Len()); return ok })
}

// Configured reports a family whose keys begin with a value of the whole program or of an object, such as a configured
// prefix: unlike other values it may hold a ':'.
func (f *Family) Configured() bool { return configured(f.units()) }

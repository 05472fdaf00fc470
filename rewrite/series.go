package rewrite

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/clusterize/clusterize/internal/patch"
)

// Step is a patch of a series: changes that are made after those of the steps before.
type Step struct {
	Stage   Stage
	Changes []*Change
	Patch   []patch.File
	// Files are the contents after this step, of all files that it or a step before has changed.
	Files map[string][]byte
}

// Series puts changes into steps: those of earlier stages first, each change in a step of its own, since all but the
// switch of clients work on a standalone server. The code compiles after each step; changes that compile only together
// are one step. The last step gives what all changes give together.
func (r *Rewriter) Series(changes []*Change) ([]Step, error) {
	sorted := slices.Clone(changes)
	slices.SortStableFunc(sorted, func(a, b *Change) int { return cmp.Compare(a.Stage, b.Stage) })
	var out []Step
	var step Step
	before := map[string][]byte{}
	for i, c := range sorted {
		step.Stage = c.Stage
		step.Changes = append(step.Changes, c)
		files, err := r.compile(sorted[:i+1])
		switch {
		case err == nil:
		case i+1 < len(sorted):
			continue
		default:
			return nil, fmt.Errorf("bug: the changes do not compile: %w", err)
		}
		step.Files = files
		step.Patch = between(r.prog, func(name string) ([]byte, bool) {
			if b, ok := before[name]; ok {
				return b, true
			}
			return r.texts.contentsOf(name)
		}, files)
		if len(step.Patch) > 0 {
			out = append(out, step)
		}
		before, step = files, Step{}
	}
	return out, nil
}

// AppliedChanges are those that the diff has.
func (p *Port) AppliedChanges() []*Change {
	return slices.DeleteFunc(slices.Clone(p.Changes), func(c *Change) bool { return c.Outcome != Applied })
}

// For is the part of a change that serves the given sites: of calls of the helper package those alone, of others all or
// nothing. It is nil when none is served.
func (c *Change) For(site func(id string) bool) *Change {
	if !slices.ContainsFunc(c.Sites, site) {
		return nil
	}
	if len(c.parts) == 0 {
		return c
	}
	out := &Change{Stage: c.Stage, Title: c.Title, Outcome: c.Outcome, Imports: map[string][]string{}, helper: map[string][]string{}}
	for _, p := range c.parts {
		if !slices.ContainsFunc(p.Sites, site) {
			continue
		}
		out.parts = append(out.parts, p)
		out.Sites = append(out.Sites, p.Sites...)
		out.Edits = append(out.Edits, p.Edits...)
		out.Files = append(out.Files, p.Files...)
		for f, paths := range p.Imports {
			out.Imports[f] = append(out.Imports[f], paths...)
		}
		for dir, names := range p.helper {
			out.helper[dir] = append(out.helper[dir], names...)
		}
	}
	out.Sites, out.Files = uniq(out.Sites), uniq(out.Files)
	return out
}

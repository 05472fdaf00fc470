package rewrite

import (
	"bytes"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/clientflow"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/source"
)

// typeNames renames the types of a class where they are written.
func (b *switchBuilder) typeNames(c *clientflow.Class) {
	for _, u := range c.Uses {
		if !b.split(u) {
			b.change.Edits = append(b.change.Edits, typeEdits(u, b.g.t.types[c])...)
		}
	}
	if b.g.t.types[c] == universal && !b.c.universal {
		_, others := b.g.t.reach(c)
		var at []source.Position
		for _, u := range c.Uses {
			if f := b.c.file(u.File); f != nil {
				at = append(at, positionIn(f, u.Start))
			}
		}
		if len(at) > 0 {
			b.notes = append(b.notes, "the type at "+places(at)+" becomes redis.UniversalClient, since "+b.g.t.names(others)+" comes there, too, and stays a plain client")
		}
	}
}

// typeEdits write another type at one place.
func typeEdits(u clientflow.TypeUse, to newType) []Edit {
	switch {
	case to == cluster:
		return []Edit{{u.File, u.Start, u.End, "ClusterClient"}}
	case to == universal && u.Selector:
		return []Edit{{u.File, u.Start, u.End, "UniversalClient"}}
	case to == universal:
		return []Edit{{u.File, u.Star, u.Star + 1, ""}, {u.File, u.Start, u.End, "UniversalClient"}}
	}
	return nil
}

// split reports a type that several names share, and that is no longer one for all of them: each name gets its own.
func (b *switchBuilder) split(u clientflow.TypeUse) bool {
	for _, s := range b.c.flow.Shared() {
		if s.Type.File != u.File || u.Start < s.Type.Start || u.End > s.Type.End {
			continue
		}
		f := b.c.file(u.File)
		texts := make([]string, len(s.Names))
		for i, c := range s.Classes {
			var es []Edit
			for _, v := range c.Uses {
				if v.File == u.File && v.Start >= s.Type.Start && v.End <= s.Type.End {
					for _, e := range typeEdits(v, b.g.t.types[c]) {
						es = append(es, Edit{e.File, e.Start - s.Type.Start, e.End - s.Type.Start, e.New})
					}
				}
			}
			text, err := apply(f.Content[s.Type.Start:s.Type.End], es)
			if err != nil {
				return false
			}
			texts[i] = string(text)
		}
		if !slices.ContainsFunc(texts, func(t string) bool { return t != texts[0] }) {
			return false
		}
		b.splitNames(f, s, texts)
		return true
	}
	return false
}

// splitNames gives each name a type of its own.
func (b *switchBuilder) splitNames(f *load.File, s clientflow.SharedType, texts []string) {
	sep := ", "
	if s.Lines {
		line := string(f.Content[bytes.LastIndexByte(f.Content[:s.Names[0].Start], '\n')+1 : s.Names[0].Start])
		sep = "; "
		if w := strings.TrimSpace(line); w == "" || w == "var" {
			sep = "\n" + line
		}
	}
	var out strings.Builder
	for i, n := range s.Names {
		if i > 0 {
			out.WriteString(sep)
		}
		out.WriteString(string(f.Content[n.Start:n.End]) + " " + texts[i])
	}
	b.edit(s.Type.File, s.Names[0].Start, s.Type.End, out.String())
}

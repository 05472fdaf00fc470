package main_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/report"
)

// compact writes a report with a line for each site, context, client and tagged family.
func compact(r *report.Report) string {
	var b strings.Builder
	for _, s := range r.Sites {
		fmt.Fprintf(&b, "%s:%d:%d %s %s %s%s\n", s.File, s.Line, s.Column, s.Method, s.Verdict, s.Rule, keyNames(s.Keys))
		for _, c := range s.Contexts {
			fmt.Fprintf(&b, "  from %s:%d %s%s\n", c.File, c.Line, c.Verdict, keyNames(c.Keys))
		}
	}
	for _, c := range r.Clients {
		fmt.Fprintf(&b, "client %s:%d %s %s\n", c.File, c.Line, c.Constructor, c.Verdict)
	}
	for _, f := range r.Families {
		if f.Tag != "" {
			fmt.Fprintf(&b, "family %s -> %s\n", f.Template, f.NewTemplate)
		}
	}
	for _, l := range r.LeftOut {
		if strings.HasPrefix(l.Reason, "//clusterize:") {
			fmt.Fprintf(&b, "%s: %s\n", l.Package, l.Reason)
			continue
		}
		fmt.Fprintf(&b, "left out %s\n", l.Package)
	}
	return b.String()
}

func keyNames(keys []report.Key) string {
	var out []string
	for _, k := range keys {
		name := k.Template
		if k.NewTemplate != k.Template {
			name += " -> " + k.NewTemplate
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if len(out) == 0 {
		return ""
	}
	return " | " + strings.Join(out, ", ")
}

// functions names what new files offer: their text has tests of its own.
func functions(added map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(added)) {
		fmt.Fprintf(&b, "new %s", name)
		for line := range strings.Lines(added[name]) {
			if f, ok := strings.CutPrefix(line, "func "); ok && 'A' <= f[0] && f[0] <= 'Z' {
				f, _, _ = strings.Cut(f, "(")
				b.WriteString(" " + f)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

package detect_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
)

// maxRows bounds how many combinations of alternatives are written down.
const maxRows = 12

// writeSite writes the operations of a site, a line for each command and combination of alternatives.
func writeSite(s detect.Site, flow *keyflow.Flow) []string {
	var out []string
	for _, c := range s.Contexts {
		head := s.Function
		if len(c.Callers) > 0 {
			var from []string
			for _, p := range c.Callers {
				from = append(from, flow.FunctionAt(p))
			}
			head += " from " + strings.Join(from, " < ")
		}
		if c.Open != "" {
			head += " (open)"
		}
		if len(c.Ops) == 1 && s.Kind != detect.Transaction && s.Kind != detect.Watch && s.Kind != detect.Pipeline {
			out = append(out, writeRows(head+": ", c.Ops)...)
			continue
		}
		out = append(out, head+": "+string(s.Kind)+"\n")
		out = append(out, writeRows("  ", c.Ops)...)
		if s.Open != "" {
			out = append(out, "  open\n")

		}
	}
	return out
}

// writeRows writes one block for each way to choose alternatives that hold together.
func writeRows(head string, ops []detect.Op) []string {
	var keys []detect.Key
	for _, o := range ops {
		keys = append(keys, o.Keys...)
	}
	rows := distinctRows(combine(keys, nil, nil))
	var out []string
	for i, row := range rows {
		if i == maxRows {
			return append(out, fmt.Sprintf("%sor %d more\n", head, len(rows)-i))
		}
		names := equalities(row)
		or := ""
		if i > 0 {
			or = "or "
		}
		for _, o := range ops {
			var b strings.Builder
			b.WriteString(head + or + o.Command)
			for range o.Keys {
				b.WriteString(" " + writeTemplate(row[0].t, names))
				if row[0].multi {
					b.WriteString("...")
				}
				row = row[1:]
			}
			if o.Open != "" {
				b.WriteString(" +?")
			}
			out = append(out, b.String()+"\n")
			or = strings.Repeat(" ", len(or))
		}
	}
	return out
}

// distinctRows drops combinations that read like an earlier one: they differ in where the text stands.
func distinctRows(rows [][]chosen) [][]chosen {
	seen := map[string]bool{}
	return slices.DeleteFunc(rows, func(row []chosen) bool {
		text, names := "", equalities(row)
		for _, c := range row {
			text += " " + writeTemplate(c.t, names)
		}
		dup := seen[text]
		seen[text] = true
		return dup
	})
}

type chosen struct {
	t     key.Template
	multi bool
}

func combine(keys []detect.Key, conds map[string]string, row []chosen) [][]chosen {
	if len(keys) == 0 {
		return [][]chosen{slices.Clone(row)}
	}
	var out [][]chosen
	for _, t := range keys[0].Alts {
		if m, ok := key.MergeConds(conds, t.Conds); ok {
			out = append(out, combine(keys[1:], m, append(row, chosen{t, keys[0].Multi}))...)
		}
	}
	return out
}

// equalities gives a number to each value that more than one hole of the row has.
func equalities(row []chosen) map[string]string {
	count, order := map[string]int{}, []string{}
	for _, c := range row {
		for _, h := range c.t.Holes() {
			if count[h.ID]++; count[h.ID] == 2 {
				order = append(order, h.ID)
			}
		}
	}
	var first []string
	for _, c := range row {
		for _, h := range c.t.Holes() {
			if slices.Contains(order, h.ID) && !slices.Contains(first, h.ID) {
				first = append(first, h.ID)
			}
		}
	}
	out := map[string]string{}
	for i, id := range first {
		out[id] = fmt.Sprintf("=%d", i+1)
	}
	return out
}

func writeTemplate(t key.Template, names map[string]string) string {
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Hole != nil {
			writeHole(&b, p.Hole, names)
		} else {
			b.WriteString(strings.ReplaceAll(p.Text, " ", "_"))
		}
	}
	if b.Len() == 0 {
		return `""`
	}
	return b.String()
}

// writeHole marks a hole: <?x> is unknown, <!x> the same in the whole process, <*x> takes several values within the
// operation; :int, :bool, :time, :id tell what text it is, :braces that it has some, :a|b all values that it takes, :a|b|... some of them.
func writeHole(b *strings.Builder, h *key.Hole, names map[string]string) {
	b.WriteString("<")
	switch h.Class {
	case key.Unknown:
		b.WriteString("?")
	case key.Fixed:
		b.WriteString("!")
	}
	if h.Many {
		b.WriteString("*")
	}
	b.WriteString(h.Name + names[h.ID])
	b.WriteString(map[key.Kind]string{key.Int: ":int", key.Bool: ":bool", key.Time: ":time", key.ID: ":id"}[h.Kind])
	if h.Braces {
		b.WriteString(":braces")
	}
	if len(h.Domain) > 0 {
		b.WriteString(":" + strings.Join(h.Domain, "|"))
		if h.Open {
			b.WriteString("|...")
		}
	}
	b.WriteString(">")
}

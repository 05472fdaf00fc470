package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/rules"
	"github.com/clusterize/clusterize/keyplan"
)

// Decisions writes a file of decisions, as package internal/decisions reads it, with every decision that is open: each
// entry is a comment that shows the default. With the comments taken away, and reasons written, the names of keys and the
// verdicts of sites are those of the report. The report must have derivations.
func Decisions(w io.Writer, r *Report) error {
	if err := r.accounts(); err != nil {
		return err
	}
	d := &decisionsFile{Report: r, page: page{width: decisionsWidth}}
	d.head()
	for _, part := range []struct {
		write   func()
		example []string
	}{
		{d.tags, []string{"family: 'user:<id>:log'", "tag: 'user:<id>'"}},
		{d.sites, []string{"at: 'store/store.go (*Store).Fill'", "rule: crossslot", "verdict: split"}},
		{d.keys, []string{"at: 'store/store.go:12'", "template: 'user:<id>:log'"}},
		{d.clients, []string{"at: 'main.go:12'", "keep: true"}},
	} {
		before := d.entries
		if part.write(); d.entries == before {
			d.b.WriteString("# nothing is open here; an example:\n# - " + strings.Join(append(part.example, "reason: why it is so"), "\n#   ") + "\n")
		}
	}
	_, err := w.Write(d.b.Bytes())
	return err
}

const decisionsWidth = 100

type decisionsFile struct {
	*Report
	page
	entries int // written so far
}

// say writes an explanation.
func (d *decisionsFile) say(text string) {
	p := page{width: d.width - 2}
	p.para(0, 0, text)
	for line := range strings.Lines(p.b.String()) {
		d.b.WriteString("# " + line)
	}
}

// entry writes an entry as a comment: pairs of fields and values.
func (d *decisionsFile) entry(fields ...string) {
	d.entries++
	sign := "- "
	for i := 0; i < len(fields); i += 2 {
		fmt.Fprintf(&d.b, "  # %s%s: %s\n", sign, fields[i], fields[i+1])
		sign = "  "
	}
	d.b.WriteString("  #   reason:\n")
}

// quotedYAML is a text as a string of YAML.
func quotedYAML(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func (d *decisionsFile) head() {
	d.say("Decisions about the port to a Redis Cluster: clusterize reads this file wherever it runs.")
	d.b.WriteString("#\n")
	d.say("Each entry is a comment, and shows what holds as long as it is one. To decide, remove the `# ` of its lines, change what you want to be otherwise, and write the reason: it is mandatory. What speaks of nothing any more is reported.")
	d.b.WriteString("#\n")
	d.say("entity: {user:<id>}; value: {<id>}, for all families that no entry speaks of.")
	d.b.WriteString("# tagStyle: entity\n#\n")
	d.say("true accepts a constant tag where nothing else serves: all keys of a family in one slot, on one shard.")
	d.b.WriteString("# singleSlot: false\n")
}

// section starts a list; its name is no comment.
func (d *decisionsFile) section(name, about string) {
	d.b.WriteByte('\n')
	d.say(about)
	d.b.WriteString(name + ":\n")
}

// tags are the families that get one.
func (d *decisionsFile) tags() {
	d.section("tags", "Key families that get a tag. `tag` is a part of the family, or {text} to be put before it; instead of it, `keep: true` lets the family keep its name (what needs the tag is then left to you).")
	t := &textReport{Report: d.Report}
	for _, f := range d.Families {
		if f.Tag == "" || f.Decided != "" || !pinnable(f) {
			continue
		}
		d.b.WriteByte('\n')
		needed := f.Why
		if places := t.places(f.Together); len(places) > 0 {
			needed = "needed by " + strings.Join(places, " ")
		}
		d.say(quoted(f.Template) + " -> " + quoted(f.NewTemplate) + ": " + needed)
		if r := f.RunnerUp; r != nil && r.NewTemplate != f.Template {
			d.say("second choice: " + quoted(r.NewTemplate) + ": " + r.Loses)
		}
		for _, risk := range f.Risks {
			d.say("risk: " + risk)
		}
		d.entry("family", quotedYAML(f.Template), "tag", quotedYAML(tagOf(f)))
	}
}

// tagOf is the tag of a family as a decision names it.
func tagOf(f Family) string {
	if f.NewTemplate == "{"+f.Tag+"}"+f.Template {
		return "{" + f.Tag + "}"
	}
	return f.Tag
}

// pinnable reports that a decision can name the family: text with < can't be told from a hole.
func pinnable(f Family) bool {
	pin, err := keyplan.PinTag(f.Template, tagOf(f), "", "")
	return err == nil && pin.NewTemplate == f.NewTemplate
}

// sites are those for a person, in groups of one function and one rule.
func (d *decisionsFile) sites() {
	d.section("sites", "Operations for a person. verdict: safe (it works on a cluster, you know why), split (one call for each slot), review or blocked (as it is: looked at, and still open). `clusterize explain RULE` says what each rule is about.")
	for _, group := range d.placed() {
		d.b.WriteByte('\n')
		said := []string{}
		for _, s := range group.sites {
			d.say(head(s))
			if !slices.Contains(said, s.Reason) {
				said = append(said, s.Reason)
				d.say(s.Reason)
			}
		}
		d.entry("at", quotedYAML(group.at), "rule", string(group.sites[0].Rule), "verdict", group.sites[0].Verdict)
	}
}

type placedSites struct {
	at    string
	sites []Site
}

// placed groups the open sites by function and rule, where all of the group have one verdict: a function stays where it
// is when lines move.
func (d *decisionsFile) placed() []placedSites {
	type place struct {
		file, function string
		rule           rules.ID
	}
	verdicts := map[place][]string{}
	for _, s := range d.Sites {
		p := place{s.File, s.Function, s.Rule}
		verdicts[p] = appendNew(verdicts[p], s.Verdict)
	}
	var out []placedSites
	index := map[place]int{}
	for _, s := range d.Sites {
		if !s.undecided() {
			continue
		}
		p := place{s.File, s.Function, s.Rule}
		if s.Function == "" || len(verdicts[p]) > 1 || strings.HasPrefix(s.File, "../") {
			at := s.Position().String()
			if strings.HasPrefix(s.File, "../") {
				at = s.ID
			}
			out = append(out, placedSites{at, []Site{s}})
			continue
		}
		i, ok := index[p]
		if !ok {
			i = len(out)
			index[p] = i
			out = append(out, placedSites{at: s.File + " " + s.Function})
		}
		out[i].sites = append(out[i].sites, s)
	}
	return out
}

// keys are those that the code does not tell, and an entry would.
func (d *decisionsFile) keys() {
	d.section("keys", "Keys that the code does not tell: the template of the string that is made on a line. A family that is known only from here keeps its name.")
	var said []string
	for _, s := range d.Sites {
		for _, k := range s.Keys {
			for _, u := range k.Unknown {
				if u.Annotation == "" || slices.Contains(said, u.AnnotationAt) || strings.HasPrefix(u.AnnotationAt, "../") {
					continue
				}
				said = append(said, u.AnnotationAt)
				d.b.WriteByte('\n')
				d.say("for " + head(s) + ": <" + u.Name + "> is not known, it " + u.Reason + ". The template is an example")
				d.entry("at", quotedYAML(u.AnnotationAt), "template", quotedYAML(strings.TrimSpace(strings.TrimPrefix(u.Annotation, "//clusterize:key"))))
			}
		}
	}
}

// clients are those that are not switched.
func (d *decisionsFile) clients() {
	d.section("clients", "Clients that are not switched. `keep: true` says that one stays on a single node on purpose.")
	for _, c := range d.Clients {
		if !c.undecided() || strings.HasPrefix(c.File, "../") {
			continue
		}
		at := place(c.File, c.Line, c.Column)
		d.b.WriteByte('\n')
		d.say(at + ": " + c.Constructor + " (" + c.Verdict + "): " + c.Reason)
		d.entry("at", quotedYAML(at), "keep", "true")
	}
}

package rename

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxShown is how many keys of a kind the text lists; the JSON has more.
const maxShown = 10

// JSON writes the result for programs.
func (r *Result) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}

// Text writes the result for people.
func (r *Result) Text(w io.Writer) error {
	var b strings.Builder
	b.WriteString(r.headline() + "\n\n")
	now := "already"
	if r.Write {
		now = "now"
	}
	var none []string
	for _, f := range r.Families {
		if f.Renamed+f.Done == 0 {
			none = append(none, f.Template)
			continue
		}
		from, to := f.Template, f.NewTemplate
		if r.Undo {
			from, to = to, from
		}
		fmt.Fprintf(&b, "  %s -> %s: %s %s, %d have that name %s\n", from, to, keys(f.Renamed), r.renamed(), f.Done, now)
		for _, s := range f.Samples {
			fmt.Fprintf(&b, "      %s -> %s\n", printable(s.From), printable(s.To))
		}
	}
	if len(none) > 0 {
		fmt.Fprintf(&b, "  no keys of %s\n", strings.Join(none, ", "))
	}
	if len(r.Families) > 0 {
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "of families that keep their names: %s\n", keys(r.Kept))
	r.collisions(&b)
	r.others(&b)
	r.ending(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Result) renamed() string {
	if r.Write {
		return "renamed"
	}
	return "would be renamed"
}

func (r *Result) headline() string {
	undo := ""
	if r.Undo {
		undo = " back"
	}
	if !r.Write {
		return fmt.Sprintf("%s: %s would be renamed%s; nothing was changed (--write does it)", r.Server, keys(r.Renamed), undo)
	}
	return fmt.Sprintf("%s: %s renamed%s", r.Server, keys(r.Renamed), undo)
}

func (r *Result) collisions(b *strings.Builder) {
	if r.Collisions == 0 {
		return
	}
	fmt.Fprintf(b, "not renamed, since there is a key with the new name; neither was touched: %s\n", keys(r.Collisions))
	for i, p := range r.CollisionList {
		if i == maxShown {
			more(b, r.Collisions-maxShown)
			break
		}
		fmt.Fprintf(b, "      %s -> %s\n", printable(p.From), printable(p.To))
	}
}

func (r *Result) others(b *strings.Builder) {
	if r.Ambiguous > 0 {
		fmt.Fprintf(b, "of several families, or of one in several ways, so that they can't be renamed: %s\n", keys(r.Ambiguous))
		for i, a := range r.AmbiguousList {
			if i == maxShown {
				more(b, r.Ambiguous-maxShown)
				break
			}
			fmt.Fprintf(b, "      %s: %s\n", printable(a.Key), strings.Join(a.Families, " or "))
		}
	}
	if r.Unknown > 0 {
		fmt.Fprintf(b, "of no family that the code has, such as those of another service: %s\n", keys(r.Unknown))
		shown := int64(0)
		for i, g := range r.UnknownList {
			if i == maxShown {
				more(b, r.Unknown-shown)
				break
			}
			shown += g.Keys
			if g.Begins == g.Sample {
				fmt.Fprintf(b, "      %s\n", printable(g.Sample))
				continue
			}
			fmt.Fprintf(b, "      %s... %d, such as %s\n", printable(g.Begins), g.Keys, printable(g.Sample))
		}
	}
}

func (r *Result) ending(b *strings.Builder) {
	if r.Gone > 0 {
		fmt.Fprintf(b, "gone before they could be renamed (deleted, expired, or listed twice by SCAN): %s\n", keys(r.Gone))
	}
	for _, d := range r.Others {
		fmt.Fprintf(b, "in database %d, which was not looked at (--addr redis://HOST:PORT/%d): %s\n", d.Number, d.Number, keys(d.Keys))
	}
	switch {
	case r.Interrupted:
		b.WriteString("\nThis run did not come to its end. Run it again: it goes on with what is left.\n")
	case r.Writing:
		fmt.Fprintf(b, "\nAfter %d passes there are still keys to rename: something writes them. Stop it, and run this again.\n", r.Passes)
	case r.Write && r.Left() > 0:
		fmt.Fprintf(b, "\nLeft: %s. Rename by hand what the program needs: it will not find them.\n", keys(r.Left()))
	}
}

func more(b *strings.Builder, n int64) {
	fmt.Fprintf(b, "      and %d more (--format=json)\n", n)
}

func keys(n int64) string {
	if n == 1 {
		return "1 key"
	}
	return strconv.FormatInt(n, 10) + " keys"
}

// printable quotes a key that would not stay on its line.
func printable(s string) string {
	if q := strconv.Quote(s); q != `"`+s+`"` {
		return q
	}
	return s
}

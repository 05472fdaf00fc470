package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// The picture of a group has its families at the left, in a box for each slot, and its operations at the right. All is
// in units of the drawing, which are pixels on a wide screen.
const (
	pictureWidth            = 960
	familyX, familyWidth    = 14, 452
	opX, opWidth            = 600, 346
	lineHeight, boxGap      = 17, 7
	slotHead, slotGap       = 24, 16
	familyChars, opChars    = 59, 46 // that fit into a box
	familyLimit, operations = 40, 24 // that are drawn; the table has all
)

// htmlPicture is the drawing.
type htmlPicture struct {
	N                int // of the group
	Width, Height    int
	Slots            []htmlBox
	Families         []htmlBox
	Ops              []htmlBox
	Edges            []htmlEdge
	MoreFams, MoreOp int
}

// htmlBox is a rectangle with one or two lines of text.
type htmlBox struct {
	X, Y, W, H int
	Class      string
	Name       htmlName // the first line
	Note       string   // the second
	Title      string   // in full
	Link       string   // the ID of a site
}

// Mid is the height of the middle.
func (b htmlBox) Mid() int { return b.Y + b.H/2 }

// TextX is where a text begins; HeadY, FirstY and SecondY are base lines.
func (b htmlBox) TextX() int { return b.X + 10 }

// HeadY is that of the name of a slot.
func (b htmlBox) HeadY() int { return b.Y + 17 }

// FirstY is that of the first line.
func (b htmlBox) FirstY() int { return b.Y + 18 }

// SecondY is that of the second line.
func (b htmlBox) SecondY() int { return b.Y + 18 + lineHeight - 1 }

// htmlEdge is a curve from a family to an operation.
type htmlEdge struct{ Path, Class string }

// Picture draws the group. Where it is too large, the first families are drawn, and the operations with most of them.
func (g htmlGroup) Picture() htmlPicture {
	pic := htmlPicture{N: g.N, Width: pictureWidth}
	left := pic.families(g.Families[:min(len(g.Families), familyLimit)])
	pic.MoreFams = max(0, len(g.Families)-familyLimit)

	ops := pic.joined(g)
	slices.SortStableFunc(ops, func(a, b pictureOp) int {
		return cmp.Or(cmp.Compare(rank(b.GivesWay), rank(a.GivesWay)), cmp.Compare(len(b.ends), len(a.ends)))
	})
	pic.MoreOp = max(0, len(ops)-operations)
	ops = ops[:len(ops)-pic.MoreOp]
	// An operation stands at the height of its families, so that few lines cross.
	slices.SortStableFunc(ops, func(a, b pictureOp) int { return cmp.Compare(pic.height(a), pic.height(b)) })
	right := pic.operations(ops)

	pic.Height = max(left, right)
	pic.shift(pic.Slots, pic.Height-left)
	pic.shift(pic.Families, pic.Height-left)
	pic.shift(pic.Ops, pic.Height-right)
	pic.edges(ops)
	return pic
}

// families places the boxes of families, and says where they end.
func (pic *htmlPicture) families(fs []htmlFamily) int {
	y := 2
	for i, f := range fs {
		if i == 0 || fs[i-1].Slot != f.Slot {
			if i > 0 {
				y += slotGap
			}
			s := htmlBox{X: 2, Y: y, W: familyX + familyWidth + 10, Class: "slot", Name: htmlName{Before: "hashed whole: a slot for each name"}}
			if f.Slot != "" {
				s.Name = htmlName{Before: "one slot for each ", Tag: short(f.Slot, familyChars-18)}
			}
			pic.Slots = append(pic.Slots, s)
			y += slotHead
		}
		b := htmlBox{X: familyX, Y: y, W: familyWidth, H: lineHeight + 10, Class: "family", Name: fit(f.NewTemplate, familyChars), Title: f.NewTemplate}
		if f.Tag != "" && f.Template != f.NewTemplate {
			b.Class, b.H = "family renamed", 2*lineHeight+8
			b.Note, b.Title = "was "+short(f.Template, familyChars), f.Template+" -> "+f.NewTemplate
		}
		if f.Slot != "" && b.Name.Tag == "" && !strings.Contains(f.NewTemplate, "{") {
			b.H, b.Note = 2*lineHeight+8, "keeps its name, which is hashed whole: the same slot"
		}
		pic.Families = append(pic.Families, b)
		y += b.H + boxGap
		s := &pic.Slots[len(pic.Slots)-1]
		s.H = y - s.Y
	}
	return y + 2
}

// operations places the boxes of operations.
func (pic *htmlPicture) operations(ops []pictureOp) int {
	y := 2
	for _, o := range ops {
		first := o.Places[0]
		b := htmlBox{X: opX, Y: y, W: opWidth, H: 2*lineHeight + 8, Class: "op " + o.Verdict, Name: htmlName{Before: o.Does}, Link: first.ID}
		b.Note = cmp.Or(first.Function, first.At)
		b.Title = first.Does + " in " + first.Function + " at " + first.At
		if n := len(o.Places); n > 1 {
			b.Name.Before = fmt.Sprintf("%d x %s", n, o.Does)
			b.Note += " and " + count(n-1, "more place")
			b.Title += " and " + count(n-1, "more place")
		}
		if o.GivesWay {
			b.Class = "op way"
			b.Name.Before = "gives way: " + b.Name.Before
		} else if o.Verdict == "review" || o.Verdict == "blocked" {
			b.Name.Before = o.Verdict + ": " + b.Name.Before
		}
		b.Name.Before, b.Note = short(b.Name.Before, opChars-3), short(b.Note, opChars)
		pic.Ops = append(pic.Ops, b)
		y += b.H + boxGap + 5
	}
	return y
}

// pictureOp is an operation with what its lines lead to: families, or whole slots.
type pictureOp struct {
	htmlOp
	ends []pictureEnd
}

// pictureEnd is a family of the picture, or a slot.
type pictureEnd struct {
	i    int
	slot bool
}

func (pic *htmlPicture) box(e pictureEnd) htmlBox {
	if e.slot {
		return pic.Slots[e.i]
	}
	return pic.Families[e.i]
}

// edgeLimit is how many lines the eye can follow.
const edgeLimit = 60

// joined are the operations. Where there would be too many lines they lead to slots, of which families need no lines to
// each other, and operations that do the same to the same slots are one.
func (pic *htmlPicture) joined(g htmlGroup) []pictureOp {
	lines := 0
	for _, o := range g.Ops {
		lines += len(o.Families)
	}
	var out []pictureOp
	for _, o := range g.Ops {
		p := pictureOp{htmlOp: o}
		for _, f := range o.Families {
			if f >= len(pic.Families) {
				continue
			}
			e := pictureEnd{i: f}
			if lines > edgeLimit && g.Families[f].Slot != "" {
				e = pictureEnd{pic.slotIndex(f), true}
			}
			if !slices.Contains(p.ends, e) {
				p.ends = append(p.ends, e)
			}
		}
		i := slices.IndexFunc(out, func(q pictureOp) bool {
			return lines > edgeLimit && q.Does == p.Does && q.Verdict == p.Verdict && q.GivesWay == p.GivesWay && slices.Equal(q.ends, p.ends)
		})
		if i < 0 {
			out = append(out, p)
			continue
		}
		out[i].Places = slices.Concat(out[i].Places, p.Places)
	}
	return out
}

// slotIndex is the slot in which a family is drawn.
func (pic *htmlPicture) slotIndex(family int) int {
	i := len(pic.Slots) - 1
	for i > 0 && pic.Slots[i].Y > pic.Families[family].Y {
		i--
	}
	return i
}

// height is the mean of the heights of what an operation is joined to.
func (pic *htmlPicture) height(o pictureOp) int {
	sum := 0
	for _, e := range o.ends {
		sum += pic.box(e).Mid()
	}
	return sum / max(1, len(o.ends))
}

// shift centres boxes in a column that is higher by more.
func (pic *htmlPicture) shift(boxes []htmlBox, more int) {
	for i := range boxes {
		boxes[i].Y += more / 2
	}
}

// edges draws the lines between families and operations.
func (pic *htmlPicture) edges(ops []pictureOp) {
	for i, o := range ops {
		to := pic.Ops[i]
		for _, e := range o.ends {
			from := pic.box(e)
			x := from.X + from.W
			mid := (x + to.X) / 2
			pic.Edges = append(pic.Edges, htmlEdge{fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x, from.Mid(), mid, from.Mid(), mid, to.Mid(), to.X, to.Mid()), to.Class})
		}
	}
}

// short cuts a text in its middle.
func short(s string, n int) string {
	s = printable(s)
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)
	head := (n - 1) * 3 / 5
	return string(r[:head]) + "…" + string(r[len(r)-(n-1-head):])
}

// fit cuts a name around its tag, which is what must be seen.
func fit(template string, n int) htmlName {
	name := braces(template)
	length := func(s string) int { return utf8.RuneCountInString(printable(s)) }
	room := n - length(name.Tag)
	if name.Tag == "" || room < 16 {
		return braces(short(template, n))
	}
	if length(name.Before)+length(name.After) <= room {
		return name
	}
	before := min(length(name.Before), max(room/2, room-length(name.After)))
	name.Before, name.After = short(name.Before, before), short(name.After, room-before)
	return name
}

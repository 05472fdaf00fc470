package keyplan

import (
	"slices"
	"strings"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
)

// findRisks names the values of holes that would change what is hashed, for the keys of operations that hold because of
// a tag. Redis hashes what stands between the first { and the first } behind it, or, when that is nothing, the whole
// key (Redis Cluster specification, hash tags):
//
//   - a { before the tag is taken for its beginning, which matters where the values before it differ, and an empty {}
//     there makes Redis hash the whole key;
//   - a tag that begins with a value is none when that is empty or begins with a };
//   - a key that is hashed whole has a tag of its own when a value holds braces, and the tags of others that hold a }
//     end there.
//
// Braces elsewhere are harmless: in the tags of all keys of an operation they cut off the same.
func (p *Plan) findRisks(sites []detect.Site, bySite map[string][]*Group) {
	for _, s := range sites {
		for _, g := range bySite[s.ID] {
			if len(g.uses) == 0 || !g.holds(func(f *Family) Span { return f.Span }) {
				continue
			}
			for _, row := range g.uses {
				rowRisks(row)
			}
		}
	}
	for _, f := range p.grouping.families {
		slices.Sort(f.Risks)
		f.Risks = slices.Compact(f.Risks)
	}
}

// rowRisks notes the risks of keys that are used together.
func rowRisks(row []placedUse) {
	tags, differ, prefix := 0, false, ""
	for i, u := range row {
		from, _, ok := u.tag()
		if ok {
			tags++
		}
		before, same := beginning(u.us[:from])
		differ = differ || !same || i > 0 && before != prefix
		prefix = before
	}
	for _, u := range row {
		from, to, ok := u.tag()
		switch {
		case u.f.Span.Put != "":
		case ok:
			u.risk(u.us[:from], func(h string) string {
				if differ {
					return h + " stands before the tag: a { in its value would be taken for the tag"
				}
				return h + " stands before the tag: with {} in its value, the whole key is hashed"
			})
			u.tagRisks(u.us[from:to])
		case tags > 0:
			u.risk(u.us, func(h string) string {
				return h + " in " + u.f.Template + ", which is hashed whole: a value that holds { or } parts it from the keys with a tag"
			})
		}
	}
}

// tag is the place of the tag in a key as it will be; false when the key is hashed whole.
func (u placedUse) tag() (from, to int, ok bool) {
	if s := (Use{At: u.at}).SpanIn(u.f.Span); s.Put != "" {
		return 0, 0, true
	} else if s != None {
		return s.Start, s.End, true
	}
	from, to, ok, _ = existingTag(u.us)
	return from, to, ok
}

func (u placedUse) tagRisks(tag []unit) {
	for i, x := range tag {
		if x.hole == nil {
			break
		}
		last := i == len(tag)-1
		u.risk(tag[i:i+1], func(h string) string {
			if last {
				return h + ": when it is empty or begins with a }, the whole key is hashed"
			}
			return h + ": when it begins with a }, the whole key is hashed"
		})
		if !mayBeEmpty(x.hole) {
			break // what follows does not begin the tag
		}
	}
}

// beginning is what stands before a tag from the first value on; false when it takes several values. A { in it begins
// the tag of all keys at the same text, if they have the same there.
func beginning(us []unit) (string, bool) {
	i := slices.IndexFunc(us, func(u unit) bool { return u.hole != nil })
	if i < 0 {
		return "", true
	}
	return hashText(us, Span{Start: i, End: len(us)})
}

// risk notes a risk for each hole whose value may hold braces, or nothing.
func (u placedUse) risk(us []unit, says func(hole string) string) {
	for _, x := range us {
		if x.hole != nil && anyText(x.hole) {
			u.f.Risks = append(u.f.Risks, says("<"+x.hole.Name+">"))
		}
	}
}

// anyText reports a value that may hold any text, as far as the code tells.
func anyText(h *key.Hole) bool {
	if len(h.Domain) > 0 && !h.Open {
		return slices.ContainsFunc(h.Domain, func(v string) bool { return v == "" || strings.ContainsAny(v, "{}") })
	}
	return h.Kind == key.Text || h.Class == key.Unknown
}

func mayBeEmpty(h *key.Hole) bool {
	if len(h.Domain) > 0 && !h.Open {
		return slices.Contains(h.Domain, "")
	}
	return h.Kind == key.Text || h.Class == key.Unknown
}

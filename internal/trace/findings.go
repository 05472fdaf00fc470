package trace

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// maxFindings bounds the shapes of operations that are kept apart.
const maxFindings = 5000

type findings struct {
	byShape map[string]int
	list    []found
	room    []byte
	more    int64
}

type found struct {
	Finding
	items []item
}

// add counts an operation. sample is called for the first of its shape.
func (f *findings) add(kind Kind, level Level, reason string, p *shape, j *judgement, sample func() Sample) {
	f.room = append(f.room[:0], kind...)
	f.room = append(f.room, 0)
	f.room = append(f.room, reason...)
	for _, it := range p.items {
		f.room = append(f.room, 0)
		f.room = append(f.room, it.cmd.shown...)
		f.room = binary.LittleEndian.AppendUint32(f.room, uint32(it.family))
	}
	i, ok := f.byShape[string(f.room)]
	if !ok {
		if len(f.list) == maxFindings {
			f.more++
			return
		}
		if f.byShape == nil {
			f.byShape = map[string]int{}
		}
		i = len(f.list)
		f.byShape[string(f.room)] = i
		f.list = append(f.list, found{items: slices.Clone(p.items), Finding: Finding{Kind: kind, Level: level, Reason: reason, Sample: sample()}})
	}
	x := &f.list[i]
	x.Before.add(j, before)
	x.After.add(j, after)
}

// all lists the findings: what is open first, then the worst, then what there is most of.
func (f *findings) all(n *names, sites []Site) []Finding {
	out := []Finding{}
	for _, x := range f.list {
		x.Commands, x.Families = []string{}, []Family{}
		for _, it := range x.items {
			if !slices.Contains(x.Commands, it.cmd.shown) {
				x.Commands = append(x.Commands, it.cmd.shown)
			}
			if it.family == noFamily {
				continue
			}
			if fam := n.familyOf(it.family); !slices.Contains(x.Families, fam) {
				x.Families = append(x.Families, fam)
			}
		}
		x.find(sites)
		out = append(out, x.Finding)
	}
	levels := []Level{Fails, Silent, Note}
	slices.SortStableFunc(out, func(a, b Finding) int {
		if a.Open() != b.Open() {
			if a.Open() {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(slices.Index(levels, a.Level), slices.Index(levels, b.Level)),
			cmp.Compare(b.After.Count, a.After.Count), cmp.Compare(b.Before.Count, a.Before.Count), cmp.Compare(a.Sample.Line, b.Sample.Line))
	})
	return out
}

// find looks for the code that does such an operation: where its families are known, or else where keys are handed over
// whole, of which the code does not tell the names.
func (x *Finding) find(sites []Site) {
	if x.Kind == Database || x.Kind == Refused {
		return
	}
	for _, whole := range []bool{false, true} {
		for _, s := range sites {
			if s.Whole == whole && s.does(x) && !(whole && s.Verdict == "safe") {
				x.Sites = append(x.Sites, s)
			}
		}
		if len(x.Sites) > 0 {
			break
		}
	}
	open := false
	for _, s := range x.Sites {
		switch s.Verdict {
		case "split", "fanout":
			x.Handled = true
		case "safe":
			// Of keys, this is said of one key, or of keys that share a slot: it may be another operation. If there is no
			// other, the capture contradicts the plan.
			x.Handled = x.Handled || x.Kind == OneNode
		default:
			open = true
		}
	}
	x.Handled = x.Handled && !open
}

// kindsOf are the kinds of sites that an operation can be of. A pipeline is a row of single commands, or, where it is one
// of MULTI, a transaction.
var kindsOf = map[Kind][]string{
	Command: {"command", "pipeline"}, OneNode: {"command", "pipeline", "node", "pubsub", "script", "function", "connection"},
	Transaction: {"transaction", "pipeline", "watch"}, Watch: {"watch"}, Script: {"script", "function", "pipeline"},
}

// does reports that the operation can be this site's: it has all the commands, and all the families.
func (s *Site) does(x *Finding) bool {
	if !slices.Contains(kindsOf[x.Kind], s.Kind) {
		return false
	}
	for _, c := range x.Commands {
		if c == "EVALSHA" && slices.Contains(s.Commands, "EVAL") { // which go-redis tries first
			continue
		}
		if !slices.Contains(s.Commands, c) {
			return false
		}
	}
	for _, f := range x.Families {
		if s.Whole {
			break
		}
		if !slices.Contains(s.Families, f.Template) {
			return false
		}
	}
	return true
}

// summary counts the operations of the findings.
func summary(list []Finding) (s Summary) {
	for i := range list {
		f := &list[i]
		to := [2]*int64{&s.FailsBefore, &s.FailsAfter}
		if f.Level == Silent {
			to = [2]*int64{&s.SilentBefore, &s.SilentAfter}
		}
		if f.Level == Note {
			continue
		}
		*to[0] += f.Before.Count
		if f.Open() {
			*to[1] += f.After.Count
		}
	}
	return s
}

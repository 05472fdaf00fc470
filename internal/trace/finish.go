package trace

import (
	"cmp"
	"math"
	"slices"

	"github.com/clusterize/clusterize/internal/monitor"
)

// hotShown is how many of the hottest tags and keys are listed.
const hotShown = 10

// Finish ends the analysis of what r has read. ended says why the capture ended where it should not have; "" for its
// end.
func (a *Analyzer) Finish(r *monitor.Reader, source, ended string) *Result {
	a.endScript()
	c := a.capture
	c.Lines, c.Bytes, c.Blank, c.Ended = r.Lines, r.Bytes, r.Blank, ended
	c.From, c.To = moment(a.from), moment(a.to)
	c.OpenTransactions, c.LostTransactions = int64(len(a.conns.open)), a.conns.lost
	c.UnknownCommands = counted(a.commands.unknown)
	if c.UnreadSamples == nil {
		c.UnreadSamples = []Unreadable{}
	}
	res := &Result{
		SchemaVersion: 1, Source: source, Primaries: Primaries[:], Families: len(a.opt.Map.Entries), Capture: c,
		MoreFindings: a.findings.more, Unknown: a.names.unknown.all(), Untold: a.names.untold.all(),
		SilentFamilies: a.names.silent(), Databases: a.databases(), Meetings: a.names.meetings(),
	}
	res.Findings = a.findings.all(a.names, a.opt.Sites)
	res.Summary = summary(res.Findings)
	for _, k := range res.Unknown {
		res.Summary.UnknownKeys += k.Count
	}
	for _, k := range res.Untold {
		res.Summary.UntoldKeys += k.Count
	}
	t := &res.Traffic
	t.Keys = a.keys
	t.Before, t.After = a.spread(before), a.spread(after)
	t.Tags, t.TagBound = a.hotTags.top(hotShown)
	t.HotKeys, t.KeyBound = a.hotKeys.top(hotShown)
	return res
}

func counted(m map[string]int64) []Counted {
	out := []Counted{}
	for n, c := range m {
		out = append(out, Counted{n, c})
	}
	slices.SortFunc(out, func(a, b Counted) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name)) })
	return out
}

func (a *Analyzer) databases() []DB {
	out := []DB{}
	for i, n := range a.dbs {
		if n > 0 {
			out = append(out, DB{i, n})
		}
	}
	return out
}

func (a *Analyzer) spread(state int) (s Spread) {
	for i, n := range Primaries {
		s.Shards[i] = Shards{Primaries: n, Percent: make([]float64, n)}
	}
	for slot, counts := range a.slots {
		n := counts[state]
		if n == 0 {
			continue
		}
		s.Slots++
		for i := range Primaries {
			s.Shards[i].Percent[primaryOf[i][slot]] += float64(n)
		}
	}
	for _, x := range s.Shards {
		for i, n := range x.Percent {
			x.Percent[i] = math.Round(n/float64(max(a.keys, 1))*1000) / 10
		}
	}
	return s
}

package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/clusterize/clusterize/internal/trace"
)

// TraceJSON writes what was found in a capture.
func TraceJSON(w io.Writer, r *trace.Result) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// TraceText writes it for a person. The same result gives the same text.
func TraceText(w io.Writer, r *trace.Result, opt TextOptions) error {
	t := &traceText{Result: r, opt: opt, page: page{width: 80}}
	if opt.Width > 0 {
		t.width = opt.Width
	}
	t.render()
	_, err := w.Write(t.b.Bytes())
	return err
}

type traceText struct {
	*trace.Result
	page
	opt TextOptions
}

// most is how many entries of a list are written; -v writes all.
const most = 20

func (t *traceText) render() {
	t.captured()
	t.notRead()
	t.operations()
	t.findings()
	t.keys()
	if !t.opt.Quiet {
		t.databases()
		t.traffic()
	}
	t.blank()
	t.conclusion()
}

func (t *traceText) captured() {
	c := &t.Capture
	t.heading("Captured")
	t.para(2, 4, printable(t.Source)+": "+number(c.Lines, "line")+" with "+number(c.Commands, "command")+" of clients and "+
		strconv.FormatInt(c.ScriptCalls, 10)+" that scripts called; "+number(c.Transactions, "transaction")+", "+number(c.ScriptRuns, "script"))
	if !c.From.IsZero() {
		t.para(2, 4, "from "+moment(c.From)+" to "+moment(c.To)+", "+c.To.Sub(c.From.Time).Round(time.Millisecond).String())
	}
	t.para(2, 4, "held against "+number(int64(t.Families), "family")+" of keys")
	if c.Ended != "" {
		t.para(2, 4, "The capture ended before its end: "+c.Ended+".")
	}
}

func moment(at trace.Time) string { return at.UTC().Format("2006-01-02 15:04:05.000") + " UTC" }

func number(n int64, noun string) string { return count(int(n), noun) }

// notRead is all of the capture that the rest of the text says nothing of.
func (t *traceText) notRead() {
	c := &t.Capture
	var all []string
	add := func(n int64, one, many string) {
		if n > 0 {
			all = append(all, strconv.FormatInt(n, 10)+" "+verb(int(n), one, many))
		}
	}
	add(c.Unreadable, "line that is no command", "lines that are no commands")
	add(c.CutKeys, "key in a line that was too long to be kept", "keys in lines that were too long to be kept")
	add(c.NoKeys, "command of which the keys can't be told", "commands of which the keys can't be told")
	for _, u := range c.UnknownCommands {
		add(u.Count, u.Name+", which clusterize does not know", u.Name+", which clusterize does not know")
	}
	add(c.HalfTransactions, "transaction that began before the capture", "transactions that began before the capture")
	add(c.OpenTransactions, "transaction or WATCH that was open at the end", "transactions or WATCHes that were open at the end")
	add(c.LostTransactions, "transaction or WATCH that was given up: its client was silent for minutes or its address was used again, or too many were open",
		"transactions or WATCHes that were given up: their clients were silent for minutes or their addresses were used again, or too many were open")
	add(c.OrphanCalls, "call of a script that began before the capture", "calls of a script that began before the capture")
	add(t.MoreFindings, "operation of a shape beyond the first "+strconv.Itoa(len(t.Result.Findings)), "operations of shapes beyond the first "+strconv.Itoa(len(t.Result.Findings)))
	if len(all) == 0 && c.SocketClients == 0 {
		return
	}
	t.heading("Not read, or not judged")
	for _, line := range all {
		t.para(2, 4, line)
	}
	for _, u := range c.UnreadSamples {
		t.para(6, 8, fmt.Sprintf("line %d: %s", u.Line, u.Why))
	}
	if c.Unended {
		t.para(6, 8, "the last line is not whole: the capture was stopped there")
	}
	if c.SocketClients > 0 {
		t.para(2, 4, number(c.SocketClients, "transaction")+" came through a Unix socket, where MONITOR does not tell clients apart: commands of others may be among theirs")
	}
}

// operations is the table of what fails.
func (t *traceText) operations() {
	s := t.Summary
	t.heading("Operations that a cluster does not serve as one Redis does")
	row := func(what string, a, b any) {
		fmt.Fprintf(&t.b, "  %-18s %18v %18v\n", what, a, b)
	}
	row("", "with these names", "after the plan")
	row("fail", s.FailsBefore, s.FailsAfter)
	row("silently wrong", s.SilentBefore, s.SilentAfter)
}

// findings are the shapes of operations, by what is to be done about them.
func (t *traceText) findings() {
	var open, handled, mended, notes []*trace.Finding
	for i := range t.Findings {
		f := &t.Findings[i]
		switch {
		case f.Open():
			open = append(open, f)
		case f.Level == trace.Note:
			notes = append(notes, f)
		case f.After.Count > 0:
			handled = append(handled, f)
		default:
			mended = append(mended, f)
		}
	}
	t.section("Wrong after the plan as well", open)
	if t.opt.Quiet {
		return
	}
	t.section("Mended by the names of the plan", mended)
	t.section("Served by the code as it will be", handled)
	t.section("Each node answers for itself: for who reads it to know", notes)
}

func (t *traceText) section(title string, list []*trace.Finding) {
	if len(list) == 0 {
		return
	}
	t.heading(title)
	for i, f := range list {
		if i == most && !t.opt.Verbose {
			t.para(2, 4, "... and "+strconv.Itoa(len(list)-most)+" more: see -v")
			return
		}
		t.finding(f)
	}
}

func (t *traceText) finding(f *trace.Finding) {
	what := operation(f)
	t.words(2, 4, what)
	t.para(6, 8, f.Reason)
	t.para(6, 8, howOften(f))
	if f.Sample.Text != "" {
		t.para(6, 8, fmt.Sprintf("line %d: %s", f.Sample.Line, f.Sample.Text))
	}
	var code []string
	for i, s := range f.Sites {
		if i == 5 {
			code = append(code, strconv.Itoa(len(f.Sites)-i)+" more")
			break
		}
		code = append(code, fmt.Sprintf("%s:%d (%s)", s.File, s.Line, s.Verdict))
	}
	if len(code) > 0 {
		t.words(6, 8, append([]string{"code:"}, listed(code)...))
	}
}

// operation names the commands and the families of a finding.
func operation(f *trace.Finding) []string {
	names := strings.Join(f.Commands, ", ")
	switch f.Kind {
	case trace.Transaction:
		names = "MULTI of " + names
	case trace.Watch:
		names = "Transaction of " + names
	case trace.Script:
		names = "Script by " + names
	case trace.Database:
		return strings.Fields("Commands " + f.Reason[:strings.Index(f.Reason, ":")])
	}
	out := strings.Fields(names)
	if len(f.Families) > 0 {
		out = append(out, "on")
	}
	var families []string
	for _, x := range f.Families {
		s := seen(x.Template)
		if !x.Known {
			s += " (unknown)"
		}
		families = append(families, s)
	}
	return append(out, listed(families)...)
}

// howOften says how many operations fail, before and after.
func howOften(f *trace.Finding) string {
	if f.Kind != trace.Command && f.Kind != trace.Transaction && f.Kind != trace.Watch && f.Kind != trace.Script {
		return times(f.Before.Count)
	}
	return times(f.Before.Count) + " with these names" + luck(f.Before) + ", " + times(f.After.Count) + " after the plan" + luck(f.After)
}

func times(n int64) string {
	if n == 0 {
		return "never"
	}
	return number(n, "time")
}

// luck says how many of the operations work as long as their slots are on one primary.
func luck(o trace.Outcome) string {
	lucky := false
	for _, n := range o.Fails {
		lucky = lucky || n < o.Count
	}
	if !lucky {
		return ""
	}
	var parts []string
	for i, n := range o.Fails {
		parts = append(parts, fmt.Sprintf("%d with %d primaries", n, trace.Primaries[i]))
	}
	return " (refused are " + strings.Join(parts, ", ") + "; the others work as long as these slots are on one primary)"
}

// keys are the keys of which the new name is not known.
func (t *traceText) keys() {
	t.unknown("Keys that no template knows: does another program use this Redis?", t.Unknown)
	if len(t.Unknown) > 0 && len(t.SilentFamilies) > 0 {
		t.words(2, 4, append(strings.Fields("Some may be of these families, of which the code does not tell the names:"), listed(t.SilentFamilies)...))
	}
	t.unknown("Keys that could be of several families, and so have no new name", t.Untold)
}

func (t *traceText) unknown(title string, list []trace.Keys) {
	if len(list) == 0 {
		return
	}
	t.heading(title)
	for i, k := range list {
		if i == most && !t.opt.Verbose {
			t.para(2, 4, "... and "+strconv.Itoa(len(list)-most)+" more shapes: see -v")
			return
		}
		var samples []string
		for _, s := range k.Samples {
			samples = append(samples, seen(s))
		}
		t.words(2, 6, append([]string{seen(k.Shape) + ":", times(k.Count) + ", such as"}, listed(samples)...))
	}
}

func (t *traceText) databases() {
	if len(t.Databases) < 2 && len(t.Meetings) == 0 {
		return
	}
	t.heading("Databases: a cluster has one")
	for _, d := range t.Databases {
		t.para(2, 4, fmt.Sprintf("database %d: %s", d.Number, number(d.Commands, "command")))
	}
	for i, m := range t.Meetings {
		if i == most && !t.opt.Verbose {
			t.para(2, 4, "... and "+strconv.Itoa(len(t.Meetings)-most)+" more families: see -v")
			return
		}
		var dbs []string
		for _, d := range m.Databases {
			dbs = append(dbs, strconv.Itoa(d))
		}
		t.words(2, 4, append([]string{seen(m.Template)}, strings.Fields("has keys in the databases "+strings.Join(dbs, ", ")+", which would meet")...))
	}
}

func (t *traceText) traffic() {
	x := &t.Traffic
	if x.Keys == 0 {
		return
	}
	t.heading("Where the traffic goes")
	t.para(2, 4, fmt.Sprintf("%s named, in %s with these names, in %d after the plan", strconv.FormatInt(x.Keys, 10)+" keys were", number(int64(x.Before.Slots), "slot"), x.After.Slots))
	for i, s := range x.After.Shards {
		line := append([]string{strconv.Itoa(s.Primaries), "primaries", "after", "the", "plan:"}, percents(s.Percent)...)
		t.words(2, 4, append(append(line, "(with", "these", "names:"), closed(percents(x.Before.Shards[i].Percent))...))
	}
	t.hot("Hottest tags after the plan (the texts that decide the slot)", x.Tags, x.TagBound)
	t.hot("Hottest keys", x.HotKeys, x.KeyBound)
}

func percents(list []float64) []string {
	var out []string
	for _, p := range list {
		out = append(out, strconv.Itoa(int(math.Round(p)))+" %")
	}
	return listed(out)
}

// closed ends a list in parentheses.
func closed(list []string) []string {
	list[len(list)-1] += ")"
	return list
}

func (t *traceText) hot(title string, list []trace.Hot, bound int64) {
	if len(list) == 0 {
		return
	}
	t.blank()
	t.para(2, 4, title+":")
	for _, h := range list {
		n := strconv.FormatInt(h.Least, 10)
		if h.Most != h.Least {
			n += " to " + strconv.FormatInt(h.Most, 10)
		}
		t.words(4, 6, []string{h.Text + ":", n, fmt.Sprintf("(%.1f %%)", float64(h.Least)/float64(t.Traffic.Keys)*100)})
	}
	if bound > 0 {
		t.para(4, 6, "what is not counted was named at most "+times(bound))
	}
}

// conclusion is the last line.
func (t *traceText) conclusion() {
	s := t.Summary
	var parts []string
	add := func(n int64, one, many string) {
		if n > 0 {
			parts = append(parts, strconv.FormatInt(n, 10)+" "+verb(int(n), one, many))
		}
	}
	add(s.FailsAfter, "operation that fails after the plan", "operations that fail after the plan")
	add(s.SilentAfter, "that is silently wrong", "that are silently wrong")
	add(t.MoreFindings, "of more shapes", "of more shapes")
	add(s.UnknownKeys, "use of a key that no template knows", "uses of keys that no template knows")
	add(s.UntoldKeys, "use of a key that could be of several families", "uses of keys that could be of several families")
	switch {
	case t.Capture.Commands == 0:
		t.para(0, 2, "Nothing was captured: no client sent a command.")
	case len(parts) == 0:
		t.para(0, 2, "Nothing found: after the plan a cluster serves all that was captured.")
	default:
		t.para(0, 2, "Found: "+strings.Join(parts, ", ")+".")
	}
}

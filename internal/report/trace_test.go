package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/clusterize/clusterize/internal/trace"
)

// odd is a result with all that a capture rarely has.
func odd() *trace.Result {
	r := &trace.Result{Source: "10.0.0.1:6379\x1b[31m", Families: 1, Primaries: trace.Primaries[:], MoreFindings: 4, SilentFamilies: []string{"<key>"}}
	r.Capture = trace.Capture{
		Lines: 9, Commands: 1, From: trace.Time{Time: time.UnixMicro(1_790_000_000_000_000)}, To: trace.Time{Time: time.UnixMicro(1_790_000_001_500_000)},
		Ended: "the server closed the connection", Unreadable: 1, UnreadSamples: []trace.Unreadable{{Line: 9, Why: "the quote of the last word is not closed"}}, Unended: true,
		UnknownCommands: []trace.Counted{{Name: "NOSUCH", Count: 2}}, CutKeys: 1, NoKeys: 2, HalfTransactions: 1, OpenTransactions: 2, LostTransactions: 1, SocketClients: 3, OrphanCalls: 1,
	}
	r.Findings = []trace.Finding{{
		Kind: trace.Script, Level: trace.Fails, Commands: []string{"EVAL"}, Reason: "other slots", Families: []trace.Family{{Template: "a:<..>"}},
		Before: trace.Outcome{Count: 4, Fails: [2]int64{1, 3}}, After: trace.Outcome{Count: 2, Fails: [2]int64{2, 2}},
		Sample: trace.Sample{Line: 3, Text: "EVAL a:1; GET a:2"},
	}}
	for i := range 25 {
		r.Unknown = append(r.Unknown, trace.Keys{Shape: fmt.Sprintf("x%c:<..>", 'a'+i), Count: 1, Samples: []string{"x:1"}})
	}
	r.Untold = []trace.Keys{{Shape: "user:<id> or user:<id>:log", Count: 2, Samples: []string{"user:a:b:log"}}}
	r.Traffic = trace.Traffic{Keys: 10, Tags: []trace.Hot{{Text: "t", Least: 3, Most: 5}}, TagBound: 2}
	for i, n := range trace.Primaries {
		r.Traffic.Before.Shards[i] = trace.Shards{Primaries: n, Percent: make([]float64, n)}
		r.Traffic.After.Shards[i] = r.Traffic.Before.Shards[i]
	}
	r.Summary = trace.Summary{FailsBefore: 4, FailsAfter: 2, UnknownKeys: 25, UntoldKeys: 2}
	return r
}

func TestTraceTextOfOddCaptures(t *testing.T) {
	var b bytes.Buffer
	if err := TraceText(&b, odd(), TextOptions{}); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{
		`10.0.0.1:6379\x1b[31m: 9 lines with 1 command of clients`, "2026-09-21 14:13:20.000 UTC to 2026-09-21 14:13:21.500 UTC, 1.5s",
		"The capture ended before its end: the server closed the connection.", "1 line that is no command", "1 key in a line that was too long",
		"2 commands of which the keys can't be told", "2 NOSUCH, which clusterize does not know", "1 transaction that began before the capture",
		"2 transactions or WATCHes that were open at the end", "1 transaction or WATCH that was given up", "1 call of a script that began before the capture",
		"4 operations of shapes beyond the first 1", "line 9: the quote of the last word is not closed", "the last line is not whole",
		"3 transactions came through a Unix socket", "Script by EVAL on a:<..> (unknown)",
		"4 times with these names (refused are 1 with 3 primaries, 3 with 6 primaries; the others work as long as these slots are on one primary), 2 times after the plan line 3",
		"... and 5 more shapes: see -v", "Some may be of these families, of which the code does not tell the names: <key>",
		"user:<id> or user:<id>:log: 2 times, such as user:a:b:log", "t: 3 to 5 (30.0 %)", "what is not counted was named at most 2 times",
		"Found: 2 operations that fail after the plan, 4 of more shapes, 25 uses of keys that no template knows, 2 uses of keys that could be of several families.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("missing: %s", want)
		}
	}
	if t.Failed() {
		t.Log(b.String())
	}
	for _, line := range strings.Split(b.String(), "\n") {
		if len(line) > 80 {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
	b.Reset()
	if err := TraceText(&b, odd(), TextOptions{Verbose: true}); err != nil || strings.Contains(b.String(), "see -v") {
		t.Errorf("-v does not show all: %v", err)
	}
	for name, r := range map[string]*trace.Result{"Nothing was captured": {}, "Nothing found": {Capture: trace.Capture{Commands: 1}}} {
		b.Reset()
		if err := TraceText(&b, r, TextOptions{}); err != nil || !strings.Contains(b.String(), name) || r.Found() {
			t.Errorf("%s: %v\n%s", name, err, b.String())
		}
	}
}

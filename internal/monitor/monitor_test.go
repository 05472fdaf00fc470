package monitor_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/clusterize/clusterize/internal/monitor"
)

// escape writes words as the server does: sdscatrepr of Redis.
func escape(words []string) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteByte('"')
		for _, c := range []byte(w) {
			switch {
			case c == '\\' || c == '"':
				b.WriteByte('\\')
				b.WriteByte(c)
			case c == '\n':
				b.WriteString(`\n`)
			case c == '\r':
				b.WriteString(`\r`)
			case c == '\t':
				b.WriteString(`\t`)
			case c == '\a':
				b.WriteString(`\a`)
			case c == '\b':
				b.WriteString(`\b`)
			case c < ' ' || c > '~':
				fmt.Fprintf(&b, `\x%02x`, c)
			default:
				b.WriteByte(c)
			}
		}
		b.WriteByte('"')
	}
	return b.String()
}

// seen is a line, or what is wrong with one, as text.
func seen(l *monitor.Line, err error) string {
	if err != nil {
		return err.Error()
	}
	addr := string(l.Addr)
	if l.Lua {
		addr = "LUA"
	}
	return fmt.Sprintf("%d %d %d %s %q", l.Number, l.Micros, l.DB, addr, l.Words)
}

func readAll(t *testing.T, src io.Reader) (all []string, r *monitor.Reader) {
	t.Helper()
	r = monitor.NewReader(src)
	var l monitor.Line
	for {
		err := r.Next(&l)
		if err == io.EOF {
			return all, r
		}
		all = append(all, seen(&l, err))
		if bad := (*monitor.BadLine)(nil); err != nil && !errors.As(err, &bad) {
			return all, r
		}
	}
}

func TestForms(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{`1700000000.123456 [0 127.0.0.1:6379] "get" "k"`, `1 1700000000123456 0 127.0.0.1:6379 ["get" "k"]`},
		{"+1700000000.123456 [0 127.0.0.1:6379] \"get\" \"k\"\r", `1 1700000000123456 0 127.0.0.1:6379 ["get" "k"]`},
		{`1339518083.107412 [15 10.0.0.9:60866] "keys" "*"`, `1 1339518083107412 15 10.0.0.9:60866 ["keys" "*"]`},
		{`1700000000.000001 [0 lua] "set" "a" ""`, `1 1700000000000001 0 LUA ["set" "a" ""]`},
		{`1700000000.000001 [0 unix:/tmp/my x].sock] "ping"`, `1 1700000000000001 0 unix:/tmp/my x].sock ["ping"]`},
		{`1700000000.000001 [3 [::1]:5555] "get" "] \"x\""`, `1 1700000000000001 3 [::1]:5555 ["get" "] \"x\""]`},
		{`1700000000.000001 [0 ?:0] "get" "k"`, `1 1700000000000001 0 ?:0 ["get" "k"]`},
		{`1700000000.000001 [0 a:1] "set" "\"\\\n\r\t\a\b\x00\xfF" "\\x41"`, `1 1700000000000001 0 a:1 ["set" "\"\\\n\r\t\a\b\x00\xff" "\\x41"]`},
		{"OK", ""}, {"+OK\r", ""}, {"", ""}, {"\r", ""},
		{"-NOAUTH Authentication required.", "line 1: it does not begin with a time"},
		{`1700000000.12345 [0 a:1] "get"`, "line 1: it does not begin with a time"},
		{`1700000000.123456 "get"`, "line 1: no database and address of a client after the time"},
		{`1700000000.123456 [x a:1] "get"`, "line 1: no database and address of a client after the time"},
		{`1700000000.123456 [0 a:1]`, "line 1: no database and address of a client after the time"},
		{`1700000000.123456 [0 a:1] "get" k`, "line 1: a word is not quoted"},
		{`1700000000.123456 [0 a:1] "get" `, "line 1: a word is not quoted"},
		{`1700000000.123456 [0 a:1] "get""k"`, "line 1: no blank between two words"},
		{`1700000000.123456 [0 a:1] "get" "k`, "line 1: the quote of the last word is not closed"},
		{`1700000000.123456 [0 a:1] "get" "k\`, "line 1: the quote of the last word is not closed"},
		{`1700000000.123456 [0 a:1] "get" "k\"`, "line 1: the quote of the last word is not closed"},
		{`1700000000.123456 [0 a:1] "get" "k\x4`, "line 1: the quote of the last word is not closed"},
		{`1700000000.123456 [0 a:1] "get" "\q"`, "line 1: an unknown escape"},
		{`1700000000.123456 [0 a:1] "get" "\xg0"`, "line 1: an unknown escape"},
	} {
		got, _ := readAll(t, strings.NewReader(test.in+"\n"))
		if s := strings.Join(got, "|"); s != test.want {
			t.Errorf("%q\n got %s\nwant %s", test.in, s, test.want)
		}
	}
}

// A capture that ends in a line that can't be read was stopped there; one that was written to its end was not.
func TestUnended(t *testing.T) {
	const good = `1700000000.000001 [0 a:1] "get" "k"`
	for in, want := range map[string]string{
		good:                           "",
		good + "\n" + good[:20]:        "unended",
		good + "\n" + good[:34]:        "unended",
		good + "\n" + good[:20] + "\n": "bad",
	} {
		r := monitor.NewReader(strings.NewReader(in))
		var l monitor.Line
		got := ""
		for {
			err := r.Next(&l)
			if err == io.EOF {
				break
			}
			if bad := (*monitor.BadLine)(nil); errors.As(err, &bad) {
				got = map[bool]string{true: "unended", false: "bad"}[bad.Unended]
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestPacked(t *testing.T) {
	var text strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&text, "1700000000.%06d [0 a:1] \"get\" \"k%d\"\n", i, i)
	}
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	io.WriteString(w, text.String())
	w.Close()
	plain, _ := readAll(t, strings.NewReader(text.String()))
	packed, r := readAll(t, iotest.HalfReader(&z))
	if len(plain) != 5000 || !slices.Equal(plain, packed) {
		t.Errorf("%d lines plain, %d packed", len(plain), len(packed))
	}
	if r.Lines != 5000 || r.Bytes != int64(text.Len()) {
		t.Errorf("%d lines, %d bytes, want 5000 and %d", r.Lines, r.Bytes, text.Len())
	}
}

// What was packed and cut off is read as far as it goes, and the end is an error.
func TestPackedCut(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	for i := range 20_000 {
		fmt.Fprintf(w, "1700000000.%06d [0 a:1] \"get\" \"k%d\"\n", i, i*i)
	}
	w.Close()
	got, _ := readAll(t, bytes.NewReader(z.Bytes()[:z.Len()/2]))
	if last := got[len(got)-1]; last != io.ErrUnexpectedEOF.Error() || len(got) < 5000 {
		t.Errorf("%d lines, the last is %s", len(got), last)
	}
	if got, _ := readAll(t, strings.NewReader("\x1f\x8bno")); len(got) != 1 || !strings.Contains(got[0], "unpack the capture") {
		t.Errorf("a broken header gives %q", got)
	}
}

// Lines arrive as they do from a server: in pieces, and with errors of the source behind them.
func TestPieces(t *testing.T) {
	text := strings.Repeat(`1700000000.123456 [0 127.0.0.1:6379] "set" "key" "a\"b\\c\x00"`+"\n", 300)
	want, _ := readAll(t, strings.NewReader(text))
	for name, src := range map[string]io.Reader{
		"one byte":    iotest.OneByteReader(strings.NewReader(text)),
		"data errors": iotest.DataErrReader(strings.NewReader(text)),
	} {
		if got, _ := readAll(t, src); !slices.Equal(got, want) {
			t.Errorf("%s: %d lines, want %d", name, len(got), len(want))
		}
	}
	got, _ := readAll(t, io.MultiReader(strings.NewReader(text), iotest.ErrReader(errors.New("gone"))))
	if len(got) != 301 || got[300] != "gone" {
		t.Errorf("%d lines, then %q", len(got), got[len(got)-1])
	}
}

// Of lines that are too long the beginnings of the words are kept, and it is said which were cut.
func TestLongLines(t *testing.T) {
	const head = `1700000000.123456 [0 127.0.0.1:6379] `
	big := strings.Repeat("\x01\"x", 1<<20)
	text := head + escape([]string{"set", "key", big, "ex", "5"}) + "\n" +
		head + escape([]string{"get", "after"}) + "\n"
	many := []string{"del"}
	for i := range 300_000 {
		many = append(many, fmt.Sprintf("key:%d", i))
	}
	text += head + escape(many) + "\n" + head + escape(many[:100_000]) + "\n" + strings.Repeat("x", 1<<20) + "\n" + head + `"set" "k" "` + strings.Repeat("v", 1<<20) + "\n" +
		head + escape(many)[:3_000_000] + "\n" + head + escape([]string{"get", "last"}) + "\n"

	r := monitor.NewReader(iotest.HalfReader(strings.NewReader(text)))
	var l monitor.Line
	next := func() string {
		err := r.Next(&l)
		if err != nil {
			return err.Error()
		}
		return fmt.Sprintf("%.20q N=%d cut=%v", l.Words[:min(len(l.Words), 2)], l.N, l.Cut)
	}
	if got := next(); got != `["set" "key"] N=5 cut=[2]` || !l.Known(1) || l.Known(2) || !l.Known(4) {
		t.Error(got)
	}
	if w := l.Words[2]; len(w) < 5000 || !strings.HasPrefix(big, string(w)) || string(l.Words[4]) != "5" {
		t.Errorf("%d bytes kept of a long word, then %q", len(w), l.Words[3:])
	}
	if got := next(); got != `["get" "after"] N=2 cut=[]` {
		t.Error(got)
	}
	if got := next(); got != `["del" "key:0"] N=300001 cut=[]` || len(l.Words) > 100_000 || l.Known(len(l.Words)) {
		t.Error(got, len(l.Words))
	}
	for i, w := range l.Words {
		if string(w) != many[i] {
			t.Fatalf("word %d is %q", i, w)
		}
	}
	if got := next(); got != `["del" "key:0"] N=100000 cut=[]` {
		t.Error(got)
	}
	for _, want := range []string{"line 5: it does not begin with a time", "line 6: the quote of the last word is not closed", "line 7: the quote of the last word is not closed", `["get" "last"] N=2 cut=[]`, "EOF"} {
		if got := next(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if r.Bytes != int64(len(text)) || r.LongLines != 6 {
		t.Errorf("%d bytes of %d, %d long lines", r.Bytes, len(text), r.LongLines)
	}
}

// FuzzRoundTrip: words written as the server writes them are read back, however the line is cut into pieces; any other
// text is read or refused, and a line that is accepted can be written again.
func FuzzRoundTrip(f *testing.F) {
	f.Add("get\x00user:1", "OK\n", 0, 1)
	f.Add("set\x00a\"b\\c\n\r\t\a\b\xff\x7f\x00", `1700000000.123456 [0 lua] "\x4"`, 7, 300)
	f.Add("mset\x00"+strings.Repeat("k\x00", 40), `1700000000.123456 [0 [::1]:1] "a" "\x41"`, 15, 9000)
	f.Fuzz(func(t *testing.T, joined, other string, db, repeat int) {
		words := strings.Split(joined, "\x00")
		db, repeat = db&0xffff, 1+repeat&0xfff
		// Some lines are longer than the buffer.
		words = append(words, strings.Repeat(words[0], repeat))
		line := fmt.Sprintf("1700000000.000001 [%d 127.0.0.1:1] %s\r\n", db, escape(words))
		r := monitor.NewReader(iotest.HalfReader(strings.NewReader(line + other + "\n" + line)))
		var l monitor.Line
		check := func() {
			if l.DB != db || l.N != len(words) {
				t.Fatalf("database %d, %d words, want %d and %d", l.DB, l.N, db, len(words))
			}
			for i, w := range l.Words {
				if got := string(w); got != words[i] && (l.Known(i) || !strings.HasPrefix(words[i], got)) {
					t.Fatalf("word %d of %q is %q", i, words, got)
				}
			}
			if len(line) < 200<<10 && (len(l.Words) != l.N || len(l.Cut) > 0) {
				t.Fatalf("a line of %d bytes was not kept whole", len(line))
			}
		}
		if err := r.Next(&l); err != nil {
			t.Fatal(err)
		}
		check()
		last := int64(2 + strings.Count(other, "\n"))
		for {
			err := r.Next(&l)
			if bad := (*monitor.BadLine)(nil); errors.As(err, &bad) {
				continue
			}
			if err != nil {
				t.Fatalf("the last line is not read: %v", err)
			}
			if l.Number > last {
				break
			}
			var again []string
			for _, w := range l.Words {
				again = append(again, string(w))
			}
			if l.N == len(again) && len(l.Cut) == 0 {
				got, _ := readAll(t, strings.NewReader(`1700000000.000001 [0 a:1] `+escape(again)+"\n"))
				if want := fmt.Sprintf("1 1700000000000001 0 a:1 %q", again); len(got) != 1 || got[0] != want {
					t.Fatalf("written again it is %q, was %s", got, want)
				}
			}
		}
		check()
	})
}

func BenchmarkNext(b *testing.B) {
	var text strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&text, "1700000000.%06d [0 10.0.3.17:%d] \"HSET\" \"user:%d:profile\" \"name\" \"Ada \\xc3\\xa9\" \"city\" \"London\"\r\n", i, 40_000+i%50, i)
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		r := monitor.NewReader(strings.NewReader(text.String()))
		var l monitor.Line
		for r.Next(&l) == nil {
		}
	}
	b.ReportMetric(float64(b.N)*10_000/b.Elapsed().Seconds(), "lines/s")
}

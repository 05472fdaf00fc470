package trace_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/clusterize/clusterize/internal/monitor"
	"github.com/clusterize/clusterize/internal/trace"
)

// traffic is a made-up capture of a service with a hundred families: mostly single keys of many users, some of them hot,
// with transactions, scripts, MGET, a job that scans, and another service on the same Redis. Fifty connections interleave.
func traffic(lines int) (families []string, text []byte) {
	for i := range 25 {
		e := fmt.Sprintf("app:e%d", i)
		families = append(families, e+":<id>", e+":<id>:log -> {"+e+":<id>}:log", e+":<id>:state -> {"+e+":<id>}:state", e+":index:<day>")
	}
	r := rand.New(rand.NewPCG(7, 8))
	zipf := rand.NewZipf(r, 1.1, 10, 1_000_000)
	var b bytes.Buffer
	n := 0
	line := func(conn int, words ...string) {
		addr := fmt.Sprintf("10.0.3.17:%d", 40_000+conn)
		if conn < 0 {
			addr = "lua"
		}
		fmt.Fprintf(&b, "17000%05d.%06d [0 %s]", n/20_000, n%20_000*50, addr)
		for _, w := range words {
			fmt.Fprintf(&b, " %q", w)
		}
		b.WriteByte('\n')
		n++
	}
	for n < lines {
		conn, e, id := r.IntN(50), fmt.Sprintf("app:e%d", r.IntN(25)), zipf.Uint64()
		k := fmt.Sprintf("%s:%d", e, id)
		switch p := r.IntN(100); {
		case p < 40:
			line(conn, "GET", k)
		case p < 60:
			line(conn, "HSET", k+":state", "name", "Ada \xc3\xa9", "seen", fmt.Sprint(r.Uint32()))
		case p < 75:
			line(conn, "SET", k, fmt.Sprintf(`{"id":%d,"name":"Ada Lovelace","city":"London"}`, id), "ex", "3600")
		case p < 85:
			line(conn, "ZADD", e+":index:"+fmt.Sprint(20260101+r.IntN(28)), fmt.Sprint(r.Uint32()), fmt.Sprint(id))
		case p < 89:
			line(conn, "MGET", k, k+":log", k+":state")
		case p < 92:
			line(conn, "MULTI")
			line((conn+1)%50, "GET", k)
			line(conn, "SET", k, "v")
			line(conn, "LPUSH", k+":log", "x")
			line(conn, "EXEC")
		case p < 95:
			line(conn, "EVALSHA", "c664a3bf70bd1d45c4284ffebb65a6f2299bfc9f", "1", k, "5")
			line(-1, "GET", k)
			line(-1, "SET", k+":state", "5")
		case p < 97:
			line(conn, "GET", fmt.Sprintf("session:%08x", r.Uint32()))
		case p < 99:
			line(conn, "DEL", k, fmt.Sprintf("%s:%d", e, zipf.Uint64()))
		default:
			line(conn, "SCAN", "0", "MATCH", e+":*")
		}
	}
	return families, b.Bytes()
}

// BenchmarkAnalyzer reads and judges that capture: lines a second, and the memory that is held at the end.
func BenchmarkAnalyzer(b *testing.B) {
	const lines = 300_000
	families, text := traffic(lines)
	m := mapOf(b, families...)
	total := int64(bytes.Count(text, []byte("\n")))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	var held uint64
	var used time.Duration
	for b.Loop() {
		before := processor(b)
		a, r := trace.New(trace.Options{Map: m}), monitor.NewReader(bytes.NewReader(text))
		var l monitor.Line
		for r.Next(&l) == nil {
			a.Line(&l)
		}
		used += processor(b) - before
		b.StopTimer()
		var s runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&s)
		held = s.HeapAlloc - uint64(len(text))
		if res := a.Finish(r, "bench", ""); res.Capture.Lines != total || !res.Found() {
			b.Fatalf("%d lines of %d", res.Capture.Lines, total)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(b.N)*float64(total)/b.Elapsed().Seconds(), "lines/s")
	// Other work on the machine does not count here.
	b.ReportMetric(float64(b.N)*float64(total)/used.Seconds(), "lines/cpu-s")
	b.ReportMetric(float64(held)/1e6, "MB-held")
}

// processor is the time that this process has used.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

package rules

import (
	"bytes"
	"context"
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/clusterize/clusterize/internal/redistest"
)

// proof is what the fragments of a rule must show on real servers. A transcript is what a scene prints, and in its last
// line the error that it returns.
type proof struct {
	around string // code that calls run(ctx), the fragment, and prints what came of it
	// works is the transcript of Before on a standalone server, and of After on a cluster and on a standalone server.
	works string
	// cluster is the transcript of Before on a cluster, "" when it is the same.
	cluster string
	// old is that with go-redis v9.7.3, "" when it is the same.
	old string
	// server is the transcript of After on a standalone server, "" when it is the same as works.
	server string
	// noServer says that the fragments are code for a cluster; noAfter that After can't be made for a client of one server.
	noServer, noAfter bool
	// refused is the compiler's error for Before with a cluster client, in place of a run.
	refused string
	more    []more
}

// more is something else that the page says, run on the cluster.
type more struct {
	says string
	code string
	want string // the transcript
	old  string // the transcript with go-redis v9.7.3, "" when it is the same
	new  bool   // go-redis v9.7.3 does not have what the code needs
}

// proofs has one for each rule.
var proofs = merge(keyProofs, groupProofs, nodeProofs, connProofs, unseenProofs, clientProofs)

func merge(parts ...map[ID]proof) map[ID]proof {
	all := map[ID]proof{}
	for _, p := range parts {
		maps.Copy(all, p)
	}
	return all
}

const (
	single = "*redis.Client"
	many   = "*redis.ClusterClient"
)

// scenesOf lists what is run for a rule. With go-redis v9.7.3 (old) it is what runs on a cluster and compiles.
func scenesOf(r Rule, p proof, old bool) []scene {
	name := func(s string) string { return string(r.ID) + "/" + s }
	var out []scene
	if !p.noServer && !old {
		out = append(out, scene{name("before on a server"), single, r.Before, p.around})
	}
	if p.refused == "" {
		out = append(out, scene{name("before on a cluster"), many, r.Before, p.around})
	}
	if r.After != "" {
		out = append(out, scene{name("after on a cluster"), many, r.After, p.around})
		if !p.noServer && !p.noAfter && !old {
			out = append(out, scene{name("after on a server"), single, r.After, p.around})
		}
	}
	for _, m := range p.more {
		if !m.new || !old {
			out = append(out, scene{name(m.says), many, m.code, ""})
		}
	}
	return out
}

// wants is the transcript that a scene of scenesOf must have.
func (p proof) wants(says string, old bool) string {
	or := func(a, b string) string {
		if a != "" {
			return a
		}
		return b
	}
	switch says {
	case "before on a cluster":
		if old && p.old != "" {
			return p.old
		}
		return or(p.cluster, p.works)
	case "after on a server":
		return or(p.server, p.works)
	}
	for _, m := range p.more {
		if m.says == says {
			if old && m.old != "" {
				return m.old
			}
			return m.want
		}
	}
	return p.works
}

// changing are the parts of errors that are others each time. Pages and transcripts are compared without them.
var changing = []struct {
	find *regexp.Regexp
	put  string
}{
	{regexp.MustCompile(`(MOVED|ASK) \d+ 127\.0\.0\.1:\d+`), "$1 <slot> <node>"},
	{regexp.MustCompile(`script: ([0-9a-f]{40}|<sha1>|\w+), on @user_(script|function):\d+\.`), "script: <name>, on <line>"},
}

func steadyText(s string) string {
	for _, c := range changing {
		s = c.find.ReplaceAllString(s, c.put)
	}
	return strings.Trim(s, "\n")
}

// errorsOf lists the errors of a transcript.
func errorsOf(transcript string) []string {
	var out []string
	for line := range strings.Lines(steadyText(transcript)) {
		if text, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "error: "); ok {
			out = append(out, text)
		}
	}
	return out
}

// pageErrors lists the error texts of a page: its indented lines.
func pageErrors(r Rule) []string {
	var out []string
	for line := range strings.Lines(r.Text) {
		if text, ok := strings.CutPrefix(line, "    "); ok {
			out = append(out, steadyText(text))
		}
	}
	return out
}

// servers are what scenes run on.
type servers struct {
	outside map[string]string // of each type of client
	addrs   map[string][]string
}

// start starts a standalone server and a cluster, and gives the standalone server and the last primary a replica each.
func start(t *testing.T) servers {
	t.Helper()
	s := servers{
		outside: map[string]string{single: redistest.Server(t), many: redistest.Server(t)},
		addrs:   map[string][]string{single: {redistest.Server(t)}, many: redistest.Cluster(t)},
	}
	for _, primary := range []string{s.addrs[single][0], s.addrs[many][2]} {
		host, port, _ := strings.Cut(primary, ":")
		replica := redistest.Server(t)
		for addr, words := range map[string][]string{
			primary: {"CONFIG", "SET", "repl-diskless-sync-delay", "0"}, // else it waits five seconds for more replicas
			replica: {"REPLICAOF", host, port},
		} {
			if _, err := redistest.Do(addr, words...); err != nil {
				t.Fatal(err)
			}
		}
		for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			info, err := redistest.Do(primary, "INFO", "replication")
			if err == nil && strings.Contains(info, "state=online") {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("%s has no replica: %v\n%s", primary, err, info)
			}
		}
	}
	return s
}

// run is the transcript of a scene.
func (s servers) run(t *testing.T, program string, sc scene) string {
	t.Helper()
	addrs, outside := s.addrs[sc.client], s.outside[sc.client]
	for _, a := range append([]string{outside}, addrs...) {
		redistest.Flush(t, a)
		for _, words := range [][]string{{"SCRIPT", "FLUSH"}, {"FUNCTION", "FLUSH"}, {"CONFIG", "SET", "notify-keyspace-events", ""}} {
			if _, err := redistest.Do(a, words...); err != nil {
				t.Fatal(err)
			}
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, sc.name, outside, strings.Join(addrs, ","))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Errorf("%v\n%s", err, stderr.String())
	}
	return steadyText(string(out))
}

// TestFragmentsOnServers runs Before and After of every rule on a standalone server and on a cluster of three primaries,
// on the cluster with go-redis v9.7.3 as well, and holds the pages to what comes of it: each error that is seen is on the page, and each
// error of the page is seen.
func TestFragmentsOnServers(t *testing.T) {
	s := start(t)
	seen := &sightings{errors: map[ID][]string{}}
	for _, mod := range []string{"", oldModule(t)} {
		old := mod != ""
		program, said := build(t, everyScene(old), mod)
		if said != "" {
			t.Fatalf("the fragments do not compile:\n%s", said)
		}
		t.Run(map[bool]string{false: "go.mod", true: "v9.7.3"}[old], func(t *testing.T) {
			for _, client := range []string{single, many} {
				t.Run(client, func(t *testing.T) {
					t.Parallel() // they share no server
					for _, sc := range everyScene(old) {
						if sc.client == client {
							t.Run(sc.name, func(t *testing.T) { seen.add(sc, s.hold(t, program, sc, old)) })
						}
					}
				})
			}
		})
	}
	t.Run("v8.11.5", func(t *testing.T) { seen.add(scene{name: string(ClientSwitch)}, runV8(t, s.addrs[many])) })
	if t.Failed() {
		return
	}
	for _, r := range All() {
		holdPage(t, r, append(seen.errors[r.ID], proofs[r.ID].refused))
	}
}

// everyScene lists what is run for all rules.
func everyScene(old bool) []scene {
	var all []scene
	for _, r := range All() {
		all = append(all, scenesOf(r, proofs[r.ID], old)...)
	}
	return all
}

// hold runs a scene and compares its transcript, which it returns, with what it must be.
func (s servers) hold(t *testing.T, program string, sc scene, old bool) string {
	t.Helper()
	id, says, _ := strings.Cut(sc.name, "/")
	got := s.run(t, program, sc)
	if want := steadyText(proofs[ID(id)].wants(says, old)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	return got
}

// sightings are the errors of the transcripts, by rule.
type sightings struct {
	mu     sync.Mutex
	errors map[ID][]string
}

func (s *sightings) add(sc scene, transcript string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, _, _ := strings.Cut(sc.name, "/")
	s.errors[ID(id)] = append(s.errors[ID(id)], errorsOf(transcript)...)
}

// holdPage compares the errors that a page names with those that were seen.
func holdPage(t *testing.T, r Rule, seen []string) {
	t.Helper()
	named := pageErrors(r)
	for _, e := range seen {
		if e != "" && !slices.Contains(named, e) {
			t.Errorf("%s: seen, and not on the page: %s", r.ID, e)
		}
	}
	for _, e := range named {
		if !slices.Contains(seen, e) {
			t.Errorf("%s: on the page, and not seen: %s", r.ID, e)
		}
	}
}

// TestProofs: each rule has one, and a page whose fragment goes wrong without an error says so.
func TestProofs(t *testing.T) {
	for _, r := range All() {
		p, ok := proofs[r.ID]
		if !ok {
			t.Errorf("%s: nothing shows what the page says", r.ID)
			continue
		}
		for _, cluster := range []string{p.cluster, p.old} {
			silent := cluster != "" && len(errorsOf(cluster)) == 0
			if silent && !strings.Contains(r.Text, "NO ERROR") && !strings.Contains(r.Text, "SILENT") {
				t.Errorf("%s: wrong without an error, and the page does not say so", r.ID)
			}
		}
		if r.Before != r.After && p.cluster == "" && p.old == "" && p.refused == "" && len(p.more) == 0 {
			t.Errorf("%s: Before works on a cluster as it is", r.ID)
		}
	}
	if len(proofs) != len(All()) {
		t.Errorf("%d proofs for %d rules", len(proofs), len(All()))
	}
}

// TestRefusedFragments: what does not compile with a cluster client is refused as its page says.
func TestRefusedFragments(t *testing.T) {
	for _, r := range All() {
		p := proofs[r.ID]
		if p.refused == "" {
			continue
		}
		_, said := build(t, []scene{{string(r.ID), many, r.Before, ""}}, "")
		if !strings.Contains(said, p.refused) {
			t.Errorf("%s: the compiler said\n%s\nand not %s", r.ID, said, p.refused)
		}
		if !slices.Contains(pageErrors(r), p.refused) {
			t.Errorf("%s: the page does not say %s", r.ID, p.refused)
		}
	}
}

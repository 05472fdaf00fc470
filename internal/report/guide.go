package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/clusterize/clusterize/internal/rules"
)

// GuideStep is a step of the rollout of this target: what to do, why, and the commands for it.
type GuideStep struct {
	Title    string
	Text     []string // paragraphs
	Commands []string
}

// Guide is the rollout in order: decide, merge, rename the stored keys, move them, switch the clients, watch. A step that
// has nothing to do here is not there; nil when nothing is to be ported.
func (r *Report) Guide() []GuideStep {
	if len(r.Sites)+len(r.Clients) == 0 {
		return nil
	}
	g := guide{Report: r, steps: map[string]int{}}
	for _, p := range r.Patches {
		g.steps[p.Stage]++
	}
	for _, c := range r.Changes {
		if c.Outcome == "applied" && len(r.Patches) == 0 {
			g.steps[c.Stage]++ // mostly a patch each
		}
	}
	if len(g.steps) == 0 && g.decide() == nil {
		return nil // it is ported
	}
	var out []GuideStep
	for _, step := range []func() *GuideStep{g.decide, g.merge, g.try, g.rename, g.move, g.switched, g.watch, g.keep} {
		if s := step(); s != nil {
			out = append(out, *s)
		}
	}
	return out
}

type guide struct {
	*Report
	steps map[string]int // patches by stage
}

func (g guide) decide() *GuideStep {
	n := g.Summary.Undecided()
	held := 0
	for _, c := range g.Clients {
		if c.undecided() {
			held++
		}
	}
	if n+held == 0 {
		return nil
	}
	var what []string
	if n > 0 {
		what = append(what, count(n, "site"))
	}
	if held > 0 {
		what = append(what, count(held, "client"))
	}
	return &GuideStep{Title: "Decide what is left to a person: " + strings.Join(what, " and "),
		Text:     []string{"Change the code, or write the decision down: init makes a file with every open one and its default. The numbers above go down with each run."},
		Commands: []string{"clusterize init"}}
}

// before counts the patches that come before the switch of clients.
func (g guide) before() int {
	return g.steps[StageSplit] + g.steps[StageFanout] + g.steps[StageTag] + g.steps[StageNote]
}

// mails are the files of the patches from a number to another one, for a shell; those of all when no patch comes after.
func (g guide) mails(from, to int) string {
	switch last := g.before() + g.steps[StageSwitch]; {
	case from == 1 && to == last:
		return "patches/*.patch"
	case from == to && to <= 9:
		return "patches/000" + strconv.Itoa(to) + "-*.patch"
	case to <= 9:
		return "patches/000[" + strconv.Itoa(from) + "-" + strconv.Itoa(to) + "]-*.patch"
	}
	return "$(ls patches/*.patch | sed -n " + strconv.Itoa(from) + "," + strconv.Itoa(to) + "p)"
}

func (g guide) merge() *GuideStep {
	all := g.before()
	if all == 0 {
		return nil
	}
	var text []string
	if g.steps[StageSplit]+g.steps[StageFanout] > 0 {
		text = append(text, "What is split by slot or asks every primary works on the standalone server as before: merge it now, and deploy it when you like.")
	}
	if n := g.steps[StageTag]; n > 0 {
		text = append(text, verb(n, "The patch that renames keys works", "The "+strconv.Itoa(n)+" patches that rename keys work")+" on the standalone server as well, but the stored keys have the old names: deploy "+verb(n, "it", "them")+" together with the renaming below. Make the keymap before you merge: afterwards the code has the new names only.")
	}
	title := "Merge the series of patches, in its order"
	if n := g.steps[StageSwitch]; n > 0 {
		title = "Merge the first " + verb(all, "patch", strconv.Itoa(all)+" patches") + " of the series"
		text = append(text, verb(n, "The patch after "+verb(all, "it", "them")+" switches", "Those after "+verb(all, "it", "them")+" (\"switch to ...\") switch")+" the clients: not yet, but when the cluster has the data.")
	}
	s := &GuideStep{Title: title, Text: text}
	if g.steps[StageTag] > 0 {
		s.Commands = append(s.Commands, "clusterize keymap --format=json -o keymap.json")
	}
	s.Commands = append(s.Commands, "clusterize diff --series patches", "git am "+g.mails(1, all))
	return s
}

func (g guide) try() *GuideStep {
	return &GuideStep{Title: "Test against a cluster on your machine",
		Text:     []string{"A test double that is no cluster, such as miniredis, never says CROSSSLOT: passing there proves nothing. The file also says how to do without Docker. The nodes are at 127.0.0.1:7001,127.0.0.1:7002,127.0.0.1:7003."},
		Commands: []string{"clusterize compose -o cluster.yaml", "docker compose -f cluster.yaml up --wait", "go test ./..."}}
}

func (g guide) renamed() int {
	n := 0
	for _, f := range g.Families {
		if f.Tag != "" {
			n++
		}
	}
	return n
}

func (g guide) rename() *GuideStep {
	n := g.renamed()
	if n == 0 {
		return nil
	}
	return &GuideStep{Title: "Rename the stored keys: " + count(n, "family") + " on the standalone server",
		Text: []string{
			"On a cluster a key can't be renamed to one in another slot, on a standalone server it is atomic and takes no time. See first whether other programs use these keys: trace a minute of real traffic.",
			"The first run of rename counts and writes nothing. Then stop what uses the old names, rename, and start the version with the new ones. `clusterize rename --undo --write` goes back.",
		},
		Commands: []string{"timeout 60 redis-cli -h OLD monitor | gzip > monitor.gz", "clusterize trace monitor.gz --keymap keymap.json",
			"clusterize rename --addr OLD:6379 --keymap keymap.json", "clusterize rename --addr OLD:6379 --keymap keymap.json --write"}}
}

func (g guide) move() *GuideStep {
	if !g.ported() {
		return nil
	}
	text := []string{"redis-cli moves database 0 while the old server runs; with --cluster-copy it keeps its keys, so that you can go back. Writes that come meanwhile are lost: stop the writers, or use a tool that follows the replication (RedisShake; `clusterize keymap --format=redis-shake` makes it rename on the way)."}
	if notes := g.notes("database"); len(notes) > 0 {
		text = append(text, "A cluster has database 0 only: "+strings.Join(notes, "; ")+".")
	}
	return &GuideStep{Title: "Move the data", Text: text, Commands: []string{"redis-cli --cluster import NEW:6379 --cluster-from OLD:6379 --cluster-copy"}}
}

// ported reports that some client is switched.
func (g guide) ported() bool { return g.steps[StageSwitch] > 0 }

// notes are what is said of ported clients about something, each once, by the sentence.
func (g guide) notes(about string) []string {
	var out []string
	for _, c := range g.Clients {
		if c.Verdict != "ported" {
			continue
		}
		for _, note := range strings.Split(c.Reason, "; ") {
			if strings.Contains(note, about) {
				out = appendNew(out, note)
			}
		}
	}
	return out
}

func (g guide) switched() *GuideStep {
	if !g.ported() {
		return nil
	}
	n, before := g.steps[StageSwitch], g.before()
	last := ""
	if before > 0 {
		last = "last "
	}
	s := &GuideStep{Title: "Switch the clients: merge the " + last + verb(n, "patch", strconv.Itoa(n)+" patches"),
		Text: []string{"The setting of the address now names several nodes, with commas between: two or three seeds in different failure domains; the client learns the others from them. To go back, the old server needs what was written meanwhile."}}
	if before == 0 {
		s.Commands = append(s.Commands, "clusterize diff --series patches")
	}
	s.Commands = append(s.Commands, "git am "+g.mails(before+1, before+n))
	return s
}

// hotTags is how many tags are named that make a shard fuller than others.
const hotTags = 3

func (g guide) watch() *GuideStep {
	s := &GuideStep{Title: "What to watch", Text: []string{
		"At least three primaries, each with a replica, on different machines. When the majority of the primaries is gone, or a slot has no node, all keys are refused (CLUSTERDOWN The cluster is down) unless cluster-require-full-coverage is no: then those of the slots that are left are served.",
		"A failover takes about cluster-node-timeout (15 seconds by default) and some more: see that calls have timeouts and are tried again.",
	}}
	if hot := g.hot(); len(hot) > 0 {
		s.Text = append(s.Text, "Tags that fill one shard more than the others: "+strings.Join(hot, "; ")+". `clusterize trace` shows the spread of real traffic.")
	}
	for _, about := range []string{"is per node", "multiplies with", "TLS", "OnConnect", "Dialer"} {
		if notes := g.notes(about); len(notes) > 0 {
			s.Text = append(s.Text, "At the clients: "+strings.Join(notes, "; ")+".")
		}
	}
	s.Text = append(s.Text, "Reads from replicas (ReadOnly, RouteByLatency, RouteRandomly) are not switched on: a replica may be behind, so a read after a write can miss it.")
	return s
}

// hot are the tags whose fullest of three shards has clearly more than a third.
func (g guide) hot() []string {
	var out []string
	for _, f := range g.Families {
		if f.Spread == nil || !strings.Contains(f.NewTemplate, "{") || len(out) == hotTags {
			continue
		}
		i := slices.IndexFunc(f.Spread.Shards, func(s Shards) bool { return s.Primaries == 3 && s.Busiest >= 45 })
		if i >= 0 {
			out = appendNew(out, quoted(f.NewTemplate)+" ("+strconv.Itoa(f.Spread.Shards[i].Busiest)+" % of its keys on one of three shards)")
		}
	}
	return out
}

func (g guide) keep() *GuideStep {
	s := &GuideStep{Title: "Keep it ported", Text: []string{"In CI: a call that a cluster would refuse or answer wrongly fails the build."}, Commands: []string{"clusterize check"}}
	if slices.ContainsFunc(g.Sites, func(s Site) bool { return s.Rule == rules.Keyspace }) {
		s.Text = append(s.Text, "Keyspace events are sent by the node that has the key, and only where notify-keyspace-events is set: on every node.")
	}
	return s
}

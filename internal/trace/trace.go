package trace

import (
	"bytes"
	"fmt"
	"time"

	"github.com/clusterize/clusterize/internal/keymap"
	"github.com/clusterize/clusterize/internal/monitor"
	"github.com/clusterize/clusterize/internal/rediscmd"
)

// Options say what a capture is held against.
type Options struct {
	Map   *keymap.Map
	Sites []Site // of the code, if it was read
	// Each is called for every operation that a cluster does not serve as one Redis does, if it is set.
	Each func(Operation)
}

// Operation is one operation of a finding.
type Operation struct {
	Kind  Kind
	Level Level
	// Line is where it ends: that of the command, of the script, of EXEC.
	Line int64
	// Crosses says whether its keys have several slots, Fails what follows for each of Primaries: before and after.
	Crosses [2]bool
	Fails   [2][len(Primaries)]bool
}

// Analyzer takes the lines of a capture, one after the other, and works in constant memory.
type Analyzer struct {
	opt      Options
	names    *names
	commands *commands
	conns    conns
	script   running
	findings findings
	strict   strictScripts
	capture  Capture
	from, to int64
	dbs      [64]int64                     // the last is for all above
	slots    [rediscmd.Slots][states]int64 // keys that were named
	keys     int64
	hotTags  *hot
	hotKeys  *hot

	line   *monitor.Line
	cmd    *command
	word   func(int) (string, bool)
	at     []int   // positions of the keys of the line
	places []place // of these keys
	one    shape   // of a single command
	sample func() Sample
	other  [64]string // the reasons of findings about databases
}

// New begins an analysis.
func New(opt Options) *Analyzer {
	a := &Analyzer{opt: opt, names: newNames(opt.Map), commands: newCommands(), hotTags: &hot{}, hotKeys: &hot{}}
	a.word = func(i int) (string, bool) {
		if !a.line.Known(i) {
			return "", false
		}
		return text(a.line.Words[i]), true
	}
	a.sample = func() Sample {
		return Sample{Line: a.line.Number, Text: string(a.appendSample(nil, a.cmd))}
	}
	return a
}

// Line takes a command.
func (a *Analyzer) Line(l *monitor.Line) {
	a.line = l
	if a.from == 0 || l.Micros < a.from {
		a.from = l.Micros
	}
	a.to = max(a.to, l.Micros)
	cmd := a.commands.of(l.Words)
	a.cmd = cmd
	if !l.Lua {
		a.endScript()
	}
	if !cmd.known {
		a.unknownCommand(cmd)
	}
	a.findKeys(cmd)
	a.lookUp()
	if l.Lua {
		a.capture.ScriptCalls++
		a.called(cmd)
		return
	}
	a.capture.Commands++
	a.dbs[min(l.DB, len(a.dbs)-1)]++
	if l.DB != 0 {
		a.otherDatabase(cmd)
	}
	c := a.conns.get(l.Addr, l.Micros)
	switch cmd.action {
	case plain:
	case script:
		a.startScript(cmd, c)
	case subscribe:
		a.subscribe(cmd)
	case load:
		a.strict.remember(l, 2)
	default:
		c = a.transaction(cmd, c)
	}
	a.judge(cmd, c)
}

// findKeys puts the positions of the keys of the line into at.
func (a *Analyzer) findKeys(cmd *command) {
	l := a.line
	at := a.at[:0]
	a.at = at
	switch {
	case cmd.one > 0 && cmd.one < len(l.Words):
		at = append(at, cmd.one)
	case cmd.action == channels:
		for i := 1; i < len(l.Words); i++ {
			at = append(at, i)
		}
	case len(cmd.Keys) > 0:
		found, err := cmd.AppendKeyIndexes(at, l.N, a.word)
		if err != nil {
			a.capture.NoKeys++
			return
		}
		at = found
	}
	if l.N != len(l.Words) || len(l.Cut) > 0 {
		kept := at[:0]
		for _, i := range at {
			if l.Known(i) {
				kept = append(kept, i)
			} else {
				a.capture.CutKeys++
			}
		}
		at = kept
	}
	a.at = at
}

// lookUp finds the places of the keys of the line, and counts them; those that a client named are traffic.
func (a *Analyzer) lookUp() {
	a.places = a.places[:0]
	for _, i := range a.at {
		k := a.line.Words[i]
		if a.cmd.action == channels {
			slot := uint16(rediscmd.Slot(text(k)))
			a.places = append(a.places, place{noKey, [states]uint16{slot, slot}})
			continue
		}
		hash := a.names.hash(k)
		x := a.names.of(hash, k)
		a.places = append(a.places, x.place)
		a.names.count(x.place, k, a.line.DB)
		if a.line.Lua {
			continue
		}
		a.keys++
		a.slots[x.slot[before]][before]++
		a.slots[x.slot[after]][after]++
		a.hotKeys.add(hash, k)
		tag := x.tag(k)
		if len(tag) != len(k) {
			hash = a.names.hash(tag)
		}
		a.hotTags.add(hash, tag)
	}
}

// judge looks at the command alone, and adds it to what its connection has open.
func (a *Analyzer) judge(cmd *command, c *conn) {
	var g group
	for _, x := range a.places {
		g.add(x)
	}
	if c != nil {
		a.join(cmd, c, &g)
	}
	if cmd.refusable || cmd.level != "" {
		a.judgeScope(cmd)
	}
	if g.crosses() && (c == nil || !c.multi) && cmd.action != script {
		j := g.judge(g.differ)
		a.found(Command, Fails, crossing, a.single(cmd), &j, a.line.Number, a.sample)
	}
}

// The reasons of findings.
const (
	crossing   = "keys in several slots: CROSSSLOT"
	inMulti    = "keys in several slots: the transaction is refused"
	inWatch    = "keys in several slots: a transaction is bound to the node of one slot"
	inScript   = "KEYS in several slots: CROSSSLOT"
	undeclared = "the script uses keys in other slots than that of its KEYS: refused where another node has them"
	noKeys     = "the script names no KEYS, and uses keys: it runs on any node, and is refused where another one has them"
	oneNode    = "each node does this for itself: the answer, or the effect, is that of one node"
	scriptNode = "called by a script: the answer, or the effect, is that of one node"
	refused    = "a cluster refuses this command, or this argument"
	otherDB    = "in database %d: a cluster has database 0 only"
	notified   = "notifications of keys stay on the node of the key: the others are not heard"
)

// judgeScope finds what a cluster refuses, or one node answers for itself.
func (a *Analyzer) judgeScope(cmd *command) {
	j := always()
	scope := cmd.Scope
	if cmd.refusable {
		scope, _ = cmd.ScopeOf(a.line.N, a.word)
	}
	switch {
	case scope == rediscmd.Refused:
		a.found(Refused, Fails, refused, a.single(cmd), &j, a.line.Number, a.sample)
	case scope == rediscmd.OneNode && a.line.Lua:
		a.found(OneNode, cmd.level, scriptNode, a.single(cmd), &j, a.line.Number, a.sample)
	case scope == rediscmd.OneNode:
		a.found(OneNode, cmd.level, oneNode, a.single(cmd), &j, a.line.Number, a.sample)
	}
}

// subscribe finds subscriptions to notifications of keys.
func (a *Analyzer) subscribe(cmd *command) {
	for _, w := range a.line.Words[1:] {
		if bytes.HasPrefix(w, []byte("__key")) {
			j := always()
			a.found(OneNode, Silent, notified, a.single(cmd), &j, a.line.Number, a.sample)
			return
		}
	}
}

func (a *Analyzer) otherDatabase(cmd *command) {
	if len(cmd.Keys) == 0 && cmd.level != Silent {
		return // SELECT, which is a finding of its own, and what has nothing to do with keys
	}
	j := always()
	a.one.reset()
	n := min(a.line.DB, len(a.other)-1)
	if a.other[n] == "" {
		a.other[n] = fmt.Sprintf(otherDB, n)
		if n == len(a.other)-1 {
			a.other[n] = fmt.Sprintf("in database %d, or one above it: a cluster has database 0 only", n)
		}
	}
	a.found(Database, Fails, a.other[n], &a.one, &j, a.line.Number, a.sample)
}

// single is the shape of the command of the line.
func (a *Analyzer) single(cmd *command) *shape {
	a.one.reset()
	a.note(&a.one, cmd)
	return &a.one
}

// note adds the command of the line to a shape, with the families of its keys.
func (a *Analyzer) note(p *shape, cmd *command) {
	if len(a.places) == 0 {
		p.add(cmd, noFamily)
	}
	for _, x := range a.places {
		p.add(cmd, x.family)
	}
}

// appendSample writes a command and its keys, and nothing else: other words may be anybody's data.
func (a *Analyzer) appendSample(out []byte, cmd *command) []byte {
	if len(out) >= maxOfSample {
		return out
	}
	if len(out) > 0 {
		out = append(out, "; "...)
	}
	out = append(out, cmd.shown...)
	for n, i := range a.at {
		if n == maxKeySample || len(out) >= maxOfSample {
			return append(out, " ..."...)
		}
		out = append(out, ' ')
		out = appendKey(out, a.line.Words[i])
	}
	return out
}

// found counts an operation.
func (a *Analyzer) found(kind Kind, level Level, reason string, p *shape, j *judgement, line int64, sample func() Sample) {
	a.findings.add(kind, level, reason, p, j, sample)
	if a.opt.Each != nil {
		a.opt.Each(Operation{Kind: kind, Level: level, Line: line, Crosses: j.crosses, Fails: j.fails})
	}
}

// maxUnknownCommands bounds the commands that are listed as not known.
const maxUnknownCommands = 50

func (a *Analyzer) unknownCommand(cmd *command) {
	u := a.commands.unknown
	if _, ok := u[cmd.shown]; !ok && len(u) >= maxUnknownCommands {
		u["(others)"]++
		return
	}
	u[cmd.shown]++
}

// Unreadable counts a line that the reader could not read.
func (a *Analyzer) Unreadable(e *monitor.BadLine) {
	c := &a.capture
	c.Unreadable++
	c.Unended = c.Unended || e.Unended
	if len(c.UnreadSamples) < 5 {
		c.UnreadSamples = append(c.UnreadSamples, Unreadable{Line: e.Number, Why: e.Why})
	}
}

// moment makes a time of microseconds.
func moment(micros int64) Time {
	if micros == 0 {
		return Time{}
	}
	return Time{time.UnixMicro(micros).UTC()}
}

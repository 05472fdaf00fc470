package trace

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"

	"github.com/clusterize/clusterize/internal/monitor"
)

// running is the script or function whose calls are being read: MONITOR shows them right behind it.
type running struct {
	active bool
	cmd    *command
	line   int64
	conn   *conn // when it runs in a transaction
	// strictly is set for a script that may use one slot only, whatever the node.
	strictly bool
	declared group // KEYS
	all      group // and the keys that it uses
	calls    int   // that have keys
	strict   [states]bool
	commands shape
}

func (a *Analyzer) startScript(cmd *command, c *conn) {
	s := &a.script
	s.commands.reset()
	*s = running{active: true, cmd: cmd, line: a.line.Number, conn: c, commands: s.commands}
	s.strictly = a.strict.isStrict(cmd, a.line)
	a.capture.ScriptRuns++
	for _, x := range a.places {
		s.declared.add(x)
		s.all.add(x)
	}
	s.strict = s.declared.differ
	a.note(&s.commands, cmd)
	s.commands.sample = a.appendSample(s.commands.sample, cmd)
}

// called takes a command that the script calls.
func (a *Analyzer) called(cmd *command) {
	s := &a.script
	if !s.active {
		a.capture.OrphanCalls++
		return
	}
	var own group
	for _, x := range a.places {
		own.add(x)
		s.all.add(x)
		// Without KEYS a script in a transaction runs on the node of that.
		if s.conn != nil && s.declared.keys == 0 {
			s.conn.all.add(x)
		}
	}
	if len(a.at) > 0 {
		s.calls++
		for i := range states {
			s.strict[i] = s.strict[i] || own.differ[i]
			if s.conn != nil {
				s.conn.strict[i] = s.conn.strict[i] || own.differ[i]
			}
		}
		a.note(&s.commands, s.cmd)
		s.commands.sample = a.appendSample(s.commands.sample, cmd)
	}
	if cmd.refusable || cmd.level != "" {
		a.judgeScope(cmd)
	}
}

// endScript judges the script that ran, if one did.
func (a *Analyzer) endScript() {
	s := &a.script
	if !s.active {
		return
	}
	s.active = false
	j, reason := s.all.judge(s.strict), undeclared
	switch {
	case s.declared.keys == 0 && s.conn != nil, !s.all.crosses() && (s.declared.keys > 0 || s.calls == 0):
		return
	case s.declared.keys == 0:
		j, reason = always(), noKeys
	case s.declared.crosses():
		reason = inScript
	case s.strictly:
		j = s.all.judge(s.all.differ)
	}
	if s.conn != nil && s.declared.crosses() && s.declared.differ == s.all.differ {
		return // the transaction says so
	}
	a.found(Script, Fails, reason, &s.commands, &j, s.line, func() Sample {
		return Sample{Line: s.line, Text: string(s.commands.sample)}
	})
}

// strictScripts remembers scripts that say how they want to be run: those may use the keys of one slot only.
type strictScripts struct{ bySHA map[string]bool }

const maxStrict = 1024

// isStrict reports a script that begins with #!, unless that allows keys of several slots; and a function, as functions
// always begin so.
func (s *strictScripts) isStrict(cmd *command, l *monitor.Line) bool {
	switch cmd.Name {
	case "fcall", "fcall_ro":
		return true
	case "evalsha", "evalsha_ro":
		return len(s.bySHA) > 0 && len(l.Words) > 1 && s.bySHA[string(bytes.ToLower(l.Words[1]))]
	}
	return s.remember(l, 1)
}

// remember takes the text of a script, which is a word of the line.
func (s *strictScripts) remember(l *monitor.Line, word int) bool {
	if word >= len(l.Words) {
		return false
	}
	body := l.Words[word]
	first, _, _ := bytes.Cut(body, []byte{'\n'})
	if !bytes.HasPrefix(body, []byte("#!")) || bytes.Contains(first, []byte("allow-cross-slot-keys")) {
		return false
	}
	if len(s.bySHA) < maxStrict && l.Known(word) {
		if s.bySHA == nil {
			s.bySHA = map[string]bool{}
		}
		sum := sha1.Sum(body)
		s.bySHA[hex.EncodeToString(sum[:])] = true
	}
	return true
}

package port

import (
	"slices"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/report"
	"github.com/clusterize/clusterize/keyplan"
)

// countScripts counts the scripts that the program runs, each once with the worst verdict of the calls that lead to
// it. A site whose script can't be found is one that is not read.
func countScripts(sites []detect.Site, only scope, decisions []keyplan.Decision) *report.ScriptCount {
	type script struct {
		read    bool
		verdict keyplan.Verdict
	}
	seen := map[string]*script{}
	for i, s := range sites {
		if !only.has(s.Package) {
			continue
		}
		for ci, c := range s.Contexts {
			for _, o := range c.Ops {
				if !runsScript(o) {
					continue
				}
				names := map[string]bool{}
				for _, x := range o.Scripts {
					names[x.Function+"\x00"+x.Text.String()] = x.Problem == ""
				}
				if len(names) == 0 {
					names["\x00"+s.ID] = false
				}
				for name, read := range names {
					x := seen[name]
					if x == nil {
						x = &script{read: read, verdict: keyplan.Safe}
						seen[name] = x
					}
					x.verdict = keyplan.Worse(x.verdict, decisions[i].Contexts[ci].Verdict)
				}
			}
		}
	}
	out := &report.ScriptCount{Found: len(seen)}
	for _, x := range seen {
		if !x.read {
			out.Unread++
			continue
		}
		out.Read++
		switch x.verdict {
		case keyplan.Tag:
			out.Tag++
		case keyplan.Review:
			out.Review++
		case keyplan.Blocked:
			out.Blocked++
		default:
			out.Safe++
		}
	}
	return out
}

// runsScript reports a command that runs a script or a function.
func runsScript(o detect.Op) bool {
	return slices.Contains([]string{"EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO", "FCALL", "FCALL_RO"}, o.Command)
}

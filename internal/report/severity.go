package report

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/rules"
)

// The levels of findings, as SARIF calls them.
const (
	levelError   = "error"   // does not work on a cluster
	levelWarning = "warning" // can't be proved to work
	levelNote    = "note"    // works once clusterize has changed it
	levelNone    = "none"    // works
)

// level is that of the verdict on a site, a client or the use of a library.
func level(verdict string) string {
	switch verdict {
	case "blocked", "holds":
		return levelError
	case "review", "option":
		return levelWarning
	case "tag", "split", "fanout":
		return levelNote
	}
	return levelNone
}

// gravity orders levels: the most severe first.
func gravity(level string) int {
	return slices.Index([]string{levelError, levelWarning, levelNote, levelNone}, level)
}

// notSafe reports that a site is not safe on a cluster, and that nobody said to leave it alone.
func (s Site) notSafe() bool { return s.Verdict != "safe" && s.Ignored == "" }

// Safe reports that every operation works on a cluster, or is ignored, and that no client of one server is left but those
// that stay so on purpose, and universal ones.
func (r *Report) Safe() bool {
	return r.Summary.Safe+r.Summary.Ignored == r.Summary.Sites && len(r.openClients()) == 0
}

// gated are what a gate looks at: the sites, and as such the clients that are not, or not yet, of a cluster.
func (r *Report) gated() []Site { return append(slices.Clone(r.Sites), r.openClients()...) }

func (r *Report) openClients() []Site {
	var out []Site
	for _, c := range r.Clients {
		s := Site{ID: c.ID, File: c.File, Line: c.Line, Column: c.Column, Function: c.Function, Kind: "client", Method: c.Constructor, Verdict: c.Verdict, Rule: rules.ClientSwitch, Reason: c.Reason}
		switch {
		case c.Pending:
			s.Verdict, s.Reason = "review", "it is a client of one server yet, and gets MOVED errors from a cluster: clusterize diff switches it"
		case !c.undecided() || c.Constructor == "NewUniversalClient": // whether that is one of a cluster, its options tell
			continue
		}
		out = append(out, s)
	}
	return out
}

// gravest are the sites that are kept, the most severe first; tests after other code, then in the order of the report.
func gravest(sites []Site, keep func(Site) bool) []Site {
	var out []Site
	for _, s := range sites {
		if keep(s) {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b Site) int {
		return cmp.Or(gravity(level(a.Verdict))-gravity(level(b.Verdict)), rank(a.inTest())-rank(b.inTest()))
	})
	return out
}

// says is what a site does on a cluster: a sentence that stands alone, where only one line is shown.
func (s Site) says() string {
	what := commands(s)
	if s.Kind == "client" {
		what = "The client of " + what
	}
	if s.Function != "" {
		what += " in " + s.Function
	}
	about := string(s.Rule)
	if r, ok := rules.Get(s.Rule); ok {
		about = r.Title
	}
	switch s.Verdict {
	case "blocked":
		what += " does not work on a Redis Cluster: " + about
	case "review":
		what += " can't be proved to work on a Redis Cluster: " + about
	case "tag":
		what += " works on a Redis Cluster once its keys have a hash tag: " + about
		if to := s.newNames(2); to != "" {
			what = strings.TrimSuffix(what, about) + to
		}
	case "split":
		what += " works on a Redis Cluster once it is made slot by slot: " + about
	case "fanout":
		what += " works on a Redis Cluster once it asks every primary: " + about
	default:
		what += " works on a Redis Cluster: " + about
	}
	return printable(strings.TrimSuffix(what, ".")) + "."
}

// newNames are the first keys of a site that are renamed, as old -> new.
func (s Site) newNames(most int) string {
	var out []string
	for _, k := range s.Keys {
		if k.renamed() && len(out) < most {
			out = append(out, quoted(k.Template)+" -> "+quoted(k.NewTemplate))
		}
	}
	return strings.Join(out, ", ")
}

// clipped is a text of at most so many characters.
func clipped(s string, most int) string {
	if len(s) <= most {
		return s
	}
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// atTop is the name of a file as seen from the top of the work tree.
func (r *Report) atTop(file string) string { return path.Join(r.Top, file) }

package rewrite

import (
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/source"
	"github.com/clusterize/clusterize/keyplan"
)

// decideClients finds which clients are switched, makes their changes, and says why others are not.
func (r *Rewriter) decideClients(p *keyplan.Plan, opt Options) []*ClientSwitch {
	states := map[*client]*ClientSwitch{}
	var out []*ClientSwitch
	for _, x := range r.clients.list {
		sw := &ClientSwitch{Client: x.pos, Constructor: x.origin.Name, Verdict: Ported, Notes: slices.Clone(x.notes), DBs: x.dbs}
		switch why := opt.Kept[x.pos]; {
		case why != "":
			sw.Verdict, sw.Reason = Kept, "stays on a single node: "+why
		case x.kept != "":
			sw.Verdict, sw.Reason = Kept, x.kept
		case len(x.blocked) > 0:
			sw.Verdict, sw.Reason = ClientBlocked, strings.Join(uniq(x.blocked), "; ")
		case len(x.review) > 0:
			sw.Verdict, sw.Reason = ClientReview, strings.Join(uniq(x.review), "; ")
		}
		states[x] = sw
		out = append(out, sw)
	}
	s := &switcher{r: r, c: r.clients, opt: opt, states: states, held: map[*client]string{}}
	s.settle()
	r.compareDatabases(p, s)
	r.hold(p, s)
	s.settle()
	s.noteHooks()
	s.write()
	return out
}

// switcher decides about the clients of a program together: a type that several of them reach must fit all.
type switcher struct {
	r      *Rewriter
	c      *clients
	opt    Options
	states map[*client]*ClientSwitch
	held   map[*client]string // those that could be switched, with the reason why not now
}

// live lists the clients that are switched so far.
func (s *switcher) live() []*client {
	var out []*client
	for _, x := range s.c.list {
		if s.states[x].Verdict == Ported {
			out = append(out, x)
		}
	}
	return out
}

func (s *switcher) drop(x *client, verdict, why string) {
	sw := s.states[x]
	if sw.Verdict == Ported {
		sw.Verdict, sw.Reason = verdict, why
		return
	}
	if sw.Verdict == verdict && !strings.Contains(sw.Reason, why) {
		sw.Reason += "; " + why
	}
}

// settle drops clients until the types that the others reach fit.
func (s *switcher) settle() {
	for {
		t := s.types()
		dropped := false
		for _, x := range s.c.list {
			for _, p := range t.problems[x] {
				dropped = dropped || s.states[x].Verdict == Ported
				s.drop(x, p.verdict, p.why)
			}
		}
		if !dropped {
			return
		}
	}
}

// hold keeps clients back while they have a site that would be wrong on a cluster without an error.
func (r *Rewriter) hold(p *keyplan.Plan, s *switcher) {
	for _, x := range s.live() {
		why := ""
		switch {
		case s.opt.Hold != "":
			why = s.opt.Hold
		case s.opt.Switch == "always":
		case s.opt.Switch == "never":
			why = "the switch was turned off (--switch=never)"
		default:
			if by := r.silentSites(p, x); len(by) > 0 {
				why = "the switch waits for " + places(by) + ", where a cluster gives a wrong answer without an error. Solve that first, or use --switch=always"
			}
		}
		if why != "" {
			s.held[x] = why
			s.drop(x, ClientReview, why)
		}
	}
}

// silentSites are the sites of a client that would be silently wrong; one whose client is not known counts for all.
func (r *Rewriter) silentSites(p *keyplan.Plan, x *client) []source.Position {
	var by []source.Position
	for i, s := range r.res.Sites {
		d := p.Decisions[i]
		if !d.Silent || d.Verdict != keyplan.Review && d.Verdict != keyplan.Blocked {
			continue
		}
		if len(s.Clients) == 0 || slices.Contains(s.Clients, x.id) {
			by = append(by, s.Pos)
		}
	}
	return by
}

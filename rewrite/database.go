package rewrite

import (
	"slices"
	"strconv"
	"strings"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/keyplan"
)

// compareDatabases finds clients of different databases whose keys would meet in the one database of a cluster: a family
// that both use would become one set of keys, and FLUSHDB or KEYS of one would reach those of the other. It is proved
// when both databases are constants; a setting may turn out to be the same. Clients of tests keep out of it, and so do
// clients of different servers, where the addresses are constant.
func (r *Rewriter) compareDatabases(p *keyplan.Plan, s *switcher) {
	live := s.live()
	for i, a := range live {
		for _, b := range live[i+1:] {
			if slices.Equal(a.databases(), b.databases()) || a.test || b.test || otherServers(a, b) {
				continue
			}
			why, certain := r.meetings(p, a, b)
			if why == "" {
				continue
			}
			verdict := ClientReview
			if certain && constants(a.databases()) && constants(b.databases()) {
				verdict = ClientBlocked
			}
			s.drop(a, verdict, why)
			s.drop(b, verdict, why)
		}
	}
}

// databases are the databases of a client, as written.
func (x *client) databases() []string {
	if len(x.dbs) == 0 {
		return []string{"0"}
	}
	return x.dbs
}

// shownDBs are databases as a reader knows them.
func shownDBs(dbs []string) string {
	var out []string
	for _, db := range dbs {
		text, _, _ := strings.Cut(db, "@")
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return first(out, 4)
}

// otherServers reports clients of constant addresses of which none is the same.
func otherServers(a, b *client) bool {
	return len(a.addrs) > 0 && len(b.addrs) > 0 && !slices.ContainsFunc(a.addrs, func(s string) bool { return slices.Contains(b.addrs, s) })
}

// constants reports databases that are all numbers.
func constants(dbs []string) bool {
	return !slices.ContainsFunc(dbs, func(s string) bool { _, err := strconv.Atoi(s); return err != nil })
}

// meetings says how the keys of two clients would meet, and whether that is certain; "" when they do not.
func (r *Rewriter) meetings(p *keyplan.Plan, a, b *client) (string, bool) {
	who := "the databases " + shownDBs(a.databases()) + " (" + a.pos.String() + ") and " + shownDBs(b.databases()) + " (" + b.pos.String() + ")"
	af, aOpen := r.familiesOf(p, a)
	bf, bOpen := r.familiesOf(p, b)
	var both, near []string
	for _, f := range af {
		for _, g := range bf {
			switch {
			case f == g:
				both = append(both, f.Template)
			case keyplan.Meet(f, g):
				near = append(near, f.Template+" and "+g.Template)
			}
		}
	}
	var parts []string
	if len(both) > 0 {
		parts = append(parts, who+" both hold "+first(uniq(both), 3)+": on a cluster they would be one. "+proposal(a, b, both[0]))
	}
	if len(near) > 0 {
		parts = append(parts, who+" hold "+first(uniq(near), 3)+", whose keys may have one name: on a cluster they would be one. "+proposal(a, b, ""))
	}
	sweeps := append(r.sweeps(a, b, bf), r.sweeps(b, a, af)...)
	if len(sweeps) > 0 {
		parts = append(parts, who+" become one on a cluster: "+first(sweeps, 3)+". Ask for the keys of one of them by a pattern of their own, or keep them apart")
	}
	return strings.Join(parts, "; "), (len(both) > 0 || len(sweeps) > 0) && !aOpen && !bOpen || len(sweeps) > 0
}

// proposal says which prefix would keep the keys apart: that of the client with the higher database.
func proposal(a, b *client, family string) string {
	x := b
	if slices.Compare(a.databases(), b.databases()) > 0 {
		x = a
	}
	prefix := "db" + x.databases()[0]
	if !constants(x.databases()) {
		prefix = "other"
	}
	out := "Give the keys of one of them a prefix, such as " + prefix + ":"
	if family != "" {
		out += " (" + prefix + ":" + family + ")"
	}
	return out
}

// familiesOf lists the families that a client uses, with those of sites whose client is not known. The other result
// tells that there are such sites.
func (r *Rewriter) familiesOf(p *keyplan.Plan, x *client) ([]*keyplan.Family, bool) {
	mine, open := map[string]bool{}, map[string]bool{}
	for _, s := range r.res.Sites {
		mine[s.ID] = slices.Contains(s.Clients, x.id)
		open[s.ID] = len(s.Clients) == 0
	}
	var out []*keyplan.Family
	unsure := false
	for _, f := range p.Families {
		switch {
		case slices.ContainsFunc(f.Sites, func(id string) bool { return mine[id] }):
			out = append(out, f)
		case slices.ContainsFunc(f.Sites, func(id string) bool { return open[id] }):
			out = append(out, f)
			unsure = true
		}
	}
	return out, unsure
}

// sweeps are commands of a client that would also reach the keys of the other.
func (r *Rewriter) sweeps(a, b *client, families []*keyplan.Family) []string {
	var out []string
	for _, s := range r.res.Sites {
		if !slices.Contains(s.Clients, a.id) || slices.Contains(s.Clients, b.id) || s.Target == detect.OnNode {
			continue
		}
		for _, c := range s.Contexts {
			for _, o := range c.Ops {
				switch o.Command {
				case "FLUSHDB":
					out = append(out, "FLUSHDB at "+s.Pos.String()+" would delete the keys of both")
				case "DBSIZE", "RANDOMKEY":
					out = append(out, o.Command+" at "+s.Pos.String()+" would count the keys of both")
				case "KEYS", "SCAN":
					if slices.ContainsFunc(families, func(f *keyplan.Family) bool { return keyplan.Finds(o.Pattern, f) }) {
						out = append(out, o.Command+" at "+s.Pos.String()+" would find the keys of both")
					}
				}
			}
		}
	}
	return uniq(out)
}

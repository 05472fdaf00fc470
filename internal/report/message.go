package report

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// messageWidth is the number of columns of a commit's body.
const messageWidth = 72

// Describe writes the subject and the body of a patch, from its stage, sites, families and clients.
func (r *Report) Describe(p *Patch) {
	m := &message{Report: r, Patch: p, page: page{width: messageWidth}}
	switch p.Stage {
	case StageSplit:
		m.split()
	case StageFanout:
		m.fanout()
	case StageTag:
		m.tag()
	case StageNote:
		m.Subject = "redis: mark what a person must decide for a cluster"
		m.para(0, 0, "Comments only: `//clusterize:todo RULE reason` stands above each operation that can't be ported without a decision, and goes when it is solved. `clusterize explain RULE` says what a rule is about, `clusterize report` more of each.")
		m.list("Sites:", m.sites(func(Site) bool { return true }), false)
	case StageSwitch:
		m.clients()
	}
	m.blank()
	m.para(0, 0, "To verify: go build ./... && go vet ./... && go test ./..."+map[bool]string{true: ", against a Redis Cluster.", false: ", against a standalone server or a cluster."}[p.Stage == StageSwitch])
	p.Body = m.b.String()
}

// message is the text of a commit in the making.
type message struct {
	*Report
	*Patch
	page
}

// subject is a line in the usual form; a rest that does not fit is left out, and then it is false.
func (m *message) subject(text, rest string) bool {
	m.Subject = printable("redis: " + text)
	with := printable("redis: " + text + rest)
	fits := utf8.RuneCountInString(with) <= messageWidth
	if fits {
		m.Subject = with
	}
	return fits
}

// sites are the sites of the patch.
func (m *message) sites(keep func(Site) bool) []Site {
	var out []Site
	for _, s := range m.Report.Sites {
		if slices.Contains(m.Patch.Sites, s.ID) && keep(s) {
			out = append(out, s)
		}
	}
	return out
}

// siteLimit is how many sites a commit names; the diff has all.
const siteLimit = 30

// list writes sites, each with what it does; with reasons those of one reason together, and the reason below them.
func (m *message) list(title string, sites []Site, reasons bool) {
	if len(sites) == 0 {
		return
	}
	m.blank()
	m.para(0, 0, title)
	m.blank()
	n := 0
	for _, it := range folded(sites) {
		for _, s := range it.sites {
			if n++; n <= siteLimit {
				m.para(2, 6, head(s))
			}
		}
		if reasons && n <= siteLimit {
			m.para(6, 6, it.sites[0].Reason)
		}
	}
	if n > siteLimit {
		m.para(2, 4, "and "+strconv.Itoa(n-siteLimit)+" more")
	}
}

// subjectOf is a subject with as many commands of sites as fit.
func (m *message) subjectOf(text string, sites []Site) {
	var names []string
	for _, s := range sites {
		names = appendNew(names, s.Commands...)
	}
	slices.Sort(names)
	m.subject(text, "")
	for n := len(names); n > 0; n-- {
		more := ": " + strings.Join(names[:n], ", ")
		if n < len(names) {
			more += ", ..."
		}
		if m.subject(text, more) {
			return
		}
	}
}

func (m *message) split() {
	all := m.sites(func(Site) bool { return true })
	split := m.sites(func(s Site) bool { return s.Kind != "keytext" })
	text := m.sites(func(s Site) bool { return s.Kind == "keytext" })
	switch {
	case len(split) > 0:
		m.subjectOf("make calls of several keys slot by slot", split)
	case len(all) > 0:
		m.subject("look at the text of keys without their hash tags", "")
	default:
		m.subject("prepare calls for a cluster", "")
	}
	if len(split) > 0 {
		m.para(0, 0, "A Redis Cluster refuses a command whose keys are in several hash slots: CROSSSLOT Keys in request don't hash to the same slot. "+
			"These calls are made once for each slot. The helper package keeps the order of the answers, duplicates and nils, and hides no error; with the client of a standalone server it makes one call, as before.")
		m.list("What is lost is said below each of them:", split, true)
	}
	if len(text) > 0 {
		m.blank()
		m.para(0, 0, "The names of some keys get a hash tag: the braces would show where code looks at the text of a key. "+
			"It is given the name without them, which is right before and after the keys are renamed.")
		m.list("Places:", text, true)
	}
}

func (m *message) fanout() {
	sites := m.sites(func(Site) bool { return true })
	m.subjectOf("ask every primary", sites)
	m.para(0, 0, "On a Redis Cluster a node answers these commands for itself, without an error: the other nodes are not asked. "+
		"The helper package asks every primary and joins the answers; with the client of a standalone server it makes one call, as before. "+
		"The nodes are not asked at one moment: what changes meanwhile may be seen or not, as with SCAN.")
	m.list("Sites:", sites, true)
}

func (m *message) tag() {
	var families []Family
	for _, f := range m.Report.Families {
		if slices.Contains(m.Patch.Families, f.Template) && f.Tag != "" {
			families = append(families, f)
		}
	}
	var tags, risks, reasons []string
	together := map[string]bool{}
	for _, f := range families {
		if !slices.Contains(tags, f.Tag) {
			tags = append(tags, f.Tag)
		}
		for _, id := range f.Together {
			together[id] = true
		}
		risks = appendNew(risks, f.Risks...)
		if f.Confidence != nil {
			reasons = appendNew(reasons, f.Confidence.Reasons...)
		}
	}
	m.Subject = printable("redis: rename " + count(len(families), "key family"))
	if len(tags) > 0 {
		m.subject("tag keys with {"+tags[0]+"}", map[bool]string{true: ", and others", false: ""}[len(tags) > 1])
	}
	m.para(0, 0, "A Redis Cluster takes several keys in one operation only if they are in one hash slot. A part of a key in braces, its hash tag, is what its slot is made of. So these keys are renamed, wherever they are read or written:")
	m.blank()
	for _, f := range families {
		m.words(2, 4, []string{quoted(f.Template), "->", quoted(f.NewTemplate)})
	}
	m.list("Operations that need it:", m.all(together), false)
	m.blank()
	m.para(0, 0, "The new names work on a standalone server as well. STORED KEYS HAVE THE OLD NAMES, and are not found by this code until they are renamed: stop the program, run `clusterize rename --write` with the keymap made before this change, and start the program with it.")
	m.notes("May use the old names, or gets the new ones:", reasons)
	m.notes("Risks:", risks)
}

func appendNew(list []string, more ...string) []string {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// all are the sites with the ids, whether or not the patch touches them.
func (m *message) all(ids map[string]bool) []Site {
	var out []Site
	for _, s := range m.Report.Sites {
		if ids[s.ID] {
			out = append(out, s)
		}
	}
	return out
}

// noteLimit is how many notes of one kind a commit has; the report has all.
const noteLimit = 10

func (m *message) notes(title string, notes []string) {
	if len(notes) == 0 {
		return
	}
	m.blank()
	m.para(0, 0, title)
	m.blank()
	for i, n := range notes {
		if i == noteLimit {
			m.para(2, 4, "and "+strconv.Itoa(len(notes)-noteLimit)+" more: see clusterize report")
			break
		}
		m.para(2, 4, n)
	}
}

func (m *message) clients() {
	var clients []Client
	for _, c := range m.Report.Clients {
		if slices.Contains(m.Patch.Clients, c.ID) {
			clients = append(clients, c)
		}
	}
	files := []string{}
	for _, c := range clients {
		files = appendNew(files, c.File)
	}
	m.switchSubject(files)
	m.para(0, 0, "Clients of one server become clients of a Redis Cluster, with the types of variables, fields, parameters and results that they reach. From here on the program needs a cluster, or a setting that names its nodes: merge this last, when the data has been moved.")
	m.blank()
	for i, c := range clients {
		if i == siteLimit && len(clients) > i+1 {
			m.para(2, 4, "and "+strconv.Itoa(len(clients)-i)+" more")
			break
		}
		m.para(2, 4, c.File+":"+strconv.Itoa(c.Line)+": "+c.Constructor)
		if len(clients) == 1 {
			m.para(6, 6, c.Reason)
		}
	}
	if len(clients) > 1 {
		m.clientNotes(clients)
	}
}

// clientNotes says each note once, with the clients that it is of, unless it is of all.
func (m *message) clientNotes(clients []Client) {
	notes := noteClients(clients)
	slices.SortStableFunc(notes, func(a, b sharedNote) int { return len(b.Clients) - len(a.Clients) })
	if len(notes) == 0 {
		return
	}
	m.blank()
	m.para(0, 0, "To know of them:")
	m.blank()
	for i, n := range notes {
		if i == noteLimit && len(notes) > i+1 {
			m.para(2, 4, "and "+strconv.Itoa(len(notes)-i)+" more: see clusterize report")
			return
		}
		m.para(2, 4, n.Text)
		if len(n.Clients) < len(clients) {
			m.para(6, 8, "("+n.places(noteLimit)+")")
		}
	}
}

// switchSubject names the file of the first client, as much of its end as fits, and how many files the patch changes besides:
// no other patch has that client.
func (m *message) switchSubject(files []string) {
	const text = "switch to the cluster client"
	more := ""
	if n := max(len(m.Files), len(files)) - 1; n > 0 && len(files) > 1 {
		more = " and " + count(n, "more file")
	}
	for name := slices.Concat(files, []string{""})[0]; name != ""; {
		if m.subject(text, " in "+name+more) {
			return
		}
		_, name, _ = strings.Cut(name, "/")
	}
	m.subject(text, " in "+count(max(len(m.Files), len(files)), "file"))
}

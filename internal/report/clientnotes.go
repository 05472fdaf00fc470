package report

import (
	"slices"
	"strconv"
	"strings"
)

// sharedNote is what is said of many clients, once, by its number.
type sharedNote struct {
	N       int
	Text    string
	Clients []Client
}

// sharedFrom is in how many different reasons a note must stand to be said once for all of them.
const sharedFrom = 3

// notes are what is said of a client, each a sentence.
func (c Client) notes() []string {
	if c.Reason == "" {
		return nil
	}
	return strings.Split(c.Reason, "; ")
}

// noteClients are the clients of each note, in the order of the notes.
func noteClients(clients []Client) []sharedNote {
	var out []sharedNote
	at := map[string]int{}
	for _, c := range clients {
		for _, n := range c.notes() {
			i, ok := at[n]
			if !ok {
				i = len(out)
				at[n] = i
				out = append(out, sharedNote{Text: n})
			}
			if k := len(out[i].Clients); k == 0 || out[i].Clients[k-1] != c {
				out[i].Clients = append(out[i].Clients, c)
			}
		}
	}
	return out
}

// sharedNotes are the notes that stand in many reasons.
func sharedNotes(clients []Client) []sharedNote {
	var out []sharedNote
	for _, n := range noteClients(clients) {
		var reasons []string
		for _, c := range n.Clients {
			reasons = appendNew(reasons, c.Reason)
		}
		if len(reasons) >= sharedFrom {
			n.N = len(out) + 1
			out = append(out, n)
		}
	}
	return out
}

// own are the notes of a client that are not shared; the last one refers to those that are.
func (c Client) own(shared []sharedNote) []string {
	var out, refs []string
	for _, n := range c.notes() {
		if i := slices.IndexFunc(shared, func(s sharedNote) bool { return s.Text == n }); i >= 0 {
			refs = append(refs, strconv.Itoa(shared[i].N))
			continue
		}
		out = append(out, n)
	}
	if len(refs) > 0 {
		out = append(out, verb(len(refs), "note ", "notes ")+strings.Join(refs, ", ")+" below")
	}
	return out
}

// places are where the clients of a note are made, the first ones.
func (n sharedNote) places(most int) string {
	var out []string
	for _, c := range n.Clients {
		out = append(out, c.File+":"+strconv.Itoa(c.Line))
	}
	return list(out, most)
}

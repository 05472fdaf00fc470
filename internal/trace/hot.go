package trace

import (
	"cmp"
	"slices"
)

// hotSize is how many texts are counted at a time. A text that was named more often than one time in hotSize is among
// them, whatever the others.
const hotSize = 1024

// hot finds the texts that are named most often, in constant memory and time: the algorithm Space-Saving of Metwally,
// Agrawal and El Abbadi, with their Stream-Summary. A text that is not counted takes the place, and the count, of one with
// the least; so a count is too high by at most what it took over.
type hot struct {
	items []hotItem
	table [4 * hotSize]int16 // by hash: an item plus 1
	// Items with equal counts are in one bucket; the buckets are a ring that begins behind bucket 0, with the least count.
	buckets [hotSize + 1]bucket
	made    int16
	free    []int16
}

type hotItem struct {
	text       []byte
	hash       uint64
	over       int64 // how much of the count may be wrong
	bucket     int16
	prev, next int16 // in the bucket, -1 at its ends
}

type bucket struct {
	count      int64
	first      int16
	prev, next int16
}

// add counts a text, which has this hash: one of a good function, always the same for a text.
func (h *hot) add(hash uint64, text []byte) {
	slot := h.slot(hash, text)
	if i := h.table[slot]; i != 0 {
		h.raise(i - 1)
		return
	}
	if n := int16(len(h.items)); n < hotSize {
		h.items = append(h.items, hotItem{text: slices.Clone(text), hash: hash})
		h.table[slot] = n + 1
		h.put(n, 0, 1)
		return
	}
	least := &h.buckets[h.buckets[0].next]
	n := least.first
	x := &h.items[n]
	h.remove(h.slot(x.hash, x.text))
	x.text, x.hash, x.over = append(x.text[:0], text...), hash, least.count
	h.table[h.slot(hash, text)] = n + 1
	h.raise(n)
}

// raise counts an item once more.
func (h *hot) raise(n int16) {
	x := &h.items[n]
	at := x.bucket
	b := &h.buckets[at]
	if next := &h.buckets[b.next]; x.prev < 0 && x.next < 0 && (b.next == 0 || next.count > b.count+1) {
		b.count++ // it is alone
		return
	}
	if x.prev >= 0 {
		h.items[x.prev].next = x.next
	} else {
		b.first = x.next
	}
	if x.next >= 0 {
		h.items[x.next].prev = x.prev
	}
	h.put(n, at, b.count+1)
	if b.first < 0 {
		h.buckets[b.prev].next, h.buckets[b.next].prev = b.next, b.prev
		h.free = append(h.free, at)
	}
}

// put adds an item to the bucket of a count, which comes next behind another bucket.
func (h *hot) put(n, behind int16, count int64) {
	at := h.buckets[behind].next
	if b := &h.buckets[at]; at == 0 || b.count != count {
		if k := len(h.free); k > 0 {
			at, h.free = h.free[k-1], h.free[:k-1]
		} else { // there are never more buckets than items
			h.made++
			at = h.made
		}
		next := h.buckets[behind].next
		h.buckets[at] = bucket{count: count, first: -1, prev: behind, next: next}
		h.buckets[behind].next, h.buckets[next].prev = at, at
	}
	x, b := &h.items[n], &h.buckets[at]
	x.bucket, x.prev, x.next = at, -1, b.first
	if b.first >= 0 {
		h.items[b.first].prev = n
	}
	b.first = n
}

// slot is where a text is in the table, or where it goes.
func (h *hot) slot(hash uint64, text []byte) int {
	for s := int(hash % uint64(len(h.table))); ; s = (s + 1) % len(h.table) {
		i := h.table[s]
		if i == 0 {
			return s
		}
		if x := &h.items[i-1]; x.hash == hash && string(x.text) == string(text) {
			return s
		}
	}
}

// remove takes an item out of the table, and closes the gap, so that what follows is found still.
func (h *hot) remove(s int) {
	n := len(h.table)
	for next := s; ; {
		next = (next + 1) % n
		i := h.table[next]
		if i == 0 {
			break
		}
		home := int(h.items[i-1].hash % uint64(n))
		if (next-home+n)%n >= (next-s+n)%n { // its way from home leads over the gap
			h.table[s] = i
			s = next
		}
	}
	h.table[s] = 0
}

// top lists the n texts with the highest counts, without those that may have been named once only, and says how often a
// text may have been named that is not counted.
func (h *hot) top(n int) (list []Hot, bound int64) {
	list = []Hot{}
	for _, x := range h.items {
		count := h.buckets[x.bucket].count
		if least := count - x.over; least > 1 {
			list = append(list, Hot{Text: show(x.text), Least: least, Most: count})
		}
	}
	slices.SortFunc(list, func(a, b Hot) int {
		return cmp.Or(cmp.Compare(b.Least, a.Least), cmp.Compare(b.Most, a.Most), cmp.Compare(a.Text, b.Text))
	})
	if len(h.items) == hotSize {
		bound = h.buckets[h.buckets[0].next].count
	}
	return list[:min(n, len(list))], bound
}

package keymap

// compile makes the pattern of an entry's old or new template.
func compile(n int, e Entry, put *string, after bool) *pattern {
	us := e.units()
	if after {
		us = e.newUnits()
	}
	p := &pattern{entry: n, renamed: e.Renamed(), put: put, openPart: -1, closePart: -1}
	open, closes := e.Span.Start, e.Span.End
	if after {
		closes++
	}
	for i := 0; i <= len(us); i++ {
		if p.renamed && put == nil && i == open {
			p.openPart, p.openAt = p.border()
		}
		if p.renamed && put == nil && i == closes {
			p.closePart, p.closeAt = p.border()
		}
		if i < len(us) {
			p.append(us[i])
		}
	}
	p.measure()
	return p
}

// border is the place behind what the pattern has: a part that may follow, or a byte of the last one.
func (p *pattern) border() (part, at int) {
	if n := len(p.parts); n > 0 && p.parts[n-1].text != "" {
		return n - 1, len(p.parts[n-1].text)
	}
	return len(p.parts), 0
}

// append adds a unit, joining literal text.
func (p *pattern) append(u unit) {
	n := len(p.parts)
	switch {
	case u.hole == nil && n > 0 && p.parts[n-1].text != "":
		p.parts[n-1].text += string([]byte{u.b})
	case u.hole == nil:
		p.parts = append(p.parts, part{text: string([]byte{u.b})})
	default:
		x := part{values: u.hole.values()}
		for s := plain; s < steps; s++ {
			x.stop[s] = u.hole.stop(s)
			if s == plain || !u.hole.mayBeEmpty() {
				x.least[s] = 1
			}
		}
		p.parts = append(p.parts, x)
	}
}

// measure notes what a key must have to be laid on the pattern.
func (p *pattern) measure() {
	for i := len(p.parts) - 1; i >= 0; i-- {
		x := &p.parts[i]
		x.rest = p.least
		switch {
		case x.text != "":
			p.least += len(x.text)
		case x.values != nil:
			least := len(x.values[0])
			for _, v := range x.values {
				least = min(least, len(v))
			}
			p.least += least
		default:
			p.least += x.least[anyText]
		}
	}
	for i := range p.parts[:max(0, len(p.parts)-1)] {
		if next := p.parts[i+1].text; p.parts[i].stop[plain] != nil && next != "" {
			for s := plain; s < steps; s++ {
				p.parts[i].ends[s] = p.parts[i].stop[s][next[0]]
			}
		}
	}
	for _, x := range p.parts {
		for i := range len(x.text) {
			if separators[x.text[i]] && p.seps >= 0 {
				p.seps++
			}
		}
		for _, v := range x.values {
			for i := range len(v) {
				if separators[v[i]] {
					p.seps = -1
				}
			}
		}
		if x.stop[plain] == nothing {
			p.seps = -1
		}
	}
	if n := len(p.parts); n > 0 {
		p.prefix, p.suffix = p.parts[0].text, p.parts[n-1].text
	}
}

package monitor

import "bytes"

// headSize is more than stands before the first word of any line: time, database and address.
const headSize = 4 << 10

// A condenser shortens a line while it is read: of each word it keeps the beginning. What it keeps is a line again, and
// as well formed as the whole one.
type condenser struct {
	out   []byte
	cut   []int // the words that were shortened
	words int   // that have begun

	state int
	size  int  // bytes kept of this word
	stop  bool // no more is kept of this word
	full  bool // no more words are kept
}

// The states of a condenser: between words, in a word, and in a word after \, \x, and \x with one digit.
const (
	between = iota
	inside
	afterBackslash
	afterX
	afterDigit
)

func (c *condenser) write(chunk []byte) {
	for _, b := range chunk {
		switch c.state {
		case between:
			c.between(b)
			continue
		case inside:
			if b == '"' {
				c.state = between
				if !c.full {
					c.out = append(c.out, b)
				}
				continue
			}
			// Only here, so that an escape stays together.
			if !c.stop && c.size >= wordSize {
				c.stop = true
				c.cut = append(c.cut, c.words-1)
			}
			if b == '\\' {
				c.state = afterBackslash
			}
		case afterBackslash:
			c.state = inside
			if b == 'x' {
				c.state = afterX
			}
		case afterX:
			c.state = afterDigit
		case afterDigit:
			c.state = inside
		}
		if !c.stop {
			c.out = append(c.out, b)
			c.size++
		}
	}
}

// between takes what stands before the first word, and the blanks between the others.
func (c *condenser) between(b byte) {
	if b == '"' {
		c.state, c.size = inside, 0
		if !c.full && len(c.out) >= longSize {
			c.full = true
			c.out = bytes.TrimSuffix(c.out, []byte{' '})
		}
		c.stop = c.full
		c.words++
	}
	// What is no word is bounded as well: no good line has more of it.
	if c.full || c.words == 0 && len(c.out) >= headSize || len(c.out) >= longSize+2*wordSize {
		return
	}
	c.out = append(c.out, b)
}

// line is what was kept. A word that is not closed stays so, even where it was not kept.
func (c *condenser) line() []byte {
	if c.full && c.state != between {
		c.out = append(c.out, ` "`...)
	}
	return c.out
}

package monitor

import (
	"bytes"
	"slices"
)

// Line is one command as MONITOR shows it. Its bytes are valid until the next one is read.
type Line struct {
	Number int64 // in the capture, from 1
	Micros int64 // since 1970
	DB     int   // the database that is selected
	// Addr is the address of the client: 127.0.0.1:50412, [::1]:50412, unix:/run/redis.sock. It is empty for a
	// command that a script calls.
	Addr []byte
	Lua  bool // called by the script or function that stands above it
	// Words are those of the command, the name first, without quotes and escapes. Where a line is too long to keep, the
	// last ones are missing, and long ones are cut.
	Words [][]byte
	N     int   // the number of words that the line has; more than len(Words) where some are missing
	Cut   []int // the words of which only the beginning is kept
}

// Known reports that a word is there as a whole.
func (l *Line) Known(i int) bool {
	return i < len(l.Words) && (len(l.Cut) == 0 || !slices.Contains(l.Cut, i))
}

// parse reads a line without its end. It unescapes in place. why is "" or what is wrong with it.
func (l *Line) parse(text []byte) (why string) {
	l.DB, l.Addr, l.Lua, l.Words = 0, nil, false, l.Words[:0]
	if len(text) > 0 && text[0] == '+' {
		text = text[1:]
	}
	rest, ok := l.parseTime(text)
	if !ok {
		return "it does not begin with a time"
	}
	if rest, ok = l.parseClient(rest); !ok {
		return "no database and address of a client after the time"
	}
	if why = l.parseWords(rest); why == "" {
		l.N = len(l.Words)
	}
	return why
}

// parseTime reads 1700000000.123456 and the blank after it.
func (l *Line) parseTime(text []byte) (rest []byte, ok bool) {
	seconds, i := number(text)
	if i == 0 || i > 12 || i >= len(text) || text[i] != '.' {
		return nil, false
	}
	micros, j := number(text[i+1:])
	end := i + 1 + j
	if j != 6 || end >= len(text) || text[end] != ' ' {
		return nil, false
	}
	l.Micros = seconds*1_000_000 + micros
	return text[end+1:], true
}

// parseClient reads [0 127.0.0.1:50412] and the blank after it.
func (l *Line) parseClient(text []byte) (rest []byte, ok bool) {
	if len(text) == 0 || text[0] != '[' {
		return nil, false
	}
	db, i := number(text[1:])
	if i == 0 || i > 9 || i+1 >= len(text) || text[i+1] != ' ' {
		return nil, false
	}
	text = text[i+2:]
	// The address may hold brackets (IPv6) and blanks (the path of a socket).
	end := bytes.Index(text, []byte(`] "`))
	if end <= 0 {
		return nil, false
	}
	l.DB = int(db)
	if l.Lua = string(text[:end]) == "lua"; !l.Lua {
		l.Addr = text[:end]
	}
	return text[end+2:], true
}

// number reads decimal digits and says how many there are.
func number(text []byte) (value int64, digits int) {
	for digits < len(text) && digits < 18 && text[digits]-'0' <= 9 {
		value = value*10 + int64(text[digits]-'0')
		digits++
	}
	return value, digits
}

// parseWords reads quoted words, with one blank between them, to the end.
func (l *Line) parseWords(text []byte) (why string) {
	escapes := bytes.IndexByte(text, '\\') >= 0
	for {
		if len(text) == 0 || text[0] != '"' {
			return "a word is not quoted"
		}
		text = text[1:]
		end := bytes.IndexByte(text, '"')
		word := text[:max(end, 0)]
		if escapes {
			if word, end, why = unescape(text); why != "" {
				return why
			}
		}
		if end < 0 {
			return "the quote of the last word is not closed"
		}
		l.Words = append(l.Words, word)
		if text = text[end+1:]; len(text) == 0 {
			return ""
		}
		if text[0] != ' ' {
			return "no blank between two words"
		}
		text = text[1:]
	}
}

// unescape writes the word that text begins with over text, and finds its quote; -1 without one.
func unescape(text []byte) (word []byte, end int, why string) {
	n := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '"':
			return text[:n], i, ""
		case c == '\\':
			i++
			if i == len(text) {
				return nil, -1, ""
			}
			if text[i] != 'x' {
				if c = escaped(text[i]); c == 0 {
					return nil, 0, "an unknown escape"
				}
				break
			}
			if i+2 >= len(text) {
				return nil, -1, ""
			}
			high, low := hex(text[i+1]), hex(text[i+2])
			if high > 15 || low > 15 {
				return nil, 0, "an unknown escape"
			}
			c = high<<4 | low
			i += 2
		}
		text[n] = c
		n++
	}
	return nil, -1, ""
}

// escaped is what a backslash makes of a letter, 0 for what it is not put before.
func escaped(c byte) byte {
	switch c {
	case '\\', '"':
		return c
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'a':
		return '\a'
	case 'b':
		return '\b'
	}
	return 0
}

func hex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}

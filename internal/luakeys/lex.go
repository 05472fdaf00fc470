package luakeys

import (
	"fmt"
	"strconv"
	"strings"
)

// literal is one string literal of the source.
type literal struct {
	value      string
	start, end int  // the content's bytes in the source
	plain      bool // the bytes are the value
}

// lexer rewrites the source for the parser: comments become blanks, literals their number in
// quotes ("#12": no name has that form), and "local function f" becomes "local f f = function",
// which is the same and lets the tree show that f is in scope in its own body. Lines stay where they are.
type lexer struct {
	src      string
	pos      int
	line     int
	out      strings.Builder
	literals []literal
	tokens   []token
	depth    int    // open brackets and blocks
	prev     string // the word before, when no symbol stood between
	naming   bool   // after "local function": the name comes next
}

// lex writes the text for the parser, and finds the literals and tokens; or there is a problem.
func lex(src string, from int) (*lexer, *Problem) {
	l := &lexer{src: src, pos: from, line: 1}
	for l.pos < len(src) {
		if p := l.next(); p != nil {
			return nil, p
		}
	}
	return l, nil
}

func (l *lexer) fail(format string, args ...any) *Problem {
	return &Problem{Line: l.line, Text: fmt.Sprintf(format, args...)}
}

func (l *lexer) next() *Problem {
	c := l.src[l.pos]
	switch {
	case c == '\n' || c == '\r':
		l.newline()
		return nil
	case c == ' ' || c == '\t' || c == '\v' || c == '\f':
		l.out.WriteByte(' ')
		l.pos++
		return nil
	case wordByte(c):
		return l.word()
	case c == '-' && strings.HasPrefix(l.src[l.pos:], "--"):
		return l.comment()
	case c == '"' || c == '\'':
		l.prev = ""
		return l.quoted(c)
	case c == '[' && l.longLevel() >= 0:
		l.prev = ""
		return l.long(l.longLevel(), false)
	}
	l.prev = ""
	if l.naming {
		return l.fail("a name must follow 'local function'")
	}
	return l.symbol(c)
}

// symbol takes a symbol: one byte, or all dots in a row.
func (l *lexer) symbol(c byte) *Problem {
	start := l.pos
	l.pos++
	for c == '.' && l.pos < len(l.src) && l.src[l.pos] == '.' {
		l.pos++
	}
	l.out.WriteString(l.src[start:l.pos])
	l.token(start, l.pos, tokSymbol)
	switch c {
	case '(', '[', '{':
		return l.open()
	case ')', ']', '}':
		l.depth--
	}
	return nil
}

func (l *lexer) open() *Problem {
	if l.depth++; l.depth > maxNesting {
		return l.fail("nested more than %d levels deep", maxNesting)
	}
	return nil
}

// newline takes one line break: \n, \r, \r\n or \n\r, as Lua counts them.
func (l *lexer) newline() {
	c := l.src[l.pos]
	l.pos++
	if l.pos < len(l.src) && l.src[l.pos] != c && (l.src[l.pos] == '\n' || l.src[l.pos] == '\r') {
		l.pos++
	}
	l.line++
	l.out.WriteByte('\n')
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func (l *lexer) word() *Problem {
	start := l.pos
	for l.pos < len(l.src) && wordByte(l.src[l.pos]) {
		l.pos++
	}
	w := l.src[start:l.pos]
	l.token(start, l.pos, tokWord)
	prev := l.prev
	l.prev = w
	if l.naming {
		l.naming = false
		l.out.WriteString(" " + w + " " + w + " = function ")
		return nil
	}
	switch w {
	case "goto":
		return l.fail("goto is not Lua 5.1, which Redis runs")
	case "function":
		if prev == "local" {
			l.naming = true
			return l.open()
		}
		l.out.WriteString(w)
		return l.open()
	case "if", "do", "repeat":
		l.out.WriteString(w)
		return l.open()
	case "end", "until":
		l.depth--
	}
	l.out.WriteString(w)
	return nil
}

func (l *lexer) comment() *Problem {
	l.pos += 2
	if l.pos < len(l.src) && l.src[l.pos] == '[' {
		if n := l.longLevel(); n >= 0 {
			return l.long(n, true)
		}
	}
	for l.pos < len(l.src) && l.src[l.pos] != '\n' && l.src[l.pos] != '\r' {
		l.pos++
	}
	l.out.WriteByte(' ')
	return nil
}

// longLevel is the number of '=' of the long bracket that opens here, or -1.
func (l *lexer) longLevel() int {
	i := l.pos + 1
	for i < len(l.src) && l.src[i] == '=' {
		i++
	}
	if i < len(l.src) && l.src[i] == '[' {
		return i - l.pos - 1
	}
	return -1
}

// long takes a long string, or a long comment.
func (l *lexer) long(level int, comment bool) *Problem {
	start := l.pos + level + 2
	size := strings.Index(l.src[start:], "]"+strings.Repeat("=", level)+"]")
	if size < 0 {
		return l.fail("unfinished long string or comment")
	}
	end := start + size
	from := start
	if from < end && (l.src[from] == '\n' || l.src[from] == '\r') {
		from++
		if from < end && l.src[from] != l.src[from-1] && (l.src[from] == '\n' || l.src[from] == '\r') {
			from++
		}
	}
	if comment {
		l.out.WriteByte(' ')
	} else {
		l.emit(literal{value: breaks(l.src[from:end]), start: from, end: end, plain: !strings.Contains(l.src[from:end], "\r")})
	}
	if !comment {
		l.token(l.pos, end+level+2, tokLiteral)
	}
	l.pos = start
	for l.pos < end {
		if c := l.src[l.pos]; c == '\n' || c == '\r' {
			l.newline()
		} else {
			l.pos++
		}
	}
	l.pos = end + level + 2
	return nil
}

// breaks makes \n of every line break, as a long string does.
func breaks(s string) string {
	if !strings.Contains(s, "\r") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\n' && s[i] != '\r' {
			b.WriteByte(s[i])
			continue
		}
		b.WriteByte('\n')
		if i+1 < len(s) && s[i+1] != s[i] && (s[i+1] == '\n' || s[i+1] == '\r') {
			i++
		}
	}
	return b.String()
}

func (l *lexer) emit(lit literal) {
	l.out.WriteString(` "#` + strconv.Itoa(len(l.literals)) + `" `)
	l.literals = append(l.literals, lit)
}

// quoted takes a string in quotes. The line breaks in it are written after it.
func (l *lexer) quoted(quote byte) *Problem {
	open := l.pos
	l.pos++
	start, lines, plain := l.pos, 0, true
	var b strings.Builder
	for {
		if l.pos >= len(l.src) || l.src[l.pos] == '\n' || l.src[l.pos] == '\r' {
			return l.fail("unfinished string")
		}
		c := l.src[l.pos]
		if c == quote {
			break
		}
		l.pos++
		if c != '\\' {
			b.WriteByte(c)
			continue
		}
		plain = false
		n, p := l.escape(&b)
		if p != nil {
			return p
		}
		lines += n
	}
	l.emit(literal{value: b.String(), start: start, end: l.pos, plain: plain})
	l.pos++
	l.token(open, l.pos, tokLiteral)
	l.line += lines
	l.out.WriteString(strings.Repeat("\n", lines))
	return nil
}

// escape takes what follows a backslash; it returns how many lines it ended.
func (l *lexer) escape(b *strings.Builder) (int, *Problem) {
	if l.pos >= len(l.src) {
		return 0, l.fail("unfinished string")
	}
	c := l.src[l.pos]
	l.pos++
	if i := strings.IndexByte("abfnrtv", c); i >= 0 {
		b.WriteByte("\a\b\f\n\r\t\v"[i])
		return 0, nil
	}
	switch {
	case c == '\n' || c == '\r':
		if l.pos < len(l.src) && l.src[l.pos] != c && (l.src[l.pos] == '\n' || l.src[l.pos] == '\r') {
			l.pos++
		}
		b.WriteByte('\n')
		return 1, nil
	case c < '0' || c > '9':
		b.WriteByte(c) // \x is x in Lua 5.1
		return 0, nil
	}
	n := int(c - '0')
	for i := 0; i < 2 && l.pos < len(l.src) && l.src[l.pos] >= '0' && l.src[l.pos] <= '9'; i++ {
		n = n*10 + int(l.src[l.pos]-'0')
		l.pos++
	}
	if n > 255 {
		return 0, l.fail("escape sequence too large")
	}
	b.WriteByte(byte(n))
	return 0, nil
}

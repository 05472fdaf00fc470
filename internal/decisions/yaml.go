package decisions

import (
	"bytes"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/clusterize/clusterize/internal/source"
)

type node = ast.Node

// reader collects what is wrong with a file.
type reader struct {
	name  string
	lines []string
	// starts are the offsets of the lines.
	starts []int
	errs   Errors
}

const (
	byteOrderMark = "\ufeff"
	largestFile   = 1 << 20
	// deepest is how many lists and mappings may be open in one line; decisions need three. The YAML parser takes a time
	// that grows with the square of it.
	deepest = 20

	unreadable = "the YAML in this file can't be read"
)

func newReader(name string, src []byte) *reader {
	r := &reader{name: name}
	text := string(src)
	at := 0
	if strings.HasPrefix(text, byteOrderMark) {
		at = len(byteOrderMark)
	}
	for line := range strings.Lines(text[at:]) {
		r.lines, r.starts = append(r.lines, strings.TrimRight(line, "\r\n")), append(r.starts, at)
		at += len(line)
	}
	return r
}

// document is the content of the one document of the file; nil when it is empty, or can't be read.
func (r *reader) document(src []byte) (root node) {
	src = bytes.TrimPrefix(src, []byte(byteOrderMark))
	if !r.isText(src) {
		return nil
	}
	// The file comes from a user, the parser from elsewhere: a fault there must not end the program.
	defer func() {
		if recover() != nil {
			r.failAt(1, 1, unreadable, "write it in the plain form of the manual")
			root = nil
		}
	}()
	tokens := lexer.Tokenize(string(src))
	if tokens.InvalidToken() == nil && !r.plainStructure(tokens) {
		return nil
	}
	f, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.syntax(err)
		return nil
	}
	for _, d := range f.Docs {
		if d.Body != nil {
			return d.Body
		}
	}
	return nil
}

// isText refuses what no editor writes: positions in it would be of no use.
func (r *reader) isText(src []byte) bool {
	if len(src) > largestFile {
		r.failAt(1, 1, "the file is larger than 1 MiB", "check that it is the file you mean")
		return false
	}
	line, start := 1, 0
	for i := 0; i < len(src); {
		c, size := utf8.DecodeRune(src[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			r.failAt(line, i-start+1, "there is a byte that is not UTF-8", "save the file as UTF-8")
			return false
		case c == '\n':
			line, start = line+1, i+1
		case c == '\t', c == '\r' && i+1 < len(src) && src[i+1] == '\n':
		case unicode.IsControl(c):
			r.failAt(line, i-start+1, "there is a control character", "remove it, or write it as an escape in double quotes")
			return false
		}
		i += size
	}
	return true
}

// plainStructure refuses several documents, of which the parser may lose some, and nesting that no decision needs.
func (r *reader) plainStructure(tokens token.Tokens) bool {
	open, entries, line := 0, 0, 0
	headers, content, ended := 0, false, false
	for _, tk := range tokens {
		if tk.Position.Line != line {
			line, entries = tk.Position.Line, 0
		}
		switch tk.Type {
		case token.CommentType:
			continue
		case token.DocumentHeaderType:
			if headers++; headers > 1 || content || ended {
				r.fail(tk, "the file holds several documents", "write all decisions into one, without ---")
				return false
			}
			continue
		case token.DocumentEndType:
			ended = true
			continue
		case token.DirectiveType:
			r.fail(tk, "the file holds a YAML directive", "remove the line, or put text that begins with % in quotes")
			return false
		case token.SequenceStartType, token.MappingStartType:
			open++
		case token.SequenceEndType, token.MappingEndType:
			open--
		case token.SequenceEntryType:
			entries++
		}
		if open > deepest || entries > deepest {
			r.fail(tk, "lists and mappings are nested too deep", "put text with brackets in quotes")
			return false
		}
		if content = true; ended {
			r.fail(tk, "the file holds several documents", "write all decisions into one, without ...")
			return false
		}
	}
	return true
}

func (r *reader) syntax(err error) {
	const next = "check the indentation, and put text in quotes that begins with a sign, or holds a colon before a blank"
	se, ok := errors.AsType[*yaml.SyntaxError](err)
	if !ok {
		r.failAt(1, 1, "this is no YAML, "+oneLine(err.Error()), next)
		return
	}
	r.fail(se.Token, "this is no YAML, "+oneLine(strings.ReplaceAll(se.Message, "\t", `\t`)), next)
}

// fail notes a mistake at a token.
func (r *reader) fail(tk *token.Token, msg, next string) {
	p := r.position(tk)
	r.failAt(p.Line, p.Column, msg, next)
}

func (r *reader) failAt(line, column int, msg, next string) {
	e := &Error{File: r.name, Line: line, Column: column, Msg: msg, Next: next}
	if line <= len(r.lines) {
		e.Excerpt = excerpt(strings.ToValidUTF8(r.lines[line-1], "?"), column)
	}
	r.errs = append(r.errs, e)
}

// position is where a token begins. The parser counts characters, and for a value that is missing it counts on behind
// the line.
func (r *reader) position(tk *token.Token) source.Position {
	p := source.Position{File: r.name, Line: 1, Column: 1}
	if tk == nil || tk.Position == nil || len(r.lines) == 0 {
		return p
	}
	p.Line = min(max(tk.Position.Line, 1), len(r.lines))
	line := []rune(r.lines[p.Line-1])
	before := min(max(tk.Position.Column-1, 0), len(line))
	p.Column = len(string(line[:before])) + 1
	p.Offset = r.starts[p.Line-1] + p.Column - 1
	return p
}

package luakeys

import (
	"cmp"
	"slices"
	"strings"

	"github.com/yuin/gopher-lua/ast"
)

// Mode says how text is put in at a Point.
type Mode uint8

// The modes of a point.
const (
	InText Mode = iota // inside a literal: the text as it is
	Before             // before an expression: 'text' ..
	After              // after an expression: .. 'text'
)

// Point is a place in the source where text can be put into a key.
type Point struct {
	Offset int // in bytes
	Mode   Mode
}

// token is a word, a literal or a symbol of the source.
type token struct {
	start, end int
	kind       tokenKind
	text       string // of words and symbols
}

type tokenKind uint8

const (
	tokWord tokenKind = iota
	tokSymbol
	tokLiteral
)

func (l *lexer) token(start, end int, kind tokenKind) {
	t := token{start: start, end: end, kind: kind}
	if kind != tokLiteral {
		t.text = l.src[start:end]
	}
	l.tokens = append(l.tokens, t)
}

// operandEdges are the bytes of what stands on both sides of one "..": the left side as far as the .. before it.
type operandEdges struct {
	left, right [2]int
}

// place notes where the expressions of the tree stand: the parser keeps lines only. Operators are matched by their
// number, since a walk from left to right meets them in the order of the source.
func (p *program) place(l *lexer) {
	p.nodes, p.parents = map[int]*ast.StringExpr{}, map[any]any{}
	var ops []*ast.StringConcatOpExpr
	var walk func(node, parent any)
	walk = func(node, parent any) {
		p.parents[node] = parent
		switch e := node.(type) {
		case *ast.StringExpr:
			if lit, ok := p.literalOf(e); ok {
				p.nodes[lit.start] = e
			}
		case *ast.Comma3Expr:
			p.dots = append(p.dots, e)
		case *ast.StringConcatOpExpr:
			walk(e.Lhs, e)
			ops = append(ops, e)
			walk(e.Rhs, e)
			return
		}
		eachChild(node, func(child any) { walk(child, node) })
	}
	walk(p.main, nil)
	var at []int
	for i, t := range l.tokens {
		if t.text == ".." {
			at = append(at, i)
		}
	}
	if len(at) != len(ops) {
		return
	}
	p.operands = map[*ast.StringConcatOpExpr]operandEdges{}
	for i, op := range ops {
		k := at[i]
		start, ok1 := operandStart(l.tokens, k)
		end, ok2 := operandEnd(l.tokens, k+1)
		if ok1 && ok2 {
			p.operands[op] = operandEdges{
				left:  [2]int{l.tokens[start].start, l.tokens[k-1].end},
				right: [2]int{l.tokens[k+1].start, l.tokens[end-1].end},
			}
		}
	}
}

func isArithmetic(t token) bool { return t.kind == tokSymbol && strings.Contains("+-*/%^", t.text) }

// endsOperand reports a token that may be the last of an expression: an operator behind it has two sides.
func endsOperand(t token) bool {
	return t.kind == tokLiteral || t.kind == tokWord && (!isKeyword(t.text) || t.text == "end" || t.text == "nil" || t.text == "true" || t.text == "false") ||
		t.text == ")" || t.text == "]" || t.text == "}" || t.text == "..."
}

func isKeyword(s string) bool {
	return slices.Contains([]string{"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local",
		"nil", "not", "or", "repeat", "return", "then", "true", "until", "while"}, s)
}

// operandEnd is the token after the operand of .. that starts at token k: what binds closer than ..
func operandEnd(ts []token, k int) (int, bool) {
	for {
		for k < len(ts) && (ts[k].text == "-" || ts[k].text == "#" || ts[k].text == "not") {
			k++
		}
		if k >= len(ts) {
			return 0, false
		}
		suffixes := false
		switch t := ts[k]; {
		case t.text == "(":
			k, suffixes = match(ts, k, 1), true
		case t.kind == tokWord && !isKeyword(t.text):
			k, suffixes = k+1, t.text[0] < '0' || t.text[0] > '9'
			if !suffixes && k+1 < len(ts) && ts[k].text == "." { // 1.5
				k += 2
			}
		case t.kind == tokLiteral || t.text == "...":
			k++
		default:
			return 0, false
		}
		for suffixes && k > 0 && k < len(ts) {
			switch t := ts[k]; {
			case t.text == "." || t.text == ":":
				k += 2
			case t.text == "(" || t.text == "[" || t.text == "{":
				k = match(ts, k, 1)
			case t.kind == tokLiteral:
				k++
			default:
				suffixes = false
			}
		}
		if k <= 0 || k > len(ts) {
			return 0, false
		}
		if k == len(ts) || !isArithmetic(ts[k]) {
			return k, true
		}
		k++
	}
}

// operandStart is the first token of the operand of .. that ends before token k.
func operandStart(ts []token, k int) (int, bool) {
	for k > 0 {
		i := k - 1
		switch t := ts[i]; {
		case t.text == ")" || t.text == "]":
			if i = match(ts, i, -1); i < 0 {
				return 0, false
			}
			if callee := i > 0 && endsOperand(ts[i-1]); t.text == "]" || callee {
				k = i // a call, or an index, of what stands before
				continue
			}
		case t.kind == tokLiteral:
			if i > 0 && ts[i-1].kind == tokWord && !isKeyword(ts[i-1].text) {
				k = i // f"text"
				continue
			}
		case t.kind == tokWord && !isKeyword(t.text):
			if i > 0 && (ts[i-1].text == "." || ts[i-1].text == ":") {
				k = i - 1
				continue
			}
		case t.text != "...":
			return 0, false
		}
		for i > 0 && (ts[i-1].text == "#" || ts[i-1].text == "not" || ts[i-1].text == "-" && (i < 2 || !endsOperand(ts[i-2]))) {
			i--
		}
		if i > 0 && isArithmetic(ts[i-1]) {
			k = i - 1
			continue
		}
		return i, true
	}
	return 0, false
}

// match is the token beyond the bracket that belongs to the opening one at k; with step -1, the opening bracket that
// belongs to the closing one at k. It is -1 for none.
func match(ts []token, k, step int) int {
	depth := 0
	for i := k; i >= 0 && i < len(ts); i += step {
		if ts[i].kind != tokSymbol {
			continue
		}
		switch {
		case strings.Contains("([{", ts[i].text):
			depth += step
		case strings.Contains(")]}", ts[i].text):
			depth -= step
		}
		if depth == 0 && step > 0 {
			return i + 1
		}
		if depth == 0 {
			return i
		}
	}
	return -1
}

// literalAt is the literal that an offset lies in.
func (p *program) literalAt(offset int) literal {
	i, _ := slices.BinarySearchFunc(p.literals, offset, func(l literal, at int) int { return cmp.Compare(l.end, at) })
	if i == len(p.literals) {
		return literal{}
	}
	return p.literals[i]
}

// around is the function that a statement stands in.
func (p *program) around(node any) *ast.FunctionExpr {
	for node = p.parents[node]; node != nil; node = p.parents[node] {
		if fn, ok := node.(*ast.FunctionExpr); ok {
			return fn
		}
	}
	return nil
}

package decisions

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/clusterize/clusterize/internal/source"
)

// entry is a mapping of the file: the whole of it, or an element of one of its lists.
type entry struct {
	r      *reader
	what   string // how a message calls it
	first  *token.Token
	pos    source.Position
	values map[string]node
	names  map[string]*token.Token
}

// entry reads a mapping that may have the given fields. What is no mapping has none.
func (r *reader) entry(n node, what string, fields ...string) entry {
	e := entry{r: r, what: what, first: firstOf(n), values: map[string]node{}, names: map[string]*token.Token{}}
	m, ok := n.(*ast.MappingNode)
	if !ok {
		r.fail(e.first, what+" is "+kindOf(n)+", not fields with values", "write "+fields[0]+": ...")
		e.values = nil
		return e
	}
	e.pos = r.position(e.first)
	for _, v := range m.Values {
		e.add(v, fields)
	}
	return e
}

func (e entry) add(v *ast.MappingValueNode, fields []string) {
	at := v.Key.GetToken()
	name := at.Value
	if !isField(v.Key, fields) {
		e.r.fail(at, e.what+" has no field "+show(name), "its fields are "+strings.Join(fields, ", "))
		return
	}
	if e.has(name) {
		e.r.fail(at, e.what+" has the field "+name+" twice", "remove one of the two")
		return
	}
	e.values[name], e.names[name] = v.Value, at
}

// isField reports a plain or quoted word that is one of the fields; <<, numbers and the like are none.
func isField(key node, fields []string) bool {
	s, ok := key.(*ast.StringNode)
	if !ok {
		return false
	}
	for _, f := range fields {
		if f == s.Value {
			return true
		}
	}
	return false
}

// fail notes a mistake at the value of a field, or, without a field, at the entry.
func (e entry) fail(field, msg, next string) {
	v, ok := e.values[field]
	switch {
	case !ok:
		e.r.fail(e.first, msg, next)
	case isNull(v): // it has no place of its own
		e.r.fail(e.names[field], msg, next)
	default:
		e.r.fail(firstOf(v), msg, next)
	}
}

func (e entry) has(field string) bool {
	_, ok := e.values[field]
	return ok
}

// list reads a field that holds entries. An empty field is an empty list: all entries may be commented out.
func (e entry) list(name string, fields ...string) []entry {
	v, ok := e.values[name]
	if !ok || isNull(v) {
		return nil
	}
	s, ok := v.(*ast.SequenceNode)
	if !ok {
		e.fail(name, name+" is "+kindOf(v)+", not a list", "begin each entry with -")
		return nil
	}
	var out []entry
	for _, n := range s.Values {
		if el := e.r.entry(n, "an entry of "+name, fields...); el.values != nil {
			out = append(out, el)
		}
	}
	return out
}

// text reads a field that holds text. ok is false when it is not there, or is none.
func (e entry) text(field string) (s string, ok bool) {
	return e.textOr(field, "write its value, or remove the field")
}

// need is text for a field that must be there.
func (e entry) need(field, next string) (string, bool) {
	if !e.has(field) {
		e.fail("", e.what+" needs the field "+field, next)
		return "", false
	}
	return e.textOr(field, next)
}

// textOr reads text; next is what to do when it is empty.
func (e entry) textOr(field, next string) (s string, ok bool) {
	v, ok := e.values[field]
	if !ok {
		return "", false
	}
	switch n := v.(type) {
	case *ast.StringNode:
		s = n.Value
	case *ast.LiteralNode:
		s = strings.TrimRight(n.Value.Value, "\n")
	case *ast.NullNode:
	default:
		// The id of a site can be all digits: as a number it would mean nothing.
		if tk := v.GetToken(); field == "at" && idForm.MatchString(tk.Value) {
			return tk.Value, true
		}
		e.fail(field, field+" is "+kindOf(v)+", not text", "write it in quotes")
		return "", false
	}
	if strings.TrimSpace(s) == "" {
		e.fail(field, field+" is empty", next)
		return "", false
	}
	return s, true
}

// flag reads a field that is true or false.
func (e entry) flag(field string) (value, ok bool) {
	v, ok := e.values[field]
	if !ok {
		return false, false
	}
	b, ok := v.(*ast.BoolNode)
	if !ok {
		e.fail(field, field+" is "+kindOf(v)+", not true or false", "write true or false, without quotes")
		return false, false
	}
	return b.Value, true
}

// firstOf is where a value begins. A mapping without braces begins with its first key; its own token is the colon.
func firstOf(n node) *token.Token {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return m.Values[0].Key.GetToken()
	}
	return n.GetToken()
}

func isNull(n node) bool {
	_, null := n.(*ast.NullNode)
	return n == nil || null
}

// kindOf names what a value is.
func kindOf(n node) string {
	switch n.(type) {
	case *ast.StringNode, *ast.LiteralNode:
		return "text"
	case *ast.MappingNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.BoolNode:
		return "true or false"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	case *ast.NullNode:
		return "empty"
	case *ast.AnchorNode:
		return "an anchor of YAML"
	case *ast.AliasNode:
		return "an alias of YAML"
	case *ast.TagNode:
		return "a type of YAML"
	}
	return "something else"
}

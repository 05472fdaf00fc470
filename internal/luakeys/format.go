package luakeys

import "strings"

// format is string.format: the directives %s and %d are followed, others are data.
func (in *interp) format(args multi) []val {
	var out []val
	for _, f := range in.at(args, 0) {
		switch {
		case f.kind != vText:
			out = in.add(out, val{kind: vData, reason: "string.format with a format that is not known"})
		case len(f.expr.Parts) == 0:
			out = in.add(out, text())
		case len(f.expr.Parts) != 1 || f.expr.Parts[0].Kind != Lit:
			out = in.add(out, val{kind: vData, reason: "string.format with a format that is not known"})
		default:
			out = in.add(out, in.formatLit(f.expr.Parts[0], args)...)
		}
	}
	return out
}

// formatLit takes one format string apart.
func (in *interp) formatLit(lit Part, args multi) []val {
	var operands []operand
	s, start, arg := lit.Text, 0, 1
	flush := func(end int) {
		if end > start {
			operands = append(operands, operand{vals: []val{text(lit.slice(start, end))}})
		}
	}
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			continue
		}
		flush(i)
		i++
		if i < len(s) && s[i] == '%' {
			operands = append(operands, operand{vals: []val{constant("%")}})
			start = i + 1
			continue
		}
		from := i
		for i < len(s) && strings.IndexByte("-+ #0123456789.", s[i]) >= 0 {
			i++
		}
		if i >= len(s) {
			return data("string.format with a directive that is cut short")
		}
		o := operand{vals: in.directive(s[from:i+1], in.at(args, arg))}
		if lit.Offset >= 0 { // the format goes on before and after the directive
			o.points = [2][]Point{{{lit.Offset + from - 1, InText}}, {{lit.Offset + i + 1, InText}}}
		}
		operands = append(operands, o)
		arg++
		start = i + 1
	}
	flush(len(s))
	return in.concat(operands)
}

// slice is a part of a literal in a format string.
func (p Part) slice(from, to int) Part {
	out := Part{Kind: Lit, Text: p.Text[from:to], Offset: -1, End: -1}
	if p.Offset >= 0 {
		out.Offset, out.End = p.Offset+from, p.Offset+to
	}
	return out
}

// directive is what one %-directive makes of its argument.
func (in *interp) directive(spec string, arg []val) []val {
	switch spec {
	case "s":
		return arg
	case "d", "i":
		for _, v := range arg {
			if _, ok := v.wholeNumber(); !ok {
				return data("a number put in by string.format")
			}
			if p := v.expr.Parts[0].Text; p != strings.TrimLeft(p, "+ 0") && p != "0" {
				return data("a number put in by string.format")
			}
		}
		return arg
	}
	return data("%" + spec + " of string.format")
}

package rewrite

import (
	"go/scanner"
	"go/token"

	"github.com/clusterize/clusterize/internal/key"
)

// torn reports two places of which one is inside of the parentheses of a call and the other outside: "{" + key(id + "}")
// is right, and nobody can read it.
func (k *keyEdits) torn(p, q key.Point) bool {
	if p.File != q.File || k.flow.LiteralAt(p) >= 0 && k.flow.LiteralAt(p) == k.flow.LiteralAt(q) {
		return false
	}
	if p.Offset > q.Offset {
		p, q = q, p
	}
	src := []byte(k.flow.Between(p, q))
	if at := k.flow.LiteralAt(p); at >= 0 && p.Mode == key.InText { // the rest of a literal: it begins again
		quote := k.flow.Between(key.Point{File: p.File, Offset: at}, key.Point{File: p.File, Offset: at + 1})
		src = append([]byte(quote), src...)
	}
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(src))
	s.Init(file, src, func(token.Position, string) {}, 0)
	depth, least := 0, 0
	for {
		switch _, tok, _ := s.Scan(); tok {
		case token.LPAREN:
			depth++
		case token.RPAREN:
			depth--
			least = min(least, depth)
		case token.EOF:
			return depth != 0 || least < 0
		}
	}
}

// refuseTorn fails the families of which a tag would be torn, so that another is tried.
func (k *keyEdits) refuseTorn() {
	for i, u := range k.uses {
		if u.family == nil || len(u.want) != 2 {
			continue
		}
		var chosen []key.Point
		for b := range u.want {
			for _, p := range u.tmpl.PointsAt(b) {
				if _, ok := k.chosen[p]; ok {
					chosen = append(chosen, p)
				}
			}
		}
		if len(chosen) == 2 && k.sameStatement(chosen[0], chosen[1]) && k.torn(chosen[0], chosen[1]) {
			k.torns = true
			k.failUse(k.uses[i], "the braces of a tag in "+u.tmpl.String()+" at "+k.flow.LineAt(chosen[0])+" would stand on both sides of a call's parenthesis")
		}
	}
}

func (k *keyEdits) sameStatement(p, q key.Point) bool {
	return p.File == q.File && k.flow.Statement(p) >= 0 && k.flow.Statement(p) == k.flow.Statement(q)
}

package rewrite

import (
	"go/ast"
	"go/types"

	"github.com/clusterize/clusterize/internal/clientflow"
)

// noteHooks says which clients are printed, and which have a hook that a cluster client calls otherwise: a DialHook is
// never called (measured with go-redis v9.7.3 and v9.23.0).
func (s *switcher) noteHooks() {
	for _, c := range s.c.flow.Classes() {
		if len(c.Printed) > 0 {
			s.note(c, "it is printed at "+places(c.Printed)+": a cluster client has no String(), and prints its fields")
		}
		for _, h := range c.Hooks {
			if why := dialHook(h); why != "" {
				s.note(c, why)
			}
		}
	}
}

// note tells the switched clients that reach a class of something.
func (s *switcher) note(c *clientflow.Class, text string) {
	for _, o := range s.c.flow.Reach(c) {
		if x := s.c.byOrigin(o); x != nil && s.states[x].Verdict == Ported {
			s.states[x].Notes = append(s.states[x].Notes, text)
		}
	}
}

// dialHook says that the DialHook of an added hook does something; "" when it only passes on, or is not the target's.
func dialHook(h clientflow.Call) string {
	if len(h.Call.Args) != 1 {
		return ""
	}
	t := h.Pkg.TypesInfo.TypeOf(h.Call.Args[0])
	if t == nil {
		return ""
	}
	o, _, _ := types.LookupFieldOrMethod(t, true, h.Pkg.Types, "DialHook")
	f, ok := o.(*types.Func)
	if !ok {
		return ""
	}
	for _, p := range h.Prog.Packages {
		for _, file := range p.Syntax {
			if f.Pos() < file.FileStart || f.Pos() >= file.FileEnd {
				continue
			}
			for _, d := range file.Decls {
				if fd, ok := d.(*ast.FuncDecl); ok && fd.Name.Pos() == f.Pos() && !passesOn(fd) {
					return "the DialHook at " + h.Prog.Position(f.Pos()).String() + " is never called by a cluster client: add the hook to each node with OnNewNode"
				}
			}
		}
	}
	return ""
}

// passesOn reports a function that only returns its parameter.
func passesOn(f *ast.FuncDecl) bool {
	if f.Body == nil || len(f.Body.List) != 1 || f.Type.Params.NumFields() != 1 || len(f.Type.Params.List[0].Names) != 1 {
		return false
	}
	r, ok := f.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(r.Results) != 1 {
		return false
	}
	id, ok := r.Results[0].(*ast.Ident)
	return ok && id.Name == f.Type.Params.List[0].Names[0].Name
}

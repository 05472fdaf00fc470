package keyflow

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sort"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/load"
)

// Flow holds the indexes of a program and what was found out so far. It is not safe for concurrent use.
type Flow struct {
	Prog *load.Program
	// Funcs are all functions with a body in the target, in order of file and offset.
	Funcs []*ssa.Function

	syntax
	frames   map[frameKey]*Frame
	closures map[*ssa.Function]*ssa.MakeClosure
	embedded map[string]embedded // variables with a //go:embed line, once they are asked for
	loops    map[*ssa.Function]map[int][]int
	memo     map[memoKey][]key.Template
	busy     map[memoKey]bool
	trails   trails
	notes    notes
	guarded  int // counts recursion guards met, so that results that saw one are not remembered
	reach    map[*Frame]map[int]bool

	static                      map[*ssa.Function][]ssa.CallInstruction
	invokes                     map[string][]ssa.CallInstruction
	asValue                     map[*ssa.Function]bool
	valueHandedOut              map[*ssa.Function]bool // to a library, or into an interface
	stores                      map[fieldKey][]*ssa.Store
	globals                     map[*ssa.Global]*globalUse
	domains                     map[string][]string // constants that arrive at a parameter; nil: others may
	byName                      map[string][]*ssa.Function
	methods                     map[string]implementations
	converted                   []types.Type // that are put into interfaces
	ownPaths                    map[string]bool
	callers                     map[*ssa.Function]callers
	fits                        map[implementsQuery]bool
	composites                  map[string]bool
	choices                     map[*Frame]string
	pure                        map[*ssa.Function]bool
	opened                      map[string]bool // interfaces of the target that get values from elsewhere
	mayStore                    map[storeQuery]bool
	storing                     map[storeQuery]bool
	summaries                   map[fieldKey]*fieldSummary
	whole                       map[string]made                  // by the id of a hole
	params                      map[string]*ssa.Parameter        // by paramKey
	dynamic                     map[string][]ssa.CallInstruction // calls of function values, by signature
	objects                     map[string][]objectAt            // structs that are made, by type; the four are filled by indexObjects
	leaked                      map[fieldKey]bool                // fields whose address goes elsewhere
	overwritten, decoded, zeros map[string]bool                  // struct types: overwritten as a whole, filled by reflection, used as zero
	numbers                     map[numberKey]string
	numbering                   map[numberKey]bool
	forms                       map[string]string
	aggs                        aggregates
	cut                         int                    // counts the places where numbering ended early, so that what came of it is not remembered
	inlined                     map[*ssa.Function]bool // functions whose result became part of a key
	inlinedAt                   map[*ssa.Call]bool
	kept                        map[any][]ssa.Value // maps, by the field or the package variable that holds them
	ranges                      map[string][]textRange
	literals                    map[string][]textRange // string literals, by file
	statements                  map[string][]textRange // by file, sorted by their starts
	scopes                      map[string][]textRange // top-level declarations, by file
	shared                      []*ssa.Function        // that build keys, and are called through values where they don't
	// builders are the functions that build keys, by the parenthesis of the calls that may call them.
	builders map[token.Pos][]ast.Node
	// objectUses lists where a constant or variable, named by its declaration, is used.
	objectUses map[string][]key.Point
}

type memoKey struct {
	v    ssa.Value
	fr   *Frame
	hint ast.Expr
}

type globalUse struct {
	stores []*ssa.Store
	addr   bool // the address goes somewhere else
	fields []*ssa.FieldAddr
}

// syntax finds the expressions that belong to instructions, by the positions that SSA keeps.
type syntax struct {
	calls   map[token.Pos]*ast.CallExpr     // by Lparen
	binary  map[token.Pos]*ast.BinaryExpr   // by OpPos
	cases   map[token.Pos]ast.Expr          // the values of cases
	returns map[token.Pos]*ast.ReturnStmt   // by Return
	assigns map[token.Pos]ast.Expr          // right side, by the position of the left side
	opAssn  map[token.Pos]*ast.AssignStmt   // s += x, by the start of the statement
	elems   map[token.Pos]ast.Expr          // composite literal elements, by colon or start
	lits    map[token.Pos]*ast.CompositeLit // by Lbrace
	index   map[token.Pos]*ast.IndexExpr    // by Lbrack
	mapKeys map[token.Pos]ast.Expr          // keys of map literals, by colon
	// selectors are the expressions pkg.Name, by Name.
	selectors map[*ast.Ident]*ast.SelectorExpr
	info      map[*token.File]*packages.Package
	decls     map[types.Object]declared
	sets      map[types.Object][]ast.Expr // what is assigned to a variable
}

type declared struct {
	expr ast.Expr
	pkg  *packages.Package
}

// New indexes the program. Said are annotations that do not stand in the code.
func New(prog *load.Program, said ...Said) *Flow {
	f := &Flow{
		Prog: prog, frames: map[frameKey]*Frame{}, closures: map[*ssa.Function]*ssa.MakeClosure{},
		loops: map[*ssa.Function]map[int][]int{}, memo: map[memoKey][]key.Template{}, busy: map[memoKey]bool{},
		reach: map[*Frame]map[int]bool{}, static: map[*ssa.Function][]ssa.CallInstruction{},
		invokes: map[string][]ssa.CallInstruction{}, asValue: map[*ssa.Function]bool{}, valueHandedOut: map[*ssa.Function]bool{},
		stores: map[fieldKey][]*ssa.Store{}, globals: map[*ssa.Global]*globalUse{}, domains: map[string][]string{},
		methods:  map[string]implementations{},
		mayStore: map[storeQuery]bool{}, storing: map[storeQuery]bool{},
		callers: map[*ssa.Function]callers{}, fits: map[implementsQuery]bool{}, composites: map[string]bool{},
		choices: map[*Frame]string{}, pure: map[*ssa.Function]bool{},
		summaries: map[fieldKey]*fieldSummary{}, whole: map[string]made{}, params: map[string]*ssa.Parameter{}, dynamic: map[string][]ssa.CallInstruction{},
		numbers: map[numberKey]string{}, numbering: map[numberKey]bool{}, forms: map[string]string{},
		inlined: map[*ssa.Function]bool{}, inlinedAt: map[*ssa.Call]bool{},
	}
	f.indexSyntax()
	f.collectFuncs()
	for _, fn := range f.Funcs {
		f.indexFunc(fn)
	}
	f.indexNotes(said)
	return f
}

func (f *Flow) indexSyntax() {
	f.syntax = syntax{
		calls: map[token.Pos]*ast.CallExpr{}, binary: map[token.Pos]*ast.BinaryExpr{}, cases: map[token.Pos]ast.Expr{},
		returns: map[token.Pos]*ast.ReturnStmt{}, assigns: map[token.Pos]ast.Expr{},
		opAssn: map[token.Pos]*ast.AssignStmt{}, elems: map[token.Pos]ast.Expr{},
		lits: map[token.Pos]*ast.CompositeLit{}, index: map[token.Pos]*ast.IndexExpr{},
		mapKeys: map[token.Pos]ast.Expr{}, selectors: map[*ast.Ident]*ast.SelectorExpr{}, info: map[*token.File]*packages.Package{}, decls: map[types.Object]declared{},
		sets: map[types.Object][]ast.Expr{},
	}
	for _, pkg := range f.Prog.Packages {
		if pkg.TypesInfo == nil {
			continue
		}
		for _, file := range pkg.Syntax {
			f.info[f.Prog.Fset.File(file.FileStart)] = pkg
			ast.Inspect(file, func(n ast.Node) bool { f.indexNode(n, pkg); return true })
		}
	}
}

func (f *Flow) indexNode(n ast.Node, pkg *packages.Package) {
	switch n := n.(type) {
	case *ast.CallExpr:
		f.calls[n.Lparen] = n
	case *ast.BinaryExpr:
		f.binary[n.OpPos] = n
	case *ast.CaseClause:
		f.indexCases(n)
	case *ast.ReturnStmt:
		f.returns[n.Return] = n
	case *ast.SelectorExpr:
		f.selectors[n.Sel] = n
	case *ast.IndexExpr:
		f.index[n.Lbrack] = n
	case *ast.AssignStmt:
		f.indexAssign(n, pkg)
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if i < len(n.Values) && len(n.Values) == len(n.Names) {
				f.setTo(name, n.Values[i], pkg)
				f.decls[pkg.TypesInfo.Defs[name]] = declared{n.Values[i], pkg}
			}
		}
	case *ast.CompositeLit:
		f.lits[n.Lbrace] = n
		for _, e := range n.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				f.elems[kv.Colon] = kv.Value
				f.mapKeys[kv.Colon] = kv.Key
			} else {
				f.elems[e.Pos()] = e
			}
		}
	}
}

func (f *Flow) indexAssign(n *ast.AssignStmt, pkg *packages.Package) {
	if n.Tok != token.ASSIGN && n.Tok != token.DEFINE {
		f.opAssn[n.Pos()] = n
		return
	}
	if len(n.Lhs) != len(n.Rhs) {
		return
	}
	for i, l := range n.Lhs {
		f.setTo(l, n.Rhs[i], pkg)
	}
}

func (f *Flow) setTo(l, r ast.Expr, pkg *packages.Package) {
	switch l := ast.Unparen(l).(type) {
	case *ast.Ident:
		f.assigns[l.Pos()] = r
		obj := pkg.TypesInfo.Defs[l]
		if obj == nil {
			obj = pkg.TypesInfo.Uses[l]
		}
		if obj != nil {
			f.sets[obj] = append(f.sets[obj], r)
		}
	case *ast.SelectorExpr:
		f.assigns[l.Sel.Pos()] = r
	case *ast.IndexExpr:
		f.assigns[l.Lbrack] = r
	}
}

// collectFuncs lists declared functions, methods, closures and the instances of generics.
func (f *Flow) collectFuncs() {
	seen := map[*ssa.Function]bool{}
	var add func(fn *ssa.Function)
	add = func(fn *ssa.Function) {
		if fn == nil || seen[fn] || len(fn.Blocks) == 0 {
			return
		}
		seen[fn] = true
		f.Funcs = append(f.Funcs, fn)
		for _, a := range fn.AnonFuncs {
			add(a)
		}
		var ops []*ssa.Value
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				for _, op := range in.Operands(ops[:0]) {
					if g, ok := (*op).(*ssa.Function); ok && (g.Origin() != nil || g.Synthetic != "") && f.own(g) {
						add(g)
					}
				}
			}
		}
	}
	for _, sp := range f.Prog.SSAPkgs {
		if sp == nil {
			continue
		}
		names := make([]string, 0, len(sp.Members))
		for name := range sp.Members {
			names = append(names, name)
		}
		sort.Strings(names)
		for _, name := range names {
			switch m := sp.Members[name].(type) {
			case *ssa.Function:
				add(m)
			case *ssa.Type:
				if named, ok := m.Type().(*types.Named); ok {
					for i := range named.NumMethods() {
						add(f.Prog.SSA.FuncValue(named.Method(i)))
					}
				}
			}
		}
	}
	f.dropGeneric()
	slices.SortStableFunc(f.Funcs, func(a, b *ssa.Function) int {
		pa, pb := f.Prog.Position(a.Pos()), f.Prog.Position(b.Pos())
		if c := pa.Compare(pb); c != 0 {
			return c
		}
		if a.String() < b.String() {
			return -1
		}
		return 1
	})
}

// dropGeneric leaves out the bodies of generic functions that have instances: those have the concrete types.
func (f *Flow) dropGeneric() {
	used := map[*ssa.Function]bool{}
	for _, fn := range f.Funcs {
		if o := fn.Origin(); o != nil && o != fn {
			used[o] = true
		}
	}
	f.Funcs = slices.DeleteFunc(f.Funcs, func(fn *ssa.Function) bool {
		for g := fn; g != nil; g = g.Parent() {
			if used[g] {
				return true
			}
		}
		return false
	})
}

// own reports whether the function's text stands in the target.
func (f *Flow) own(fn *ssa.Function) bool {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	return fn.Pos().IsValid() && f.info[f.Prog.Fset.File(fn.Pos())] != nil
}

func (f *Flow) indexFunc(fn *ssa.Function) {
	var ops []*ssa.Value
	for _, b := range fn.Blocks {
		for _, in := range b.Instrs {
			ops = in.Operands(ops[:0])
			switch in := in.(type) {
			case *ssa.Store:
				f.indexStore(in)
			case *ssa.MakeClosure:
				g := in.Fn.(*ssa.Function)
				if _, ok := f.closures[g]; !ok {
					f.closures[g] = in
				}
			}
			if call, ok := in.(ssa.CallInstruction); ok {
				f.indexCall(call)
			}
			for _, op := range ops {
				f.indexOperand(in, *op)
			}
		}
	}
}

func (f *Flow) indexCall(call ssa.CallInstruction) {
	c := call.Common()
	if c.IsInvoke() {
		f.invokes[c.Method.Name()] = append(f.invokes[c.Method.Name()], call)
		return
	}
	if g := c.StaticCallee(); g != nil {
		f.static[g] = append(f.static[g], call)
	}
}

// indexOperand notes functions used as values, and globals whose address is used.
func (f *Flow) indexOperand(in ssa.Instruction, v ssa.Value) {
	switch v := v.(type) {
	case *ssa.Function:
		if _, ok := in.(*ssa.DebugRef); ok {
			return
		}
		if call, ok := in.(ssa.CallInstruction); ok && call.Common().Value == v && !slices.Contains(call.Common().Args, ssa.Value(v)) {
			return
		}
		f.asValue[v] = true
		f.valueHandedOut[v] = f.valueHandedOut[v] || valueLeaves(in, v)
	case *ssa.Global:
		u := f.global(v)
		switch in := in.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.Store:
			if in.Addr == v {
				u.stores = append(u.stores, in)
			} else {
				u.addr = true
			}
		case *ssa.FieldAddr:
			u.fields = append(u.fields, in)
		case *ssa.IndexAddr:
		default:
			u.addr = true
		}
	}
}

func (f *Flow) global(g *ssa.Global) *globalUse {
	u := f.globals[g]
	if u == nil {
		u = &globalUse{}
		f.globals[g] = u
	}
	return u
}

// typesInfo is the type information for the file of an expression; nil outside the target.
func (f *Flow) typesInfo(pos token.Pos) *types.Info {
	if !pos.IsValid() {
		return nil
	}
	if pkg := f.info[f.Prog.Fset.File(pos)]; pkg != nil {
		return pkg.TypesInfo
	}
	return nil
}

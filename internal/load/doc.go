// Package load reads the target: one go/packages load, an SSA program that
// survives broken packages, and a list of all that was not analysed.
//
//	prog, err := load.Load(ctx, load.Config{Dir: dir, Tests: true})
//	for i, pkg := range prog.Packages {
//		ssapkg := prog.SSAPkgs[i] // nil if nothing could be built
//	}
//
// # What it promises
//
//   - Broken code is no error. A package with a syntax error, a type error or
//     a missing dependency is listed in LeftOut with its first error, and the
//     rest goes on, its importers included. Load fails only if there is no
//     target at all: a [UsageError] or a [TargetError], which names the next
//     step.
//   - Nothing is left out silently: packages, single functions of a broken
//     package, files that the build constraints exclude (if they speak of
//     redis), modules nested in the target, cgo files.
//   - Packages holds the packages of the target's own modules, test variants
//     included, without the test mains that the go command generates. It is
//     sorted by ID, all other lists by package, file and offset, so that two
//     loads of one tree give the same values.
//   - Syntax is as parsed. SSA of a broken package is built from copies of
//     the declarations; identifiers and expressions are shared, so that the
//     maps of types.Info serve both.
//   - File.Content holds the very bytes that were parsed, so that a change of
//     the file during the run can be found by comparing.
//   - Positions are physical: a //line directive does not move them. The one
//     exception is the Go code that cgo generates, see below.
//   - Nothing is written, and the go command runs as the user's own would,
//     with go.mod read-only unless GOFLAGS says otherwise.
//
// # How broken packages are built
//
// ssautil.Packages skips a package with an error and all that import it.
// Here every package is created, and built one by one under a recover. In a
// package with errors, or with an import that has some,
//
//   - a function that contains a hard error, or an expression whose type is
//     unknown (the type checker reports an import that failed once, and then
//     nothing at its uses), loses its body;
//   - a package variable with such an initializer is left uninitialized;
//   - a declaration with soft errors only (unused variable, unused import) is
//     kept whole.
//
// If the builder still panics, each function of the package is tried alone
// to find those at fault; if that does not help either, the package is made
// from its types only. A panic can leave a ssa.Program with half of its
// tables filled, so the program is then built anew.
//
// # What it does not promise
//
//   - Functions of dependencies have types but no bodies.
//   - A package that is recompiled for the external test of another one
//     ("q [p.test]", where q imports p) is no root of a load: its functions
//     have no body under that identity. Find the body by
//     types.Func.FullName in the plain package.
//   - After a syntax error the parser may skip declarations: the entry of the
//     function it stands in says up to which line.
//   - Positions in a file that imports "C" are those that cgo notes in its
//     output, exact to line and column wherever cgo is. Such a file has
//     [File.Cgo] set: it must not be edited.
//   - One build configuration only. Program.Ignored names the files that
//     another one would add.
//   - The go command compiles dependencies where its build cache is cold,
//     which can take half a minute.
package load

// Package patch writes changes of files as git reads them: as one unified diff
// for `git apply`, or as a mail for `git am`.
//
// [Compare] gives the difference of two contents as hunks of lines, which
// reports show as well:
//
//	f := patch.Compare("store/keys.go", old, new)
//	fmt.Print(f) // diff --git a/store/keys.go b/store/keys.go ...
//
// A [Mail] is a commit: a subject, a body that says why, and the files. Its diff
// has the blob ids, so that `git am --3way` finds its way in a repository that
// went on. Lines with a carriage return survive: such a mail is encoded as
// quoted-printable, which `git am` does not touch.
//
// It does not read patches, and writes no renames, copies or binary files: a
// changed file keeps its name. Names are written as they are, so they must not
// hold quotes, tabs or line breaks.
package patch

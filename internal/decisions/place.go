package decisions

import (
	"path"
	"regexp"
	"strconv"
	"strings"
)

// Place is where a decision applies: a site by its ID; a file with a function; or a file with a line, and maybe a
// column. What does not belong to the form is zero.
type Place struct {
	// File is relative to the working directory, with slashes.
	File string
	// Line and Column start at 1; Column 0 means any.
	Line, Column int
	// Function is written as in a report: F, (T).M or (*T).M.
	Function string
	// ID is the one that a report gives to a site.
	ID string
}

// Matches reports whether a site, key or client is at the place.
func (p Place) Matches(file string, line, column int, function, id string) bool {
	switch {
	case p.ID != "":
		return p.ID == id
	case p.File == "" || p.File != file:
		return false
	case p.Function != "":
		return p.Function == function
	}
	return p.Line == line && (p.Column == 0 || p.Column == column)
}

// String writes the place as in a file of decisions.
func (p Place) String() string {
	switch {
	case p.ID != "":
		return p.ID
	case p.Function != "":
		return p.File + " " + p.Function
	case p.Column > 0:
		return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
	}
	return p.File + ":" + strconv.Itoa(p.Line)
}

var (
	idForm     = regexp.MustCompile(`^[0-9a-f]{10}$`)
	numberForm = regexp.MustCompile(`^[1-9][0-9]{0,8}$`)
	// A function may have type parameters, also those of its receiver; init may have a number.
	functionForm = regexp.MustCompile(`^(\(\*?[\pL_][\pL\pN_]*(\[[^\[\]].*\])?\)\.)?[\pL_][\pL\pN_]*(#[0-9]+)?$`)
)

const placeForms = "write FILE:LINE, FILE:LINE:COLUMN, FILE FUNCTION or the id of a site"

// parsePlace reads a place. msg says what is wrong with it, or is "", and next what to do.
func parsePlace(s string) (p Place, msg, next string) {
	if idForm.MatchString(s) {
		return Place{ID: s}, "", ""
	}
	if i := strings.Index(s, ".go "); i >= 0 {
		p.File, p.Function = s[:i+len(".go")], s[i+len(".go "):]
		if msg, next = fileProblem(p.File); msg != "" {
			return Place{}, msg, next
		}
		if !functionForm.MatchString(p.Function) {
			return Place{}, show(p.Function) + " is no function", "write it as the report does: F, (T).M or (*T).M"
		}
		return p, "", ""
	}
	file, numbers, _ := strings.Cut(s, ":")
	if msg, next = fileProblem(file); msg != "" {
		return Place{}, msg, next
	}
	if numbers == "" {
		return Place{}, show(s) + " has no line and no function", placeForms
	}
	p.File = file
	line, column, hasColumn := strings.Cut(numbers, ":")
	ok := false
	if p.Line, ok = number(line); !ok {
		return Place{}, show(line) + " is no line number", placeForms
	}
	if p.Column, ok = number(column); hasColumn && !ok {
		return Place{}, show(column) + " is no column number", placeForms
	}
	return p, "", ""
}

// number reads a line or column. Other ways to write it, such as 007, are not read: a place has one form, so that two
// entries for it can be told.
func number(s string) (int, bool) {
	if !numberForm.MatchString(s) {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// fileProblem says why a report can't name a file in this way.
func fileProblem(file string) (msg, next string) {
	const relative = "write the file as the report does, relative to the working directory"
	clean := path.Clean(file)
	switch {
	case strings.Contains(file, `\`):
		return show(file) + " has backslashes", "write / between folders"
	case path.IsAbs(file):
		return show(file) + " is an absolute path", relative
	case clean == ".." || strings.HasPrefix(clean, "../"):
		return show(file) + " is outside of the working directory", "write the id of the site, or decide it in a file there"
	case path.Ext(file) != ".go" || path.Base(file) == ".go":
		return show(file) + " is no Go file", placeForms
	case clean != file:
		return show(file) + " is not the shortest way to write that file", "write " + show(clean)
	}
	return "", ""
}

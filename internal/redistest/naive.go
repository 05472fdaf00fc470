package redistest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const openLiteral = "redis.NewClient(&redis.Options{"

var (
	clientType = regexp.MustCompile(`\*redis\.Client\b`)
	dbField    = regexp.MustCompile(`\bDB:[ \t]*0,?[ \t]*`)
	addrField  = regexp.MustCompile(`\bAddr:[ \t]*`)
	// An embedded client is a field named after its type.
	embeddedKey = regexp.MustCompile(`(?m)^([ \t]*)Client:`)
	embeddedUse = regexp.MustCompile(`(\w)\.Client\.`)
)

// Naive copies the module in dir and swaps the client in the copy as someone in
// a hurry does: the type and the constructor by search and replace, the one
// address as the one seed, every key left as it is. It returns the copy, which
// compiles, and which a cluster must break.
func Naive(t testing.TB, dir string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "naive")
	if err := os.CopyFS(out, os.DirFS(dir)); err != nil {
		t.Fatalf("copy of %s: %v", dir, err)
	}
	swapped := 0
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text, n := swap(string(src))
		swapped += n
		return os.WriteFile(path, []byte(text), 0o644)
	})
	if err != nil {
		t.Fatalf("naive swap of %s: %v", dir, err)
	}
	if swapped == 0 {
		t.Fatalf("naive swap of %s: no %s found, so nothing was swapped", dir, openLiteral)
	}
	return out
}

// swap rewrites one file and counts the constructors it found.
func swap(src string) (string, int) {
	src = clientType.ReplaceAllString(src, "*redis.ClusterClient")
	src = dbField.ReplaceAllString(src, "")
	src = embeddedKey.ReplaceAllString(src, "${1}ClusterClient:")
	src = embeddedUse.ReplaceAllString(src, "$1.ClusterClient.")
	var out strings.Builder
	n := 0
	for {
		before, after, found := strings.Cut(src, openLiteral)
		out.WriteString(before)
		if !found {
			return out.String(), n
		}
		n++
		out.WriteString("redis.NewClusterClient(&redis.ClusterOptions{")
		src = after
		if at := addrField.FindStringIndex(src); at != nil {
			end := at[1] + exprLen(src[at[1]:])
			out.WriteString(src[:at[0]] + "Addrs: []string{" + src[at[1]:end] + "}")
			src = src[end:]
		}
	}
}

// exprLen is the length of the field value that src starts with: it ends at a
// comma or a brace outside of every bracket and string.
func exprLen(src string) int {
	depth := 0
	var quote byte
	for i := 0; i < len(src); i++ {
		c := src[i]
		switch {
		case quote != 0:
			if c == '\\' && quote == '"' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '`':
			quote = c
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case depth == 0 && (c == ',' || c == '}' || c == '\n'):
			return i
		case strings.IndexByte(")]}", c) >= 0:
			depth--
		}
	}
	return len(src)
}

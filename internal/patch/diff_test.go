package patch

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
)

// pairs of texts that diffs have stumbled over.
var diffPairs = [][2]string{
	{"a\n", "b\n"}, {"a", "a\n"}, {"a\n", "a"}, {"a", "b"}, {"", "a\n"}, {"", "a"}, {"a\n", ""}, {"a", ""},
	{"\n", "\n\n"}, {"\n\n\n", "\n"}, {"a\r\nb\r\n", "a\nb\n"}, {"a\r\nb\r\n", "a\r\nc\r\n"}, {"a\rb\n", "a\rc\n"},
	{"a\x00b\n", "a\x00c\n"}, {"\xff\xfe\n", "\xff\n"}, {"- a\n+ b\n", "+ b\n- a\n"}, {"--- a/x\n", "+++ b/x\n"},
	{"@@ -1 +1 @@\n", "@@ -1,2 +1 @@\n"}, {"\\ No newline at end of file\n", "\\ No newline at end of file"},
	{"a\nb\nc\nd\ne\nf\ng\nh\ni\n", "A\nb\nc\nd\ne\nf\ng\nh\nI\n"},
	{"a\nb\nc\nd\ne\nf\ng\nh\n", "A\nb\nc\nd\ne\nf\ng\nH\n"},
	{"diff --git a/x b/x\n", "diff --git a/y b/y\n"}, {"a\n\n\n\n\n\n\n\n", "b\n\n\n\n\n\n\n\nc"},
}

// FuzzDiff holds that the diff of any two texts, applied to the first, gives the second.
func FuzzDiff(f *testing.F) {
	for _, p := range diffPairs {
		f.Add(p[0], p[1])
	}
	f.Fuzz(func(t *testing.T, old, new string) {
		if old == new || len(old)+len(new) > 1<<16 {
			t.Skip()
		}
		applyDiff(t, old, new)
	})
}

// TestDiffPairs is FuzzDiff on texts of which one was made from the other by a few edits.
func TestDiffPairs(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		old, new := randomPair(r)
		applyDiff(t, old, new)
		if t.Failed() {
			return
		}
	}
}

// applyDiff applies the diff with a library that reads what git writes.
func applyDiff(t *testing.T, old, new string) {
	t.Helper()
	if old == new {
		return
	}
	diff := Compare("dir/a.go", []byte(old), []byte(new)).String()
	files, _, err := gitdiff.Parse(strings.NewReader(diff))
	if err != nil || len(files) != 1 {
		t.Fatalf("%q to %q: %d files, %v, in\n%s", old, new, len(files), err, diff)
	}
	var got bytes.Buffer
	if err := gitdiff.Apply(&got, strings.NewReader(old), files[0]); err != nil || got.String() != new {
		t.Fatalf("%q to %q: got %q, %v, from\n%s", old, new, got.String(), err, diff)
	}
}

// randomPair is a text and an edited one: lines of a few kinds, so that many are equal.
func randomPair(r *rand.Rand) (string, string) {
	kinds := []string{"a\n", "b\n", "\n", "\r\n", "a\r\n", "\ta := \"x\"\n", "-\n", "+\n", " \n", "@@\n", "\\ No newline\n", "\x00\n", "\xff\xfe\n", "ä\n", "a\rb\n"}
	lines := make([]string, r.IntN(40))
	for i := range lines {
		lines[i] = kinds[r.IntN(len(kinds))]
		if r.IntN(3) == 0 {
			lines[i] = fmt.Sprintf("line %d\n", i)
		}
	}
	edited := append([]string(nil), lines...)
	for range 1 + r.IntN(4) {
		at := 0
		if len(edited) > 0 {
			at = r.IntN(len(edited))
		}
		switch r.IntN(3) {
		case 0:
			edited = append(edited[:at:at], append([]string{kinds[r.IntN(len(kinds))]}, edited[at:]...)...)
		case 1:
			if len(edited) > 0 {
				edited = append(edited[:at:at], edited[at+1:]...)
			}
		case 2:
			if len(edited) > 0 {
				edited[at] = fmt.Sprintf("edit %d\n", r.IntN(5))
			}
		}
	}
	end := func(ls []string) string {
		s := strings.Join(ls, "")
		if r.IntN(3) == 0 {
			s = strings.TrimSuffix(s, "\n")
		}
		return s
	}
	return end(lines), end(edited)
}

// TestGitApply puts many pairs into one work tree, with odd file names, new files too, and lets git apply the diff of
// all of them: as a diff, and as a mail, of which git checks the blob ids as well.
func TestGitApply(t *testing.T) {
	for _, mail := range []bool{false, true} {
		dir := t.TempDir()
		git(t, dir, "init", "-q")
		r := rand.New(rand.NewPCG(7, 8))
		pairs := append([][2]string(nil), diffPairs...)
		for range 400 {
			old, new := randomPair(r)
			pairs = append(pairs, [2]string{old, new})
		}
		want := map[string]string{"internal/new/new.go": "package new\n", "no newline.go": "package p"}
		files := []File{Create("internal/new/new.go", []byte("package new\n")), Create("no newline.go", []byte("package p"))}
		for i, p := range pairs {
			name := fmt.Sprintf("d%d/a%d.go", i%7, i)
			if i%50 == 0 {
				name = fmt.Sprintf("d e/ü %d.go", i)
			}
			write(t, filepath.Join(dir, filepath.FromSlash(name)), p[0])
			want[name] = p[1]
			if p[0] != p[1] {
				files = append(files, Compare(name, []byte(p[0]), []byte(p[1])))
			}
		}
		git(t, dir, "add", "-A")
		git(t, dir, "commit", "-q", "-m", "before")
		if mail {
			m := Mail{Number: 1, Of: 1, From: "Jürgen Example <j@example.org>", Subject: "redis: größer", Body: "Why.\n---\ndiff -u\nFrom here\n", Files: files}
			write(t, filepath.Join(dir, ".git", m.Name()), string(m.Bytes()))
			git(t, dir, "am", "-q", "--3way", ".git/"+m.Name())
			if got := git(t, dir, "log", "-1", "--format=%an %ae|%s|%b"); got != "Jürgen Example j@example.org|redis: größer|Why.\n ---\n diff -u\n From here\n\n" {
				t.Errorf("the commit is %q", got)
			}
		} else {
			var diff strings.Builder
			for _, f := range files {
				diff.WriteString(f.String())
			}
			write(t, filepath.Join(dir, ".git", "all.diff"), diff.String())
			git(t, dir, "apply", "--check", ".git/all.diff")
			git(t, dir, "apply", "--whitespace=nowarn", ".git/all.diff")
		}
		for name, text := range want {
			got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
			if err != nil && len(text) > 0 || string(got) != text {
				t.Errorf("%s: got %q, %v; want %q (mail: %v)", name, got, err, text, mail)
			}
		}
	}
}

func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "core.autocrlf=false", "-c", "user.name=n", "-c", "user.email=e@example.org"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%.2000s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestDiffOfLongFiles has more lines than there are code points that a line number may be coded as.
func TestDiffOfLongFiles(t *testing.T) {
	var b strings.Builder
	for i := range 70000 {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	old := b.String()
	applyDiff(t, old, strings.Replace(old, "line 60000\n", "line\n", 1))
	applyDiff(t, old, strings.Replace(old, "line 1\n", "line\nand another\n", 1))
}

// TestDiffIsSmall holds that an edit of a line shows that line only.
func TestDiffIsSmall(t *testing.T) {
	lines := make([]string, 400)
	for i := range lines {
		lines[i] = []string{"\treturn nil\n", "}\n", "\n", "\tif err != nil {\n"}[i%4]
	}
	old := strings.Join(lines, "")
	lines[201] = "} // here\n"
	diff := Compare("a.go", []byte(old), []byte(strings.Join(lines, ""))).String()
	if n := strings.Count(diff, "\n"); n != 3+1+3+2+3 {
		t.Errorf("%d lines:\n%s", n, diff)
	}
}

func TestBar(t *testing.T) {
	for _, test := range []struct {
		added, removed, most, room int
		want                       string
	}{
		{2, 1, 10, 20, "++-"}, {0, 0, 100, 10, ""}, {100, 0, 100, 10, "++++++++++"}, {1, 1, 100, 10, "+-"}, {50, 50, 100, 10, "+++++-----"}, {1, 99, 100, 10, "+---------"},
	} {
		if got := bar(test.added, test.removed, test.most, test.room); got != test.want {
			t.Errorf("%+v: got %q", test, got)
		}
	}
}

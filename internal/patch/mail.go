package patch

import (
	"bytes"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"strconv"
	"strings"
)

// Mail is a commit as `git am` takes it. It has no date: git sets the time at which it is applied.
type Mail struct {
	Number, Of int    // its place in a series
	From       string // NAME <ADDRESS>
	Subject    string // one line
	Body       string // lines that end with a line break
	Files      []File
}

// Name is what its file is called: NNNN-words-of-the-subject.patch.
func (m Mail) Name() string {
	var b strings.Builder
	for _, r := range strings.ToLower(m.Subject) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	words := strings.Trim(b.String(), "-")
	if len(words) > maxWords {
		words = strings.TrimRight(words[:maxWords], "-")
	}
	return fmt.Sprintf("%04d-%s.patch", m.Number, words)
}

// maxWords is as long as git makes the names of patches.
const maxWords = 52

// Bytes is the mail in the form of a mailbox, as `git format-patch` writes it.
func (m Mail) Bytes() []byte {
	var diff bytes.Buffer
	for _, f := range m.Files {
		f.write(&diff, f.index())
	}
	text := m.safeBody() + "---\n" + m.stat() + "\n" + diff.String() + "-- \nclusterize\n"
	encoding := "8bit"
	if strings.ContainsRune(text, '\r') {
		encoding, text = "quoted-printable", quoted(text)
	}
	name, address, _ := strings.Cut(m.From, " <")
	var out bytes.Buffer
	fmt.Fprintf(&out, "From %s Mon Sep 17 00:00:00 2001\n", strings.Repeat("0", 40))
	fmt.Fprintf(&out, "From: %s <%s\nSubject: %s\n", header(name), address, header(fmt.Sprintf("[PATCH %d/%d] %s", m.Number, m.Of, m.Subject)))
	fmt.Fprintf(&out, "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: %s\n\n%s", encoding, text)
	return out.Bytes()
}

// header encodes what is not ASCII, and quotes nothing else: git takes names as they are.
func header(text string) string {
	return mime.QEncoding.Encode("utf-8", text)
}

// safeBody is the body; a line that git would take for the beginning of a diff or of the next mail is indented.
func (m Mail) safeBody() string {
	var b strings.Builder
	for line := range strings.Lines(m.Body) {
		for _, start := range []string{"---", "diff -", "Index: ", "From ", ">From ", "From:", "Subject:", "Date:", "-- "} {
			if strings.HasPrefix(line, start) {
				b.WriteByte(' ')
				break
			}
		}
		b.WriteString(line)
	}
	return b.String()
}

// statWidth is how wide a line of the list of files is, unless a name is long.
const statWidth = 80

// bar are as many signs as lines come and go, or their share of room when there are more lines than that.
func bar(added, removed, most, room int) string {
	if most > room {
		scale := func(n int) int {
			if n == 0 {
				return 0
			}
			return 1 + n*(room-1)/most
		}
		all := scale(added + removed)
		if added > 0 && removed > 0 {
			all = max(all, 2)
		}
		if added < removed {
			added = scale(added)
			removed = all - added
		} else {
			removed = scale(removed)
			added = all - removed
		}
	}
	return strings.Repeat("+", added) + strings.Repeat("-", removed)
}

// stat is the list of files, with the lines that come and go, and a bar of them as git draws it.
func (m Mail) stat() string {
	var b strings.Builder
	wide, most, plus, minus := 0, 0, 0, 0
	for _, f := range m.Files {
		added, removed := f.Counts()
		wide, most = max(wide, len(f.Name)), max(most, added+removed)
	}
	digits := len(strconv.Itoa(most))
	for _, f := range m.Files {
		added, removed := f.Counts()
		plus, minus = plus+added, minus+removed
		line := fmt.Sprintf(" %-*s | %*d %s", wide, f.Name, digits, added+removed, bar(added, removed, most, max(statWidth-wide-digits-5, 10)))
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	files := "files"
	if len(m.Files) == 1 {
		files = "file"
	}
	fmt.Fprintf(&b, " %d %s changed, %d insertions(+), %d deletions(-)\n", len(m.Files), files, plus, minus)
	for _, f := range m.Files {
		if f.Created {
			fmt.Fprintf(&b, " create mode %s %s\n", f.mode(), f.Name)
		}
	}
	return b.String()
}

// quoted encodes each line, so that carriage returns come through; the line breaks stay what they are.
func quoted(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		rest, broken := strings.CutSuffix(line, "\n")
		w := quotedprintable.NewWriter(&b)
		w.Binary = true
		w.Write([]byte(rest))
		w.Close()
		if broken {
			b.WriteByte('\n')
		}
	}
	return strings.ReplaceAll(b.String(), "=\r\n", "=\n")
}

package luakeys

import (
	"fmt"
	"strings"
	"testing"
)

// render writes what was read as the table of cases does.
func render(s Script) string {
	var lines []string
	for _, c := range s.Calls {
		name := c.Command
		if name == "" {
			name = "-"
		}
		var keys []string
		for _, k := range c.Keys {
			keys = append(keys, k.String())
		}
		line := strings.TrimSpace(fmt.Sprintf("%d %s %s", c.Line, name, strings.Join(keys, ", ")))
		if c.KeyErr != "" {
			line += " !" + c.KeyErr
		}
		lines = append(lines, line)
	}
	for _, p := range s.Problems {
		lines = append(lines, fmt.Sprintf("?%d: %s", p.Line, p.Text))
	}
	return strings.Join(lines, "\n")
}

func TestRead(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := Read(c.src)
			if got := render(s); got != c.want {
				t.Errorf("%s\ngot:\n%s\nwant:\n%s", c.src, got, c.want)
			}
			checkOffsets(t, c.src, s)
		})
	}
}

// checkOffsets holds every literal against the source.
func checkOffsets(t *testing.T, src string, s Script) {
	t.Helper()
	for _, c := range s.Calls {
		for _, w := range append(c.Words, c.Rest) {
			for _, e := range w.Alts {
				for _, p := range e.Parts {
					if p.Kind != Lit || p.Offset == -1 && p.End == -1 {
						continue
					}
					if p.Offset < 0 || p.End > len(src) || src[p.Offset:p.End] != p.Text {
						t.Errorf("offset %d to %d is not %q", p.Offset, p.End, p.Text)
					}
				}
			}
		}
	}
}

package report

import (
	"strings"

	"github.com/clusterize/clusterize/internal/patch"
)

// htmlPatch is a patch with its diff as lines.
type htmlPatch struct {
	Patch
	N              int
	Names          []Family // that are renamed
	Added, Removed int
	Diffs          []htmlDiff
}

// htmlDiff is the diff of one file. Open says that it is short enough to be shown at once.
type htmlDiff struct {
	Name           string
	Created        bool
	Added, Removed int
	Lines          []htmlLine
	Open           bool
}

// htmlLine is a line of a diff with the class that colours it.
type htmlLine struct{ Class, Text string }

// openLines is the longest diff of a file that is shown at once.
const openLines = 80

// Series are the patches in their order.
func (p *htmlPage) Series() []htmlPatch {
	var out []htmlPatch
	for i, step := range p.Patches {
		h := htmlPatch{Patch: step, N: i + 1}
		for _, f := range p.Report.Families {
			if p.patchOf[f.Template] == h.N && f.Tag != "" {
				h.Names = append(h.Names, f)
			}
		}
		for _, f := range step.Files {
			d := diffOf(f)
			h.Added, h.Removed = h.Added+d.Added, h.Removed+d.Removed
			h.Diffs = append(h.Diffs, d)
		}
		out = append(out, h)
	}
	return out
}

// diffOf cuts the diff of a file into its lines.
func diffOf(f patch.File) htmlDiff {
	d := htmlDiff{Name: f.Name, Created: f.Created}
	d.Added, d.Removed = f.Counts()
	head := true // until the first hunk: there a line may begin with a sign, and means nothing by it
	for line := range strings.Lines(f.String()) {
		class := "c"
		switch {
		case strings.HasPrefix(line, "@@"):
			head, class = false, "h"
		case head || line[0] == '\\':
			class = "h"
		case line[0] == '+':
			class = "a"
		case line[0] == '-':
			class = "d"
		}
		d.Lines = append(d.Lines, htmlLine{class, line})
	}
	d.Open = len(d.Lines) <= openLines && !f.Created
	return d
}

// StageName says what a patch is about.
func (p htmlPatch) StageName() string {
	switch p.Stage {
	case StageSplit:
		return "calls slot by slot"
	case StageFanout:
		return "calls of every primary"
	case StageTag:
		return "names of keys"
	case StageNote:
		return "comments at what is left to a person"
	case StageSwitch:
		return "clients"
	}
	return p.Stage
}

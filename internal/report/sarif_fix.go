package report

import (
	"strings"
	"unicode/utf8"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/clusterize/clusterize/internal/patch"
)

// allFixes are the patches that are right by themselves, as fixes of their sites.
//
// A fix replaces parts of the files as they are, and may be taken alone. Patches are made one upon the other, and it is
// known that each works after those before it. So the first one is a fix; and a patch that gives keys their tags, when
// all before it do the same for other families and in other files. Where something else comes first (the helper
// package, code that looks at the text of keys) it may be needed, and there is no fix. Comments mend nothing.
func (s *sarifReport) allFixes() map[string]*sarif.Fix {
	out := map[string]*sarif.Fix{}
	touched := map[string]bool{}
	tagsOnly := true
	total := 0
	for i, p := range s.Patches {
		alone := (i == 0 || tagsOnly) && p.Stage == StageTag || i == 0 && (p.Stage == StageSplit || p.Stage == StageFanout)
		for _, f := range p.Files {
			alone = alone && !f.Created && !touched[f.Name]
		}
		for _, f := range p.Files {
			touched[f.Name] = true
		}
		tagsOnly = tagsOnly && p.Stage == StageTag
		if !alone || !isText(p) {
			continue
		}
		fix, size := fixOf(p)
		if size > fixLimit {
			continue
		}
		for _, id := range p.Sites {
			if total+size <= fixTotal && out[id] == nil {
				out[id] = fix
				total += size
			}
		}
	}
	return out
}

// isText reports that JSON can hold the lines of a patch as they are.
func isText(p Patch) bool {
	for _, f := range p.Files {
		for _, h := range f.Hunks {
			for _, l := range h.Lines {
				if !utf8.ValidString(l.Text) {
					return false
				}
			}
		}
	}
	return true
}

// fixOf writes a patch as a fix, and says how long its texts are.
func fixOf(p Patch) (*sarif.Fix, int) {
	text := p.Subject + "."
	if p.Stage == StageTag {
		text += " Stored keys must be renamed as well, with clusterize rename."
	}
	fix := sarif.NewFix().WithDescription(told(text))
	size := len(text)
	for _, f := range p.Files {
		c := sarif.NewArtifactChange().WithArtifactLocation(artifact(f.Name))
		for _, r := range replacements(f) {
			c.AddReplacement(r)
			size += len(*r.InsertedContent.Text) + 100
		}
		fix.AddArtifactChange(c)
	}
	return fix, size
}

// replacements are the changes of a file: lines that go, and the text in their place.
func replacements(f patch.File) []*sarif.Replacement {
	var out []*sarif.Replacement
	for _, h := range f.Hunks {
		line := h.OldStart
		if h.OldLines == 0 {
			line++ // such a hunk starts at the line before it
		}
		for i := 0; i < len(h.Lines); {
			if h.Lines[i].Sign == ' ' {
				line++
				i++
				continue
			}
			var gone []string
			var text strings.Builder
			for ; i < len(h.Lines) && h.Lines[i].Sign != ' '; i++ {
				if h.Lines[i].Sign == '-' {
					gone = append(gone, h.Lines[i].Text)
				} else {
					text.WriteString(h.Lines[i].Text)
				}
			}
			out = append(out, replace(line, gone, text.String()))
			line += len(gone)
		}
	}
	return out
}

// replace puts a text in the place of whole lines, or, without lines, before a line.
func replace(line int, gone []string, text string) *sarif.Replacement {
	endLine, endColumn := line+len(gone), 1
	if n := len(gone); n > 0 && !strings.HasSuffix(gone[n-1], "\n") { // the last line of a file, without a line break
		endLine, endColumn = endLine-1, units(gone[n-1])+1
	}
	region := sarif.NewRegion().WithStartLine(line).WithStartColumn(1).WithEndLine(endLine).WithEndColumn(endColumn)
	return sarif.NewReplacement().WithDeletedRegion(region).WithInsertedContent(sarif.NewArtifactContent().WithText(text))
}

package port

import (
	"bytes"
	"os"
	"path/filepath"

	"github.com/clusterize/clusterize/keyplan"
)

// ignoredText is a Go file that build constraints leave out of this run.
type ignoredText struct {
	name    string
	content []byte
}

func (o *Outcome) readIgnored() []ignoredText {
	var out []ignoredText
	for _, name := range o.Program.Ignored {
		if b, err := os.ReadFile(filepath.Join(o.Program.Dir, filepath.FromSlash(name))); err == nil {
			out = append(out, ignoredText{name, b})
		}
	}
	return out
}

// heldByIgnored finds families that would be renamed while a file that was not analysed writes the same text: it could
// hold a reader or a writer. Only the text is looked at, so this holds back too much rather than too little.
func heldByIgnored(p *keyplan.Plan, files []ignoredText) map[string]string {
	held := map[string]string{}
	for _, f := range p.Families {
		if !f.Renamed() {
			continue
		}
		for _, s := range f.Model.Segments() {
			for _, file := range files {
				if s.Hole == nil && len(s.Text) > 2 && bytes.Contains(file.content, []byte(s.Text)) {
					held[f.Model.Shape()] = file.name + " is left out by build constraints, and writes " + s.Text + ": run with --tags, or rename there by hand"
				}
			}
		}
	}
	return held
}

package port

import (
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/load"
)

// unusedNotes lists the annotations that did nothing, by their positions.
func unusedNotes(flow *keyflow.Flow) []load.LeftOut {
	var out []load.LeftOut
	if flow == nil {
		return nil
	}
	for _, n := range flow.NoteProblems() {
		out = append(out, load.LeftOut{Package: n.Pos.String(), Reason: n.Reason, Position: n.Pos})
	}
	return out
}

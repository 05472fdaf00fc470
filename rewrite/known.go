package rewrite

import (
	"slices"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/keyplan"
)

// otherTexts are texts besides the keys of operations.
type otherTexts struct {
	loose    []key.Template   // what helpers of keys give elsewhere, and variables that hold keys
	beside   []keyflow.Beside // what stands together, maybe with a key
	channels []key.Template   // names under which the program publishes and listens: they stay, who listens may be anywhere
	scripts  []key.Template   // sources of scripts
	apart    []detect.Text    // what is put together as keys are, elsewhere
}

// starts are the points where the texts of scripts begin.
func starts(scripts []key.Template) map[key.Point]bool {
	out := map[key.Point]bool{}
	for _, t := range scripts {
		for _, gap := range t.Gaps {
			for _, p := range gap {
				out[p] = true
			}
		}
		for _, p := range t.Parts {
			if p.Offs != nil {
				out[key.Point{File: p.File, Offset: p.Offs[0]}] = true
			}
		}
	}
	return out
}

// IsKey reports that the expression at a point is part of a key, or of a script.
func (k *keyEdits) IsKey(p key.Point) bool { return len(k.at[p]) > 0 || k.scripts[p] }

// IsWhole reports a stretch of source that is a key from its beginning to its end, wherever it is used.
func (k *keyEdits) IsWhole(file string, start, end int) bool {
	if k.scripts[key.Point{File: file, Offset: start, Mode: key.Before}] || k.scripts[key.Point{File: file, Offset: start + 1}] {
		return true
	}
	return k.ends(key.Point{File: file, Offset: start, Mode: key.Before}, key.Point{File: file, Offset: end, Mode: key.After}) ||
		k.ends(key.Point{File: file, Offset: start + 1}, key.Point{File: file, Offset: end - 1}) // inside a literal
}

// ends reports that keys begin and end at two points, and that none goes on beyond them.
func (k *keyEdits) ends(first, last key.Point) bool {
	for _, pl := range k.at[first] {
		if pl.border != 0 {
			return false
		}
	}
	for _, pl := range k.at[last] {
		if pl.border != k.uses[pl.use].tmpl.Len() {
			return false
		}
	}
	return len(k.at[first]) > 0 && len(k.at[last]) > 0
}

// addBeside adds texts that stand together. Beside a key, and in tests, those that are keys themselves get their new
// names; a text that may be of a renamed family, and can't be told for certain, holds it back. So does one that is
// compared with what may be anything.
func (k *keyEdits) addBeside(p *keyplan.Plan, b keyflow.Beside) {
	keyed := b.Test
	for _, t := range b.Texts {
		keyed = keyed || p.IsKey(t)
	}
	for _, t := range b.Texts {
		f, at, maybe := p.Place(t)
		switch {
		case f != nil && (keyed || !f.Renamed()):
			k.add(f, t, at)
		case f != nil:
			k.failUse(keyUse{family: f}, "the text "+t.String()+" is compared at "+b.At+" with one that may be anything")
		default:
			k.failUse(keyUse{found: maybe}, "the text "+t.String()+" at "+b.At+" may be a key of it")
		}
	}
}

// addApart adds a text that is put together as keys are: it is renamed with them where it stays in the program, and in
// tests. Handed to other code, it may be a key of another store, or of this Redis by another client: it holds them back.
func (k *keyEdits) addApart(p *keyplan.Plan, x detect.Text) {
	f, at, maybe := p.Place(x.Template)
	what := "the text " + x.Template.String() + " at " + x.Pos.String() + " is written as its keys are"
	switch {
	case f != nil && (x.Goes == "" || x.Test || !f.Renamed()):
		k.add(f, x.Template, at)
	case f != nil:
		k.failUse(keyUse{family: f}, what+", and such keys "+x.Goes)
	default:
		k.failUse(keyUse{found: slices.DeleteFunc(maybe, func(f *keyplan.Family) bool { return !f.Telling() })}, what+", and may be one of them")
	}
}

package report

import (
	"slices"
	"strconv"
)

// reasonLimit is how many reasons of a confidence are written out: the JSON report has all, and so has the verbose one.
const reasonLimit = 3

// confidence says how much is known of the uses of families that get one tag.
func (t *textReport) confidence(g familyGroup) {
	level := -1
	var reasons []string
	for _, f := range g.families {
		if f.Confidence == nil {
			continue
		}
		level = max(level, slices.Index(Levels, f.Confidence.Level))
		for _, r := range f.Confidence.Reasons {
			if !slices.Contains(reasons, r) {
				reasons = append(reasons, r)
			}
		}
	}
	if level < 0 {
		return
	}
	switch Levels[level] {
	case EveryUseSeen:
		t.para(6, 8, "confidence: every use is seen")
	case CrossesBoundary:
		t.para(6, 8, "confidence: every use in this code is seen, and others get the new names:")
	case UnknownUses:
		t.para(6, 8, "confidence: there may be uses that are not seen:")
	}
	shown := reasons
	if len(reasons) > reasonLimit+1 && !t.opt.Verbose {
		shown = reasons[:reasonLimit]
	}
	for _, r := range shown {
		t.para(8, 10, r)
	}
	if more := len(reasons) - len(shown); more > 0 {
		t.para(8, 8, "and "+strconv.Itoa(more)+" more")
	}
}

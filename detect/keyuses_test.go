package detect

import (
	"strings"
	"testing"
)

// TestFollowKeysAfterPanic holds that a defect in following keys holds back every family instead of ending the run.
func TestFollowKeysAfterPanic(t *testing.T) {
	d := &detector{} // without a program
	var res Result
	d.followKeys(&res)
	if len(res.Uses) != 1 || res.Uses[0].Kind != UseLost || !isPattern(res.Uses[0].Keys[0]) || !strings.Contains(res.Uses[0].What, "bug") {
		t.Errorf("%+v", res.Uses)
	}
}

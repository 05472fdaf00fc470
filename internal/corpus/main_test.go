package main

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	var b strings.Builder
	programs := filepath.Join("..", "..", "testdata", "programs")
	if failed := run(t.Context(), &b, []string{filepath.Join(programs, "shop"), filepath.Join(programs, "parcels"), filepath.Join(t.TempDir(), "none")}, true, 3); failed != 1 {
		t.Errorf("%d targets failed, want 1", failed)
	}
	lines := strings.Split(b.String(), "\n")
	if f := strings.Fields(lines[1]); len(f) != 9 || f[0] != "example.com/shop" || f[1] != "v9.7.3" || f[3] != f[4] || f[3] == "0" {
		t.Errorf("the row of the shop is %q", lines[1])
	}
	if !strings.Contains(b.String(), "example.com/parcels  1        1") {
		t.Errorf("the script of the parcels is not counted:\n%s", b.String())
	}
	if !strings.Contains(b.String(), "0.0 % of the") || !strings.Contains(b.String(), "none: ") {
		t.Errorf("the rest is\n%s", b.String())
	}
}

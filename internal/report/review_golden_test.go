package report

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// formatted is a report in a format.
func formatted(t *testing.T, format string, r *Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// comparedReport is the report of a review, against a baseline that lacks some of it.
func comparedReport() *Report {
	r := reviewReport()
	b := r.NewBaseline()
	b.Findings = append(b.Findings[2:], Known{File: "store/gone.go", Function: "Gone", Rule: "crossslot", Method: "MGet", Keys: []string{"a:<id>"}, Verdict: "blocked", Count: 2})
	r.Baseline = r.Against(b, "ci/baseline.json")
	return r
}

func TestReviewGolden(t *testing.T) {
	for name, r := range map[string]*Report{"review": reviewReport(), "compared": comparedReport(), "empty": emptyReport()} {
		for format, ext := range map[string]string{"markdown": ".md", "sarif": ".sarif", "github": ".txt", "json": ".json"} {
			if (format == "sarif" || format == "json") && name != "review" {
				continue // it says no more
			}
			golden(t, filepath.Join("testdata", format, name+ext), formatted(t, format, r))
		}
	}
	var b bytes.Buffer
	if err := BaselineText(&b, comparedReport(), TextOptions{}); err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join("testdata", "text", "compared.txt"), b.Bytes())
}

// golden compares with a file.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("it is not as %s (-update writes it); got\n%.20000s", file, got)
	}
}

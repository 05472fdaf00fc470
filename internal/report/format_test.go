package report

import (
	"bytes"
	"testing"
)

// TestFormats writes reports of all kinds in each format, twice: the same report gives the same bytes.
func TestFormats(t *testing.T) {
	for _, format := range append(Formats(), "json") {
		for name, r := range map[string]*Report{"empty": emptyReport(), "small": smallReport(), "large": largeReport(), "review": reviewReport(), "many": manyReport(300)} {
			var a, b bytes.Buffer
			if err := Write(&a, format, r); err != nil {
				t.Errorf("%s, %s: %v", format, name, err)
			}
			if err := Write(&b, format, r); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
				t.Errorf("%s, %s: the second time is another, %v", format, name, err)
			}
		}
		lost := smallReport()
		lost.Summary.Safe++
		var b bytes.Buffer
		if err := Write(&b, format, lost); err == nil || b.Len() > 0 {
			t.Errorf("%s: a report that loses a site is written: %v", format, err)
		}
	}
}

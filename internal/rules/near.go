package rules

import (
	"slices"
	"strings"
)

// Near lists the rules that somebody may have meant by a word: those with a similar ID; else, when there is none, those
// whose pages have the word, such as a command or the start of an error. They come in the order of All.
func Near(word string) (ids []ID, mentioned bool) {
	word = strings.ToLower(strings.TrimSpace(word))
	if len(word) < 3 {
		return nil, false
	}
	for _, r := range table {
		if similar(word, string(r.ID)) {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) > 0 {
		return ids, false
	}
	for _, r := range table {
		if slices.Contains(words(r.Title+" "+r.Text), word) {
			ids = append(ids, r.ID)
		}
	}
	return ids, true
}

// words are the words of a text in small letters.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '-'
	})
}

// similar reports whether an ID has the word as a part, or differs by a few letters.
func similar(word, id string) bool {
	if strings.Contains(id, word) || strings.Contains(word, id) {
		return true
	}
	if strings.ReplaceAll(word, "-", "") == strings.ReplaceAll(id, "-", "") {
		return true
	}
	return distance(word, id) <= max(1, min(len(word), len(id))/4)
}

// Differ reports whether two texts differ by a few letters only.
func Differ(a, b string) bool { return distance(a, b) <= max(1, min(len(a), len(b))/6) }

// distance is how many letters must be put in, left out or replaced to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for k := range row {
		row[k] = k
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for k := range len(b) {
			cost := corner
			if a[i] != b[k] {
				cost = 1 + min(corner, row[k], row[k+1])
			}
			corner, row[k+1] = row[k+1], cost
		}
	}
	return row[len(b)]
}

package rediscmd

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// KeyIndexes returns the positions of the words that are keys, ascending. Word 0 is the
// command's name, n the number of words in all. word(i) returns the text of word i when
// it is known. It is an error when the positions depend on a word that is not
// known (the number of keys of EVAL, a word that may be the STORE of SORT), and when there are
// too few words. Keys that no word names are not found: BY and GET patterns of SORT.
// Shard channels are not keys.
func (c Command) KeyIndexes(n int, word func(i int) (string, bool)) ([]int, error) {
	return c.AppendKeyIndexes(nil, n, word)
}

// AppendKeyIndexes is KeyIndexes for a caller with many commands: it puts the positions into room, from its start, and
// allocates nothing where they fit. With an error it returns nil.
func (c Command) AppendKeyIndexes(room []int, n int, word func(i int) (string, bool)) ([]int, error) {
	if c.Container && n > 1 {
		return nil, fmt.Errorf("%s: subcommand not known", c.Name)
	}
	if least := max(c.Arity, -c.Arity); n < least {
		return nil, fmt.Errorf("%s: %d words, it has at least %d", c.Name, n, least)
	}
	all := room[:0]
	for _, spec := range c.Keys {
		if spec.Unknown || spec.NotKey {
			continue
		}
		first, err := spec.begin(n, word)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		if first == 0 {
			continue
		}
		if spec.Replaces {
			all = all[:0]
		}
		if all, err = spec.find(all, first, n, word); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// optionValues says how many words belong to an option, so that a value is not taken for the
// keyword that is looked for, and need not be known. It covers all options of
// the commands that are searched for a keyword (COPY, GEORADIUS and its kin, MIGRATE, SORT, XREAD, XREADGROUP).
var optionValues = map[string]int{
	"AUTH": 1, "AUTH2": 2, "BLOCK": 1, "BY": 1, "CLAIM": 1, "COUNT": 1, "DB": 1, "GET": 1,
	"GROUP": 2, "LIMIT": 2, "MAXCOUNT": 1, "MAXSIZE": 1, "STORE": 1, "STOREDIST": 1,
}

// begin returns where the search for keys begins, 0 if the keyword isn't there.
func (s KeySpec) begin(n int, word func(int) (string, bool)) (int, error) {
	if s.Keyword == "" {
		return s.Index, nil
	}
	for i := s.From; i < n; i++ {
		text, known := word(i)
		if !known {
			return 0, fmt.Errorf("word %d is not known, it may be %s", i, s.Keyword)
		}
		text = strings.ToUpper(text)
		if text == s.Keyword {
			return i + 1, nil
		}
		i += optionValues[text]
	}
	return 0, nil
}

// find adds the positions of the keys to found, given where the search begins.
func (s KeySpec) find(found []int, first, n int, word func(int) (string, bool)) ([]int, error) {
	var last int
	switch {
	case s.NumKeys:
		count, err := number(first+s.NumIndex, n, word)
		if err != nil {
			return nil, err
		}
		first += s.First
		last = first + (count-1)*s.Step
	case s.Last >= 0:
		last = first + s.Last
	case s.Limit > 1:
		last = first + (n-first)/s.Limit + s.Last
	default:
		last = n + s.Last
	}
	rest := !s.NumKeys && s.Last < 0 && s.Limit <= 1 && first == n // no more words, as of PFMERGE dest
	if last >= n || last < first && !s.NumKeys && !rest {
		return nil, fmt.Errorf("%d words are too few", n)
	}
	for i := first; i <= last; i += s.Step {
		found = append(found, i)
	}
	return found, nil
}

// number reads the count of keys at word i.
func number(i, n int, word func(int) (string, bool)) (int, error) {
	if i >= n {
		return 0, fmt.Errorf("%d words are too few", n)
	}
	text, known := word(i)
	if !known {
		return 0, fmt.Errorf("the number of keys, word %d, is not known", i)
	}
	count, err := strconv.Atoi(text)
	if err != nil || count < 0 || count > n {
		return 0, fmt.Errorf("the number of keys, word %d, is %q", i, text)
	}
	return count, nil
}

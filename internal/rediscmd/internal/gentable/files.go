package gentable

import (
	"context"
	"fmt"
	"go/format"
	"slices"
	"strings"

	"github.com/clusterize/clusterize/internal/rediscmd"
)

// Files makes the generated files, by name.
func Files(ctx context.Context) (map[string][]byte, error) {
	s, err := Start()
	if err != nil {
		return nil, err
	}
	defer s.Stop()
	table, version, err := Commands(ctx, s.Client)
	if err != nil {
		return nil, fmt.Errorf("commands: %w", err)
	}
	commands, err := CommandsFile(table, version)
	if err != nil {
		return nil, err
	}
	recorded, err := Methods(lookup(table))
	if err != nil {
		return nil, fmt.Errorf("methods: %w", err)
	}
	methods, err := MethodsFile(recorded)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{"commands_gen.go": commands, "methods_gen.go": methods}, nil
}

// lookup is rediscmd.Lookup over a table that is fresher than the committed one. Commands that
// the server doesn't have, or whose specifications it calls incomplete, come from rediscmd.
func lookup(table []rediscmd.Command) func(words ...string) (rediscmd.Command, bool) {
	fresh := map[string]rediscmd.Command{}
	for _, c := range table {
		complete := !slices.ContainsFunc(c.Keys, func(k rediscmd.KeySpec) bool { return k.Unknown || k.Incomplete })
		if complete && !c.Container {
			fresh[c.Name] = c
		}
	}
	return func(words ...string) (rediscmd.Command, bool) {
		if len(words) > 1 {
			if c, ok := fresh[strings.ToLower(words[0]+"|"+words[1])]; ok {
				return c, true
			}
		}
		c, known := rediscmd.Lookup(words...)
		if f, ok := fresh[strings.ToLower(words[0])]; ok && (!known || f.Name == c.Name) {
			return f, true
		}
		return c, known
	}
}

func formatted(source []byte) ([]byte, error) {
	out, err := format.Source(source)
	if err != nil {
		return nil, fmt.Errorf("format: %w\n%s", err, source)
	}
	return out, nil
}

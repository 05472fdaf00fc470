package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/rules"
)

// explain prints the page of a rule, or the list of all.
func (f *flags) explain(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		for _, r := range rules.All() {
			fmt.Fprintf(f.stdout, "%-24s %s\n", r.ID, r.Title)
		}
		return nil
	}
	r, ok := rules.Get(rules.ID(strings.ToLower(args[0])))
	if !ok {
		return &load.UsageError{Msg: "there is no rule " + args[0], Next: meant(args[0])}
	}
	_, err := io.WriteString(f.stdout, r.Page())
	return err
}

// meant is the next step of somebody who asked for a rule that is not there.
func meant(word string) string {
	near, mentioned := rules.Near(word)
	var ids []string
	for _, id := range near {
		ids = append(ids, string(id))
	}
	switch {
	case len(ids) == 0:
		return "run clusterize explain for the list"
	case mentioned:
		return "these pages speak of it: " + strings.Join(ids, ", ")
	}
	return "did you mean " + strings.Join(ids, " or ") + "?"
}

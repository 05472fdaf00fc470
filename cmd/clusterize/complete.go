package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/clusterize/clusterize/internal/report"
	"github.com/clusterize/clusterize/internal/rules"
)

// values are those that a flag can have, for completion in a shell.
func values(words ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
}

// ruleNames completes the rules, with their titles.
func ruleNames(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	for _, r := range rules.All() {
		out = append(out, cobra.CompletionWithDesc(string(r.ID), r.Title))
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// complete tells the shell what the flags of a command, and of those below it, can be.
func complete(c *cobra.Command) {
	for name, words := range map[string][]string{
		"tag-style": {"entity", "value"}, "client": {"cluster", "universal"}, "switch": {"auto", "always", "never"},
		"format": formatsOf(c), "server-version": {"6.2", "7.0", "7.2", "7.4", "8.0"},
	} {
		if c.Flags().Lookup(name) != nil {
			_ = c.RegisterFlagCompletionFunc(name, values(words...)) // fails for a flag that is not there
		}
	}
	if c.Flags().Lookup("dir") != nil {
		_ = c.MarkFlagDirname("dir")
	}
	for _, sub := range c.Commands() {
		complete(sub)
	}
}

// formatsOf are the formats of a verb.
func formatsOf(c *cobra.Command) []string {
	switch c.Name() {
	case "clusterize", "report", "check":
		return append([]string{"text", "json"}, report.Formats()...)
	case "keymap":
		return []string{"text", "json", redisShake}
	}
	return []string{"text", "json"}
}

// usageOfFormat is the help for --format.
func usageOfFormat(c *cobra.Command) string { return strings.Join(formatsOf(c), ", ") }

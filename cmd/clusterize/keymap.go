package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/clusterize/clusterize/internal/keymap"
	"github.com/clusterize/clusterize/internal/load"
)

// redisShake is a format of keymap.
const redisShake = "redis-shake"

func (f *flags) keymapCommand() *cobra.Command {
	c := &cobra.Command{Use: "keymap [flags] [packages]", Short: "Old key names to new ones, for clusterize rename and other tools",
		Long: "keymap prints what each family of keys is called before and after the port, those that keep their names included.\n" +
			"Make it before apply: afterwards the code has the new names only. clusterize rename takes the JSON.",
		Example: "  clusterize keymap --format=json -o keymap.json\n  clusterize keymap --format=redis-shake > filter.lua",
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			f.formats = []string{redisShake}
			return f.keymap(c, args)
		}}
	f.analysisFlags(c)
	f.selection(c)
	f.reportFlags(c)
	return c
}

func (f *flags) keymap(c *cobra.Command, args []string) error {
	m, err := f.names(c, args, nil, false)
	if err != nil {
		return err
	}
	return f.write(func(w io.Writer) error {
		switch f.format {
		case "json":
			return m.WriteJSON(w)
		case redisShake:
			return m.WriteRedisShake(w)
		}
		_, err := io.WriteString(w, namesText(m))
		return err
	})
}

// names reads the keymaps of files; without any it makes that of the packages, all of which must be known when names are
// followed.
func (f *flags) names(c *cobra.Command, args, files []string, followed bool) (*keymap.Map, error) {
	if len(files) > 0 {
		return f.readNames(args, files)
	}
	out, err := f.analyse(c, args)
	if err != nil {
		return nil, err
	}
	f.mention(out)
	if followed {
		if err := f.whole(out, "no key was renamed"); err != nil {
			return nil, err
		}
	}
	done, err := f.renamedBy(out)
	if err != nil {
		return nil, err
	}
	m, err := keymap.FromPlan(out.Plan, done)
	if err != nil {
		return nil, errRefused{err.Error()}
	}
	f.warnNoNames(m)
	return m, nil
}

// warnNoNames says that the code may have been ported already.
func (f *flags) warnNoNames(m *keymap.Map) {
	if !m.Renames() && !f.quiet {
		fmt.Fprintln(f.stderr, "clusterize: no key gets another name here. (If the code is ported already: use the keymap that was made before.)")
	}
}

// readNames joins the keymaps of repositories that use one Redis.
func (f *flags) readNames(args, files []string) (*keymap.Map, error) {
	if len(args) > 0 {
		return nil, &load.UsageError{Msg: "packages and --keymap together", Next: "the keymap stands for the packages: leave them out"}
	}
	if err := oneOf("format", f.format, "text", "json"); err != nil {
		return nil, err
	}
	var entries []keymap.Entry
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			return nil, errRefused{err.Error()}
		}
		m, err := keymap.Read(file)
		_ = file.Close()
		if err != nil {
			return nil, errRefused{name + ": " + err.Error()}
		}
		entries = append(entries, m.Entries...)
	}
	m, err := keymap.New(entries)
	if err != nil {
		return nil, errRefused{strings.Join(files, ", ") + ": " + err.Error()}
	}
	f.warnNoNames(m)
	return m, nil
}

// namesText lists the families that are renamed, then the others.
func namesText(m *keymap.Map) string {
	var renamed, kept strings.Builder
	for _, e := range m.Entries {
		if e.Renamed() {
			fmt.Fprintf(&renamed, "%s -> %s\n", named(e.Template), e.NewTemplate)
		} else {
			fmt.Fprintf(&kept, "%s keeps its name\n", named(e.Template))
		}
	}
	return renamed.String() + kept.String()
}

// named is a template as text; the empty key can't be seen.
func named(template string) string {
	if template == "" {
		return `""`
	}
	return template
}

// keymapFlag adds the flag that names files of keymap, for verbs that can do without the code.
func keymapFlag(c *cobra.Command, files *[]string) {
	c.Flags().StringArrayVar(files, "keymap", nil, "the JSON of clusterize keymap, instead of packages; can be given several times")
}

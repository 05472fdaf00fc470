package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/clusterize/clusterize/internal/decisions"
	"github.com/clusterize/clusterize/internal/load"
	"github.com/clusterize/clusterize/internal/port"
	"github.com/clusterize/clusterize/internal/report"
	"github.com/clusterize/clusterize/keyplan"
)

// configName is the file of decisions that is read if it is there.
const configName = "clusterize.yaml"

// decided reads what people decided: the file of decisions, the plans of other repositories, the tags to try. A flag
// that is given wins over the file.
func (f *flags) decided(c *cobra.Command, cfg *port.Config) error {
	name := f.config
	if name == "" {
		name = filepath.Join(f.dir, configName)
	}
	src, err := os.ReadFile(name)
	switch {
	case err == nil:
		shown := name
		if f.config == "" {
			shown = configName
		}
		if cfg.Decisions, err = decisions.Parse(shown, src); err != nil {
			return errRefused{err.Error()}
		}
	case f.config != "" || !errors.Is(err, fs.ErrNotExist):
		return &load.UsageError{Msg: "--config: " + err.Error(), Next: "name a file of decisions, or leave the flag out"}
	}
	cfg.ValueTags, cfg.SingleSlot = f.tagStyle == "value", f.singleSlot
	if d := cfg.Decisions; d != nil {
		if d.TagStyle != nil && !c.Flags().Changed("tag-style") {
			cfg.ValueTags = *d.TagStyle == "value"
		}
		if d.SingleSlot != nil && !c.Flags().Changed("single-slot") {
			cfg.SingleSlot = *d.SingleSlot
		}
	}
	for _, name := range f.plans {
		pins, err := readPlan(name)
		if err != nil {
			return err
		}
		cfg.Pins = append(cfg.Pins, pins...)
	}
	for _, text := range f.whatIf {
		pin, err := parseWhatIf(text)
		if err != nil {
			return err
		}
		cfg.WhatIf = append(cfg.WhatIf, pin)
	}
	return nil
}

// readPlan reads the plan in the JSON report of another repository.
func readPlan(name string) ([]keyplan.Pin, error) {
	bad := func(why string) error {
		return &load.UsageError{Msg: "--plan: " + why, Next: "name a file that clusterize report --format=json has written"}
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, bad(err.Error())
	}
	var r struct {
		SchemaVersion int          `json:"schemaVersion"`
		Plan          *report.Plan `json:"plan"`
	}
	if err := json.Unmarshal(src, &r); err != nil {
		return nil, bad(name + ": " + err.Error())
	}
	if r.SchemaVersion != report.SchemaVersion || r.Plan == nil {
		return nil, bad(name + " is no report with a plan, of this version of clusterize")
	}
	var out []keyplan.Pin
	for _, f := range r.Plan.Families {
		out = append(out, keyplan.Pin{Template: f.Template, NewTemplate: f.NewTemplate, Source: "the plan of " + name, At: name, External: true})
	}
	return out, nil
}

// parseWhatIf reads FAMILY=TAG. A family may hold a = itself, and a tag is a part of it, so the last one divides.
func parseWhatIf(text string) (keyplan.Pin, error) {
	usage := &load.UsageError{Msg: "--what-if=" + text + " is not understood", Next: "write FAMILY=TAG as the report names them, 'user:<id>:log=user:<id>', or FAMILY= to keep the name"}
	i := strings.LastIndexByte(text, '=')
	if i <= 0 {
		return keyplan.Pin{}, usage
	}
	pin, err := keyplan.PinTag(text[:i], text[i+1:], "--what-if="+text, "--what-if="+text)
	if err != nil {
		usage.Msg, usage.Next = "--what-if: "+err.Error(), "take the names from the report"
		return keyplan.Pin{}, usage
	}
	return pin, nil
}

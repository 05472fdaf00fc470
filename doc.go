// Package clusterize is the root of the module; the program is in
// cmd/clusterize. The packages stand in the order in which data flows:
//
//	internal/source      positions
//	internal/patch       diffs and mails as git reads them
//	internal/key         key templates: literal text, holes, places to edit
//	internal/rediscmd    what Redis commands and go-redis methods do with keys
//	internal/monitor     what MONITOR prints, line by line
//	internal/rules       the rules that verdicts refer to
//	templates            the helper package that targets get
//	internal/load        go/packages and SSA, broken packages included
//	internal/decisions   what people decided in clusterize.yaml
//	internal/luakeys     which keys a Lua script touches
//	internal/keyflow     what string can this expression be
//	internal/choose      the cheapest choice of tags
//	detect               which Redis operation happens where
//	keyplan              which keys must share a slot, and with which tag
//	internal/keymap      what stored keys are called before and after
//	internal/rename      renames stored keys on a standalone server
//	internal/trace       captured traffic, held against the plan
//	internal/apidiff     what a cluster client of the target's go-redis has not
//	internal/clientflow  where clients and their options go, through types
//	internal/libraries   libraries that hold keys or clients themselves
//	rewrite              a plan becomes edits, checked, as a diff or on disk
//	internal/report      text, JSON, HTML, Markdown, SARIF; the rollout; baselines
//	internal/port        the stages in their order
//	cmd/clusterize       verbs, flags, exit codes
package clusterize

// Package clusterize is the root of the module; the program is in
// cmd/clusterize. The packages stand in the order in which data flows:
//
//	internal/source    positions
//	internal/key       key templates: literal text, holes, places to edit
//	internal/rediscmd  what Redis commands and go-redis methods do with keys
//	internal/rules     the rules that verdicts refer to
//	internal/load      go/packages and SSA, broken packages included
//	internal/luakeys   which keys a Lua script touches
//	internal/keyflow   what string can this expression be
//	detect             which Redis operation happens where
//	keyplan            which keys must share a slot, and with which tag
//	rewrite            a plan becomes edits, checked, as a diff or on disk
//	internal/report    text and JSON
//	internal/port      the stages in their order
//	cmd/clusterize     verbs, flags, exit codes
package clusterize

package rediscmd

import (
	"slices"
	"strings"
)

// Method is what one method of a go-redis client puts on the wire.
type Method struct {
	Name  string   // "MSet"
	Words []string // the command's words, lower case: {"mset"}, {"object", "encoding"}
	Keys  []KeyArg // in order of the wire; empty: no parameter is a key
}

// KeyArg says which part of which parameter goes to the wire as a key, or as keys.
type KeyArg struct {
	Param int    // index among the parameters, context.Context not counted
	Name  string // the parameter's name in go-redis
	// Path is the field of the struct, or pointer to struct, that the parameter is: "Keys".
	// Of a slice of structs it is the field of each element. Empty: the parameter itself.
	Path string
	Form Form
	// EachIf names a field of the struct that changes the form: when it is not empty, Form is
	// Each. Only XReadArgs has one: with ID set, Streams holds no IDs.
	EachIf string
}

// Form is the way keys are packed into an argument.
type Form uint8

const (
	One       Form = iota + 1 // one key
	Each                      // every element of a slice or variadic
	Pairs                     // key, value alternating in a variadic of any; it may also be one slice, map or struct
	Triples                   // key, path, value alternating (JSONMSet)
	FirstHalf                 // the first half of a slice: keys, then as many IDs (XRead)
	Firsts                    // the first element of every slice in a slice (TSMAdd)
	MapKeys                   // the keys of a map
)

var formNames = [...]string{"", "One", "Each", "Pairs", "Triples", "FirstHalf", "Firsts", "MapKeys"}

func (f Form) String() string {
	if int(f) < len(formNames) {
		return formNames[f]
	}
	return "Form(?)"
}

// LookupMethod finds a method of a go-redis client by its name: those of the version that
// the table was recorded from, and those of older versions that it no longer has.
// The caller must not change the slices.
func LookupMethod(name string) (Method, bool) {
	for _, table := range [][]Method{methods, legacyMethods} {
		i, ok := slices.BinarySearchFunc(table, name, func(m Method, name string) int {
			return strings.Compare(m.Name, name)
		})
		if ok {
			return table[i], true
		}
	}
	return Method{}, false
}

// MethodNames lists the methods that LookupMethod knows, sorted.
func MethodNames() []string {
	var names []string
	for _, table := range [][]Method{methods, legacyMethods} {
		for _, m := range table {
			names = append(names, m.Name)
		}
	}
	slices.Sort(names)
	return names
}

// FansOut tells whether a method, called on a ClusterClient outside of a pipeline, asks all
// primaries (for scripts all nodes) by itself. Source: counted per node with go-redis v8.11.5
// to v9.23.0; the same command sent with Do, or queued in a pipeline, reaches one node.
func FansOut(method string) bool {
	switch method {
	case "DBSize", "ScriptExists", "ScriptFlush", "ScriptLoad":
		return true
	}
	return false
}

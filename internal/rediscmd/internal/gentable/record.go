package gentable

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/clusterize/clusterize/internal/rediscmd"
)

// errNoCommand is the error for a method that returns no command.
var errNoCommand = errors.New("returns no command")

// profiles are tried in turn; those that a method accepts must agree.
var profiles = []profile{
	{flag: true, number: 2, length: elements, duration: 2 * time.Second},
	{flag: false, number: 2, length: elements, duration: 1500 * time.Millisecond},
	{flag: false, number: 0, length: elements, duration: 0},
	{flag: true, number: 2, length: 2, duration: 2 * time.Second},
	{flag: false, number: 2, length: 1, duration: 2 * time.Second},
}

// Lookup finds a command by its words.
type Lookup func(words ...string) (rediscmd.Command, bool)

// command is what go-redis commands have in common: the words that go to the wire.
type command interface {
	Args() []any
	Err() error
}

// record calls one method, with each profile, and traces the keys on the wire back to its parameters.
func record(method reflect.Value, name string, lookup Lookup) (rediscmd.Method, error) {
	var found []rediscmd.Method
	var errs error
	for _, p := range profiles {
		p.empty, p.fixed = empty[name], fixed[name]
		m, err := recordWith(method, name, p, lookup)
		if err != nil {
			errs = errors.Join(errs, err)
			continue
		}
		found = append(found, m)
	}
	if len(found) == 0 {
		return rediscmd.Method{}, fmt.Errorf("%s: %w", name, errs)
	}
	for _, m := range found[1:] {
		if !reflect.DeepEqual(m, found[0]) {
			return m, fmt.Errorf("%s depends on its options: %v or %v", name, found[0], m)
		}
	}
	if field := eachIf[name]; field != "" {
		return found[0], recordEachIf(method, &found[0], field, lookup)
	}
	return found[0], nil
}

// recordEachIf records m once more with the field filled in, and notes it if that changes the form to Each.
func recordEachIf(method reflect.Value, m *rediscmd.Method, field string, lookup Lookup) error {
	filled, err := recordWith(method, m.Name, profiles[0], lookup)
	if err != nil {
		return err
	}
	if len(m.Keys) != 1 || len(filled.Keys) != 1 || filled.Keys[0].Form != rediscmd.Each {
		return fmt.Errorf("%s: %s does not change the form to Each: %v", m.Name, field, filled.Keys)
	}
	m.Keys[0].EachIf = field
	return nil
}

func recordWith(method reflect.Value, name string, p profile, lookup Lookup) (m rediscmd.Method, err error) {
	a := &arguments{profile: p, origins: map[string]origin{}}
	wire, err := call(method, a)
	if err != nil {
		return m, err
	}
	words := make([]string, len(wire))
	for i, w := range wire {
		words[i] = fmt.Sprint(w)
	}
	c, ok := lookup(words...)
	if !ok {
		return m, fmt.Errorf("unknown command %q", words[:min(2, len(words))])
	}
	at, err := c.KeyIndexes(len(words), func(i int) (string, bool) { return words[i], true })
	if err != nil {
		return m, err
	}
	keys, err := a.trace(words, at)
	if err != nil {
		return m, fmt.Errorf("%q: %w", words, err)
	}
	return rediscmd.Method{Name: name, Words: strings.Split(c.Name, "|"), Keys: keys}, nil
}

// call calls a method of a pipeline and returns the words of the command that it returns.
func call(method reflect.Value, a *arguments) (wire []any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	t := method.Type()
	if t.NumOut() != 1 || !t.Out(0).Implements(reflect.TypeFor[command]()) {
		return nil, errNoCommand
	}
	var in []reflect.Value
	param := 0
	for i := range t.NumIn() {
		if t.In(i) == reflect.TypeFor[context.Context]() {
			in = append(in, reflect.ValueOf(context.Background()))
			continue
		}
		v, err := a.build(t.In(i), origin{param: param})
		if err != nil {
			return nil, err
		}
		in = append(in, v)
		param++
	}
	var out []reflect.Value
	if t.IsVariadic() {
		out = method.CallSlice(in)
	} else {
		out = method.Call(in)
	}
	cmd := out[0].Interface().(command)
	// Shutdown takes the missing reply for an error without a text.
	if err := cmd.Err(); err != nil && err.Error() != "" {
		return nil, err
	}
	return cmd.Args(), nil
}

// trace turns positions on the wire into the parameters that the words come from.
func (a *arguments) trace(words []string, at []int) ([]rediscmd.KeyArg, error) {
	type place struct {
		param int
		path  string
	}
	var order []place
	from := map[place][]origin{}
	for _, i := range at {
		o, ok := a.origins[words[i]]
		if !ok {
			return nil, fmt.Errorf("key %q at %d comes from no parameter", words[i], i)
		}
		p := place{o.param, o.path}
		if from[p] == nil {
			order = append(order, p)
		}
		from[p] = append(from[p], o)
	}
	var keys []rediscmd.KeyArg
	for _, p := range order {
		form, err := formOf(from[p])
		if err != nil {
			return nil, err
		}
		keys = append(keys, rediscmd.KeyArg{Param: p.param, Path: p.path, Form: form})
	}
	return keys, nil
}

// formOf finds out how keys are packed, from the elements that went to the wire as keys.
func formOf(from []origin) (rediscmd.Form, error) {
	if from[0].mapKey {
		return rediscmd.MapKeys, nil
	}
	var index []int
	for _, o := range from {
		switch {
		case len(o.index) == 0:
			return rediscmd.One, nil
		case len(o.index) == 2 && o.index[1] != 0:
			return 0, fmt.Errorf("keys inside a slice of slices: %v", from)
		}
		index = append(index, o.index[0])
	}
	slices.Sort(index)
	switch {
	case len(from[0].index) == 2:
		return rediscmd.Firsts, nil
	case slices.Equal(index, []int{0, 1, 2, 3, 4, 5}):
		return rediscmd.Each, nil
	case slices.Equal(index, []int{0, 2, 4}):
		return rediscmd.Pairs, nil
	case slices.Equal(index, []int{0, 3}):
		return rediscmd.Triples, nil
	case slices.Equal(index, []int{0, 1, 2}):
		return rediscmd.FirstHalf, nil
	}
	return 0, fmt.Errorf("elements %v of %d are keys", index, elements)
}

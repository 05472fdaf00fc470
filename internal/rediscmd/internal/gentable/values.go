package gentable

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// elements is the number of elements that a slice gets: even and divisible by three,
// so that pairs, triples and halves can be told apart.
const elements = 6

// origin says where in a method's arguments a string comes from.
type origin struct {
	param  int
	path   string // field names, joined with dots
	index  []int  // position in each slice passed on the way
	mapKey bool
}

// profile says how the values that are no strings are chosen: options that exclude each
// other make a method refuse one profile and accept another.
type profile struct {
	flag     bool
	number   int64
	length   int // of slices of numbers
	duration time.Duration
	empty    []string          // fields of structs that are left empty
	fixed    map[string]string // texts instead of sentinels, by parameter and path: "3", "3.Mode"
}

// arguments makes the values of a call, each string a different one, and remembers
// where each of them stands.
type arguments struct {
	profile
	origins map[string]origin
}

// build makes a value of type t that stands at o.
func (a *arguments) build(t reflect.Type, o origin) (reflect.Value, error) {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return reflect.ValueOf(a.duration), nil
	case reflect.TypeFor[time.Time]():
		return reflect.ValueOf(time.Unix(2e9, 0)), nil
	}
	v := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.String:
		v.SetString(a.sentinel(o))
	case reflect.Interface:
		value, err := a.implement(t, o)
		if err != nil {
			return v, err
		}
		v.Set(value)
	case reflect.Bool:
		v.SetBool(a.flag)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(a.number)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(a.number))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(a.number))
	case reflect.Pointer:
		elem, err := a.build(t.Elem(), o)
		if err != nil {
			return v, err
		}
		v.Set(reflect.New(t.Elem()))
		v.Elem().Set(elem)
	case reflect.Struct:
		return v, a.fillStruct(v, o)
	case reflect.Slice:
		return a.slice(t, o)
	case reflect.Map:
		return a.buildMap(t, o)
	case reflect.Chan:
		v.Set(reflect.MakeChan(t, 1))
	default:
		return v, fmt.Errorf("no value for %s", t)
	}
	return v, nil
}

func (a *arguments) sentinel(o origin) string {
	if text, ok := a.fixed[strings.TrimSuffix(fmt.Sprintf("%d.%s", o.param, o.path), ".")]; ok {
		return text
	}
	text := fmt.Sprintf("sentinel-%d-%s-%v-%v", o.param, o.path, o.index, o.mapKey)
	a.origins[text] = o
	return text
}

// implement makes a value for an interface. The empty interface gets a string, since that is what a key is.
func (a *arguments) implement(t reflect.Type, o origin) (reflect.Value, error) {
	if t.NumMethod() == 0 {
		return reflect.ValueOf(a.sentinel(o)), nil
	}
	for _, concrete := range implementations {
		if reflect.TypeOf(concrete).Implements(t) {
			return reflect.ValueOf(concrete), nil
		}
	}
	return reflect.Value{}, fmt.Errorf("no value for interface %s", t)
}

func (a *arguments) fillStruct(v reflect.Value, o origin) error {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() || slices.Contains(a.empty, field.Name) {
			continue
		}
		inner := o
		inner.path = strings.TrimPrefix(o.path+"."+field.Name, ".")
		value, err := a.build(field.Type, inner)
		if err != nil {
			return err
		}
		v.Field(i).Set(value)
	}
	return nil
}

func (a *arguments) slice(t reflect.Type, o origin) (reflect.Value, error) {
	length := elements
	switch t.Elem().Kind() {
	case reflect.Int, reflect.Int64, reflect.Uint64, reflect.Float64:
		length = a.length
	case reflect.Interface:
		if len(o.index) == 1 {
			length = elements / 2 // a triple in a slice of triples
		}
	}
	v := reflect.MakeSlice(t, length, length)
	for i := range length {
		inner := o
		inner.index = append(append([]int{}, o.index...), i)
		value, err := a.build(t.Elem(), inner)
		if err != nil {
			return v, err
		}
		v.Index(i).Set(value)
	}
	return v, nil
}

func (a *arguments) buildMap(t reflect.Type, o origin) (reflect.Value, error) {
	v := reflect.MakeMap(t)
	for i := range elements {
		inner := o
		inner.index = append(append([]int{}, o.index...), i)
		value, err := a.build(t.Elem(), inner)
		if err != nil {
			return v, err
		}
		inner.mapKey = true
		key, err := a.build(t.Key(), inner)
		if err != nil {
			return v, err
		}
		v.SetMapIndex(key, value)
	}
	return v, nil
}

// Package apidiff compares the client types of one version of go-redis, from
// its types: which methods and options are lost, or changed, when a
// *redis.Client becomes a *redis.ClusterClient or a redis.UniversalClient.
//
// Nothing about a version is typed by hand: the target's own go-redis is asked.
package apidiff

import (
	"go/types"
	"slices"
	"strings"
)

// API is what one version of go-redis offers.
type API struct {
	// Client and Cluster count the exported methods of *Client and *ClusterClient, Universal those of UniversalClient.
	Client, Cluster, Universal int
	// OnlyClient are methods that *ClusterClient has not, OnlyCluster the other way round, Differ have another signature.
	OnlyClient, OnlyCluster, Differ []string
	// NotUniversal are methods of *Client that UniversalClient has not, or with another signature.
	NotUniversal []string

	options, cluster, universal map[string]types.Type // fields
	pkg                         *types.Package
}

// Compare reads the types of a go-redis package. It is nil where one of them is missing.
func Compare(pkg *types.Package) *API {
	client, cluster, universal := typeOf(pkg, "Client"), typeOf(pkg, "ClusterClient"), typeOf(pkg, "UniversalClient")
	if client == nil || cluster == nil {
		return nil
	}
	a := &API{pkg: pkg, options: fields(pkg, "Options"), cluster: fields(pkg, "ClusterOptions"), universal: fields(pkg, "UniversalOptions")}
	one, many := methods(types.NewPointer(client)), methods(types.NewPointer(cluster))
	a.Client, a.Cluster = len(one), len(many)
	a.OnlyClient, a.Differ = lost(one, many)
	a.OnlyCluster, _ = lost(many, one)
	if universal != nil {
		any := methods(universal)
		a.Universal = len(any)
		missing, differ := lost(one, any)
		a.NotUniversal = append(missing, differ...)
		slices.Sort(a.NotUniversal)
	}
	return a
}

// HasIsClusterMode reports UniversalOptions.IsClusterMode, which go-redis has since v9.8.0.
func (a *API) HasIsClusterMode() bool { return a.universal["IsClusterMode"] != nil }

// HasParseClusterURL reports the function, which go-redis has since v9.0.0.
func (a *API) HasParseClusterURL() bool { return a.pkg.Scope().Lookup("ParseClusterURL") != nil }

// SameField reports a field of Options that ClusterOptions, or UniversalOptions, has with the same type.
func (a *API) SameField(name string, universal bool) bool {
	to := a.cluster
	if universal {
		to = a.universal
	}
	return a.options[name] != nil && to[name] != nil && types.Identical(a.options[name], to[name])
}

// Fields lists the exported fields of Options by their names.
func (a *API) Fields() []string { return sorted(a.options) }

// OptionsOnly lists the fields of Options that ClusterOptions, or UniversalOptions, has not with the same type.
func (a *API) OptionsOnly(universal bool) []string {
	return slices.DeleteFunc(a.Fields(), func(f string) bool { return a.SameField(f, universal) })
}

// ClusterOnly lists the fields of ClusterOptions that Options has not.
func (a *API) ClusterOnly() []string {
	return slices.DeleteFunc(sorted(a.cluster), func(f string) bool { return a.options[f] != nil })
}

func typeOf(pkg *types.Package, name string) types.Type {
	if o, ok := pkg.Scope().Lookup(name).(*types.TypeName); ok {
		return o.Type()
	}
	return nil
}

func fields(pkg *types.Package, name string) map[string]types.Type {
	out := map[string]types.Type{}
	t := typeOf(pkg, name)
	if t == nil {
		return out
	}
	if st, ok := t.Underlying().(*types.Struct); ok {
		for f := range st.Fields() {
			if f.Exported() {
				out[f.Name()] = f.Type()
			}
		}
	}
	return out
}

// methods are the exported methods of a type with their signatures.
func methods(t types.Type) map[string]*types.Signature {
	out := map[string]*types.Signature{}
	for s := range types.NewMethodSet(t).Methods() {
		if s.Obj().Exported() {
			out[s.Obj().Name()] = s.Obj().Type().(*types.Signature)
		}
	}
	return out
}

// lost are the methods of a that b has not, and those that have another signature there.
func lost(a, b map[string]*types.Signature) (missing, differ []string) {
	for name, sig := range a {
		switch other := b[name]; {
		case other == nil:
			missing = append(missing, name)
		case !sameShape(sig, other):
			differ = append(differ, name)
		}
	}
	slices.Sort(missing)
	slices.Sort(differ)
	return missing, differ
}

// sameShape compares signatures without their receivers.
func sameShape(a, b *types.Signature) bool {
	plain := func(s *types.Signature) types.Type {
		return types.NewSignatureType(nil, nil, nil, s.Params(), s.Results(), s.Variadic())
	}
	return types.Identical(plain(a), plain(b))
}

func sorted[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.SortFunc(out, strings.Compare)
	return out
}

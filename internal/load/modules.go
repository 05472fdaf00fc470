package load

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/go/packages"
)

// goRedisPath matches the module paths under which go-redis was published,
// and what lies below them.
var goRedisPath = regexp.MustCompile(`^(github\.com/redis/go-redis(?:/v\d+)?|` +
	`github\.com/go-redis/redis(?:/v\d+)?|gopkg\.in/(?:go-redis/)?redis\.v\d+)(?:/.*)?$`)

// goRedisModule returns the go-redis module that an import path is in. The
// instrumentation modules are not go-redis.
func goRedisModule(path string) (string, bool) {
	m := goRedisPath.FindStringSubmatch(path)
	if m == nil || strings.HasPrefix(path, m[1]+"/extra/") {
		return "", false
	}
	return m[1], true
}

// findModules fills Modules.
func (l *loader) findModules() {
	members := make(map[string][]*packages.Package)
	for _, p := range l.main {
		members[p.Module.Path] = append(members[p.Module.Path], p)
	}
	for path, pkgs := range members {
		mod := pkgs[0].Module
		l.prog.Modules = append(l.prog.Modules, Module{
			Path:    path,
			Dir:     l.prog.Rel(mod.Dir),
			GoRedis: goRedisOf(mod, pkgs),
		})
	}
	slices.SortFunc(l.prog.Modules, func(a, b Module) int {
		return cmp.Or(strings.Compare(a.Dir, b.Dir), strings.Compare(a.Path, b.Path))
	})
}

// goRedisOf returns the go-redis modules that pkgs of mod import, directly or
// through others.
func goRedisOf(mod *packages.Module, pkgs []*packages.Package) []GoRedis {
	found := make(map[string]GoRedis)
	packages.Visit(pkgs, nil, func(p *packages.Package) {
		if m := p.Module; m != nil {
			if path, ok := goRedisModule(m.Path); ok && path == m.Path {
				found[path] = versionOf(m)
			}
			return
		}
		// A package that could not be found has no module.
		path, ok := goRedisModule(p.PkgPath)
		if _, known := found[path]; ok && !known {
			found[path] = GoRedis{Path: path, Version: required(mod.GoMod, path)}
		}
	})
	list := []GoRedis{}
	for _, v := range found {
		list = append(list, v)
	}
	slices.SortFunc(list, func(a, b GoRedis) int { return strings.Compare(a.Path, b.Path) })
	return list
}

func versionOf(m *packages.Module) GoRedis {
	v := GoRedis{Path: m.Path, Version: m.Version}
	if m.Replace != nil {
		v.Replace = m.Replace.Path
		if m.Replace.Version != "" {
			v.Version = m.Replace.Version
		}
	}
	return v
}

// required returns the version of a module that go.mod asks for, or "".
func required(gomod, path string) string {
	data, err := os.ReadFile(gomod)
	if err != nil {
		return ""
	}
	f, err := modfile.ParseLax(gomod, data, nil)
	if err != nil {
		return ""
	}
	for _, r := range f.Require {
		if r.Mod.Path == path {
			return r.Mod.Version
		}
	}
	return ""
}

// nestedModule lists a module that lies inside the target and is not part of
// it, if it requires go-redis.
func (l *loader) nestedModule(dir string) {
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return
	}
	name := l.prog.Rel(dir)
	f, err := modfile.ParseLax(filepath.Join(dir, "go.mod"), data, nil)
	if err != nil {
		if strings.Contains(string(data), "redis") {
			l.leaveOut(LeftOut{Package: name, Severity: Whole, Reason: name + " is a module by itself, and its go.mod cannot be read"})
		}
		return
	}
	if f.Module != nil {
		name = f.Module.Mod.Path
	}
	for _, r := range f.Require {
		if path, ok := goRedisModule(r.Mod.Path); ok {
			o := LeftOut{
				Package: name, Severity: Whole,
				Reason: l.prog.Rel(dir) + " is a module by itself and requires " + path + ": run clusterize there as well",
			}
			if l.imports(name) { // as any other library: what it is handed is seen
				o.Severity = Note
				o.Reason = l.prog.Rel(dir) + " is a module by itself, imported as a library, and requires " + path + ": it is not ported, and keys that it makes itself are not seen"
			}
			l.leaveOut(o)
			return
		}
	}
}

// imports reports a module of which a package of the target imports something.
func (l *loader) imports(module string) bool {
	for _, p := range l.main {
		for _, imp := range p.Imports {
			if imp.Module != nil && imp.Module.Path == module {
				return true
			}
		}
	}
	return false
}

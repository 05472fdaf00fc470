package luakeys

import (
	"fmt"
	"strings"

	"github.com/yuin/gopher-lua/ast"
)

// libraries are the global names that Redis gives a script, apart from KEYS and ARGV.
var libraries = map[string]bool{
	"redis": true, "string": true, "table": true, "math": true, "os": true, "cjson": true, "cmsgpack": true,
	"bit": true, "struct": true, "coroutine": true,
	"assert": true, "error": true, "ipairs": true, "next": true, "pairs": true, "pcall": true, "rawequal": true,
	"rawget": true, "rawset": true, "select": true, "setmetatable": true, "tonumber": true, "tostring": true,
	"type": true, "unpack": true, "xpcall": true, "collectgarbage": true,
}

// opaque are the names whose use makes it impossible to say what a script does.
var opaque = map[string]string{
	"_G": "reaches every global by name", "getfenv": "reaches every global by name",
	"setfenv": "changes what names mean", "getmetatable": "reaches what libraries share",
	"loadstring": "runs code that is made at run time", "load": "runs code that is made at run time",
	"dofile": "runs code of a file", "loadfile": "runs code of a file", "require": "runs code of a file",
	"debug": "reaches the variables of functions",
}

// single are library functions that return one value; others are taken to return any number.
var single = map[string]bool{
	"tonumber": true, "type": true, "redis.sha1hex": true, "redis.call": true, "redis.pcall": true,
	"redis.error_reply": true, "redis.status_reply": true,
	"string.lower": true, "string.upper": true, "string.sub": true, "string.rep": true, "string.reverse": true,
	"string.len": true, "string.char": true, "cjson.encode": true, "cjson.decode": true, "cmsgpack.pack": true,
	"struct.pack": true, "struct.size": true, "os.time": true, "os.clock": true, "table.getn": true,
	"table.maxn": true, "rawget": true, "setmetatable": true,
	"math.floor": true, "math.ceil": true, "math.max": true, "math.min": true, "math.abs": true,
	"math.random": true, "math.sqrt": true, "math.pow": true, "math.fmod": true, "math.huge": true,
	"bit.band": true, "bit.bor": true, "bit.bxor": true, "bit.tohex": true, "bit.lshift": true, "bit.rshift": true,
	"bit.bnot": true, "bit.tobit": true,
}

// evalGlobal is a global name that the script doesn't assign to.
func (in *interp) evalGlobal(name string) []val {
	switch {
	case name == "KEYS" || name == "ARGV":
		if in.library {
			return data(name + ", which a function library does not have")
		}
		if name == "KEYS" {
			return []val{{kind: vKeys}}
		}
		return []val{{kind: vArgv}}
	case name == "server": // what Valkey also calls it
		return []val{{kind: vBuiltin, name: "redis"}}
	case libraries[name]:
		return []val{{kind: vBuiltin, name: name}}
	}
	return data("the global " + name)
}

// member is a member of a library.
func (in *interp) member(lib, name string) []val {
	if strings.Contains(lib, ".") {
		return data(lib + "." + name)
	}
	return []val{{kind: vBuiltin, name: lib + "." + name}}
}

// builtin is what a library function returns.
func (in *interp) builtin(name string, args multi, e *ast.FuncCallExpr) multi {
	switch name {
	case "redis.call", "redis.pcall":
		return one(data(fmt.Sprintf("read from Redis (%s, line %d)", in.commandOf(args), e.Line())))
	case "tostring":
		return one(in.asText(in.at(args, 0)))
	case "string.format":
		return one(in.format(args))
	case "unpack", "table.unpack":
		return in.unpack(args)
	case "select":
		return in.selectFrom(args)
	case "assert":
		return args
	case "table.concat":
		return one(in.tableConcat(args))
	case "table.remove":
		return one(in.anyElement(in.at(args, 0)))
	case "next":
		return multi{vals: [][]val{data("a key of a table"), in.anyElement(in.at(args, 0))}}
	}
	if strings.HasPrefix(name, "string.") && len(args.vals) > 0 && len(in.texts(args.vals[0])) == 0 {
		return one([]val{{kind: vNil}}) // an error
	}
	what := data(in.describe(name, args, e))
	if single[name] {
		return one(what)
	}
	return multi{tail: what}
}

// describe says in a few words where the result of a library function comes from.
func (in *interp) describe(name string, args multi, e *ast.FuncCallExpr) string {
	if len(args.vals) > 0 {
		if texts := in.texts(args.vals[0]); len(texts) == 1 {
			if s := texts[0].String(); len(s) <= 60 {
				return fmt.Sprintf("%s of %s", name, s)
			}
		}
	}
	return fmt.Sprintf("%s (line %d)", name, e.Line())
}

// commandOf names the command of a call, for a reason.
func (in *interp) commandOf(args multi) string {
	if len(args.vals) > 0 {
		if s, ok := known(in.texts(args.vals[0])); ok && len(s) < 40 {
			return strings.ToUpper(s)
		}
	}
	return "a command"
}

// known is the text of a word that has one alternative, all of literals.
func known(alts []Expr) (string, bool) {
	if len(alts) != 1 {
		return "", false
	}
	return alts[0].Literal()
}

// asText is tostring: of a text itself, of nil and tables a text that is not known.
func (in *interp) asText(vals []val) []val {
	var out []val
	for _, v := range vals {
		if v.kind != vText && v.kind != vData {
			v = val{kind: vData, reason: "tostring of something that is no text"}
		}
		out = in.add(out, v)
	}
	return out
}

// anyElement is any element of what may be a table.
func (in *interp) anyElement(vals []val) []val {
	out := []val{{kind: vNil}}
	for _, v := range vals {
		out = in.add(out, in.element(v, selector{})...)
	}
	return out
}

// unpack is the elements of a table as a list.
func (in *interp) unpack(args multi) multi {
	table := in.at(args, 0)
	if len(args.vals) == 1 && args.tail == nil {
		if vals, ok := in.exact(table); ok {
			return multi{vals: vals}
		}
		if len(table) == 1 && (table[0].kind == vKeys || table[0].kind == vArgv) && in.lost[table[0].kind] == 0 {
			return multi{tail: []val{element(table[0].kind, 0)}, whole: table[0].kind}
		}
	}
	return multi{tail: in.anyElement(table)}
}

// selectFrom is select(n, ...).
func (in *interp) selectFrom(args multi) multi {
	if s, ok := known(in.texts(in.at(args, 0))); ok {
		if s == "#" {
			return one(data("a length"))
		}
		if n, ok := constant(s).wholeNumber(); ok && n > 0 {
			return args.drop(n)
		}
	}
	return multi{tail: in.all(args.drop(1))}
}

// tableConcat is table.concat of an array that is known, with a separator that is.
func (in *interp) tableConcat(args multi) []val {
	vals, ok := in.exact(in.at(args, 0))
	if !ok || args.tail != nil || len(args.vals) > 2 {
		return data("table.concat of a table whose length is not known")
	}
	sep := []val{text()}
	if len(args.vals) == 2 {
		sep = args.vals[1]
	}
	var operands []operand
	for i, v := range vals {
		if i > 0 {
			operands = append(operands, operand{vals: sep})
		}
		operands = append(operands, operand{vals: v})
	}
	return in.concat(operands)
}

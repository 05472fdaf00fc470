package luakeys

// answer is a question asked once.
type answer uint8

const (
	notAsked answer = iota
	yes
	no
)

// isTame tells whether every use of a variable is one that is followed, so that a table in it
// holds what its constructors and stores put there and nothing else.
func (in *interp) isTame(v *variable) bool {
	switch v.tame {
	case yes:
		return true
	case no:
		return false
	}
	v.tame = no // while it is being asked
	if !v.global && in.allTame(v) {
		v.tame = yes
	}
	return v.tame == yes
}

func (in *interp) allTame(v *variable) bool {
	for _, u := range v.uses {
		switch u.kind {
		case useTest, useIndex, useCallee, useStore:
		case useFlow:
			if !in.onlyReads(u.dst) {
				return false
			}
		case useArg:
			if !in.argIsTame(u) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// onlyReads tells whether nothing is put into a table through a variable.
func (in *interp) onlyReads(v *variable) bool {
	for _, u := range v.uses {
		if u.kind == useStore {
			return false
		}
	}
	return !v.global && len(v.stores) == 0 && in.isTame(v) && !in.reordered(v)
}

// readers are library functions that leave a table as it is, and keep nothing of it.
var readers = map[string]bool{
	"unpack": true, "table.unpack": true, "table.concat": true, "table.getn": true, "table.maxn": true,
	"type": true, "tostring": true, "next": true, "cjson.encode": true, "cmsgpack.pack": true,
	"redis.log": true, "redis.call": true, "redis.pcall": true,
}

func (in *interp) argIsTame(u use) bool {
	if u.call.Func == nil {
		return false
	}
	fr := in.root
	if home := in.home[u.call]; home != in.root.fn {
		fr = in.inside(home, in.root)
	}
	callees := in.eval(u.call.Func, fr)
	for _, c := range callees {
		switch c.kind {
		case vNil:
		case vBuiltin:
			switch {
			case readers[c.name]:
			case c.name == "ipairs" || c.name == "pairs":
				if !in.inFor[u.call] {
					return false
				}
			case c.name == "table.insert":
				if u.arg != 0 || !in.isInsert(u.call) {
					return false
				}
			case c.name == "table.remove" || c.name == "table.sort":
				if u.arg != 0 {
					return false
				}
			default:
				return false
			}
		case vFunc:
			params := in.decls[c.fn]
			if u.arg >= len(params) || !in.onlyReads(params[u.arg]) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// reordered tells whether elements of a table may move to another index.
func (in *interp) reordered(v *variable) bool {
	if v.moved == notAsked {
		v.moved = no
		if in.moves(v) {
			v.moved = yes
		}
	}
	return v.moved == yes
}

func (in *interp) moves(v *variable) bool {
	for _, st := range v.stores {
		if st.key == nil {
			return true
		}
	}
	for _, u := range v.uses {
		if u.kind != useArg {
			continue
		}
		if !in.argIsReader(u) {
			return true
		}
	}
	return false
}

// argIsReader tells whether the function that a table is given to is known to leave it as it is.
func (in *interp) argIsReader(u use) bool {
	if u.call.Func == nil {
		return false
	}
	fr := in.root
	if home := in.home[u.call]; home != in.root.fn {
		fr = in.inside(home, in.root)
	}
	for _, c := range in.eval(u.call.Func, fr) {
		if c.kind == vBuiltin && c.name != "table.remove" && c.name != "table.sort" && c.name != "table.insert" || c.kind == vFunc {
			continue
		}
		return false
	}
	return true
}

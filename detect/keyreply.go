package detect

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keyflow"
	"github.com/clusterize/clusterize/internal/source"
)

// namedIn are the fields of replies that name the key which something came from, by the commands.
var namedIn = map[string][]string{
	"XStream.Stream": {"XREAD", "XREADGROUP"}, "ZWithKey.Key": {"BZPOPMIN", "BZPOPMAX"},
}

// firstNames are the commands of which the first part of the reply is the key that was taken from.
var firstNames = map[string]bool{"BLPOP": true, "BRPOP": true, "LMPOP": true, "BLMPOP": true, "ZMPOP": true, "BZMPOP": true}

// replies adds the names of keys that Redis tells: what a pop took from, the stream of a message, an event of a key. And
// those that a hook of the client reads from the words of commands.
func (t *textUses) replies(sites []Site) {
	event := key.OfHole(&key.Hole{ID: "event", Name: "event", Class: key.Unknown, Pattern: "*", Reason: "is told by Redis"})
	told, first := map[source.Position][]key.Template{}, map[source.Position]bool{}
	byCommand := map[string][]key.Template{}
	helped := false
	for _, s := range sites {
		for _, c := range s.Contexts {
			for _, o := range c.Ops {
				var keys []key.Template
				for _, k := range o.Keys {
					keys = append(keys, k.Alts...)
				}
				byCommand[o.Command] = append(byCommand[o.Command], keys...)
				if o.Open != "" {
					byCommand[o.Command] = append(byCommand[o.Command], event)
				}
				switch {
				case slices.ContainsFunc(o.Notes, func(n Note) bool { return n.Code == NoteKeyspace }):
					told[o.Pos] = []key.Template{event}
					helped = helped || o.Helper
				case firstNames[o.Command]:
					told[o.Pos], first[o.Pos] = append(told[o.Pos], keys...), true
				}
			}
		}
	}
	for _, c := range t.d.calls {
		v, ok := c.call.(ssa.Value)
		switch {
		case !ok || len(told[c.pos]) == 0:
		case first[c.pos]:
			t.add(t.d.follow(firstOfReply(c.call)...).ends, told[c.pos]...)
		case receiver(c.call) != nil && namedGoRedis(receiver(c.call).Type()) == "PubSub": // more channels for a subscription
			t.add(t.d.follow(receiver(c.call)).ends, told[c.pos]...)
		default:
			t.add(t.d.follow(v).ends, told[c.pos]...)
		}
	}
	t.fieldsOfReplies(byCommand)
	if helped { // the helper joins the messages of several subscriptions
		t.add(t.d.follow(t.d.fieldsNamed(".Message.Payload", ".Message.Channel")...).ends, event)
	}
	t.words(event)
}

// fieldsOfReplies adds the reads of fields that name a key.
func (t *textUses) fieldsOfReplies(byCommand map[string][]key.Template) {
	for _, field := range slices.Sorted(maps.Keys(namedIn)) {
		var keys []key.Template
		for _, c := range namedIn[field] {
			keys = append(keys, byCommand[c]...)
		}
		if len(keys) > 0 {
			t.add(t.d.follow(t.d.fieldsNamed("."+field)...).ends, keys...)
		}
	}
}

// fieldsNamed are the reads of fields of go-redis types.
func (d *detector) fieldsNamed(names ...string) []ssa.Value {
	var out []ssa.Value
	for _, k := range slices.Sorted(maps.Keys(d.reads().fields)) {
		for _, name := range names {
			if strings.HasSuffix(k, name) && strings.Contains(k, "redis") {
				out = append(out, d.reads().fields[k]...)
			}
		}
	}
	return out
}

// words adds what is read from the words of a command: code that looks at them sees keys.
func (t *textUses) words(any key.Template) {
	for _, fn := range t.d.flow.Funcs {
		for _, b := range fn.Blocks {
			for _, in := range b.Instrs {
				call, ok := in.(*ssa.Call)
				if !ok {
					continue
				}
				if f, _ := called(call); f == nil || !ofGoRedis(f) || f.Name() != "Args" && f.Name() != "String" {
					continue
				}
				for _, e := range t.d.follow(call).ends {
					if e.kind == UseText {
						t.add([]keyEnd{e}, any)
					}
				}
			}
		}
	}
}

// firstOfReply lists the reads of the first part of the reply of a call: element 0, or the first of several results.
func firstOfReply(call ssa.CallInstruction) []ssa.Value {
	v, ok := call.(ssa.Value)
	if !ok {
		return nil
	}
	var out []ssa.Value
	var walk func(v ssa.Value, depth int)
	walk = func(v ssa.Value, depth int) {
		if depth > 8 || v.Referrers() == nil {
			return
		}
		for _, in := range *v.Referrers() {
			switch in := in.(type) {
			case *ssa.IndexAddr:
				if c, ok := in.Index.(*ssa.Const); ok && isZero(c) {
					out = append(out, in)
				}
			case *ssa.Extract:
				if keyflow.IsString(in.Type()) && in.Index == 0 {
					out = append(out, in)
				} else if carries(in.Type()) {
					walk(in, depth+1)
				}
			case *ssa.Call, *ssa.Phi:
				if next := in.(ssa.Value); carries(next.Type()) && !keyflow.IsString(next.Type()) {
					walk(next, depth+1)
				}
			}
		}
	}
	walk(v, 0)
	return out
}

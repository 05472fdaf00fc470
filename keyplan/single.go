package keyplan

import (
	"slices"
	"strings"

	"github.com/clusterize/clusterize/detect"
	"github.com/clusterize/clusterize/internal/rediscmd"
	"github.com/clusterize/clusterize/internal/rules"
)

// decideOp judges a command by itself: whether it may be sent to a cluster at all, and to which node.
func (p *Plan) decideOp(s detect.Site, o detect.Op) ContextDecision {
	if s.Kind == detect.KeyText {
		return p.keyText(s, o)
	}
	if o.Helper && o.Pos != s.Pos && !strings.HasPrefix(o.Method, "Queue") {
		return review(rules.PipelineLost, true, "rediscluster."+o.Method+" is given a pipeline, or the transaction of a Watch, which it refuses: nothing is queued, and only the result of the call tells. Give it the client, or queue the command itself")
	}
	if o.Helper {
		return ContextDecision{Verdict: Safe, Rule: rules.FansOut}
	}
	var noted ContextDecision
	for _, n := range o.Notes {
		if n.Code == detect.NoteKeyspace && p.canWatchNodes(s, o) {
			return ContextDecision{Verdict: Fanout, Rule: rules.Keyspace, Reason: "each primary sends the events of its own keys only: it subscribes on all of them. Set notify-keyspace-events on each"}
		}
		if d := decideNote(o, n); d.Rule != "" && (noted.Rule == "" || d.Verdict == Blocked && noted.Verdict != Blocked) {
			noted = d
		}
	}
	if noted.Rule != "" {
		return noted
	}
	if d := p.keyless(s, o); d.Rule != "" {
		return d
	}
	switch o.Scope {
	case rediscmd.Refused:
		return ContextDecision{Verdict: Blocked, Rule: rules.Refused,
			Reason: o.Command + " is refused by a cluster, which has one database (ERR " + o.Command + " is not allowed in cluster mode). Keep the keys of other databases apart by a prefix"}
	case rediscmd.Connection:
		return review(rules.Connection, false, o.Command+" is about one connection, and a cluster client has several, to every node. Set it in the options of the client, or see whether it is needed")
	case rediscmd.OneNode:
		return p.oneNode(s, o)
	case rediscmd.AnyNode:
		return p.anyNode(o)
	}
	for _, k := range o.Keys {
		for _, t := range k.Alts {
			if why := p.elsewhere(t); why != "" {
				return review(rules.SharedFamily, true, o.Command+" on "+t.String()+" may look for a key that has another name: "+why+". Make the key known, or tag it by hand")
			}
			if f := p.FamilyOf(t); f != nil && f.Broken != "" {
				return review(rules.SharedFamily, true, o.Command+" on "+t.String()+" will look for keys that have another name: "+f.Broken+". Tag the keys by hand, here as there")
			}
		}
	}
	switch {
	case s.Target == detect.OnNode:
		return review(rules.NodeClient, false, o.Command+" on "+keyNames(o)+" goes to one node, whatever the slot of the key: MOVED for keys of other nodes. Use the cluster client, unless the key was found on this node")
	case s.Target == detect.OnConn:
		return review(rules.Connection, false, o.Command+" on "+keyNames(o)+" goes through one connection to one node: MOVED for keys of other nodes. Use the client, or the node of the key (MasterForKey)")
	case o.Open != "" && p.canSplit(s, o):
		return splitDecision(o, "not all its keys are known")
	case o.Open != "":
		return review(rules.UnknownKeys, false, strings.TrimSpace(o.Command+" "+o.Open)+", so whether its keys share a slot can't be told. Look at the keys: all must have one hash tag")
	case len(o.Keys) == 0 && o.Command == "WATCH":
		return review(rules.Watch, false, "Watch without a key is refused by the cluster client (redis: Watch requires at least one key). Name the keys that are read, or use the client itself")
	case len(o.Keys) == 0:
		return ContextDecision{Verdict: Safe, Rule: rules.AnyNode}
	case !slices.ContainsFunc(o.Keys, func(k detect.Key) bool { return k.Built == "" }):
		return ContextDecision{Verdict: Blocked, Rule: rules.ScriptKeys, Reason: "no key is passed in KEYS, so the script runs on any node, and " + listBuilt(o.Keys) +
			" is found only by luck (ERR Script attempted to access a non local key in a cluster node). Pass each key in KEYS, all with one tag"}
	case o.Command == "MIGRATE":
		return review(rules.Migrate, true, "MIGRATE of "+keyNames(o)+" takes the key to another server, of which the cluster does not know: whoever asks for the key next finds nothing, without an error. Slots are moved by the cluster itself (redis-cli --cluster reshard); copy by DUMP and RESTORE")
	}
	return ContextDecision{Verdict: Safe, Rule: rules.SingleKey}
}

func review(r rules.ID, silent bool, reason string) ContextDecision {
	return ContextDecision{Verdict: Review, Rule: r, Silent: silent, Reason: reason}
}

// decideNote judges a fact about a call that matters whatever its keys are.
func decideNote(o detect.Op, n detect.Note) ContextDecision {
	switch n.Code {
	case detect.NoteScript:
		return review(rules.ScriptKeys, len(o.Keys) == 0, "not all that the script does is known ("+n.Detail+"). On a cluster a script may touch keys of one slot only. See that all its keys are passed in KEYS, with one tag")
	case detect.NoteScriptNode:
		return review(rules.NodeScope, true, "the script sends a command that sees one node only, the one where it runs, without an error ("+n.Detail+"). Do it in the program, on every primary")
	case detect.NoteScriptRefused:
		if strings.Contains(n.Detail, "SORT") {
			return ContextDecision{Verdict: Blocked, Rule: rules.SortPattern, Reason: "the script sends a command that a cluster refuses (" + n.Detail +
				" with BY or GET: ERR option of SORT denied in Cluster mode). Read the keys, and sort in the program"}
		}
		return ContextDecision{Verdict: Blocked, Rule: rules.Refused, Reason: "the script sends a command that a cluster refuses (" + n.Detail +
			" is not allowed in cluster mode), since it has one database. Keep the keys of other databases apart by a prefix"}
	case detect.NoteNoCluster:
		return ContextDecision{Verdict: Blocked, Rule: rules.ScriptKeys, Reason: "the script has the flag no-cluster, so a cluster refuses to run it (ERR Can not run script on cluster, 'no-cluster' flag is set). Take the flag away once its keys have one slot"}
	case detect.NoteRedirect:
		return review(rules.Redirects, false, redirected(n.Detail))
	case detect.NoteSortPattern:
		return ContextDecision{Verdict: Blocked, Rule: rules.SortPattern,
			Reason: o.Command + " with " + n.Detail + " on " + keyNames(o) + " is refused: ERR " + n.Detail + " option of SORT denied in Cluster mode. Read the keys, and sort in the program"}
	case detect.NotePublish:
		return review(rules.PublishCount, true, "the number that PUBLISH returns counts the receivers on the one node that it was sent to, without an error: 0 is no proof that nobody listens. Don't decide by it; PubSubNumSub on every primary, summed up, tells how many listen")
	case detect.NoteRouting:
		return review(rules.CrossSlot, true, "a resolver of command policies makes the client split commands itself: with go-redis v9.23.0, MSETNX over several slots writes and returns false, DEL counts wrong, KEYS and RANDOMKEY find nothing, and MSET panics on values that are no strings. Leave it out")
	case detect.NoteSubscribed:
		if o.Command == "SSUBSCRIBE" {
			return review(rules.ShardedChannels, false, "adds sharded channels to a subscription that is bound to the node of its first one: for a channel of another node the call returns nil, and the error (MOVED) comes from Receive. Use a subscription for each slot")
		}
	case detect.NoteKeyspace:
		return review(rules.Keyspace, true, "notifications ("+n.Detail+") are sent only by the node that holds the key: a cluster client sees those of one node, without an error. Subscribe on every primary (ForEachMaster)")
	case detect.NoteRawCommand:
		return review(rules.RawCommand, true, n.Detail+": which keys are touched, and whether one node only is asked, can't be told. Write the command name as a constant, or look at what is sent")
	case detect.NoteScriptCache:
		return review(rules.ScriptCache, false, o.Command+" finds the script only on nodes that have loaded it (NOSCRIPT elsewhere, also after a failover). Use Script.Run outside of a pipeline, which falls back to EVAL, or Script.Eval in one")
	}
	return ContextDecision{}
}

// oneNode judges commands that see or change one node only.
func (p *Plan) oneNode(s detect.Site, o detect.Op) ContextDecision {
	switch {
	case s.Target == detect.OnNode:
		return ContextDecision{Verdict: Safe, Rule: rules.NodeClient}
	case o.FansOut && s.Kind != detect.Pipeline && s.Kind != detect.Transaction && s.Kind != detect.Watch:
		return ContextDecision{Verdict: Safe, Rule: rules.FansOut}
	case o.Command == "WAIT" || o.Command == "WAITAOF":
		return review(rules.WaitReplicas, true, o.Command+" waits for the replicas of the one node that it is sent to, and for the writes of its own connection: neither need be those of the keys that were written. Wait on the connection that wrote: Conn of the client that MasterForKey gives")
	case p.canFanOut(s, o):
		return ContextDecision{Verdict: Fanout, Rule: rules.NodeScope, Reason: o.Command + " is sent to every primary, and the answers are joined"}
	case p.canAskAround(s, o):
		return ContextDecision{Verdict: Fanout, Rule: rules.NodeScope, Queued: []Queued{{o.Pos, true}},
			Reason: o.Command + " in a pipeline reaches one node only: it is asked of every primary instead, when the pipeline is filled"}
	}
	why := "Run it on every primary (ForEachMaster), and join the answers"
	switch {
	case o.Method == "Scan" || o.Method == "ScanType":
		if o.Loop.File == "" && !o.Iterated {
			why = "Its cursor comes from elsewhere, or is kept, returned or compared, or only one page is read: it says nothing about which node it is of: scan each primary (ForEachMaster) from cursor 0 to its end"
		}
	case s.Kind == detect.Pipeline && slices.Contains(asksAround, o.Method):
		why = "What is queued beside it, or sent meanwhile, may change its answer, or would be left out after an error of it, or the answers are read by place: take it out of the pipeline, and ask every primary"
	case s.Kind == detect.Pipeline:
		why = "It changes something, and a pipeline may be dropped before it is sent: take it out of the pipeline, and run it on every primary"
	}
	return review(rules.NodeScope, true, o.Command+" reaches one node only, without an error: the others are neither asked nor changed. "+why)
}

// keyNames writes the keys of an operation.
func keyNames(o detect.Op) string {
	var out []string
	for _, k := range o.Keys {
		for _, t := range k.Alts {
			out = append(out, shown(t.String()))
		}
	}
	if len(out) == 0 {
		return "no key"
	}
	if len(out) > 4 {
		out = append(out[:4], "...")
	}
	return strings.Join(out, ", ")
}

// redirected says what becomes of code that looks for an error of a cluster.
func redirected(word string) string {
	switch word {
	case "MOVED", "ASK":
		return "it looks for the error " + word + ", which a cluster client follows itself, up to MaxRedirects (3) times: the code is no longer reached, or it does the work twice. Remove it, with what it does to single nodes"
	case "CROSSSLOT":
		return "it looks for the error CROSSSLOT, which trying again can't solve. Commands over several slots are listed here with their own sites: once these are solved, it is no longer needed"
	}
	return "it looks for the error " + word + ", for which a cluster client tries again itself, up to MaxRedirects (3) times. Remove it, or see that both together do not wait too long"
}

package rediscmd

// The key specifications that most of the commands below share.
var (
	firstRead       = []KeySpec{{Index: 1, Step: 1}}
	firstWritten    = []KeySpec{{Index: 1, Step: 1, Write: true}}
	firstTwoWritten = []KeySpec{{Index: 1, Last: 1, Step: 1, Write: true}}
	secondRead      = []KeySpec{{Index: 2, Step: 1}}
	secondWritten   = []KeySpec{{Index: 2, Step: 1, Write: true}}
	countedRead     = []KeySpec{{Index: 1, NumKeys: true, First: 1, Step: 1}}
	triplesWritten  = []KeySpec{{Index: 1, Last: -1, Step: 3, Write: true}}

	firstWrittenCountedRead = []KeySpec{
		{Index: 1, Step: 1, Write: true},
		{Index: 2, NumKeys: true, First: 1, Step: 1},
	}
)

// supplement holds core commands that the server of the generated table doesn't have, sorted by name, and
// DEBUG OBJECT, which that server doesn't list. Source: the syntax on each command's
// page of the Redis documentation (for commands that are newer than that, and for HIMPORT, the
// client's own documentation and what it sends, go-redis v9.23.0). Not run against a
// server. Arity is 0: not known.
var supplement = []Command{
	{Name: "arcount", ReadOnly: true, Keys: firstRead},
	{Name: "ardel", Write: true, Keys: firstWritten},
	{Name: "ardelrange", Write: true, Keys: firstWritten},
	{Name: "arget", ReadOnly: true, Keys: firstRead},
	{Name: "argetrange", ReadOnly: true, Keys: firstRead},
	{Name: "argrep", ReadOnly: true, Keys: firstRead},
	{Name: "arinfo", ReadOnly: true, Keys: firstRead},
	{Name: "arinsert", Write: true, Keys: firstWritten},
	{Name: "arlastitems", ReadOnly: true, Keys: firstRead},
	{Name: "arlen", ReadOnly: true, Keys: firstRead},
	{Name: "armget", ReadOnly: true, Keys: firstRead},
	{Name: "armset", Write: true, Keys: firstWritten},
	{Name: "arnext", ReadOnly: true, Keys: firstRead},
	{Name: "arop", ReadOnly: true, Keys: firstRead},
	{Name: "arring", Write: true, Keys: firstWritten},
	{Name: "arscan", ReadOnly: true, Keys: firstRead},
	{Name: "arseek", Write: true, Keys: firstWritten},
	{Name: "arset", Write: true, Keys: firstWritten},
	{Name: "blmovem", Write: true, Blocking: true, Keys: firstTwoWritten},
	{Name: "client|maint_notifications"},
	{Name: "client|no-touch"},
	{Name: "client|setinfo"},
	{Name: "cluster|myshardid"},
	{Name: "debug|object", Keys: secondRead},
	{Name: "delex", Write: true, Keys: firstWritten},
	{Name: "digest", ReadOnly: true, Keys: firstRead},
	{Name: "hexpire", Write: true, Keys: firstWritten},
	{Name: "hexpireat", Write: true, Keys: firstWritten},
	{Name: "hexpiretime", ReadOnly: true, Keys: firstRead},
	{Name: "hgetdel", Write: true, Keys: firstWritten},
	{Name: "hgetex", Write: true, Keys: firstWritten},
	{Name: "himport", Container: true},
	{Name: "himport|discard"},
	{Name: "himport|discardall"},
	{Name: "himport|prepare"},
	{Name: "himport|set", Write: true, Keys: secondWritten},
	{Name: "hotkeys", Container: true},
	{Name: "hotkeys|get"},
	{Name: "hotkeys|reset"},
	{Name: "hotkeys|start"},
	{Name: "hotkeys|stop"},
	{Name: "hpersist", Write: true, Keys: firstWritten},
	{Name: "hpexpire", Write: true, Keys: firstWritten},
	{Name: "hpexpireat", Write: true, Keys: firstWritten},
	{Name: "hpexpiretime", ReadOnly: true, Keys: firstRead},
	{Name: "hpttl", ReadOnly: true, Keys: firstRead},
	{Name: "hsetex", Write: true, Keys: firstWritten},
	{Name: "httl", ReadOnly: true, Keys: firstRead},
	{Name: "increx", Write: true, Keys: firstWritten},
	{Name: "lmovem", Write: true, Keys: firstTwoWritten},
	{Name: "msetex", Write: true, Keys: []KeySpec{{Index: 1, NumKeys: true, First: 1, Step: 2, Write: true}}},
	{Name: "sdiffcard", ReadOnly: true, Keys: countedRead},
	{Name: "sunioncard", ReadOnly: true, Keys: countedRead},
	{Name: "tfcall", Keys: []KeySpec{{Index: 2, NumKeys: true, First: 1, Step: 1, Write: true}}},
	{Name: "tfcallasync", Keys: []KeySpec{{Index: 2, NumKeys: true, First: 1, Step: 1, Write: true}}},
	{Name: "tfunction", Container: true},
	{Name: "tfunction|delete"},
	{Name: "tfunction|list"},
	{Name: "tfunction|load"},
	{Name: "vadd", Write: true, Keys: firstWritten},
	{Name: "vcard", ReadOnly: true, Keys: firstRead},
	{Name: "vdim", ReadOnly: true, Keys: firstRead},
	{Name: "vemb", ReadOnly: true, Keys: firstRead},
	{Name: "vgetattr", ReadOnly: true, Keys: firstRead},
	{Name: "vinfo", ReadOnly: true, Keys: firstRead},
	{Name: "vismember", ReadOnly: true, Keys: firstRead},
	{Name: "vlinks", ReadOnly: true, Keys: firstRead},
	{Name: "vrandmember", ReadOnly: true, Keys: firstRead},
	{Name: "vrange", ReadOnly: true, Keys: firstRead},
	{Name: "vrem", Write: true, Keys: firstWritten},
	{Name: "vsetattr", Write: true, Keys: firstWritten},
	{Name: "vsim", ReadOnly: true, Keys: firstRead},
	{Name: "waitaof", Blocking: true},
	{Name: "xackdel", Write: true, Keys: firstWritten},
	{Name: "xcfgset", Write: true, Keys: firstWritten},
	{Name: "xdelex", Write: true, Keys: firstWritten},
	{Name: "xnack", Write: true, Keys: firstWritten},
}

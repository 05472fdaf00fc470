// Package luakeys reads a Lua script as Redis runs it and tells which keys it touches and how
// the name of each is built: from KEYS, from ARGV, from text in the script, or from data.
//
// # What it promises
//
// Every command a script sends is in Calls, or a Problem says what could not be read. Every key
// of a command is in Keys, or KeyErr says why the positions are not known. One of a key's
// alternatives describes the name at run time: KEYS[i] and ARGV[i] stand for what is passed,
// Data for any text at all. An expression that can't be followed is Data with a reason, never a
// guess. Read never panics and always ends.
//
// Sound, modulo: an index beyond what the caller passes is nil, where a script fails (but
// tostring makes the text "nil" of it); string.format cuts a text short at a zero byte;
// memory of the interpreter that another script has changed.
//
// Text put in at a place that a key names (Part.Offset of a part that is not Shared, Expr.Gaps) changes names of keys and
// nothing else: no value, reply or comparison.
//
// # What it does not
//
// It doesn't run the script, so conditions are not decided: a call that no path reaches is
// listed too. Where a word is nil for certain the script fails, and the call is not listed.
// What several uses of one element have in common is not told: KEYS[?] twice may be two keys.
// Commands that read keys no word names (the patterns of SORT) get a KeyErr. Tables are followed
// while they stay in variables that this package can see all uses of; tables in tables are not.
// Lua 5.1 is what Redis runs: goto is refused.
//
// # How
//
// The source is tokenized here, comments are blanked and every string literal is replaced by its
// number before gopher-lua parses it: so each literal of the tree is known to the byte, which its
// lines alone would not tell. Names are resolved to variables, and each use of a variable to
// the assignments that reach it (all assignments, where a function captures it). The code is then
// walked as it runs, functions with the arguments of each call. What an expression may be is
// found on demand from the assignments that reach it; one that depends on itself is Data. Where
// the sides of a .. stand is found in the tokens, the operators of the tree being met in their order;
// where a text goes is followed from its expression on, through variables and calls.
//
// # Example
//
//	s := luakeys.Read(`redis.call('SET', KEYS[1] .. ':lease', ARGV[1])`)
//	s.Calls[0].Command              // set
//	s.Calls[0].Keys[0].Alts[0]      // KEYS[1] .. ":lease"
//	s.Calls[0].Keys[0].Alts[0].Gaps // where text can be put in before KEYS[1], and after it
//
// # Sources of the facts
//
// Lua 5.1 Reference Manual (lexical rules, string.format, unpack, number of results); Redis
// documentation of EVAL scripts and functions (the #! line and its flags, KEYS and ARGV,
// redis.register_function, arguments of commands must be strings or numbers); key positions from
// rediscmd, which a real server reported. A test runs scripts on a real server and holds every key
// that MONITOR shows against what was read; random scripts are held against an interpreter in the
// same way, and once more after they were edited.
package luakeys

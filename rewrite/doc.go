// Package rewrite turns a plan into changes of the target's files. It is the
// only package that knows offsets, and the only one that writes.
//
// A [Change] applies whole or not at all: the renaming of one component of key
// families, the splits and fan-outs of one module, or the switch of clients that
// share a type or options. Its edits are byte ranges at expressions: a part of a
// literal, a selector, an argument, an import line.
// The result of all changes is type-checked, tests included, before anything is
// printed or written; a change that does not compile is dropped and says so.
//
// Hazards that it takes care of:
//
//   - A literal that several families share. An edit inside it renames all of
//     them, so it is made only when all want it; else the edit goes to the
//     expression around:
//
//     const prefix = "user:"          // also in prefix + id, which keeps its name
//     prefix + id + ":lock"           // "{" + prefix + id + "}:lock"
//
//   - A constant or helper that is also used for something else: every use of
//     the identifier must be part of a key, and every call of the helper must
//     give a key that is renamed the same way.
//
//   - Braces that would pair wrongly: every place that builds a key is put
//     together again with all edits, and must give exactly the planned name.
//     A family for which no such edits exist is left alone everywhere.
//
//   - Files that are not formatted keep their other lines; a file that was
//     formatted stays so.
//
//   - Text that is written as keys are and was not seen to be one: a table of
//     formats, an argument of another client. In tests, and where it stays in the
//     program, it gets the new name; else the family is left alone.
//
// Keys that scripts make are edited where they are made: 'job:' .. ARGV[1] becomes
// '{job:' .. ARGV[1] .. '}', in the Go string or in the file that holds the Lua.
// Package luakeys says which of its literals go into names of keys only.
//
// Splits and fan-outs call a small helper package that is generated into the
// target: rdb.MGet(ctx, keys...) becomes rediscluster.MGet(ctx, rdb, keys...).
// Its source is templates/rediscluster; a target gets the functions that it
// needs. The helper takes any client, so these changes work on a standalone
// server as well. A loop over SCAN gets a scanner that is declared before it; a
// command in a pipeline is queued slot by slot, or taken out of the pipeline and
// asked of every primary, with its error checked where it stood. Each edit is
// tried alone when all together do not compile, so that one that does not fit
// leaves the others.
//
// Clients are decided one by one, and switched together where they share a type
// that changes, or the options that they are made from, or where the address of
// one's options is copied to the other's. Package clientflow says which clients
// reach a type:
//
//	ported clients only              *redis.ClusterClient
//	ported ones, and others          redis.UniversalClient, unless it is compared with nil,
//	                                 or found by its exact type
//	none, but given to a ported type that type: a parameter without callers
//
// and with Target.Universal all that changes is redis.UniversalClient. What stands
// against a type (code that is not the target's, generated files, methods that
// the new type has not) holds back the clients that reach it, and the others go
// on. Options are changed where they are made, or converted where the client is
// made, by the helper package.
//
// It does not edit generated files, files of cgo, or files outside the target's
// modules. Files that wire and makers of mocks generate are an exception: there it
// writes the types that they would get if they were made again.
package rewrite

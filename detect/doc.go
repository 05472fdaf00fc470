// Package detect answers: which Redis operation happens where, with which
// client and with which keys. It never decides what to do about it.
//
// Calls are recognised by type: a method of a go-redis client, pipeline,
// transaction or connection, or of an interface whose method returns a go-redis
// *XxxCmd; Do and Process with literal command names; scripts. A wrapper of
// the target is no site itself: it is followed, and the call of go-redis inside
// it is looked at from each of its callers when they bring the keys.
//
//	func (s *Store) Both(ctx context.Context, id string) ([]any, error) {
//		return s.rdb.MGet(ctx, "a:"+id, "b:"+id).Result() // one site: MGET a:<id> b:<id>
//	}
//
// A pipeline or transaction is one site at the call that opens it, with all
// that is queued in it, in helper functions too. What a transaction or pipeline
// of a Watch queues belongs to the Watch as well. A queued command whose
// pipeline can't be found is a site of its own that says so.
//
// How a reply is used is part of a site where it matters on a cluster: a cursor
// of SCAN that goes from reply to call and nowhere else, the answers of a pipeline
// that are read by their place, the count of PUBLISH.
//
// A script is read, wherever its text is: in Go, in a file that is embedded or
// read, in a library of functions that the program loads. Each key that it makes
// is a key of the operation, put together from what Go passes, from the script's
// literals, which know their places, and from values that only the script knows.
//
// # Where keys go
//
// The text of a key does not end at a command. It is followed forward, from where it
// is put together or comes out of Redis (SCAN, a pop, an event), through variables,
// fields, parameters, results, lists, indexes of maps and callbacks, as long as it is
// the same text. Code that looks at it is a site of the kind keytext; where nothing
// but keys comes there, it says which expressions could be given the old names (Mends):
//
//	for _, k := range rdb.Keys(ctx, "cart:*:items").Val() {
//		id := strings.Split(k, ":")[1] // keytext, Mends: k
//	}
//
// Keys that are written as values, leave the program, or go where they can't be
// followed are in Result.Uses; texts that are put together as keys are, and are not
// seen to become one, in Result.Texts. What is not followed: text that is made of
// keys and other text (messages), and reflection.
//
// It promises that every call of go-redis that talks to a server belongs to a
// site. What it could not follow stands in the site (Open), never nowhere.
package detect

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
// It promises that every call of go-redis that talks to a server belongs to a
// site. What it could not follow stands in the site (Open), never nowhere.
package detect

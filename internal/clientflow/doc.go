// Package clientflow follows one kind of go-redis value through the declared
// types of a program: the clients that redis.NewClient makes, or the options
// that they are made from.
//
// Every variable, field, parameter, result and container whose type speaks of
// the kind is a node; what must have one type is one [Class] of nodes. A value of
// the type *redis.Client that is copied from one class to another is an edge:
//
//	plain := redis.NewClient(opt)    // class of plain: {A}
//	cache := redis.NewClient(other)  // class of cache: {B}
//	ping(plain); ping(cache)         // parameter of ping: reached by {A, B}
//
// so that [Graph.Reach] tells which clients a type must fit, and two clients are
// decided apart although they meet somewhere. Types that hold the kind inside
// (slices, maps, functions, type arguments) do not convert: their nodes are
// joined. Options are structs, not interfaces; they are always joined.
//
// Interfaces are followed too, since a type assertion behind one can tell
// clients apart: those that a client can be put into are nodes without a type of
// their own. What is put into an interface of code that is not the target's
// (context.WithValue, a dependency injection container) may come out wherever
// such code gives an interface back: all of that is one node, Graph.away.
// Functions that are handed there get their arguments from it and give their
// results to it, as fx, dig and wire do.
//
// It knows nodes by file and offset, so that several loads of one program, with
// other build tags, give one graph.
//
// It does not follow control flow, values behind reflection or unsafe, nor
// channels of code that is not the target's. It decides nothing.
package clientflow

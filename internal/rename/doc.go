// Package rename gives the keys that are stored on a standalone server the names
// that the ported program uses.
//
// On a cluster a key can't be renamed from an old name to a new one: they have
// different slots. On the standalone server RENAME is atomic and takes no time,
// and type and time to live stay. So keys are renamed before they are moved.
//
// [Run] walks over all keys of one database with SCAN, and asks a
// [keymap.Map] what each is. It renames with RENAMENX, which never overwrites: a
// key whose new name is taken is listed and left. SCAN gives every key that is
// there from the beginning of a pass to its end; those that are written meanwhile
// are found by the next pass, and passes are made until one renames nothing.
//
// # Interruption
//
// Nothing is remembered but the names: a key has its old name or its new one, and
// each rename is atomic. A process may be killed at any time, and the next run
// goes on with what is left. When the context ends, the batch at hand is finished.
//
// # What it promises
//
// No key is overwritten, deleted or written to. A key that could be of two
// families, and a key of none, keeps its name. A run after a whole one renames
// nothing. User names and passwords are in no error and in no result.
//
// # What it does not
//
// A program that writes keys with old names while the rename runs makes a
// collision when it writes one again that was renamed: stop the writers, or rename
// again after the last of them was replaced. Other databases than the one of the
// address are not looked at, only named when they have keys: a cluster has only
// database 0.
package rename

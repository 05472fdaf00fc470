// Package monitor reads what MONITOR prints: the text of a capture, packed or not, or the stream of a live server.
//
// It is made for captures of any size: a [Reader] works in constant memory, whatever the number and the length of the
// lines, and allocates nothing for a line. What it can't read it says, line by line; nothing is left out silently.
//
// # What is read
//
//	OK
//	1700000000.123456 [0 127.0.0.1:50412] "get" "user:1"
//	1700000000.123460 [3 unix:/run/redis.sock] "set" "a\"b\x01" "v"
//	1700000000.123470 [0 [::1]:50413] "eval" "return redis.call('get', KEYS[1])" "1" "k"
//	1700000000.123475 [0 lua] "get" "k"
//
// That is the form of Redis 2.6 and of all later ones, measured on 7.0.15. A + before the time, and a carriage return at
// the end, come from a capture without redis-cli, and are accepted.
//
// # What MONITOR does not show
//
// A command appears when it runs: one that was queued in a transaction stands right before its EXEC, and never when the
// transaction was discarded. Commands that were refused before they ran (wrong number of words, unknown, not permitted)
// and those of administrators (CONFIG, CLIENT LIST, DEBUG, SHUTDOWN) don't appear. A script stands before the commands that
// it calls. Passwords of AUTH and HELLO are replaced by the server with (redacted), since Redis 6; older ones print them.
package monitor

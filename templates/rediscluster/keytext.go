package rediscluster

import "strings"

// Untag is the name of a key without the braces of its hash tag: user:7:mail for {user:7}:mail. A name without braces is
// returned as it is. It is for code that takes names apart; a command needs the key itself.
func Untag(key string) string {
	open := strings.IndexByte(key, '{')
	if open < 0 {
		return key
	}
	length := strings.IndexByte(key[open+1:], '}')
	if length < 0 {
		return key
	}
	end := open + 1 + length
	return key[:open] + key[open+1:end] + key[end+1:]
}

package rooms

import "fmt"

func base(room string) string { return fmt.Sprintf("room:%v", room) }

func members(room string) string { return base(room) + ":members" }
func seq(room string) string     { return base(room) + ":seq" }
func topic(room string) string   { return base(room) + ":topic" }
func backup(room string) string  { return base(room) + ":topic:previous" }
func log(room string) string     { return base(room) + ":log" }
func pinned(room string) string  { return base(room) + ":pinned" }

// points are kept by week, the board is their sum.
func points(room string, week int) string { return fmt.Sprintf("%s:points:%02d", base(room), week) }
func board(room string) string            { return base(room) + ":board" }

// presence belongs to a person, not to a room.
func presence(user string) string { return "presence:" + user }

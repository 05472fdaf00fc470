package keymap

import (
	_ "embed"
	"fmt"
	"io"
	"strconv"
	"strings"
)

//go:embed redisshake.lua
var redisShake string

const shakeHead = `-- Renames keys while RedisShake v4 moves them. Made by clusterize keymap --format=redis-shake.
--
-- It is the value of "function" in the section [filter]. Put three single quotes before and behind it: TOML leaves the
-- backslashes between them alone, and there are no such quotes in it.
--
-- Keys of no family are passed on as they are. A key that could be of two families with different new names stops
-- RedisShake with an error.
clusterize_keymap = clusterize_keymap or (function()

local BUDGET = %d

local families = {
`

const shakeTail = `
end)()

for _, index in ipairs(KEY_INDEXES) do
  local name, between = clusterize_keymap(ARGV[index])
  if not name then
    error("clusterize: the key " .. ARGV[index] .. " can't be renamed: it is of " .. between)
  end
  ARGV[index] = name
end
shake.call(DB, ARGV)
`

// WriteRedisShake writes a function for RedisShake v4 that renames keys on their way: the same as Old for every key.
func (m *Map) WriteRedisShake(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, shakeHead, budget)
	for i, e := range m.Entries {
		fmt.Fprintf(&b, "  { template = %s, renamed = %t", luaString(e.Template), e.Renamed())
		if e.Span.Put != "" {
			b.WriteString(", put = " + luaString(e.Span.Put))
		}
		if !e.Silent() {
			var put *string
			if e.Span.Put != "" {
				put = &e.Span.Put
			}
			b.WriteString(",\n    before = " + compile(i, e, put, false).lua())
			b.WriteString(",\n    after = " + compile(i, e, put, true).lua())
		}
		b.WriteString(" },\n")
	}
	b.WriteString("}\n\n" + redisShake + shakeTail)
	_, err := io.WriteString(w, b.String())
	return err
}

// lua writes a pattern as a table.
func (p *pattern) lua() string {
	var parts []string
	for _, x := range p.parts {
		switch {
		case x.text != "":
			parts = append(parts, "{ text = "+luaString(x.text)+" }")
		case x.values != nil:
			var vs []string
			for _, v := range x.values {
				vs = append(vs, luaString(v))
			}
			parts = append(parts, "{ values = { "+strings.Join(vs, ", ")+" } }")
		default:
			var stop, least []string
			for s := plain; s < steps; s++ {
				stop = append(stop, luaString(luaStops[x.stop[s]]))
				least = append(least, strconv.Itoa(x.least[s]))
			}
			parts = append(parts, fmt.Sprintf("{ stop = { %s }, least = { %s }, rest = %d }", strings.Join(stop, ", "), strings.Join(least, ", "), x.rest))
		}
	}
	borders := ""
	if p.openPart >= 0 { // Lua counts parts from one
		borders = fmt.Sprintf("open = { %d, %d }, close = { %d, %d }, ", p.openPart+1, p.openAt, p.closePart+1, p.closeAt)
	}
	return fmt.Sprintf("{ least = %d, seps = %d, %sparts = { %s } }", p.least, p.seps, borders, strings.Join(parts, ", "))
}

// luaStops are the bytes that a value can't hold, as Lua patterns.
var luaStops = map[*[256]bool]string{nothing: "", separators: "[:/]", braces: "[{}]", noID: "[:/{}]", noDigits: "[^%x%-]"}

// luaString quotes text; what is not plain is a number, so that no magic character and no quote is left, neither for
// Lua nor for the TOML around it.
func luaString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte(":/.-_<>{}[]()%^ ", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, `\%03d`, c)
		}
	}
	return b.String() + `"`
}

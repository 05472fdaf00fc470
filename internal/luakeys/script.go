package luakeys

import "fmt"

// Limits of what is read. Redis itself refuses more than 200 nested levels (LUAI_MAXCCALLS) and more
// than 200 local variables in a function.
const (
	maxSource  = 1 << 20 // bytes
	maxNesting = 200     // brackets and blocks
	maxDepth   = 1000    // levels of the syntax tree: operators and elseif add some
	maxLocals  = 200     // local variables of one function
	maxSteps   = 400_000 // expressions looked at
	maxAlts    = 16      // alternatives of one value
	maxParts   = 24      // parts of one expression
	maxFrames  = 24      // functions calling functions
	maxWords   = 1024    // words of one command
	maxDefs    = 512     // assignments of one variable
	maxRounds  = 2       // how often one variable is followed through itself, when all its assignments count
)

// Script is what one script does with keys.
type Script struct {
	Shebang  string    // the engine line, "#!lua flags=no-writes"; empty without one
	Flags    []string  // flags of the engine line or of the registered function, as written
	Calls    []Call    // each redis.call and redis.pcall, in source order
	Problems []Problem // what could not be read, by line; empty: everything was
	// KeysUsed is the highest constant index of KEYS. KeysAll is set when KEYS is used with an index
	// that is not constant, or as a whole: #KEYS, ipairs(KEYS), unpack(KEYS).
	KeysUsed int
	KeysAll  bool

	argvValues []int // elements of ARGV that are used for more than keys
	argvAll    bool  // all may be
}

// Problem is something that could not be read. Where a script has one, Calls may be incomplete.
type Problem struct {
	Line int // 1-based; 0: the whole script
	Text string
}

// String is the problem with its line.
func (p Problem) String() string {
	if p.Line == 0 {
		return p.Text
	}
	return fmt.Sprintf("line %d: %s", p.Line, p.Text)
}

// Call is one command that the script may send. A call inside a function is listed once for each
// different set of words that the function's callers give it; a call whose command has
// alternatives once for each of them.
type Call struct {
	Line      int
	Protected bool   // redis.pcall: an error reply doesn't end the script
	Command   string // lower case, subcommands as "object|encoding"; empty: not known
	Words     []Word // what is sent, the command's name first
	// Open is set when more words may follow, how many is not known; each is one of Rest.
	Open bool
	Rest Word
	Keys []Key // in order of the wire
	// KeyErr says why the keys are not known, or not all. Keys then holds those that are.
	KeyErr      string
	Conditional bool // in a branch: may not be sent
	Loop        bool // in a loop: may be sent more than once, with different elements
}

// Word is one word of a command: one of the alternatives.
type Word struct {
	Alts []Expr
}

// Key is the name of one key of a command: one of the alternatives. Alternatives are bounded;
// where there would be too many there is one that is Data.
type Key struct {
	Alts []Expr
	Word int // which of the call's Words it is; -1: any number of the words in Rest
}

// Expr is how a text is built: its parts in a row. No part is the empty text.
type Expr struct {
	Parts []Part
	// Gaps has the points of the source where text can be put in before each part, and after the last: nil, or
	// len(Parts)+1. The inside of a literal is not among them: see Part.Offset.
	Gaps [][]Point
}

// Kind tells the parts of an expression apart.
type Kind uint8

const (
	Lit  Kind = iota + 1 // a text that is known
	Keys                 // an element of KEYS
	Argv                 // an element of ARGV
	Data                 // not known: read from Redis, computed, or not followed; any text
)

// String is the name of the kind.
func (k Kind) String() string {
	switch k {
	case Lit:
		return "literal"
	case Keys:
		return "KEYS"
	case Argv:
		return "ARGV"
	case Data:
		return "data"
	}
	return "none"
}

// Part is one part of an expression.
type Part struct {
	Kind Kind
	Text string // Lit: the text
	// Offset and End are, for Lit, the bytes of the source that hold the text, inside the quotes, when
	// it stands there as such: src[Offset:End] == Text. Else both are -1 (escapes, numbers).
	// One literal may be a part of several expressions.
	Offset, End int
	// Shared is set on a Lit whose text also goes into something else than a key, or may.
	Shared bool
	Index  int    // Keys, Argv: the index, from 1; 0: any element
	Reason string // Data: where the text comes from
}

// InLiteral reports that the bytes from one offset of a source to another lie in one string literal that has no escapes.
// It is false for a source that is not Lua.
func InLiteral(src string, from, to int) bool {
	_, start := readHeader(src)
	l, problem := lex(src, start)
	if problem != nil {
		return false
	}
	lit := (&program{literals: l.literals}).literalAt(to)
	return lit.plain && lit.start <= from && to <= lit.end
}

// Read parses and analyses one script, as EVAL, SCRIPT LOAD and EVALSHA take it. It never panics
// and always ends.
func Read(src string) Script {
	prog, head, problem := prepare(src)
	if problem != nil {
		return Script{Shebang: head.line, Flags: head.flags, Problems: []Problem{*problem}}
	}
	s := analyse(prog)
	s.Shebang, s.Flags = head.line, head.flags
	return s
}

package decisions

// badYAML are files that are not written as they should be, with the exact text of the error.
var badYAML = []badFile{
	{"no mapping", `- a
- b
`, `
c.yaml:1:1: the file is a list, not fields with values: write tags: ...
    - a
    ^`},
	{"a word", "tags\n", `
c.yaml:1:1: the file is text, not fields with values: write tags: ...
    tags
    ^`},
	{"an unknown field at the top", `tag:
- family: a
`, `
c.yaml:1:1: the file has no field tag: its fields are tags, sites, keys, clients, tagStyle, singleSlot
    tag:
    ^`},
	{"an unknown field in an entry", `tags:
  - family: a
    keep: true
    reson: r
`, `
c.yaml:2:5: an entry of tags needs the field reason: write why, for those who read it later
      - family: a
        ^
c.yaml:4:5: an entry of tags has no field reson: its fields are family, tag, keep, reason
        reson: r
        ^`},
	{"a field that stands twice", `tagStyle: value
tagStyle: entity
`, `
c.yaml:2:1: the file has the field tagStyle twice: remove one of the two
    tagStyle: entity
    ^`},
	{"a number for a list", "tags: 1\n", `
c.yaml:1:7: tags is a number, not a list: begin each entry with -
    tags: 1
          ^`},
	{"a mapping for a list", `tags:
  family: a
`, `
c.yaml:2:3: tags is a mapping, not a list: begin each entry with -
      family: a
      ^`},
	{"an entry that is text", `sites:
  - store/user.go:41
`, `
c.yaml:2:5: an entry of sites is text, not fields with values: write at: ...
      - store/user.go:41
        ^`},
	{"an empty entry", `sites:
  -
`, `
c.yaml:2:4: an entry of sites is empty, not fields with values: write at: ...
      -
       ^`},
	{"a number for text", `tags:
- {family: 2024, keep: true, reason: r}
`, `
c.yaml:2:12: family is a number, not text: write it in quotes
    - {family: 2024, keep: true, reason: r}
               ^`},
	{"a mapping for text: braces without quotes", `tags:
- family: a:<id>
  tag: {a}
  reason: r
`, `
c.yaml:3:8: tag is a mapping, not text: write it in quotes
      tag: {a}
           ^`},
	{"a list for text", `tags:
- family: [a]
  keep: true
  reason: r
`, `
c.yaml:2:11: family is a list, not text: write it in quotes
    - family: [a]
              ^`},
	{"text for true", `tags:
- family: a
  keep: yes
  reason: r
`, `
c.yaml:3:9: keep is text, not true or false: write true or false, without quotes
      keep: yes
            ^`},
	{"true for text", `tags:
- family: true
  keep: true
  reason: false
`, `
c.yaml:2:11: family is true or false, not text: write it in quotes
    - family: true
              ^
c.yaml:4:11: reason is true or false, not text: write it in quotes
      reason: false
              ^`},
	{"text for singleSlot", "singleSlot: \"true\"\n", `
c.yaml:1:13: singleSlot is text, not true or false: write true or false, without quotes
    singleSlot: "true"
                ^`},
	{"tagStyle", "tagStyle: values\n", `
c.yaml:1:11: there is no tag style values: write entity or value
    tagStyle: values
              ^`},
	{"tagStyle is empty", "tagStyle:\n", `
c.yaml:1:1: tagStyle is empty: write its value, or remove the field
    tagStyle:
    ^`},
	{"an alias", `tags:
- family: &f a
  keep: true
  reason: r
- family: *f
  keep: true
  reason: r
`, `
c.yaml:2:11: family is an anchor of YAML, not text: write it in quotes
    - family: &f a
              ^
c.yaml:5:11: family is an alias of YAML, not text: write it in quotes
    - family: *f
              ^`},
	{"a merge key", `tags:
- <<: {family: a}
  keep: true
  reason: r
`, `
c.yaml:2:3: an entry of tags has no field <<: its fields are family, tag, keep, reason
    - <<: {family: a}
      ^
c.yaml:2:3: an entry of tags needs the field family: write the template as the report does, user:<id>:profile
    - <<: {family: a}
      ^`},
	{"a type", "tagStyle: !!str value\n", `
c.yaml:1:11: tagStyle is a type of YAML, not text: write it in quotes
    tagStyle: !!str value
              ^`},
	{"a number as field", "1: a\n", `
c.yaml:1:1: the file has no field 1: its fields are tags, sites, keys, clients, tagStyle, singleSlot
    1: a
    ^`},
	{"several documents", `tagStyle: value
---
singleSlot: true
`, `
c.yaml:2:1: the file holds several documents: write all decisions into one, without ---
    ---
    ^`},
	{"a second empty document", `---
---
`, `
c.yaml:2:1: the file holds several documents: write all decisions into one, without ---
    ---
    ^`},
	{"text behind the end", `tagStyle: value
...
singleSlot: true
`, `
c.yaml:3:1: the file holds several documents: write all decisions into one, without ...
    singleSlot: true
    ^`},
	{"a directive", `%YAML 1.2
---
tagStyle: value
`, `
c.yaml:1:1: the file holds a YAML directive: remove the line, or put text that begins with % in quotes
    %YAML 1.2
    ^`},
	{"a template that begins with a brace", `tags:
  - family: {user:<uid>}:profile
    keep: true
    reason: r
`, `
c.yaml:2:25: this is no YAML, value is not allowed in this context: check the indentation, and put text in quotes that begins with a sign, or holds a colon before a blank
      - family: {user:<uid>}:profile
                            ^`},
	{"a colon in a reason", `tags:
  - family: a
    keep: true
    reason: one thing: another
`, `
c.yaml:4:13: this is no YAML, mapping value is not allowed in this context: check the indentation, and put text in quotes that begins with a sign, or holds a colon before a blank
        reason: one thing: another
                ^`},
	{"a tabulator", "tags:\n\t- family: a\n", `
c.yaml:2:1: this is no YAML, found character '\t' that cannot start any token: check the indentation, and put text in quotes that begins with a sign, or holds a colon before a blank
    	- family: a
    ^`},
	{"indentation", `tags:
  - family: a
   keep: true
`, `
c.yaml:3:4: this is no YAML, value is not allowed in this context: check the indentation, and put text in quotes that begins with a sign, or holds a colon before a blank
       keep: true
       ^`},
	{"a quote without end", "tagStyle: \"value\n", `
c.yaml:1:11: this is no YAML, could not find end character of double-quoted text: check the indentation, and put text in quotes that begins with a sign, or holds a colon before a blank
    tagStyle: "value
              ^`},
	{"no UTF-8", "tagStyle: value\ntags: [\"\xff\"]\n", `
c.yaml:2:9: there is a byte that is not UTF-8: save the file as UTF-8
    tags: ["?"]
            ^`},
	{"a control character", "tagStyle: \"a\x00\"\n", `
c.yaml:1:13: there is a control character: remove it, or write it as an escape in double quotes
    tagStyle: "a?"
                ^`},
	{"a carriage return", "tagStyle: value\rsingleSlot: true\n", `
c.yaml:1:16: there is a control character: remove it, or write it as an escape in double quotes
    tagStyle: value?singleSlot: true
                   ^`},
	{"letters of several bytes", "tags: [{family: 'größe:<id>', keep: true, reason: r, größe: 1}]\n", `
c.yaml:1:56: an entry of tags has no field größe: its fields are family, tag, keep, reason
    tags: [{family: 'größe:<id>', keep: true, reason: r, größe: 1}]
                                                         ^`},
	{"a long line", "tags: [{family: '012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789', keep: true, reason: r, x: y, tag: '012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789'}]\n", `
c.yaml:1:147: tag and keep exclude each other: remove one of them
    ...901234567890123456789012345678901234567890123456789', keep: true, reason: r, x: y, tag: '0123456789012345678901234567890...
                                                                   ^
c.yaml:1:164: an entry of tags has no field x: its fields are family, tag, keep, reason
    ...6789012345678901234567890123456789', keep: true, reason: r, x: y, tag: '012345678901234567890123456789012345678901234567...
                                                                   ^`},
}

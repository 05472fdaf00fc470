package decisions

// badEntries are files with decisions that can't be taken, with the exact text of the error.
var badEntries = []badFile{
	{"no reason", `tags:
  - family: user:<uid>
    keep: true
`, `
c.yaml:2:5: an entry of tags needs the field reason: write why, for those who read it later
      - family: user:<uid>
        ^`},
	{"a blank reason", `tags:
  - family: user:<uid>
    keep: true
    reason: " "
`, `
c.yaml:4:13: reason is empty: write why, for those who read it later
        reason: " "
                ^`},
	{"a reason that is a comment", `tags:
  - family: user:<uid>
    keep: true
    reason: # to do
`, `
c.yaml:4:5: reason is empty: write why, for those who read it later
        reason: # to do
        ^`},
	{"no family", `tags:
- tag: <id>
  reason: r
`, `
c.yaml:2:3: an entry of tags needs the field family: write the template as the report does, user:<id>:profile
    - tag: <id>
      ^`},
	{"tag and keep", `tags:
- family: a:<id>
  tag: <id>
  keep: true
  reason: r
`, `
c.yaml:4:9: tag and keep exclude each other: remove one of them
      keep: true
            ^`},
	{"neither tag nor keep", `tags:
- family: a:<id>
  reason: r
`, `
c.yaml:2:3: the entry decides nothing: write either tag: with a part of the family, or keep: true
    - family: a:<id>
      ^`},
	{"keep: false", `tags:
- {family: a, keep: false, reason: r}
clients:
- {at: a.go:1, keep: false, reason: r}
`, `
c.yaml:2:21: keep: false decides nothing: write keep: true, or remove the entry
    - {family: a, keep: false, reason: r}
                        ^
c.yaml:4:22: keep: false decides nothing: write keep: true, or remove the entry
    - {at: a.go:1, keep: false, reason: r}
                         ^`},
	{"a client without keep", `clients:
- {at: a.go:1, reason: r}
`, `
c.yaml:2:3: the entry decides nothing: write keep: true, or remove the entry
    - {at: a.go:1, reason: r}
      ^`},
	{"a tag that is not in the family", `tags:
- {family: 'user:<uid>:profile', tag: 'user:<id>', reason: r}
`, `
c.yaml:2:39: tag user:<id> is no part of user:<uid>:profile: write a part of the family as it stands there, holes included
    - {family: 'user:<uid>:profile', tag: 'user:<id>', reason: r}
                                          ^`},
	{"a tag of two parts", `tags:
- {family: 'user:<uid>:profile', tag: 'user:profile', reason: r}
`, `
c.yaml:2:39: tag user:profile is no part of user:<uid>:profile: write a part of the family as it stands there, holes included
    - {family: 'user:<uid>:profile', tag: 'user:profile', reason: r}
                                          ^`},
	{"a tag that cuts a hole", `tags:
- {family: 'user:<uid>:profile', tag: 'user:<u', reason: r}
- {family: 'user:<uid>:sessions', tag: uid, reason: r}
- {family: 'user:<uid>', tag: 'id>', reason: r}
`, `
c.yaml:2:39: tag user:<u cuts a hole of user:<uid>:profile in two: write a part of the family as it stands there, holes included
    - {family: 'user:<uid>:profile', tag: 'user:<u', reason: r}
                                          ^
c.yaml:3:40: tag uid cuts a hole of user:<uid>:sessions in two: write a part of the family as it stands there, holes included
    - {family: 'user:<uid>:sessions', tag: uid, reason: r}
                                           ^
c.yaml:4:31: tag id> cuts a hole of user:<uid> in two: write a part of the family as it stands there, holes included
    - {family: 'user:<uid>', tag: 'id>', reason: r}
                                  ^`},
	{"a tag that is no template", `tags:
- {family: 'user:<uid>', tag: <uid, reason: r}
- {family: 'order:<uid>', tag: 'order:<>', reason: r}
- {family: 'cart:<uid>', tag: 'card:<u', reason: r}
`, `
c.yaml:2:31: tag <uid cuts a hole of user:<uid> in two: write a part of the family as it stands there, holes included
    - {family: 'user:<uid>', tag: <uid, reason: r}
                                  ^
c.yaml:3:32: tag order:<> is no part of a template, <> is no name: write a part of the family as it stands there, holes included
    - {family: 'order:<uid>', tag: 'order:<>', reason: r}
                                   ^
c.yaml:4:31: tag card:<u is no part of a template, a < has no >: write a part of the family as it stands there, holes included
    - {family: 'cart:<uid>', tag: 'card:<u', reason: r}
                                  ^`},
	{"a tag with braces", `tags:
- {family: 'user:<uid>', tag: '{<uid>}', reason: r}
`, `
c.yaml:2:31: tag {<uid>} holds braces: write the text between them, and the tag gets its own
    - {family: 'user:<uid>', tag: '{<uid>}', reason: r}
                                  ^`},
	{"a tag behind another", `tags:
- {family: '{user:<uid>}:<day>', tag: <day>, reason: r}
`, `
c.yaml:2:39: tag <day> would have no effect, since {user:<uid>}:<day> has a { before it: write keep: true instead, or a tag that stands before it
    - {family: '{user:<uid>}:<day>', tag: <day>, reason: r}
                                          ^`},
	{"a family that is no template", `tags:
- {family: 'user:<uid', keep: true, reason: r}
- {family: 'user:<>', keep: true, reason: r}
- {family: 'user:<a<b>', keep: true, reason: r}
`, `
c.yaml:2:12: family user:<uid is no template, a < has no >: write it as the report does, user:<id>:profile
    - {family: 'user:<uid', keep: true, reason: r}
               ^
c.yaml:3:12: family user:<> is no template, <> is no name: write it as the report does, user:<id>:profile
    - {family: 'user:<>', keep: true, reason: r}
               ^
c.yaml:4:12: family user:<a<b> is no template, <a<b> is no name: write it as the report does, user:<id>:profile
    - {family: 'user:<a<b>', keep: true, reason: r}
               ^`},
	{"a family twice", `tags:
- family: a:<id>
  keep: true
  reason: r
- family: a:<id>
  tag: <id>
  reason: r
`, `
c.yaml:5:11: family a:<id> is decided on line 2 already: remove one of the two
    - family: a:<id>
              ^`},
	{"a site twice", `sites:
- {at: a.go:1, rule: crossslot, verdict: safe, reason: r}
- {at: a.go:1, verdict: safe, reason: r}
- {at: a.go:1, rule: crossslot, verdict: split, reason: r}
- {at: a.go:1, verdict: review, reason: r}
`, `
c.yaml:4:8: site a.go:1 with rule crossslot is decided on line 2 already: remove one of the two
    - {at: a.go:1, rule: crossslot, verdict: split, reason: r}
           ^
c.yaml:5:8: site a.go:1 is decided on line 3 already: remove one of the two
    - {at: a.go:1, verdict: review, reason: r}
           ^`},
	{"a key and a client twice", `keys:
- &a {at: a.go:1, template: a, reason: r}
- {at: b.go:1, template: a, reason: r}
- {at: b.go:1, template: b, reason: r}
clients:
- {at: b.go:1, keep: true, reason: r}
- {at: b.go:1, keep: true, reason: r}
`, `
c.yaml:2:3: an entry of keys is an anchor of YAML, not fields with values: write at: ...
    - &a {at: a.go:1, template: a, reason: r}
      ^
c.yaml:4:8: key b.go:1 is decided on line 3 already: remove one of the two
    - {at: b.go:1, template: b, reason: r}
           ^
c.yaml:7:8: client b.go:1 is decided on line 6 already: remove one of the two
    - {at: b.go:1, keep: true, reason: r}
           ^`},
	{"an unknown verdict", `sites:
- {at: a.go:1, verdict: tag, reason: r}
`, `
c.yaml:2:25: a person can't give the verdict tag: write safe, split, review or blocked
    - {at: a.go:1, verdict: tag, reason: r}
                            ^`},
	{"no verdict", `sites:
- {at: a.go:1, reason: r}
`, `
c.yaml:2:3: an entry of sites needs the field verdict: write safe, split, review or blocked
    - {at: a.go:1, reason: r}
      ^`},
	{"an unknown rule", `sites:
- {at: a.go:1, rule: cross-slot, verdict: safe, reason: r}
`, `
c.yaml:2:22: there is no rule cross-slot: run clusterize explain for the list
    - {at: a.go:1, rule: cross-slot, verdict: safe, reason: r}
                         ^`},
	{"no place", `sites:
- {verdict: safe, reason: r}
`, `
c.yaml:2:3: an entry of sites needs the field at: write FILE:LINE, such as store/user.go:41
    - {verdict: safe, reason: r}
      ^`},
	{"places of other systems", `sites:
- {at: '/src/a.go:1', verdict: safe, reason: r}
- {at: '../a.go:1', verdict: safe, reason: r}
- {at: 'a/../../b.go:1', verdict: safe, reason: r}
- {at: 'a\b.go:1', verdict: safe, reason: r}
- {at: ./a.go:1, verdict: safe, reason: r}
- {at: a//b.go F, verdict: safe, reason: r}
`, `
c.yaml:2:8: /src/a.go is an absolute path: write the file as the report does, relative to the working directory
    - {at: '/src/a.go:1', verdict: safe, reason: r}
           ^
c.yaml:3:8: ../a.go is outside of the working directory: write the id of the site, or decide it in a file there
    - {at: '../a.go:1', verdict: safe, reason: r}
           ^
c.yaml:4:8: a/../../b.go is outside of the working directory: write the id of the site, or decide it in a file there
    - {at: 'a/../../b.go:1', verdict: safe, reason: r}
           ^
c.yaml:5:8: "a\\b.go" has backslashes: write / between folders
    - {at: 'a\b.go:1', verdict: safe, reason: r}
           ^
c.yaml:6:8: ./a.go is not the shortest way to write that file: write a.go
    - {at: ./a.go:1, verdict: safe, reason: r}
           ^
c.yaml:7:8: a//b.go is not the shortest way to write that file: write a/b.go
    - {at: a//b.go F, verdict: safe, reason: r}
           ^`},
	{"places that are none", `sites:
- {at: store/user.go, verdict: safe, reason: r}
- {at: 'store/user:41', verdict: safe, reason: r}
- {at: 0A1B2C3D4E, verdict: safe, reason: r}
- {at: (*Store).Save, verdict: safe, reason: r}
- {at: .go:1, verdict: safe, reason: r}
`, `
c.yaml:2:8: store/user.go has no line and no function: write FILE:LINE, FILE:LINE:COLUMN, FILE FUNCTION or the id of a site
    - {at: store/user.go, verdict: safe, reason: r}
           ^
c.yaml:3:8: store/user is no Go file: write FILE:LINE, FILE:LINE:COLUMN, FILE FUNCTION or the id of a site
    - {at: 'store/user:41', verdict: safe, reason: r}
           ^
c.yaml:4:8: 0A1B2C3D4E is no Go file: write FILE:LINE, FILE:LINE:COLUMN, FILE FUNCTION or the id of a site
    - {at: 0A1B2C3D4E, verdict: safe, reason: r}
           ^
c.yaml:5:8: (*Store).Save is no Go file: write FILE:LINE, FILE:LINE:COLUMN, FILE FUNCTION or the id of a site
    - {at: (*Store).Save, verdict: safe, reason: r}
           ^
c.yaml:6:8: .go is no Go file: write FILE:LINE, FILE:LINE:COLUMN, FILE FUNCTION or the id of a site
    - {at: .go:1, verdict: safe, reason: r}
           ^`},
	{"lines that are none", `sites:
- {at: a.go:0, verdict: safe, reason: r}
- {at: a.go:-1, verdict: safe, reason: r}
- {at: a.go:041, verdict: safe, reason: r}
- {at: 'a.go:41:', verdict: safe, reason: r}
- {at: a.go:4:1:1, verdict: safe, reason: r}
- {at: a.go:9999999999, verdict: safe, reason: r}
- {at: 'a.go:4 ', verdict: safe, reason: r}
`, `
c.yaml:2:8: 0 is no line number: write FILE:LINE, FILE:LINE:COLUMN, FILE FUNCTION or the id of a site
    - {at: a.go:0, verdict: safe, reason: r}
           ^
c.yaml:3:8: -1 is no line number: write FILE:LINE, FILE:LINE:COLUMN, FILE FUNCTION or the id of a site
    - {at: a.go:-1, verdict: safe, reason: r}
           ^
c.yaml:4:8: 041 is no line number: write FILE:LINE, FILE:LINE:COLUMN, FILE FUNCTION or the id of a site
    - {at: a.go:041, verdict: safe, reason: r}
           ^
c.yaml:5:8: "" is no column number: write FILE:LINE, FILE:LINE:COLUMN, FILE FUNCTION or the id of a site
    - {at: 'a.go:41:', verdict: safe, reason: r}
           ^
c.yaml:6:8: 1:1 is no column number: write FILE:LINE, FILE:LINE:COLUMN, FILE FUNCTION or the id of a site
    - {at: a.go:4:1:1, verdict: safe, reason: r}
           ^
c.yaml:7:8: 9999999999 is no line number: write FILE:LINE, FILE:LINE:COLUMN, FILE FUNCTION or the id of a site
    - {at: a.go:9999999999, verdict: safe, reason: r}
           ^
c.yaml:8:8: "4 " is no line number: write FILE:LINE, FILE:LINE:COLUMN, FILE FUNCTION or the id of a site
    - {at: 'a.go:4 ', verdict: safe, reason: r}
           ^`},
	{"functions that are none", `sites:
- {at: a.go Store.Save, verdict: safe, reason: r}
- {at: a.go Save(), verdict: safe, reason: r}
- {at: 'a.go  Save', verdict: safe, reason: r}
- {at: a.go Save$1, verdict: safe, reason: r}
`, `
c.yaml:2:8: Store.Save is no function: write it as the report does: F, (T).M or (*T).M
    - {at: a.go Store.Save, verdict: safe, reason: r}
           ^
c.yaml:3:8: Save() is no function: write it as the report does: F, (T).M or (*T).M
    - {at: a.go Save(), verdict: safe, reason: r}
           ^
c.yaml:4:8: " Save" is no function: write it as the report does: F, (T).M or (*T).M
    - {at: 'a.go  Save', verdict: safe, reason: r}
           ^
c.yaml:5:8: Save$1 is no function: write it as the report does: F, (T).M or (*T).M
    - {at: a.go Save$1, verdict: safe, reason: r}
           ^`},
	{"a key that is no line", `keys:
- {at: a.go:1:2, template: a, reason: r}
- {at: a.go F, template: a, reason: r}
- {at: 0a1b2c3d4e, template: a, reason: r}
`, `
c.yaml:2:8: a.go:1:2 is no line: a key is named by FILE:LINE
    - {at: a.go:1:2, template: a, reason: r}
           ^
c.yaml:3:8: a.go F is no line: a key is named by FILE:LINE
    - {at: a.go F, template: a, reason: r}
           ^
c.yaml:4:8: 0a1b2c3d4e is no line: a key is named by FILE:LINE
    - {at: 0a1b2c3d4e, template: a, reason: r}
           ^`},
	{"a client by an id", `clients:
- {at: 0a1b2c3d4e, keep: true, reason: r}
`, `
c.yaml:2:8: 0a1b2c3d4e is no place: a client is named by FILE FUNCTION, FILE:LINE or FILE:LINE:COLUMN of its constructor
    - {at: 0a1b2c3d4e, keep: true, reason: r}
           ^`},
	{"templates of keys", `keys:
- {at: a.go:1, reason: r}
- {at: a.go:2, template: '', reason: r}
- {at: a.go:3, template: 'a:<id', reason: r}
- {at: a.go:4, template: 'a:<f()>', reason: r}
- {at: a.go:5, template: 'a:<a<<b>', reason: r}
`, `
c.yaml:2:3: an entry of keys needs the field template: write what the key is, app:<id>
    - {at: a.go:1, reason: r}
      ^
c.yaml:3:26: template is empty: write what the key is, app:<id>
    - {at: a.go:2, template: '', reason: r}
                             ^
c.yaml:4:26: template a:<id can't be read, a < has no >: write app:<id>, and << for the text <
    - {at: a.go:3, template: 'a:<id', reason: r}
                             ^
c.yaml:5:26: template a:<f()> can't be read, <f()> is no name: write app:<id>, and << for the text <
    - {at: a.go:4, template: 'a:<f()>', reason: r}
                             ^
c.yaml:6:26: template a:<a<<b> can't be read, <a<<b> is no name: write app:<id>, and << for the text <
    - {at: a.go:5, template: 'a:<a<<b>', reason: r}
                             ^`},
	{"all at once", `tags:
  - family: user:<uid>
    tag: uid
  - keep: true
    reason: r
sites:
  - at: /a.go:1
    rule: x
    verdict: fine
singleSlot: 0
other: 1
`, `
c.yaml:2:5: an entry of tags needs the field reason: write why, for those who read it later
      - family: user:<uid>
        ^
c.yaml:3:10: tag uid cuts a hole of user:<uid> in two: write a part of the family as it stands there, holes included
        tag: uid
             ^
c.yaml:4:5: an entry of tags needs the field family: write the template as the report does, user:<id>:profile
      - keep: true
        ^
c.yaml:7:5: an entry of sites needs the field reason: write why, for those who read it later
      - at: /a.go:1
        ^
c.yaml:7:9: /a.go is an absolute path: write the file as the report does, relative to the working directory
      - at: /a.go:1
            ^
c.yaml:8:11: there is no rule x: run clusterize explain for the list
        rule: x
              ^
c.yaml:9:14: a person can't give the verdict fine: write safe, split, review or blocked
        verdict: fine
                 ^
c.yaml:10:13: singleSlot is a number, not true or false: write true or false, without quotes
    singleSlot: 0
                ^
c.yaml:11:1: the file has no field other: its fields are tags, sites, keys, clients, tagStyle, singleSlot
    other: 1
    ^`},
}

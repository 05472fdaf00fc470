package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"hash/maphash"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	main "github.com/clusterize/clusterize/cmd/clusterize"
	"github.com/clusterize/clusterize/internal/key"
	"github.com/clusterize/clusterize/internal/keymap"
	"github.com/clusterize/clusterize/internal/redistest"
	"github.com/clusterize/clusterize/internal/rename"
	"github.com/clusterize/clusterize/keyplan"
)

// The numbers of TestRenameKilled.
const (
	killedUsers = 25000 // with eight keys each
	killedKills = 50
	killedTurn  = 20 // after so many kills a run comes to its end, and the next ones undo
)

// userParts are the keys of a user that are renamed: of each type.
var userParts = []string{"name", "profile", "queue", "tags", "rank", "events", "session"}

// TestRenameKilled kills the program at random points, and runs it again: every key is there once, under the new name
// in the end, with its value and its time to live. In between the runs undo, and are killed as well.
func TestRenameKilled(t *testing.T) {
	t.Parallel()
	tool, err := buildTool(t)
	if err != nil {
		t.Fatal(err)
	}
	m, file := userMap(t)
	addr := redistest.Server(t)
	rdb := redis.NewClient(&redis.Options{Addr: addr})
	defer rdb.Close()
	storeUsers(t, rdb)
	seed := maphash.MakeSeed()
	want := map[string]uint64{}
	for k, v := range snapshot(t, rdb, seed) {
		want[m.Old(k).Name] = v
	}
	if len(want) != 8*killedUsers {
		t.Fatalf("%d keys were stored, want %d", len(want), 8*killedUsers)
	}
	args := []string{"rename", "-q", "--addr", addr, "--keymap", file, "--write"}
	undo, finished, amid := false, 0, 0
	limit := 250 // milliseconds
	for kills := 0; kills < killedKills; {
		if kills == killedTurn && !undo {
			mustRun(t, t.TempDir(), nil, tool, args...)
			undo = true
		}
		now := args
		if undo {
			now = append(args[:len(args):len(args)], "--undo")
		}
		if killAfter(t, time.Duration(10+rand.IntN(limit))*time.Millisecond, tool, now...) {
			if kills++; kills == 2*killedTurn {
				undo = false
			}
			if half(t, rdb) {
				amid++
			} else if amid == 0 {
				limit += limit / 10 // a slow machine: it had not begun
			}
		} else {
			undo = !undo
			finished++
		}
		if n, err := rdb.DBSize(t.Context()).Result(); err != nil || n != int64(len(want)) {
			t.Fatalf("after %d kills there are %d keys, want %d: %v", kills, n, len(want), err)
		}
	}
	t.Logf("%d kills, %d of them seen amid the keys, %d whole runs between them", killedKills, amid, finished)
	if amid == 0 {
		t.Error("no run was killed between its first and its last rename, so this proves nothing")
	}
	mustRun(t, t.TempDir(), nil, tool, args...)
	got := snapshot(t, rdb, seed)
	for k, v := range want {
		if got[k] != v {
			t.Fatalf("the key %s is not there, or has another value or time to live", k)
		}
	}
	if len(got) != len(want) {
		t.Errorf("there are %d keys, want %d", len(got), len(want))
	}
	if again := renamed(t, mustRun(t, t.TempDir(), nil, tool, append(args, "--format=json")...)); again.Renamed != 0 || again.Done != 7*killedUsers || again.Kept != killedUsers {
		t.Errorf("one more run: %+v", again)
	}
}

// half reports that some of a hundred keys have their old name and some the new one.
func half(t *testing.T, rdb *redis.Client) bool {
	t.Helper()
	var keys []string
	for i := range 100 {
		keys = append(keys, "user:"+strconv.Itoa(i*killedUsers/100)+":name")
	}
	n, err := rdb.Exists(t.Context(), keys...).Result()
	if err != nil {
		t.Fatal(err)
	}
	return n > 0 && n < 100
}

func renamed(t *testing.T, out outcome) (res rename.Result) {
	t.Helper()
	if err := json.Unmarshal([]byte(out.stdout), &res); err != nil {
		t.Fatalf("%v\n%s", err, out.stdout)
	}
	return res
}

// userMap is a keymap, and the file that it is in.
func userMap(t *testing.T) (*keymap.Map, string) {
	t.Helper()
	pieces := []keymap.Piece{{Text: "user:"}, {Hole: &keymap.Hole{Name: "id", Kind: key.Text}}}
	entries := []keymap.Entry{keymap.NewEntry(pieces, keyplan.None)}
	for _, part := range userParts {
		entries = append(entries, keymap.NewEntry(append(pieces[:2:2], keymap.Piece{Text: ":" + part}), keyplan.Span{End: 6}))
	}
	m, err := keymap.New(entries)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := m.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "keymap.json")
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return m, file
}

// storeUsers writes eight keys for each user: strings, hashes, lists, sets, sorted sets, streams, some that expire.
func storeUsers(t *testing.T, rdb *redis.Client) {
	t.Helper()
	ctx := t.Context()
	pipe := rdb.Pipeline()
	for i := range killedUsers {
		u := "user:" + strconv.Itoa(i)
		pipe.Set(ctx, u, i, 0)
		pipe.Set(ctx, u+":name", "name "+u, 0)
		pipe.HSet(ctx, u+":profile", "id", i, "mail", u+"@example.com")
		pipe.RPush(ctx, u+":queue", "a", i, "b")
		pipe.SAdd(ctx, u+":tags", i, i+1, i+2)
		pipe.ZAdd(ctx, u+":rank", redis.Z{Score: float64(i), Member: u})
		pipe.XAdd(ctx, &redis.XAddArgs{Stream: u + ":events", ID: "1-1", Values: []any{"n", i}})
		pipe.Set(ctx, u+":session", u, time.Duration(10000+i)*time.Second)
		if i%1000 == 999 {
			if _, err := pipe.Exec(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// snapshot is a digest of the value of each key and of the time at which it expires.
func snapshot(t *testing.T, rdb *redis.Client, seed maphash.Seed) map[string]uint64 {
	t.Helper()
	ctx := t.Context()
	out := map[string]uint64{}
	for cursor, first := uint64(0), true; first || cursor != 0; first = false {
		var keys []string
		var err error
		if keys, cursor, err = rdb.Scan(ctx, cursor, "", 2000).Result(); err != nil {
			t.Fatal(err)
		}
		pipe := rdb.Pipeline()
		dumps, expires := make([]*redis.StringCmd, len(keys)), make([]*redis.DurationCmd, len(keys))
		for i, k := range keys {
			dumps[i], expires[i] = pipe.Dump(ctx, k), pipe.PExpireTime(ctx, k)
		}
		if _, err := pipe.Exec(ctx); err != nil {
			t.Fatal(err)
		}
		for i, k := range keys {
			out[k] = maphash.String(seed, dumps[i].Val()+expires[i].Val().String())
		}
	}
	return out
}

// killAfter runs a program and kills it. It reports false when the program came to its end before, which must be a good
// one.
func killAfter(t *testing.T, wait time.Duration, name string, args ...string) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), wait) // at its end the process gets SIGKILL
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && !exit.Exited() {
		return true
	}
	if err != nil && ctx.Err() == nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out.String())
	}
	return err != nil
}

// TestRenameRefuses has wrong usage, and servers that do not let it in: exit code 2, a message that says why, and no
// password.
func TestRenameRefuses(t *testing.T) {
	_, file := userMap(t)
	addr := redistest.Server(t)
	const secret = "s3cr3t"
	if _, err := redistest.Do(addr, "CONFIG", "SET", "requirepass", secret+"2"); err != nil {
		t.Fatal(err)
	}
	noMap := filepath.Join(t.TempDir(), "report.json")
	if err := os.WriteFile(noMap, []byte(`{"schemaVersion":1,"sites":[]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"--keymap", file}, "needs the address"},
		{[]string{"--addr", addr, "--keymap", file}, "NOAUTH"},
		{[]string{"--addr", "redis://:" + secret + "@" + addr, "--keymap", file}, "WRONGPASS"},
		{[]string{"--addr", "redis://:" + secret + "@127.0.0.1:1", "--keymap", file}, "refused"},
		{[]string{"--addr", "redis://:" + secret + "@127.0.0.1:x", "--keymap", file}, "it is no address of a Redis server"},
		{[]string{"--addr", ":" + secret + "@" + addr, "--keymap", file}, "it is no address"},
		{[]string{"--addr", "redis://:" + secret + "2@" + addr, "--keymap", file, "./..."}, "packages and --keymap together"},
		{[]string{"--addr", "redis://:" + secret + "2@" + addr, "--keymap", file, "--format=xml"}, "--format=xml is not known"},
		{[]string{"--addr", "redis://:" + secret + "2@" + addr, "--keymap", file, "--batch=0"}, "--batch"},
		{[]string{"--addr", "redis://:" + secret + "2@" + addr, "--keymap", file + "x"}, "no such file"},
		{[]string{"--addr", "redis://:" + secret + "2@" + addr, "--keymap", file, "--write", "-o", file + "/x"}, "not a directory; 0 keys were renamed"},
		{[]string{"--addr", "redis://:" + secret + "2@" + addr, "--keymap", noMap}, "report.json: no keymap of version 1"},
	} {
		var stdout, stderr bytes.Buffer
		code := main.Run(t.Context(), append([]string{"rename"}, test.args...), &stdout, &stderr)
		if code != 2 || !strings.Contains(stderr.String(), test.want) || stdout.Len() > 0 || strings.Contains(stderr.String(), secret) {
			t.Errorf("%q: exit %d, want %q\n%s\n%s", test.args, code, test.want, stdout.String(), stderr.String())
		}
	}
	fine := []string{"rename", "--addr", "redis://:" + secret + "2@" + addr, "--keymap", file}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	if code := main.Run(stopped, fine, &stdout, &stderr); code != 2 || stderr.String() != "clusterize: interrupted\n" {
		t.Errorf("interrupted: exit %d\n%s\n%s", code, stdout.String(), stderr.String())
	}
	stdout.Reset()
	stderr.Reset()
	code := main.Run(t.Context(), fine, &stdout, &stderr)
	if code != 0 || !strings.Contains(stdout.String(), "0 keys would be renamed") || stderr.Len() > 0 || strings.Contains(stdout.String(), secret) {
		t.Errorf("exit %d\n%s\n%s", code, stdout.String(), stderr.String())
	}
}

// TestRenameWhole holds that names are not followed when a part of the code could not be read: apply would refuse.
func TestRenameWhole(t *testing.T) {
	dir, addr := target(t, syntaxError, false), redistest.Server(t)
	if _, err := redistest.Do(addr, "SET", "user:1:a", "x"); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		flags []string
		exit  int
		want  string
	}{
		{nil, 0, "1 key would be renamed"},
		{[]string{"--write"}, 2, "no key was renamed: mend it, or use --allow-errors"},
		{[]string{"--write", "--allow-errors"}, 0, "1 key renamed"},
	} {
		out := run(t, append([]string{"rename", "-C", dir, "--addr", addr}, test.flags...)...)
		if out.exit != test.exit || !strings.Contains(out.stdout+out.stderr, test.want) {
			t.Errorf("%q: exit %d, want %q\n%s%s", test.flags, out.exit, test.want, out.stdout, out.stderr)
		}
	}
}

// TestRenameNothing holds that a keymap of code that was ported already is noticed, also from a file.
func TestRenameNothing(t *testing.T) {
	m, err := keymap.New([]keymap.Entry{keymap.NewEntry([]keymap.Piece{{Text: "{user:"}, {Hole: &keymap.Hole{Name: "id"}}, {Text: "}:log"}}, keyplan.None)})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := m.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "keymap.json")
	put(t, name, b.String())
	if out := run(t, "rename", "--addr", redistest.Server(t), "--keymap", name); out.exit != 0 || !strings.Contains(out.stderr, "no key gets another name") {
		t.Errorf("exit %d\n%s%s", out.exit, out.stdout, out.stderr)
	}
}

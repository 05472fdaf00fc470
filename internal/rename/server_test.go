package rename_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/clusterize/clusterize/internal/redistest"
	"github.com/clusterize/clusterize/internal/rename"
)

// secret is a password that no output may hold.
const secret = "s3cr3t"

// TestSecrets connects with right and wrong passwords, from the URL and from the environment.
func TestSecrets(t *testing.T) {
	addr := redistest.Server(t)
	fill(t, addr, "user:1:cart")
	if _, err := redistest.Do(addr, "ACL", "SETUSER", "porter", "on", ">"+secret, "~*", "+@all"); err != nil {
		t.Fatal(err)
	}
	if _, err := redistest.Do(addr, "ACL", "SETUSER", "reader", "on", ">"+secret, "~*", "+@all", "-renamenx"); err != nil {
		t.Fatal(err)
	}
	if _, err := redistest.Do(addr, "CONFIG", "SET", "requirepass", "other"+secret); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		addr string
		env  map[string]string
		want string
	}{
		{addr, nil, "NOAUTH Authentication required. Give the password as REDIS_PASSWORD."},
		{"redis://porter:" + secret + "@" + addr, nil, "<nil>"},
		{"redis://:other" + secret + "@" + addr, nil, "<nil>"},
		{addr, map[string]string{"REDIS_USERNAME": "porter", "REDIS_PASSWORD": secret}, "<nil>"},
		{addr, map[string]string{"REDISCLI_AUTH": "other" + secret}, "<nil>"},
		{"redis://porter:" + secret + "x@" + addr, nil, "WRONGPASS"},
		{addr, map[string]string{"REDIS_USERNAME": "porter", "REDIS_PASSWORD": secret + "x"}, "WRONGPASS"},
		{"redis://porter:" + secret + "@127.0.0.1:1", nil, "refused"},
		{"redis://reader:" + secret + "@" + addr, nil, "renaming keys (RENAMENX): NOPERM"},
	} {
		s, err := rename.Open(test.addr, func(name string) string { return test.env[name] })
		if err != nil {
			t.Fatal(err)
		}
		res, err := rename.Run(t.Context(), s, users(t), rename.Options{Write: true})
		got := fmt.Sprint(err)
		if !strings.Contains(got, test.want) {
			t.Errorf("%s: got %s, want %s", test.addr, got, test.want)
		}
		var out strings.Builder
		if res != nil {
			_ = res.Text(&out)
			_ = res.JSON(&out)
		}
		for _, hidden := range []string{secret, "porter", "reader"} {
			if strings.Contains(got+out.String()+s.Name, hidden) {
				t.Errorf("%s is told:\n%s\n%s", hidden, got, out.String())
			}
		}
		if res != nil && err == nil { // the next one renames it as well
			if _, err := rename.Run(t.Context(), s, users(t), rename.Options{Write: true, Undo: true}); err != nil {
				t.Error(err)
			}
		}
		_ = s.Close()
	}
}

// TestDatabase renames in the database of the URL only.
func TestDatabase(t *testing.T) {
	addr := redistest.Server(t)
	fill(t, addr, "user:1:cart")
	if _, err := redistest.Do(addr, "COPY", "user:1:cart", "user:9:cart", "DB", "3"); err != nil {
		t.Fatal(err)
	}
	if res := run(t, "redis://"+addr+"/3", rename.Options{Write: true}); res.Renamed != 1 || res.Keys != 1 || !strings.HasSuffix(res.Server, "database 3") {
		t.Errorf("%+v", res)
	}
	if got := stored(t, addr); len(got) != 1 || got["user:1:cart"] == "" {
		t.Errorf("database 0 has changed: %v", got)
	}
	var text strings.Builder
	if err := run(t, addr, rename.Options{}).Text(&text); err != nil || !strings.Contains(text.String(), "in database 3, which was not looked at (--addr redis://HOST:PORT/3): 1 key\n") {
		t.Errorf("database 3 is not named: %v\n%s", err, text.String())
	}
}

// TestReplica refuses a server that would take its keys back.
func TestReplica(t *testing.T) {
	primary, addr := redistest.Server(t), redistest.Server(t)
	host, port, _ := strings.Cut(primary, ":")
	if _, err := redistest.Do(addr, "REPLICAOF", host, port); err != nil {
		t.Fatal(err)
	}
	res, err := rename.Run(t.Context(), open(t, addr), users(t), rename.Options{})
	if res != nil || !strings.Contains(fmt.Sprint(err), "is a replica") {
		t.Errorf("%v: %+v", err, res)
	}
}

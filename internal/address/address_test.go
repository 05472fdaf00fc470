package address_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/clusterize/clusterize/internal/address"
)

func TestParse(t *testing.T) {
	env := map[string]string{"REDIS_USERNAME": "eve", "REDIS_PASSWORD": "env"}
	for addr, want := range map[string]string{
		"localhost:6379":                 "tcp localhost:6379 0 eve env false",
		"[::1]:7":                        "tcp [::1]:7 0 eve env false",
		"redis://h":                      "tcp h:6379 0 eve env false",
		"redis://:p%40ss@h:7/3":          "tcp h:7 3 eve p@ss false",
		"rediss://ada:pw@[::1]:7":        "tcp [::1]:7 0 ada pw true",
		"unix:///run/redis.sock?db=1":    "unix /run/redis.sock 1 eve env false",
		"":                               "error",
		"localhost":                      "error",
		":6379":                          "error",
		"h:x":                            "error",
		"h:0":                            "error",
		"h:1/SECRET":                     "error",
		"ada:SECRET@localhost:6379":      "error",
		"redis://":                       "error",
		"redis://:6379":                  "error",
		"redis://ada:SECRET@":            "error",
		"http://ada:SECRET@h:1":          "error",
		"redis://ada:SECRET@h:port":      "error",
		"redis://ada:SECRET@h:63 79":     "error",
		"redis://ada:SECRET%zz@h:6379":   "error",
		"redis://ada:SE\x7fCRET@h:6379":  "error",
		"redis://ada:SECRET@h:1/number":  "error",
		"redis://ada:SECRET@h:1/0?no=SE": "error",
	} {
		opt, err := address.Parse(addr, func(n string) string { return env[n] })
		got := "error"
		if err == nil {
			got = fmt.Sprint(opt.Network, " ", opt.Addr, " ", opt.DB, " ", opt.Username, " ", opt.Password, " ", opt.TLSConfig != nil)
		} else if !errors.Is(err, address.Err) {
			t.Errorf("%q: %v", addr, err)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", addr, got, want)
		}
	}
	opt, err := address.Parse("h:1", func(n string) string { return map[string]string{"REDISCLI_AUTH": "cli"}[n] })
	if err != nil || opt.Password != "cli" || opt.Username != "" {
		t.Errorf("REDISCLI_AUTH: %v, %+v", err, opt)
	}
}

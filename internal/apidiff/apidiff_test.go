package apidiff_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/clusterize/clusterize/internal/apidiff"
)

// load type-checks a version of go-redis, which testdata/VERSION pins with a go.mod and a go.sum.
func load(t *testing.T, version string) *apidiff.API {
	t.Helper()
	path := "github.com/redis/go-redis/v9"
	if strings.HasPrefix(version, "v8") {
		path = "github.com/go-redis/redis/v8"
	}
	dir := filepath.Join("testdata", version)
	get := exec.Command("go", "mod", "download", path)
	get.Dir = dir
	if out, err := get.CombinedOutput(); err != nil {
		t.Fatalf("go mod download: %v\n%s", err, out)
	}
	cfg := &packages.Config{Mode: packages.LoadSyntax, Dir: dir, Env: append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")}
	pkgs, err := packages.Load(cfg, path)
	if err != nil || len(pkgs) != 1 || len(pkgs[0].Errors) > 0 {
		t.Fatalf("load %s: %v %v", version, err, pkgs)
	}
	api := apidiff.Compare(pkgs[0].Types)
	if api == nil {
		t.Fatalf("%s has no clients", version)
	}
	return api
}

func equal(t *testing.T, what string, got []string, want string) {
	t.Helper()
	w := strings.Fields(want)
	slices.Sort(w)
	if !slices.Equal(got, w) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, w)
	}
}

func TestVersions(t *testing.T) {
	for _, v := range versions {
		t.Run(v.version, func(t *testing.T) {
			api := load(t, v.version)
			if api.Client != v.client || api.Cluster != v.cluster || api.Universal != v.universal {
				t.Errorf("%d, %d and %d methods, want %d, %d and %d", api.Client, api.Cluster, api.Universal, v.client, v.cluster, v.universal)
			}
			if n := len(api.Fields()) - len(api.OptionsOnly(false)); n != v.shared {
				t.Errorf("Options and ClusterOptions share %d fields, want %d", n, v.shared)
			}
			equal(t, "only *Client", api.OnlyClient, v.onlyClient)
			equal(t, "only *ClusterClient", api.OnlyCluster, v.onlyCluster)
			equal(t, "another signature", api.Differ, v.differ)
			equal(t, "not in UniversalClient", api.NotUniversal, v.notUniversal)
			equal(t, "options without a counterpart", api.OptionsOnly(false), v.options)
			equal(t, "options of clusters only", api.ClusterOnly(), v.clusterOptions)
			equal(t, "options that UniversalOptions has not", api.OptionsOnly(true), v.notUniversalOptions)
			if api.HasIsClusterMode() != v.isClusterMode || api.HasParseClusterURL() != v.parseClusterURL {
				t.Errorf("IsClusterMode %v, ParseClusterURL %v", api.HasIsClusterMode(), api.HasParseClusterURL())
			}
		})
	}
}

package rename

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/clusterize/clusterize/internal/keymap"
)

// Options say what a run does.
type Options struct {
	Write bool          // else it only looks
	Undo  bool          // from new names to old ones
	Batch int           // keys that are sent at once; 0 for 500
	Pause time.Duration // after each batch that renamed something
	// Progress is told of keys that were looked at in this pass, and of all that the server had at its start; nil for nobody.
	Progress func(pass int, looked, all int64)
}

const (
	defaultBatch = 500
	scanCount    = 1000
	// maxPasses ends a run while something goes on writing keys with names that have to be renamed.
	maxPasses = 20
)

// run is one run.
type run struct {
	*Server
	m      *keymap.Map
	opt    Options
	res    *Result
	family map[int]int    // entry -> place in Result.Families
	groups map[string]int // beginning -> place in Result.UnknownList
}

// ErrWriting ends a run when the last pass that is allowed still found keys to rename.
var ErrWriting = errors.New("something goes on writing keys with names that have to be renamed: stop it, and run this again")

// Run renames keys, or says what it would rename. When the context ends it finishes the batch at hand and gives the
// result so far with the context's error; so it does, with that error, when the server fails, and with [ErrWriting]. A
// result is nil when nothing was done because the server is not one to rename on.
func Run(ctx context.Context, s *Server, m *keymap.Map, opt Options) (*Result, error) {
	others, err := s.check(ctx)
	if err != nil {
		return nil, err
	}
	if opt.Batch <= 0 {
		opt.Batch = defaultBatch
	}
	r := &run{Server: s, m: m, opt: opt, res: newResult(s, m, opt), family: map[int]int{}}
	r.res.Others = others
	for i, e := range m.Entries {
		if e.Renamed() {
			r.family[i] = len(r.family)
		}
	}
	for {
		before := r.res.Renamed
		if err := r.pass(ctx); err != nil {
			r.res.Interrupted = true
			return r.res, err
		}
		if !opt.Write || r.res.Renamed == before {
			return r.res, nil
		}
		if r.res.Passes == maxPasses {
			r.res.Writing = true
			return r.res, ErrWriting
		}
	}
}

// pass walks over all keys once.
func (r *run) pass(ctx context.Context) error {
	r.res.begin()
	r.groups = map[string]int{}
	calls := context.WithoutCancel(ctx) // a batch that was begun is finished
	all, err := r.client.DBSize(calls).Result()
	if err != nil {
		return r.fail("counting keys (DBSIZE)", err)
	}
	var todo []change
	for cursor, first := uint64(0), true; first || cursor != 0; first = false {
		if err := ctx.Err(); err != nil {
			return err
		}
		var keys []string
		if keys, cursor, err = r.client.Scan(calls, cursor, "", scanCount).Result(); err != nil {
			return r.fail("listing keys (SCAN)", err)
		}
		for _, k := range keys {
			if c, ok := r.look(k); ok {
				todo = append(todo, c)
			}
		}
		for len(todo) >= r.opt.Batch || cursor == 0 && len(todo) > 0 {
			n := min(r.opt.Batch, len(todo))
			if err := r.batch(calls, todo[:n]); err != nil {
				return err
			}
			todo = todo[n:]
			if err := r.pause(ctx); err != nil {
				return err
			}
		}
		if r.opt.Progress != nil {
			r.opt.Progress(r.res.Passes, r.res.Keys, all)
		}
	}
	return nil
}

func (r *run) pause(ctx context.Context) error {
	if r.opt.Write && r.opt.Pause > 0 {
		select {
		case <-ctx.Done():
		case <-time.After(r.opt.Pause):
		}
	}
	return ctx.Err()
}

// change is a key that gets another name.
type change struct {
	Pair
	entry int
}

// look counts a key, and says what name it gets.
func (r *run) look(k string) (change, bool) {
	r.res.Keys++
	match := r.m.Old
	if r.opt.Undo {
		match = r.m.Renamed
	}
	x := match(k)
	switch {
	case x.Ambiguous != nil:
		r.ambiguous(k, x.Ambiguous)
	case x.Name != k:
		return change{Pair{k, x.Name}, x.Entry}, true
	case x.Done:
		r.done(x.Entry)
	case r.opt.Undo && r.wasUndone(k):
	case x.Entry >= 0:
		r.res.Kept++
	default:
		r.unknown(k)
	}
	return change{}, false
}

// wasUndone counts a key that has its old name.
func (r *run) wasUndone(k string) bool {
	old := r.m.Old(k)
	if old.Entry < 0 || old.Name == k {
		return false
	}
	r.done(old.Entry)
	return true
}

func (r *run) done(entry int) {
	r.res.Done++
	r.res.Families[r.family[entry]].Done++
}

func (r *run) ambiguous(k string, among []int) {
	r.res.Ambiguous++
	if len(r.res.AmbiguousList) < maxListed {
		a := Ambiguous{Key: k, Families: []string{}}
		for _, i := range among {
			a.Families = append(a.Families, r.m.Entries[i].Template)
		}
		r.res.AmbiguousList = append(r.res.AmbiguousList, a)
	}
}

func (r *run) unknown(k string) {
	r.res.Unknown++
	begins := k
	if i := strings.IndexAny(k, ":/"); i >= 0 {
		begins = k[:i+1]
	}
	i, ok := r.groups[begins]
	if !ok {
		if len(r.res.UnknownList) == maxGroups {
			return
		}
		i = len(r.res.UnknownList)
		r.groups[begins] = i
		r.res.UnknownList = append(r.res.UnknownList, Group{Begins: begins, Sample: k})
	}
	r.res.UnknownList[i].Keys++
}

// batch renames keys, or looks whether they could be.
func (r *run) batch(ctx context.Context, todo []change) error {
	pipe := r.client.Pipeline()
	var renames []*redis.BoolCmd
	var looks []*redis.IntCmd
	for _, c := range todo {
		if r.opt.Write {
			renames = append(renames, pipe.RenameNX(ctx, c.From, c.To))
		} else {
			looks = append(looks, pipe.Exists(ctx, c.To))
		}
	}
	_, err := pipe.Exec(ctx)
	var failed error
	for i, c := range todo {
		var free bool
		var err error
		if r.opt.Write {
			free, err = renames[i].Result()
		} else {
			var n int64
			n, err = looks[i].Result()
			free = n == 0
		}
		switch {
		case err != nil && strings.HasPrefix(err.Error(), "ERR no such key"):
			r.res.Gone++
		case err != nil:
			failed = err
		case free:
			r.renamed(c)
		default:
			r.collision(c)
		}
	}
	if failed == nil && err != nil && !isReply(err) {
		failed = err
	}
	if failed != nil && r.opt.Write {
		return r.fail("renaming keys (RENAMENX)", failed)
	} else if failed != nil {
		return r.fail("looking for keys (EXISTS)", failed)
	}
	return nil
}

// isReply reports an error that the server sent for one command.
func isReply(err error) bool {
	var reply redis.Error
	return errors.As(err, &reply)
}

func (r *run) renamed(c change) {
	f := &r.res.Families[r.family[c.entry]]
	r.res.Renamed++
	f.Renamed++
	if len(f.Samples) < maxSamples {
		f.Samples = append(f.Samples, c.Pair)
	}
}

// collision notes a key whose new name is taken. SCAN may give a key twice: it is listed once.
func (r *run) collision(c change) {
	if slices.Contains(r.res.CollisionList[max(0, len(r.res.CollisionList)-scanCount):], c.Pair) {
		return
	}
	r.res.Collisions++
	if len(r.res.CollisionList) < maxListed {
		r.res.CollisionList = append(r.res.CollisionList, c.Pair)
	}
}

package main

import "fmt"

// sizes are read in one round trip: each command has one key, so
// it does not matter which server holds which flag.
func sizes(names []string) error {
	pipe := rdb.Pipeline()
	for _, name := range names {
		pipe.SCard(ctx, onKey(name))
		pipe.SCard(ctx, offKey(name))
		pipe.SCard(ctx, "flag:"+name+":effective")
	}
	cmds, err := pipe.Exec(ctx)
	if err != nil {
		return err
	}
	for i, name := range names {
		fmt.Print(name, ":")
		for _, c := range cmds[3*i : 3*i+3] {
			fmt.Print(" ", c.(interface{ Val() int64 }).Val())
		}
		fmt.Println()
	}
	return nil
}

// retire removes a flag and its cohorts.
func retire(name string, cohorts int) (int64, error) {
	doomed := []string{onKey(name), offKey(name), effectiveKey(name), betaKey(name)}
	for n := range cohorts {
		doomed = append(doomed, cohortKey(name, n))
	}
	return rdb.Unlink(ctx, doomed...).Result()
}

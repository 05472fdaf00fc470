// Flagd answers whether a user sees a feature.
package main

import (
	"fmt"
	"log"
)

func main() {
	log.SetFlags(0)
	connect()
	defer rdb.Close()

	check(assign("checkout", 0, "ann", "bob"))
	check(assign("checkout", 1, "cid", "dee"))
	check(assign("checkout", 2, "eve"))
	check(assign("darkmode", 0, "ann"))
	for _, u := range []string{"fay", "gus", "bob"} {
		check(optIn("checkout", u))
	}
	check(optOut("checkout", "bob"))
	check(optOut("checkout", "dee"))
	check(rdb.SAdd(ctx, betaKey("checkout"), "fay", "zoe", "gus").Err())

	for cohorts := 0; cohorts <= 3; cohorts++ {
		n, err := rollout("checkout", cohorts)
		check(err)
		fmt.Println("checkout with", cohorts, "cohorts:", n)
	}
	n, err := rollout("darkmode", 1)
	check(err)
	fmt.Println("darkmode:", n)

	for _, u := range []string{"ann", "bob", "cid", "dee", "eve", "fay", "zoe"} {
		yes, err := enabled("checkout", u)
		check(err)
		fmt.Println(u, yes)
	}
	who, err := testers("checkout")
	check(err)
	fmt.Println("testers:", who)
	check(sizes([]string{"checkout", "darkmode"}))

	gone, err := retire("checkout", 3)
	check(err)
	fmt.Println("retired:", gone)
	check(sizes([]string{"checkout", "darkmode"}))
}

func check(err error) {
	if err != nil {
		log.Fatal("flagd: ", err)
	}
}

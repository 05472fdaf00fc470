package main

import (
	"context"
	"fmt"
	"os"

	"github.com/redis/go-redis/v9"

	"example.com/chatter/rooms"
)

func dial() redis.UniversalClient {
	var db redis.UniversalClient = redis.NewClient(&redis.Options{
		Addr:       os.Getenv("REDIS_ADDR"),
		ClientName: "chatter",
	})
	return db
}

// report prints what came of one step; a failing step does not end the others.
func report(what string, got any, err error) {
	if err != nil {
		fmt.Printf("%-8s error: %v\n", what, err)
		return
	}
	fmt.Printf("%-8s %v\n", what, got)
}

func main() {
	db := dial()
	defer db.Close()
	ctx := context.Background()
	svc := rooms.New(db)

	for _, room := range []string{"go", "tea"} {
		for _, user := range []string{"mia", "noa", "oli"} {
			report("join", user, svc.Join(ctx, room, user))
		}
	}
	week := map[string]int{"hello": 1, "anyone here?": 1, "yes": 2, "good": 2, "bye": 2}
	for i, text := range []string{"hello", "anyone here?", "yes", "good", "bye"} {
		n, err := svc.Say(ctx, "go", []string{"mia", "noa"}[i%2], text, week[text])
		report("say", n, err)
	}
	n, err := svc.Say(ctx, "tea", "oli", "green or black?", 1)
	report("say", n, err)

	report("topic", "gophers", svc.SetTopic(ctx, "go", "gophers"))
	report("topic", "generics", svc.SetTopic(ctx, "go", "generics"))
	topics, err := svc.Topics(ctx, "go")
	report("topics", topics, err)
	messages, err := svc.Log(ctx, "go")
	report("log", messages, err)
	for _, weeks := range [][]int{{1}, {1, 2}, {2, 3}} {
		best, err := svc.Board(ctx, "go", weeks...)
		report("board", best, err)
	}
	report("leave", "noa", svc.Leave(ctx, "tea", "noa"))
	online, err := svc.Online(ctx, "go")
	report("online", online, err)
	report("pin", "be kind", svc.Pin(ctx, "go", "be kind"))
	for _, room := range []string{"go", "tea", "nowhere"} {
		n, err := svc.Parts(ctx, room)
		report("parts", n, err)
	}
	n, err = svc.Raze(ctx, "go", 2)
	report("raze", n, err)
	n, err = svc.Parts(ctx, "go")
	report("parts", n, err)
}

package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"example.com/booking/schema"
)

func main() {
	ctx := context.Background()
	rooms := NewRooms(os.Getenv("REDIS_ADDR"))
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	check := func(what string, err error) {
		if err != nil {
			fmt.Println(what+":", err)
		}
	}
	check("open", rooms.Open(ctx, "oak", 2))
	check("open", rooms.Open(ctx, "elm", 1))
	for _, g := range []string{"ann", "bob", "cy", "dee"} {
		check("take "+g, rooms.Take(ctx, "oak", g, day))
	}
	check("take", rooms.Take(ctx, "elm", "ann", day))
	check("free", rooms.Free(ctx, "oak", "ann"))
	n, err := rooms.Overflow(ctx, "oak")
	check("overflow", err)
	fmt.Println("overflow", n)
	s, err := rooms.Summary(ctx, "oak", "elm", "none")
	check("summary", err)
	fmt.Print(s)
	where, err := rooms.db.SCard(ctx, rooms.keys.Index(schema.ByGuest, "ann")).Result()
	check("index", err)
	fmt.Println("ann is in", where)
	list, err := rooms.db.LRange(ctx, rooms.keys.Room("oak").Day(day), 0, -1).Result()
	check("day", err)
	fmt.Println(list)
}

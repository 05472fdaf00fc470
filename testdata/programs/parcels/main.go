package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	s := Open(os.Getenv("REDIS_ADDR"))
	for id, to := range []string{"Ann", "Bo", "Cy", "Dee", "Eli"} {
		if err := s.Send(ctx, id+1, to); err != nil {
			return err
		}
	}
	if err := s.Return(ctx, 2, "nobody at home"); err != nil {
		return err
	}
	for {
		id, err := s.Next(ctx)
		if err == errNothing {
			break
		}
		if err != nil {
			return err
		}
		if id%2 == 0 {
			if err := s.Begin(ctx, id); err != nil {
				return err
			}
		}
		ok, err := s.Lease(ctx, id, fmt.Sprintf("worker-%d", id))
		if err != nil {
			return err
		}
		who := "nobody"
		if ok {
			if who, err = s.Worker(ctx, id); err != nil {
				return err
			}
		}
		state, err := s.State(ctx, id)
		if err != nil {
			return err
		}
		fmt.Printf("%s; in work by %s\n", state, who)
	}
	for _, door := range []string{"north", "south", "east"} {
		told, err := s.Doors(ctx, func() error { return s.Enter(ctx, door) })
		if err != nil {
			return err
		}
		fmt.Println(told)
	}
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	for i := range 4 {
		for _, user := range []string{"ann", "bo"} {
			w, err := s.Windows(ctx, user, at.Add(time.Duration(i)*40*time.Second))
			if err != nil {
				return err
			}
			fmt.Println(user, w)
		}
	}
	return nil
}

package main

import (
	"context"
	"fmt"
	"os"

	"example.com/sessiond/store"
)

func redisAddr() string {
	if a := os.Getenv("REDIS_ADDR"); a != "" {
		return a
	}
	return "127.0.0.1:6379"
}

func main() {
	ctx := context.Background()
	st := store.New(redisAddr(), os.Getenv("REDIS_PASSWORD"))
	defer st.Client.Close()
	if err := st.Ping(ctx).Err(); err != nil {
		fmt.Fprintln(os.Stderr, "sessiond:", err)
		os.Exit(1)
	}

	for _, u := range [][3]string{{"7", "Grace", "grace@example.com"}, {"8", "Linus", "linus@example.com"}} {
		fmt.Println("register", u[1], "->", st.Register(ctx, u[0], u[1], u[2]))
	}
	now := int64(1700000000)
	for i, try := range []struct{ user, token string }{
		{"7", "phone"}, {"7", "laptop"}, {"7", "tv"}, {"8", "phone"}, {"9", "ghost"},
	} {
		fmt.Println("login", try.user, try.token, "->", st.Login(ctx, try.user, try.token, now+int64(i)))
	}
	show(ctx, st, "7")

	closed, err := st.Lock(ctx, "7", "stolen phone")
	fmt.Println("locked, sessions closed:", closed, err)
	fmt.Println("login while locked ->", st.Login(ctx, "7", "phone", now+60))
	fmt.Println("unlock ->", st.Unlock(ctx, "7"))
	fmt.Println("login again ->", st.Login(ctx, "7", "phone", now+61))
	show(ctx, st, "7")
	show(ctx, st, "8")

	for range 3 {
		n, err := st.Failed(ctx, "192.0.2.17")
		fmt.Println("wrong password, time", n, err)
	}
}

func show(ctx context.Context, st *store.Store, id string) {
	name, logins, err := st.Profile(ctx, id)
	if err != nil {
		fmt.Println("profile:", err)
		return
	}
	open, err := st.Sessions(ctx, id)
	fmt.Println(name, "logins", logins, "sessions", open, err)
}

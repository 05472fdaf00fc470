// Moved is a clinic's front desk: "moved fill PATIENTS" stores what it knows, "moved show PATIENTS" prints what it finds.
package main

import (
	"context"
	"fmt"
	"os"

	"example.com/moved/clinic"
)

func main() {
	ctx := context.Background()
	c := clinic.Open(os.Getenv("REDIS_ADDR"))
	defer c.Close()
	var err error
	switch {
	case len(os.Args) > 2 && os.Args[1] == "fill":
		err = fill(ctx, c, os.Args[2:])
	case len(os.Args) > 2 && os.Args[1] == "show":
		err = show(ctx, c, os.Args[2:])
	default:
		err = fmt.Errorf("say fill or show")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "moved:", err)
		os.Exit(1)
	}
}

func fill(ctx context.Context, c *clinic.Clinic, patients []string) error {
	for i, id := range patients {
		if err := c.Admit(ctx, id, "Patient "+id, float64(i)); err != nil {
			return err
		}
		if err := c.Queue(ctx, i%3, id); err != nil {
			return err
		}
		if err := c.Login(ctx, "token-"+id, id); err != nil {
			return err
		}
	}
	for room := range 2 {
		if err := c.Call(ctx, room); err != nil {
			return err
		}
	}
	return nil
}

func show(ctx context.Context, c *clinic.Clinic, patients []string) error {
	for _, id := range patients {
		line, err := c.Patient(ctx, id)
		if err != nil {
			return err
		}
		fmt.Println(line)
		who, err := c.Session(ctx, "token-"+id)
		fmt.Println("  session of", who, err)
	}
	for room := range 3 {
		line, err := c.Room(ctx, room)
		if err != nil {
			return err
		}
		fmt.Println(line)
	}
	rooms, err := c.Busy(ctx)
	fmt.Println("waiting in front of", rooms, err)
	n, err := c.Admitted(ctx)
	fmt.Println("admitted:", n, err)
	return nil
}

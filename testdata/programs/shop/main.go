// Command shop plays one day of a small shop.
package main

import (
	"context"
	"fmt"
	"log"

	"example.com/shop/internal/config"
	"example.com/shop/internal/orders"
)

func main() {
	log.SetFlags(0)
	if err := run(context.Background(), config.Load()); err != nil {
		log.Fatal("shop: ", err)
	}
}

func run(ctx context.Context, cfg config.Config) error {
	store, err := orders.Open(ctx, cfg.Redis)
	if err != nil {
		return err
	}
	defer store.Close()
	fmt.Println("welcome to the", cfg.Shop)

	const day = "2024-03-01"
	tea, err := store.Place(ctx, "Ada", 1250, map[string]int{"tea": 2, "cup": 1})
	if err != nil {
		return err
	}
	jam, err := store.Place(ctx, "Brian", 399, map[string]int{"jam": 1})
	if err != nil {
		return err
	}
	for _, id := range []int64{tea, jam} {
		if err := store.Pay(ctx, id, day); err != nil {
			return err
		}
	}
	if err := store.Annotate(ctx, tea, "ring twice"); err != nil {
		return err
	}
	if err := store.Ship(ctx, tea); err != nil {
		return err
	}
	fmt.Println("ship without a note:", store.Ship(ctx, jam))
	for _, id := range []int64{tea, jam, 99} {
		o, err := store.Find(ctx, id)
		if err != nil {
			fmt.Println("order", id, "->", err)
			continue
		}
		n, err := store.Records(ctx, id)
		if err != nil {
			return err
		}
		fmt.Printf("order %d: %s, %s cents, for %s (%d records)\n", o.ID, o.Status, o.Total, o.Customer, n)
	}
	cups, err := store.Quantity(ctx, tea, "cup")
	if err != nil {
		return err
	}
	gone, err := store.Forget(ctx, jam)
	if err != nil {
		return err
	}
	taken, err := store.Taken(ctx, day)
	if err != nil {
		return err
	}
	waiting, err := store.Waiting(ctx)
	if err != nil {
		return err
	}
	fmt.Println("cups:", cups, "forgotten:", gone, "taken:", taken, "waiting:", waiting)
	return nil
}

// Package keys knows the name of everything the shop keeps in Redis.
package keys

import "strconv"

const (
	orderPrefix = "order:"

	// Sequence hands out order numbers.
	Sequence = "shop:next-order"
	// Open is the set of orders that were not shipped yet.
	Open = "shop:open-orders"
)

func order(id int64) string {
	return orderPrefix + strconv.FormatInt(id, 10)
}

// Status is new, paid, shipped or cancelled.
func Status(id int64) string { return order(id) + ":status" }

// Total is the price in cents.
func Total(id int64) string { return order(id) + ":total" }

// Customer is the name on the parcel.
func Customer(id int64) string { return order(id) + ":customer" }

// Lines is a hash from article to quantity.
func Lines(id int64) string { return order(id) + ":lines" }

// Note is what the customer wrote in the box at the checkout.
func Note(id int64) string { return order(id) + ":note" }

// OldNote is where the note goes when the order is closed.
func OldNote(id int64) string { return order(id) + ":note:old" }

// Sales counts the cents taken on one day.
func Sales(day string) string { return "sales:" + day }

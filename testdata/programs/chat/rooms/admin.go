package rooms

import "context"

// Pin keeps a text on top of a room.
func (s *Service) Pin(ctx context.Context, room, text string) error {
	return s.db.Set(ctx, pinned(room), text, 0).Err()
}

// Parts counts what a room is made of.
func (s *Service) Parts(ctx context.Context, room string) (int64, error) {
	return s.db.Exists(ctx, members(room), seq(room), topic(room), backup(room), log(room), pinned(room)).Result()
}

// Raze removes a room; weeks is how far its points go back.
func (s *Service) Raze(ctx context.Context, room string, weeks int) (int64, error) {
	parts := []string{members(room), seq(room), topic(room), backup(room), log(room), pinned(room), board(room)}
	for w := 1; w <= weeks; w++ {
		parts = append(parts, points(room, w))
	}
	return s.db.Unlink(ctx, parts...).Result()
}

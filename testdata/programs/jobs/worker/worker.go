// Package worker runs jobs.
package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"example.com/jobs/queue"
)

// MaxAttempts is when a job is given up.
const MaxAttempts = 2

// Worker takes jobs from one queue.
type Worker struct {
	Queue   *queue.Queue
	Records queue.Records
	Log     io.Writer
}

// Drain works until nothing is waiting.
func (w *Worker) Drain(ctx context.Context) error {
	for {
		id, err := w.Queue.Take(ctx)
		if errors.Is(err, queue.ErrEmpty) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("take: %w", err)
		}
		if err := w.one(ctx, id); err != nil {
			return fmt.Errorf("job %s: %w", id, err)
		}
	}
}

func (w *Worker) one(ctx context.Context, id string) error {
	rec, err := w.Records.Get(ctx, id)
	if err != nil {
		return err
	}
	tries, err := w.Records.Attempt(ctx, id)
	if err != nil {
		return err
	}
	if !strings.Contains(rec.Payload, "fail") {
		fmt.Fprintf(w.Log, "%s/%s did %q\n", w.Queue.Name(), id, rec.Payload)
		if err := w.Queue.Done(ctx, id); err != nil {
			return err
		}
		return w.Records.Mark(ctx, id, "done")
	}
	if tries < MaxAttempts {
		fmt.Fprintf(w.Log, "%s/%s failed, try %d\n", w.Queue.Name(), id, tries)
		if err := w.Queue.Done(ctx, id); err != nil {
			return err
		}
		return w.Queue.Push(ctx, id)
	}
	dead, err := w.Queue.Bury(ctx, id)
	if err != nil {
		return err
	}
	fmt.Fprintf(w.Log, "%s/%s buried, %d dead\n", w.Queue.Name(), id, dead)
	return w.Records.Mark(ctx, id, "dead")
}

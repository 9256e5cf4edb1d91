package datasets

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// inParallel calls work for 0 to n-1, in that order, so many at a time, and returns the first error.
func inParallel(ctx context.Context, threads, n int, work func(ctx context.Context, i int) error) error {
	g, group := errgroup.WithContext(ctx)
	g.SetLimit(max(1, threads))
	for i := range n {
		if group.Err() != nil {
			break
		}
		g.Go(func() error { return work(group, i) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

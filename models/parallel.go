package models

import (
	"sync"
	"sync/atomic"
)

// Parallel calls f for 0 to n-1 on so many threads, this one among them. The calls must not depend on one another.
func Parallel(threads, n int, f func(int)) {
	if threads <= 1 || n <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var next atomic.Int64
	work := func() {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			f(i)
		}
	}
	var wg sync.WaitGroup
	for range min(threads, n) - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
}

package trees

import (
	"sync"
	"sync/atomic"
)

// parallel calls f for 0 to n-1 on so many threads. The calls must not depend on one another.
func parallel(threads, n int, f func(int)) {
	if threads <= 1 || n <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var next atomic.Int64
	work := func() {
		for {
			i := int(next.Add(1)) - 1
			if i >= n {
				return
			}
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

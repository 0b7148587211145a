package evidence

import "errors"

// errNotWanted ends the reading of what nobody uses any more.
var errNotWanted = errors.New("not wanted any more")

// ahead reads on a goroutine of its own while what was read is used: one value is in use, and one waits. give fails when no more is
// wanted. It returns when both have ended.
func ahead[T any](read func(give func(T) error) error, use func(T) error) error {
	queue, stop, ended := make(chan T), make(chan struct{}), make(chan error, 1)
	go func() {
		defer close(queue)
		ended <- read(func(v T) error {
			select {
			case queue <- v:
				return nil
			case <-stop:
				return errNotWanted
			}
		})
	}()
	for v := range queue {
		if err := use(v); err != nil {
			close(stop)
			<-ended //nolint:errcheck // it says that no more was wanted
			return err
		}
	}
	return <-ended
}

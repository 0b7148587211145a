package evidence

import (
	"errors"
	"slices"
	"testing"
)

func TestAhead(t *testing.T) {
	t.Run("reading goes on while something is used", func(t *testing.T) {
		second := make(chan struct{})
		var used []int
		err := ahead(func(give func(int) error) error {
			if err := give(1); err != nil {
				return err
			}
			close(second)
			return give(2)
		}, func(n int) error {
			<-second // never, if nothing were read meanwhile
			used = append(used, n)
			return nil
		})
		if err != nil || !slices.Equal(used, []int{1, 2}) {
			t.Errorf("used %v, %v", used, err)
		}
	})
	t.Run("a use that fails ends the reading", func(t *testing.T) {
		failure := errors.New("no")
		ended := false
		err := ahead(func(give func(int) error) error {
			defer func() { ended = true }()
			for n := 0; ; n++ {
				if err := give(n); err != nil {
					return err
				}
			}
		}, func(n int) error {
			if n == 3 {
				return failure
			}
			return nil
		})
		if !errors.Is(err, failure) || !ended {
			t.Errorf("%v; the reading has ended: %v", err, ended)
		}
	})
	t.Run("what was read before a failure is used", func(t *testing.T) {
		failure, used := errors.New("no"), 0
		err := ahead(func(give func(int) error) error {
			return errors.Join(give(1), failure)
		}, func(n int) error {
			used += n
			return nil
		})
		if !errors.Is(err, failure) || used != 1 {
			t.Errorf("%v; used %d", err, used)
		}
	})
}

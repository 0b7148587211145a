package pace

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// build makes a pace with a clock to move.
func build() (*Pace, *time.Time) {
	now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	return New(func() time.Time { return now }), &now
}

func TestTake(t *testing.T) {
	second := func(most int) []Window { return []Window{{most, time.Second}} }
	t.Run("what waits for one rule has used up nothing of another", func(t *testing.T) {
		p, now := build()
		rules := func(chat string) []Rule { return []Rule{{"in " + chat, second(1)}, {"all", second(2)}} }
		if v := p.Take(rules("a")...); v != (Verdict{}) {
			t.Fatalf("%+v", v)
		}
		for range 5 {
			if v := p.Take(rules("a")...); v != (Verdict{Wait: time.Second}) {
				t.Errorf("%+v", v)
			}
		}
		if v := p.Take(rules("b")...); v != (Verdict{}) {
			t.Errorf("%+v", v)
		}
		*now = now.Add(300 * time.Millisecond)
		if v := p.Take(rules("c")...); v != (Verdict{Wait: 700 * time.Millisecond, Rule: 1}) {
			t.Errorf("%+v", v)
		}
	})
	t.Run("a pause holds what has its key, is named before a limit, and is only ever lengthened", func(t *testing.T) {
		p, now := build()
		p.Pause("post", time.Minute)
		p.Pause("post", time.Second)
		*now = now.Add(20 * time.Second)
		if v := p.Take(Rule{Key: "*"}, Rule{"post", second(1)}); v != (Verdict{Wait: 40 * time.Second, Rule: 1, Paused: true}) {
			t.Errorf("%+v", v)
		}
		if v := p.Take(Rule{Key: "*"}, Rule{"update", second(1)}); v != (Verdict{}) {
			t.Errorf("%+v", v)
		}
		*now = now.Add(40 * time.Second)
		if v := p.Take(Rule{Key: "*"}, Rule{"post", second(1)}); v != (Verdict{}) {
			t.Errorf("%+v", v)
		}
	})
	t.Run("what is not counted is only held by pauses", func(t *testing.T) {
		p, _ := build()
		for range 100 {
			if v := p.Take(Rule{Key: "view"}); v != (Verdict{}) {
				t.Fatalf("%+v", v)
			}
		}
		if len(p.calls) != 0 {
			t.Errorf("%d keys are remembered", len(p.calls))
		}
	})
	t.Run("keys are forgotten when nothing counts under them any more", func(t *testing.T) {
		p, now := build()
		for n := range least + 5 {
			p.Take(Rule{fmt.Sprint("in ", n), second(1)})
			p.Pause(fmt.Sprint("in ", n), time.Second)
		}
		if n := len(p.calls); n != least+5 {
			t.Errorf("%d keys are remembered, and all of them count", n)
		}
		for n := range 5 * least { // only those of the last second count
			*now = now.Add(time.Millisecond)
			p.Take(Rule{fmt.Sprint("of ", n), second(1)})
		}
		if n := len(p.calls) + len(p.paused); n > least+1 {
			t.Errorf("%d keys are remembered", n)
		}
	})
	t.Run("many at once keep to it", func(t *testing.T) {
		p, _ := build()
		var all sync.WaitGroup
		var mu sync.Mutex
		begun := 0
		for range 200 {
			all.Go(func() {
				if p.Take(Rule{"all", second(50)}) == (Verdict{}) {
					mu.Lock()
					defer mu.Unlock()
					begun++
				}
			})
		}
		if all.Wait(); begun != 50 {
			t.Errorf("%d began", begun)
		}
	})
}

// TestWindows shows that no span of time holds more than a window lets through, whenever it begins, and that whoever waits as
// long as they are told may go on.
func TestWindows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, now := build()
		windows := []Window{
			{rapid.IntRange(1, 5).Draw(t, "short"), time.Second}, {rapid.IntRange(1, 20).Draw(t, "long"), 30 * time.Second},
		}
		var begun []time.Time
		for range 60 {
			v := p.Take(Rule{"all", windows})
			if v != (Verdict{}) {
				if v.Wait < 0 || v.Wait > 30*time.Second || v.Paused {
					t.Fatalf("%+v", v)
				}
				*now = now.Add(v.Wait)
				if v = p.Take(Rule{"all", windows}); v != (Verdict{}) {
					t.Fatalf("it waited as it was told, and has to wait on: %+v", v)
				}
			}
			begun = append(begun, *now)
			*now = now.Add(time.Duration(rapid.IntRange(0, 900).Draw(t, "ms")) * time.Millisecond)
		}
		for _, w := range windows {
			for i := w.Most; i < len(begun); i++ {
				if span := begun[i].Sub(begun[i-w.Most]); span < w.Per {
					t.Fatalf("%d calls within %s", w.Most+1, span)
				}
			}
		}
	})
}

package slack

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"steward/bot"
)

func TestPace(t *testing.T) {
	start := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	build := func(l Limits) (*pace, *time.Time) {
		now := start
		return newPace(l, func() time.Time { return now }), &now
	}
	t.Run("a conversation gets one message a second, and the others do not wait for it", func(t *testing.T) {
		p, now := build(Limits{})
		if err := p.post("U1", false); err != nil {
			t.Fatal(err)
		}
		se := said(t, p.post("U1", false))
		if se.Reach != bot.ReachMessage || !se.Pause || se.After != time.Second {
			t.Errorf("%+v", se)
		}
		if err := p.post("U2", false); err != nil {
			t.Error(err)
		}
		*now = now.Add(time.Second)
		if err := p.post("U1", false); err != nil {
			t.Error(err)
		}
	})
	t.Run("no minute has more than the limit, whenever it begins", func(t *testing.T) {
		p, now := build(Limits{Posts: 10, Spare: 2})
		var sent []time.Time
		for n := 0; len(sent) < 60; n++ {
			err := p.post(fmt.Sprint("U", n), false)
			if err == nil {
				sent = append(sent, *now)
				*now = now.Add(time.Duration(n%7) * time.Second)
				continue
			}
			se := said(t, err)
			if se.Reach != bot.ReachMethod || se.After <= 0 || se.After > window {
				t.Fatalf("%+v", se)
			}
			*now = now.Add(se.After)
		}
		for i := 10; i < len(sent); i++ {
			if sent[i].Sub(sent[i-10]) < time.Minute {
				t.Fatalf("11 messages within %s", sent[i].Sub(sent[i-10]))
			}
		}
	})
	t.Run("reminders leave some to others, and their pause is their own", func(t *testing.T) {
		p, _ := build(Limits{Posts: 10, Spare: 2})
		for n := range 8 {
			if err := p.post(fmt.Sprint("U", n), true); err != nil {
				t.Fatal(err)
			}
		}
		if se := said(t, p.post("U8", true)); se.Reach != bot.ReachBucket || se.After != window {
			t.Errorf("%+v", se)
		}
		for n := range 2 {
			if err := p.post(fmt.Sprint("V", n), false); err != nil {
				t.Error(err)
			}
		}
		if se := said(t, p.post("V2", false)); se.Reach != bot.ReachMethod {
			t.Errorf("%+v", se)
		}
	})
	t.Run("a message that waits has used nothing up", func(t *testing.T) {
		p, now := build(Limits{Posts: 1})
		if err := p.post("U1", false); err != nil {
			t.Fatal(err)
		}
		for range 5 {
			_ = p.post("U2", false)
		}
		*now = now.Add(window)
		if err := p.post("U2", false); err != nil {
			t.Error(err)
		}
	})
	t.Run("updates have a limit of their own", func(t *testing.T) {
		p, now := build(Limits{Posts: 1, Updates: 2})
		for range 2 {
			if err := p.update(); err != nil {
				t.Fatal(err)
			}
		}
		if se := said(t, p.update()); se.Reach != bot.ReachMethod {
			t.Errorf("%+v", se)
		}
		if err := p.post("U1", false); err != nil {
			t.Error(err)
		}
		*now = now.Add(window)
		if err := p.update(); err != nil {
			t.Error(err)
		}
	})
	t.Run("a pause is only ever lengthened", func(t *testing.T) {
		p, now := build(Limits{})
		p.pause(methodPost, time.Minute)
		p.pause(methodPost, time.Second)
		*now = now.Add(59 * time.Second)
		if err := p.post("U1", false); said(t, err).After != time.Second {
			t.Errorf("%+v", err)
		}
		p.pause(pauseAll, time.Hour)
		if err := p.update(); said(t, err).Reach != bot.ReachSurface {
			t.Errorf("%+v", err)
		}
		if err := p.held("views.open"); said(t, err).Reach != bot.ReachSurface {
			t.Errorf("%+v", err)
		}
	})
	t.Run("many at once keep to it", func(t *testing.T) {
		p, _ := build(Limits{Posts: 50})
		var all sync.WaitGroup
		var mu sync.Mutex
		sent := 0
		for n := range 200 {
			all.Go(func() {
				if p.post(fmt.Sprint("U", n), false) == nil {
					mu.Lock()
					defer mu.Unlock()
					sent++
				}
			})
		}
		if all.Wait(); sent != 50 {
			t.Errorf("%d were sent", sent)
		}
	})
}

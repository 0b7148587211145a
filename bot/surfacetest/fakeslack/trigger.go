package fakeslack

import (
	"fmt"
	"time"
)

// triggerLife is how long a trigger can be used.
const triggerLife = 3 * time.Second

// trigger lets the app open one modal for the person who did something.
type trigger struct {
	user string
	view string // the modal it was done in
	at   time.Time
	used bool
}

// newTrigger makes a trigger. The lock is held.
func (s *Server) newTrigger(user, view string) string {
	id := fmt.Sprintf("%d.%d.%032x", s.number(), s.opt.Now().Unix(), s.number())
	s.triggers[id] = &trigger{user: user, view: view, at: s.opt.Now()}
	return id
}

// trigger finds a trigger that can still be used. The caller marks it as used once nothing else can go wrong.
func (s *Server) trigger(id string) (*trigger, *problem) {
	t, ok := s.triggers[id]
	switch {
	case !ok:
		return nil, no("invalid_trigger_id")
	case t.used:
		return nil, no("exchanged_trigger_id")
	case s.opt.Now().Sub(t.at) > triggerLife:
		return nil, no("expired_trigger_id")
	}
	return t, nil
}

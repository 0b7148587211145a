package surfacetest

import (
	"slices"
	"sync"

	"steward/bot"
	"steward/bot/card"
	"steward/workflows"
)

// Verdicts remembers whether the last thing a person did was refused, for platforms that have no sign for it of their own. A
// judge that stands between a surface and its desk tells it what it hears.
type Verdicts struct {
	mu   sync.Mutex
	last map[workflows.PersonID]bool
}

// Heard notes a reply, and gives it back as it is.
func (v *Verdicts) Heard(who bot.Who, r bot.Reply) bot.Reply {
	wrong := r.Form != nil && (r.Form.Error != "" || slices.ContainsFunc(r.Form.Fields, func(f card.Field) bool { return f.Error != "" }))
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.last == nil {
		v.last = map[workflows.PersonID]bool{}
	}
	v.last[who.Person] = r.Code != "" || wrong
	return r
}

// Refused says whether the last thing a person did was refused.
func (v *Verdicts) Refused(who workflows.PersonID) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.last[who]
}

package register

import (
	"time"

	"steward/workflows"
)

// Action is something that a person can do to a system now.
type Action struct {
	Kind string // of the event
	Task string // key of the condition, for those about one; of an answer to a wish to join, who asked
}

// Actions gives what a person can do to a system at a moment, in the order in which it is offered: what waits first, then changes,
// then what ends it. triggers says that the policy knows changes that make an approval be looked at again.
func Actions(s System, who workflows.PersonID, roster workflows.Roster, at time.Time, triggers bool) (out []Action) {
	x := asking(s, who, roster, at)
	if s.State == "" || s.State.Over() || !roster.Active(who) {
		return nil
	}
	for _, t := range s.Tasks {
		if t.State == TaskOpen && who == s.Owner {
			out = append(out, Action{Proved{}.Kind(), t.Key})
		}
		if _, no := x.judge(t.Key); no == nil {
			out = append(out, Action{Verified{}.Kind(), t.Key}, Action{SentBack{}.Kind(), t.Key})
		}
	}
	for _, what := range []What{Unchanged{}, Released{}, WentLive{}, Piloted{}, Changed{}, Suspended{}, HandedOver{}, Retired{}, Revoked{}} {
		if what.Kind() == (Changed{}).Kind() && !triggers {
			continue
		}
		if x.now(what) == nil {
			out = append(out, Action{Kind: what.Kind()})
		}
	}
	return out
}

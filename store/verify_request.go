package store

import (
	"encoding/json"
	"fmt"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
)

// requestLog is what the records of a request say: the request told again from the log alone.
type requestLog struct {
	requester workflows.PersonID
	sent      time.Time
	owner     workflows.PersonID
	rounds    map[int]recordedRound
	casts     map[int]recordedCast // votes, rulings, advice and questions, by their number
	answers   map[int]recordedText
	resumed   map[int]bool
	overruled map[int]int // advice -> vote
	accepted  map[int]time.Time
	declined  bool // the owner has, in the present round
	opened    recordedStage
	links     map[string]approval.Link
	namings   []approval.Naming
	ended     *approval.Detail
	endedAt   time.Time
	expired   *approval.Detail // the end of the approval, where that has come
	expiredAt time.Time
	emergency *recordedEmergency
	moot      bool // withdrawn, because what it was about came to nothing
	after     *recordedState
	afterN    int
}

type recordedRound struct {
	n      int
	kind   string
	at     time.Time
	detail approval.Detail
	shown  []byte
}

type recordedCast struct {
	n      int
	kind   string
	rec    workflows.Record
	detail approval.Detail
	texts  map[string][]byte
}

// recordedStage is the stage that opened last.
type recordedStage struct {
	round     int
	key       string
	at        time.Time
	escalated bool
}

type recordedText struct {
	n    int
	by   workflows.PersonID
	at   time.Time
	text string
}

// recordedState is the short form of the state after a step.
type recordedState struct {
	Status   approval.Status `json:"status"`
	Stage    int             `json:"stage"`
	Round    int             `json:"round"`
	Revision int             `json:"revision"`
	Seq      int             `json:"seq"`
}

func newRequestLog() *requestLog {
	return &requestLog{
		rounds: map[int]recordedRound{}, casts: map[int]recordedCast{}, answers: map[int]recordedText{}, resumed: map[int]bool{},
		overruled: map[int]int{}, accepted: map[int]time.Time{}, links: map[string]approval.Link{},
	}
}

// learn takes in one record. Data that a newer program wrote beside what is known here is passed over.
func (l *requestLog) learn(rec workflows.Record, texts map[string][]byte) error {
	var d approval.Detail
	if len(rec.Data) > 0 {
		if err := json.Unmarshal(rec.Data, &d); err != nil {
			return err
		}
	}
	if len(rec.After) > 0 {
		var after recordedState
		if err := json.Unmarshal(rec.After, &after); err != nil {
			return fmt.Errorf("state: %w", err)
		}
		l.after, l.afterN = &after, rec.N
	}
	at := rec.Time()
	switch rec.What {
	case approval.FactSubmitted, approval.FactEdited, approval.FactCorrected, approval.FactReclassified, approval.FactRenewed:
		l.rounds[d.Round] = recordedRound{rec.N, rec.What, at, d, texts[shownName]}
		l.owner, l.declined = d.Owner, false
		if rec.What == approval.FactRenewed { // what it came to before is of an older round
			l.ended, l.endedAt = nil, time.Time{}
		}
		if rec.What == approval.FactSubmitted {
			l.requester, l.sent = rec.Actor, at
		}
	case approval.FactRevised: // the round goes on with what an expert corrected
		round := l.rounds[d.Round]
		round.detail.Tier, round.detail.LegalClass, round.shown = d.Tier, d.LegalClass, texts[shownName]
		l.rounds[d.Round] = round
	case approval.FactDecided, approval.FactRuled, approval.FactAdvised, approval.FactAsked:
		l.casts[d.ID] = recordedCast{rec.N, rec.What, rec, d, texts}
		for _, id := range d.Overruled {
			l.overruled[id] = d.ID
		}
	case approval.FactAnswered:
		l.answers[d.ID] = recordedText{rec.N, rec.Actor, at, string(texts["answer"])}
	case approval.FactResumed:
		l.resumed[d.ID] = true
	case approval.FactAccepted:
		l.accepted[d.Round], l.declined = at, false
	case approval.FactDeclined:
		delete(l.accepted, d.Round)
		l.declined = true
	case approval.FactStageOpened:
		l.opened = recordedStage{d.Round, d.Stage, at, false}
	case approval.FactEscalated:
		l.opened.escalated = true
	case approval.FactLinked:
		l.links[d.Key] = approval.Link{Key: d.Key, Ref: string(texts["ref"]), By: rec.Actor, At: at}
	case approval.FactUnlinked:
		delete(l.links, d.Key)
	case approval.FactNamed:
		l.namings = append(l.namings, approval.Naming{
			Round: d.Round, Stage: d.Stage, Role: firstRole(d.Roles), Person: d.Person, By: rec.Actor, Outsider: d.Outsider,
			Reason: string(texts["reason"]), At: at,
		})
	case approval.FactWithdrawn:
		l.moot = d.Assessment != ""
	case approval.FactEnded:
		l.ended, l.endedAt = &d, at
	case approval.FactEmergencyAsked, approval.FactEmergencyAllowed, approval.FactEmergencyDeclined, approval.FactEmergencyEnded:
		l.learnEmergency(rec, d, texts)
	case approval.FactExpired:
		l.expired, l.expiredAt = &d, at
	}
	return nil
}

func firstRole(roles []workflows.Role) workflows.Role {
	if len(roles) == 0 {
		return ""
	}
	return roles[0]
}

package engine

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"steward/workflows"
)

// UseKey keeps the public key by which checkpoints are signed from now on. A key that was not known before is a record, with the
// word of an older key for it where there is one. Any replica may call it, any number of times.
func (e *Engine) UseKey(ctx context.Context, key workflows.KeyAdded) error {
	err := e.cfg.Store.Do(ctx, func(tx Tx) error {
		if _, err := tx.HoldPack(ctx); err != nil {
			return err
		}
		added, err := tx.AddKey(ctx, key.Key)
		if err != nil || !added {
			return err
		}
		fact := workflows.Fact{Kind: workflows.FactKeyAdded, Data: key}
		_, err = e.note(ctx, tx, workflows.Event{About: workflows.RecordRef(), Actor: workflows.System, At: e.Now(), Via: workflows.Via{Surface: "cli"}}, fact)
		return err
	})
	if err != nil {
		return fmt.Errorf("use signing key: %w", err)
	}
	return nil
}

// anchorEvery is how much business time lies between two checkpoints that are posted.
const anchorEvery = time.Hour

// anchored is the data of that record.
type anchored struct {
	Size int64    `json:"size"` // of the checkpoint
	To   []string `json:"to"`   // surfaces
}

// PostCheckpoint has the newest checkpoint posted to every anchor, where that is due: at most once an hour, and only where
// something else was recorded since the last one than that it was posted. It says whether it did. Any replica may call it at
// any time; one of them posts.
func (e *Engine) PostCheckpoint(ctx context.Context) (posted bool, err error) {
	if len(e.cfg.Anchors) == 0 {
		return false, nil
	}
	err = e.cfg.Store.Do(ctx, func(tx Tx) error {
		s, err := tx.Sealed(ctx)
		if err != nil || !e.anchorDue(s) {
			return err
		}
		if _, err := tx.HoldPack(ctx); err != nil {
			return err
		}
		if s, err = tx.Sealed(ctx); err != nil || !e.anchorDue(s) { // another replica was first
			return err
		}
		posted = true
		return e.post(ctx, tx, s.Size)
	})
	if err != nil {
		return false, fmt.Errorf("post checkpoint: %w", err)
	}
	if posted {
		e.Rouse()
	}
	return posted, nil
}

func (e *Engine) anchorDue(s Sealed) bool {
	return s.News && (s.PostedAt.IsZero() || !e.Now().Before(s.PostedAt.Add(anchorEvery)))
}

func (e *Engine) post(ctx context.Context, tx Tx, size int64) error {
	data := anchored{Size: size}
	for _, a := range e.cfg.Anchors {
		data.To = append(data.To, a.Surface)
	}
	ev := workflows.Event{About: workflows.RecordRef(), Actor: workflows.System, At: e.Now(), Via: workflows.Via{Surface: "timer"}}
	n, err := e.note(ctx, tx, ev, workflows.Fact{Kind: workflows.FactAnchored, Data: data})
	if err != nil {
		return err
	}
	return tx.PutMails(ctx, []workflows.Mail{{
		About: ev.About, Record: n, To: workflows.Channel, Why: workflows.WhyAnchor, Part: strconv.FormatInt(size, 10),
		Lane: lane(workflows.WhyAnchor), At: ev.At,
	}})
}

// anchors gives one new message for each anchor.
func (e *Engine) anchors(m workflows.Mail) []Outgoing {
	out := make([]Outgoing, 0, len(e.cfg.Anchors))
	for _, a := range e.cfg.Anchors {
		out = append(out, Outgoing{
			Key: fmt.Sprintf("anchor/%s/%s", m.Part, a.ID), Once: true, Account: a, Why: m.Why, Lane: m.Lane,
			Bucket: a.Surface + workflows.BucketPost + workflows.BucketChannel,
		})
	}
	return out
}

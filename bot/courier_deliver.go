package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"steward/bot/card"
	"steward/workflows"
)

// errLost is the cause of a cancelled call whose claim was taken over.
var errLost = errors.New("the claim was taken over")

// deliver makes one attempt and reports its end to the queue, fenced by the claim.
func (c *Courier) deliver(ctx context.Context, d workflows.Delivery) {
	log := c.cfg.Log.With("delivery", d.ID, "about", d.Mail.About.String(), "why", string(d.Mail.Why), "surface", d.Account.Surface)
	held, release := c.hold(ctx, d)
	f := c.attempt(held, d)
	release()
	if errors.Is(context.Cause(held), errLost) {
		log.WarnContext(ctx, "delivery taken over while in flight")
		return
	}
	if ctx.Err() != nil && f.State != workflows.FinishSent {
		return // stopped in the middle: the claim runs out and somebody else takes it over
	}
	// What was sent has to be noted even when the courier is stopping.
	note, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.cfg.Lease)
	defer cancel()
	err := c.cfg.Queue.Finish(note, d, f)
	c.lookAfter(f)
	switch {
	case errors.Is(err, workflows.ErrConflict):
		log.WarnContext(ctx, "delivery was taken over before its end", "state", string(f.State))
	case err != nil:
		log.ErrorContext(ctx, "end of delivery not noted", "state", string(f.State), "err", err)
	case f.State == workflows.FinishSent || f.State == workflows.FinishMoot:
		log.DebugContext(ctx, "delivered", "state", string(f.State), "reason", f.Reason)
	default:
		log.WarnContext(ctx, "not delivered", "state", string(f.State), "reason", f.Reason, "attempt", d.Attempts)
	}
}

// lookAfter makes the courier look again when a short pause is over. By its looks alone it would be late by a part of the pause
// that counts: a limit of so many a second would be kept a quarter too well.
func (c *Courier) lookAfter(f workflows.Finish) {
	if f.State == workflows.FinishPause && f.After < 20*c.cfg.Poll {
		c.cfg.Later(f.After, c.Wake)
	}
}

// hold keeps the claim alive until release is called. The context ends when the claim is lost.
func (c *Courier) hold(ctx context.Context, d workflows.Delivery) (context.Context, func()) {
	held, cancel := context.WithCancelCause(ctx)
	beat, stopBeat := c.cfg.Tick(c.cfg.Lease / 3)
	over, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-over:
				return
			case <-beat:
				if errors.Is(c.cfg.Queue.Extend(held, d, c.cfg.Lease), workflows.ErrConflict) {
					cancel(errLost)
					return
				}
			}
		}
	}()
	return held, func() {
		close(over)
		<-ended
		stopBeat()
		cancel(nil) // keeps errLost where that came first
	}
}

// attempt brings one delivery to its surface and says how that ended.
func (c *Courier) attempt(ctx context.Context, d workflows.Delivery) (f workflows.Finish) {
	defer func() {
		if r := recover(); r != nil {
			c.cfg.Log.ErrorContext(ctx, "panic in a delivery", "delivery", d.ID, "kind", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			f = workflows.Finish{State: workflows.FinishRetry, After: c.backOff(d.Attempts), Reason: "panic", Unsure: true}
		}
	}()
	surface, ok := c.surfaces[d.Account.Surface]
	if !ok {
		return workflows.Finish{State: workflows.FinishRetry, After: c.backOff(d.Attempts), Reason: "unknown surface"}
	}
	if !mayCarry(d) {
		return workflows.Finish{State: workflows.FinishFailed, Reason: "account not confirmed"}
	}
	l, moot, err := c.read(ctx, d)
	switch {
	case err != nil:
		c.cfg.Log.ErrorContext(ctx, "delivery could not be prepared", "delivery", d.ID, "err", err)
		return workflows.Finish{State: workflows.FinishRetry, After: c.backOff(d.Attempts), Reason: "not prepared"}
	case moot == mootOver && d.Takeover && !d.Mail.Why.Daily(): // what a claim that died has sent is there, and would stay as it was
	case moot != "":
		return workflows.Finish{State: workflows.FinishMoot, Reason: moot}
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	m := Message{Delivery: d.ID, About: d.Mail.About, Why: l.Why, Card: l.card(), At: d.Mail.At, Note: l.Note}
	hash, err := textHash(c.cfg.Salt(), m.Card)
	if err != nil {
		c.cfg.Log.ErrorContext(ctx, "card cannot be hashed", "delivery", d.ID, "err", err)
		return workflows.Finish{State: workflows.FinishFailed, Reason: "not prepared"}
	}
	p := parcel{d: d, l: l, m: m, hash: hash}
	switch {
	case moot != "":
		return c.leftBehind(ctx, surface, p)
	case d.Receipt != nil:
		return c.update(ctx, surface, p)
	}
	return c.send(ctx, surface, p)
}

// parcel is a delivery with what goes into it, ready to be handed over.
type parcel struct {
	d    workflows.Delivery
	l    letter
	m    Message
	hash string
}

// send makes a new message, unless a claim that died has made it already.
func (c *Courier) send(ctx context.Context, s Surface, p parcel) workflows.Finish {
	d := p.d
	if d.Takeover {
		sent, found, err := s.Find(ctx, d.Account, p.m)
		switch {
		case errors.Is(err, ErrCannotAsk):
			if d.Mail.Why.Daily() {
				return workflows.Finish{State: workflows.FinishMoot, Reason: "reminders go at most once"}
			}
		case err != nil:
			return c.failed(d, workflows.BucketPost, err)
		case found:
			return workflows.Finish{State: workflows.FinishSent, Receipt: p.receipt(sent)}
		}
	}
	sent, err := s.Send(ctx, d.Account, p.m)
	if err != nil {
		f := c.failed(d, workflows.BucketPost, err)
		f.Unsure = unsure(err)
		return f
	}
	return workflows.Finish{State: workflows.FinishSent, Receipt: p.receipt(sent)}
}

// leftBehind looks for the message that a claim made before it died, where what it tells does not hold any more. It is brought
// up to date and noted; no new one is made.
func (c *Courier) leftBehind(ctx context.Context, s Surface, p parcel) workflows.Finish {
	sent, found, err := s.Find(ctx, p.d.Account, p.m)
	switch {
	case errors.Is(err, ErrCannotAsk) || err == nil && !found:
		return workflows.Finish{State: workflows.FinishMoot, Reason: mootOver}
	case err != nil:
		return c.failed(p.d, workflows.BucketPost, err)
	}
	receipt := p.receipt(sent)
	if err := s.Update(ctx, *receipt, p.m); err != nil {
		if se, ok := errors.AsType[*SendError](err); ok && se.Gone {
			return workflows.Finish{State: workflows.FinishMoot, Reason: mootOver}
		}
		return c.failed(p.d, workflows.BucketUpdate, err)
	}
	return workflows.Finish{State: workflows.FinishSent, Receipt: receipt}
}

// update replaces a message; doing it twice does no harm. Where the message is gone, its receipt is superseded, and a new
// message is made only where it asks its reader for something.
func (c *Courier) update(ctx context.Context, s Surface, p parcel) workflows.Finish {
	old := *p.d.Receipt
	err := s.Update(ctx, old, p.m)
	var se *SendError
	if errors.As(err, &se) && se.Gone {
		if !p.l.asks() {
			return workflows.Finish{State: workflows.FinishGone, Reason: se.Reason}
		}
		f := c.send(ctx, s, p)
		if f.State == workflows.FinishSent {
			f.Reason = se.Reason // a receipt of another message supersedes the old one
		}
		return f
	}
	if err != nil {
		return c.failed(p.d, workflows.BucketUpdate, err)
	}
	return workflows.Finish{State: workflows.FinishSent, Receipt: p.receipt(Sent{Place: old.Place, MessageID: old.MessageID})}
}

// unsure says that a message may have been sent although the surface gave an error. It is so for every error that is not the
// platform's answer.
func unsure(err error) bool {
	var se *SendError
	return !errors.As(err, &se) || se.Unsure
}

// failed turns what a surface said to a call of one method into the end of the attempt.
func (c *Courier) failed(d workflows.Delivery, method string, err error) workflows.Finish {
	var se *SendError
	if !errors.As(err, &se) {
		reason := "error"
		if errors.Is(err, context.DeadlineExceeded) {
			reason = "timeout"
		}
		return workflows.Finish{State: workflows.FinishRetry, After: c.backOff(d.Attempts), Reason: reason}
	}
	f := workflows.Finish{After: se.After, Reason: se.Reason}
	switch {
	case se.Pause:
		f.State, f.Bucket = workflows.FinishPause, d.Bucket
		switch se.Reach {
		case ReachBucket:
		case ReachMessage:
			f.Bucket = ""
		case ReachMethod:
			f.Bucket = d.Account.Surface + method
		case ReachSurface:
			f.Bucket = d.Account.Surface
		}
		if f.After <= 0 {
			f.After = c.backOff(d.Attempts + 4)
		}
	case se.Retry:
		f.State = workflows.FinishRetry
		f.After = max(f.After, c.backOff(d.Attempts))
	default:
		f.State, f.After = workflows.FinishFailed, 0
	}
	return f
}

// backOff gives 1 s, 2 s, 4 s ... 10 min after the first, second, third attempt, each shortened by chance by up to half, so
// that what failed together does not come back together.
func (c *Courier) backOff(attempts int) time.Duration {
	const most = 10 * time.Minute
	d := most
	if n := max(attempts-1, 0); n < 10 {
		d = min(time.Second<<n, most)
	}
	return d - time.Duration(c.cfg.Jitter()*float64(d)/2)
}

// receipt notes where the parcel went.
func (p parcel) receipt(sent Sent) *workflows.Receipt {
	return &workflows.Receipt{
		Delivery: p.d.ID, Account: p.d.Account, About: p.d.Mail.About, Why: p.l.Why, Part: p.l.Part,
		Place: sent.Place, MessageID: sent.MessageID, TextHash: p.hash, At: p.l.Case.Now,
	}
}

// textHash is a salted hash of what a message said: "salt:hash", both hex.
func textHash(salt []byte, content card.Card) (string, error) {
	text, err := json.Marshal(content)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append(slices.Clip(salt), text...))
	return hex.EncodeToString(salt) + ":" + hex.EncodeToString(sum[:]), nil
}

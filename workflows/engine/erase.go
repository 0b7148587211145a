package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"steward/workflows"
	"steward/workflows/approval"
)

// erasedData is the data of the record of an erasure.
type erasedData struct {
	Texts    []string `json:"commitments"` // commitments of what was destroyed, sorted
	Own      bool     `json:"own,omitempty"`
	Override bool     `json:"override,omitempty"`
	Accounts int      `json:"accounts,omitempty"`
}

// Erase destroys what is kept about a person: name, address, accounts, drafts, copies of messages, and the texts about them. A
// record names them by their id and the commitments of what is gone. The person stays as an id, so that who decided what
// remains. Refused, with nothing changed, while they work here or anything waits for them, and before the time to keep them is
// over, unless the erasure overrides that.
func (e *Engine) Erase(ctx context.Context, x workflows.Erasure) (out workflows.Erased, no *workflows.Refusal, err error) {
	err = e.cfg.Store.Do(ctx, func(tx Tx) error {
		out, no = workflows.Erased{}, nil
		if _, err := tx.HoldPack(ctx); err != nil {
			return err
		}
		if err := tx.LockPeople(ctx, x.Person); err != nil {
			return err
		}
		ties, err := tx.Ties(ctx, x.Person)
		if err != nil {
			return err
		}
		if no = e.mayErase(x, ties); no != nil {
			return errUndo
		}
		if out, err = e.erase(ctx, tx, x, ties.Name); err == nil && x.DryRun {
			return errUndo
		}
		if err == nil && ties.Erased && out.Nothing() {
			no = workflows.Refuse(workflows.CodeNotNow, fmt.Sprintf("%s was erased before, and nothing is left to destroy.", x.Person))
			return errUndo
		}
		return err
	})
	if errors.Is(err, errUndo) {
		err = nil
	}
	if err != nil {
		return workflows.Erased{}, nil, fmt.Errorf("erase %s: %w", x.Person, err)
	}
	return out, no, nil
}

// mayErase says why a person is not erased.
func (e *Engine) mayErase(x workflows.Erasure, ties workflows.Ties) *workflows.Refusal {
	if n := utf8.RuneCountInString(strings.TrimSpace(x.Reason)); n < approval.MinReason || n > approval.MaxText {
		return workflows.RefuseField("reason", fmt.Sprintf("Say in %d to %d characters why: it stays in the record. Leave the name out of it.", approval.MinReason, approval.MaxText))
	}
	refuse := func(format string, args ...any) *workflows.Refusal {
		return workflows.Refuse(workflows.CodeNotNow, fmt.Sprintf(format, args...))
	}
	switch {
	case ties.Active:
		return refuse("%s works here. Whoever has left is switched off by an import first.", x.Person)
	case ties.Waits:
		return refuse("%s has open work. Hand over what waits for them first.", x.Person)
	case ties.Open:
		return refuse("%s is the requester or owner of a request that is open. It has to end first, or get another owner.", x.Person)
	case ties.Roles:
		return refuse("%s holds a role of Steward. Take it away first.", x.Person)
	case ties.Assets:
		return refuse("%s owns a system or a subject. Give it another owner first.", x.Person)
	case ties.Systems:
		return refuse("%s owns a system in the AI register. Hand it over or retire it first.", x.Person)
	case ties.Absences:
		return refuse("%s is away, or stands in for somebody. That has to end first.", x.Person)
	case ties.Proposals:
		return refuse("A proposal by %s or about their roles waits for a second person. Settle it first.", x.Person)
	case ties.Erased || x.Override:
		return nil
	}
	return e.keptLonger(x, ties)
}

// keptLonger refuses an erasure before the time to keep the person is over.
func (e *Engine) keptLonger(x workflows.Erasure, ties workflows.Ties) *workflows.Refusal {
	left, err := time.Parse(time.DateOnly, ties.LeftOn)
	if err != nil {
		return workflows.Refuse(workflows.CodeNotNow, fmt.Sprintf("It is not known when %s left, so nobody can say whether they are to be kept. Import left_on, or override it.", x.Person))
	}
	if until := left.AddDate(0, x.Keep, 0); e.Now().Before(until) {
		return workflows.Refuse(workflows.CodeNotNow, fmt.Sprintf("%s left on %s and is to be kept for %d months, until %s. Override it where the law asks for less.", x.Person, ties.LeftOn, x.Keep, until.Format(time.DateOnly)))
	}
	return nil
}

// erase destroys, and records it.
func (e *Engine) erase(ctx context.Context, tx Tx, x workflows.Erasure, name string) (workflows.Erased, error) {
	links, err := tx.LinksOf(ctx, x.Person)
	if err != nil {
		return workflows.Erased{}, err
	}
	texts, err := tx.TextsOf(ctx, x.Person, x.Own)
	if err != nil {
		return workflows.Erased{}, err
	}
	for _, l := range links {
		if err := e.eraseLink(ctx, tx, l, x); err != nil {
			return workflows.Erased{}, err
		}
	}
	out, err := tx.ErasePerson(ctx, x.Person, name, texts, links, x.Own)
	if err != nil {
		return out, err
	}
	out.Texts, out.Accounts = len(texts), len(links)
	fact := workflows.Fact{
		Kind:  workflows.FactErased,
		Data:  erasedData{Texts: sorted(texts), Own: x.Own, Override: x.Override, Accounts: len(links)},
		Texts: map[string]string{"reason": strings.TrimSpace(x.Reason)},
	}
	_, err = e.note(ctx, tx, workflows.Event{About: personRef(x.Person), Actor: x.Actor, At: e.Now(), Via: x.Via}, fact)
	return out, err
}

// eraseLink removes the link of an account. One that has records gets a last one; those that came with the first import of a
// person have none.
func (e *Engine) eraseLink(ctx context.Context, tx Tx, l workflows.Link, x workflows.Erasure) error {
	last, err := tx.LastRecord(ctx, workflows.AccountRef(l.ID))
	if err != nil {
		return err
	}
	if last > 0 {
		l.State, l.Proof = workflows.LinkGone, workflows.ProofNone
		if _, err := e.recordLink(ctx, tx, workflows.LinkErase, l, workflows.Event{Actor: x.Actor, Via: x.Via}); err != nil {
			return err
		}
	}
	return tx.DropLink(ctx, l.ID)
}

func sorted(list []string) []string {
	out := append([]string{}, list...)
	slices.Sort(out)
	return out
}

// retiredData is the data of the record of requests whose content was destroyed.
type retiredData struct {
	Requests []string `json:"requests"`
	Systems  []string `json:"systems,omitempty"` // of the register, that no request was of
	Texts    []string `json:"commitments"`       // commitments of what was destroyed, sorted
}

// retireAtOnce bounds what one transaction destroys, and one record names.
const retireAtOnce = 20

// Retire destroys what its time is over for: the texts of requests and of systems without one, what their rows repeat of them, and
// why facts of vendors were changed, with records that name them; and copies of messages. States, votes and who gave them stay. It gives how
// many requests, systems without one, and reasons that was. Any replica may call it, at any time.
func (e *Engine) Retire(ctx context.Context, keep workflows.Retention) (n int, err error) {
	if before, some := over(e.Now(), keep.Copies); some {
		err := e.cfg.Store.Do(ctx, func(tx Tx) error { return tx.DropCopies(ctx, before) })
		if err != nil {
			return 0, fmt.Errorf("retire copies of messages: %w", err)
		}
	}
	before, more := over(e.Now(), keep.Requests)
	for more {
		done := 0
		err := e.cfg.Store.Do(ctx, func(tx Tx) error {
			done, err = e.retireSome(ctx, tx, before)
			return err
		})
		if err != nil {
			return n, fmt.Errorf("retire requests: %w", err)
		}
		n += done
		more = done >= retireAtOnce // else none of its lists was full
	}
	return n, nil
}

// over gives the time before which something has to have ended, and false where it is kept for ever.
func over(now time.Time, months int) (time.Time, bool) { return now.AddDate(0, -months, 0), months > 0 }

func (e *Engine) retireSome(ctx context.Context, tx Tx, before time.Time) (int, error) {
	if _, err := tx.HoldPack(ctx); err != nil { // records about the record come one after the other
		return 0, err
	}
	ids, err := tx.Retirable(ctx, before, retireAtOnce)
	if err != nil {
		return 0, err
	}
	seen, err := tx.RetirableSystems(ctx, before, retireAtOnce-len(ids))
	if err != nil {
		return 0, err
	}
	texts, err := tx.RetireReasons(ctx, before, retireAtOnce)
	n := len(ids) + len(seen) + len(texts)
	if err != nil || n == 0 {
		return 0, err
	}
	for _, id := range ids {
		gone, err := tx.RetireRequest(ctx, id)
		if err != nil {
			return 0, err
		}
		texts = append(texts, gone...)
	}
	for _, id := range seen {
		gone, err := tx.RetireSystem(ctx, id)
		if err != nil {
			return 0, err
		}
		texts = append(texts, gone...)
	}
	fact := workflows.Fact{Kind: workflows.FactErased, Data: retiredData{Requests: append([]string{}, ids...), Systems: seen, Texts: sorted(texts)}}
	ev := workflows.Event{About: workflows.RecordRef(), Actor: workflows.System, At: e.Now(), Via: workflows.Via{Surface: "timer"}}
	_, err = e.note(ctx, tx, ev, fact)
	return n, err
}

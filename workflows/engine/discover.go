package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/directory"
	"steward/workflows/register"
)

// Discovered says what a list of tools that are used in the company brought to the AI register. Each tool of the list is in one of the
// lists, as the entry that it is.
type Discovered struct {
	New   []workflows.SystemRow // nobody had asked for it: somebody has to, or it is stopped
	Again []workflows.SystemRow // was seen before, and is not approved yet
	Known []workflows.SystemRow // is approved
	Off   []workflows.SystemRow // is suspended, or its approval has ended: those who look after it are told
	// Older were stopped, rejected or retired after the list was made: it says nothing of them.
	Older []workflows.SystemRow
	// Same is how many entries have taken this very file before.
	Same int
}

// ImportTools takes a list of tools that are used in the company, whole or not at all, with one record of the list and one of each entry
// that it says something new of. The same file again changes nothing, and a dry run says what would become of it. [workflows.ErrNotFound]
// where no kind of request of the policy enters the AI register.
func (e *Engine) ImportTools(ctx context.Context, list directory.Tools, actor workflows.PersonID, via workflows.Via, dry bool) (Discovered, error) {
	var out Discovered
	err := e.cfg.Store.Do(ctx, func(tx Tx) error {
		if _, err := tx.HoldPack(ctx); err != nil { // one import after the other: it holds many entries
			return err
		}
		out = Discovered{}
		at, changed := e.Now(), 0
		for _, tool := range list.Rows {
			ev := workflows.Event{Actor: actor, At: at, Via: via, What: register.Seen{
				Tool: tool.Name, Vendor: tool.Vendor, Source: tool.Source, By: tool.By, At: tool.At, Accounts: tool.Accounts, LastUsed: tool.LastUsed, File: list.Source,
			}}
			did, err := systems{e}.see(ctx, tx, ev, &out)
			if err != nil {
				return err
			}
			if did {
				changed++
			}
		}
		if changed == 0 || dry {
			return errUndo
		}
		fact := workflows.Fact{Kind: workflows.FactToolsImported, Data: imported{Source: list.Source, Rows: len(list.Rows)}}
		_, err := e.note(ctx, tx, workflows.Event{About: workflows.DirectoryRef(), Actor: actor, At: at, Via: via}, fact)
		return err
	})
	if err != nil && !errors.Is(err, errUndo) {
		return Discovered{}, fmt.Errorf("import tools: %w", err)
	}
	e.Rouse()
	return out, nil
}

// see brings one line of a list to the entry that it is about, and says whether it said something new.
func (s systems) see(ctx context.Context, tx Tx, ev workflows.Event, out *Discovered) (bool, error) {
	what := ev.What.(register.Seen)
	rows, err := tx.NamedSystems(ctx, what.Tool, what.Vendor)
	if err != nil {
		return false, err
	}
	into, row := &out.New, workflows.SystemRow{Tool: what.Tool, Vendor: what.Vendor}
	for _, r := range rows {
		state := register.State(r.State)
		switch {
		case state.Live():
			into = &out.Known
		case state == register.StateDiscovered:
			into = &out.Again
		case !state.Over():
			into = &out.Off
		case r.Since.After(what.At):
			into = &out.Older
		default:
			continue // it was over when the list was made: what is used now is another matter
		}
		row = r
		break
	}
	if into == &out.Older {
		*into = append(*into, row)
		return false, nil
	}
	if row.ID == "" {
		if row.ID, err = tx.NewSystemID(ctx); err != nil {
			return false, err
		}
	}
	ev.About = workflows.SystemRef(row.ID)
	did, err := s.note(ctx, tx, ev)
	if err == nil && !did {
		out.Same++
	}
	*into = append(*into, row)
	return did, err
}

// note applies one sighting, and says whether it said something new.
func (s systems) note(ctx context.Context, tx Tx, ev workflows.Event) (bool, error) {
	before, refusal, err := s.load(ctx, tx, ev.About.ID, true)
	if err != nil || refusal != nil {
		return false, errors.Join(err, refusalError(refusal))
	}
	f, err := s.facts(ctx, tx, before, ev)
	if err != nil {
		return false, err
	}
	out := register.Step(before, ev, f)
	if out.Refusal != nil {
		return false, refusalError(out.Refusal)
	}
	if len(out.Records) == 0 {
		return false, nil
	}
	return true, s.save(ctx, tx, before, ev, out)
}

func refusalError(no *workflows.Refusal) error {
	if no == nil {
		return nil
	}
	return no
}

// found gives what an entry without a decision has: the flow in force that enters the register.
func (s systems) found(ctx context.Context, tx Tx) (*register.Found, error) {
	pack, err := s.e.pack(ctx, tx, "")
	if err != nil {
		return nil, err
	}
	for _, f := range pack.Flows() {
		if f.Register != nil {
			return &register.Found{Flow: f.Key, Policy: pack.Hash, Version: f.Version, Governors: f.Register.Governors}, nil
		}
	}
	return nil, fmt.Errorf("a kind of request that enters the AI register: %w", workflows.ErrNotFound)
}

// askedFor tells what was only seen that approval of it is asked for now, or not any more. Of several entries of that name the newest
// one that nobody has asked for is meant.
func (s requests) askedFor(ctx context.Context, tx Tx, before, r approval.Request, ev workflows.Event) error {
	_, submitted := ev.What.(approval.Submitted)
	switch {
	case !r.Screening.Plan.Registers:
	case submitted:
		return s.requestedSeen(ctx, tx, r, ev.At)
	case before.Status == approval.StatusOpen && r.Status == approval.StatusWithdrawn:
		id, err := tx.SystemOf(ctx, r.ID)
		if errors.Is(err, workflows.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return s.tellSeen(ctx, tx, id, workflows.RequestFailed{Request: r.ID}, r, ev.At)
	}
	return nil
}

func (s requests) requestedSeen(ctx context.Context, tx Tx, r approval.Request, at time.Time) error {
	id, err := s.e.unasked(ctx, tx, r)
	if errors.Is(err, workflows.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.tellSeen(ctx, tx, id, workflows.Requested{Request: r.ID}, r, at)
}

// wasSeen gives the entry of the tool of a request that was seen and that nobody had asked for; [workflows.ErrNotFound] where there is
// none.
func (s systems) wasSeen(ctx context.Context, tx Tx, request string) (string, error) {
	r, err := tx.ReadRequest(ctx, request)
	if err != nil {
		return "", err
	}
	return s.e.unasked(ctx, tx, r)
}

// asks says whether a request still asks for approval of something that has no entry yet. It is true of all other events.
func (s systems) asks(ctx context.Context, tx Tx, ev workflows.Event) (bool, error) {
	what, is := ev.What.(workflows.Requested)
	if !is {
		return true, nil
	}
	_, err := tx.SystemOf(ctx, what.Request)
	if !errors.Is(err, workflows.ErrNotFound) {
		return false, err
	}
	r, err := tx.ReadRequest(ctx, what.Request)
	return err == nil && r.Status == approval.StatusOpen, err
}

func (e *Engine) unasked(ctx context.Context, tx Tx, r approval.Request) (string, error) {
	flow, err := e.flow(ctx, tx, r.Screening.Policy, r.Flow)
	if err != nil {
		return "", err
	}
	m, answers := flow.Fills(), r.Screening.Answers
	rows, err := tx.NamedSystems(ctx, answers[m.Tool].Text, answers[m.Vendor].Text)
	if err != nil {
		return "", err
	}
	for _, row := range rows {
		if row.State == string(register.StateDiscovered) && row.Request == "" {
			return row.ID, nil
		}
	}
	return "", fmt.Errorf("a tool of %s that was seen: %w", r.ID, workflows.ErrNotFound)
}

func (s requests) tellSeen(ctx context.Context, tx Tx, system string, what workflows.What, r approval.Request, at time.Time) error {
	raw, err := told(what)
	if err != nil {
		return err
	}
	key := fmt.Sprintf("%s/%s/%d", workflows.RequestRef(r.ID), what.Kind(), r.Round)
	return tx.PutTell(ctx, Tell{Key: key, About: workflows.SystemRef(system), What: what.Kind(), Body: raw, At: at})
}

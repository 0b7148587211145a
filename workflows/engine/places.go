package engine

import (
	"context"
	"errors"
	"slices"

	"steward/workflows"
	"steward/workflows/register"
)

// places gives where a mail goes: to the portal always, and to the first account of a surface that is on and may carry it;
// where there is none, to its reader's mailbox. What was tried before is left out: a mail comes back when an account could
// not be reached for good.
func (e *Engine) places(ctx context.Context, tx Tx, m workflows.Mail) ([]workflows.Account, error) {
	tried, err := tx.Tried(ctx, m)
	if err != nil {
		return nil, err
	}
	var out []workflows.Account
	if portal := workflows.PortalAccount(m.To); m.Why != workflows.WhyLink && !slices.Contains(tried, portal.ID) {
		out = append(out, portal)
	}
	beside, err := e.chat(ctx, tx, m, tried)
	if err == nil && beside == nil {
		beside, err = e.mailbox(ctx, tx, m, tried)
	}
	switch {
	case err != nil:
		return out, err
	case beside != nil:
		return append(out, *beside), nil
	}
	return out, e.watchUnreached(ctx, tx, m)
}

// chat gives the chat account that a mail goes to, nil where none can carry it. Where all there is is a proposed one, its
// holder is asked whose it is.
func (e *Engine) chat(ctx context.Context, tx Tx, m workflows.Mail, tried []string) (*workflows.Account, error) {
	if len(e.cfg.Surfaces) == 0 {
		return nil, nil
	}
	links, err := tx.LinksOf(ctx, m.To)
	if err != nil {
		return nil, err
	}
	proposed := -1
	for i, l := range links {
		if !slices.Contains(e.cfg.Surfaces, l.Surface) || slices.Contains(tried, l.ID) {
			continue
		}
		carries, err := e.carries(ctx, tx, l, m)
		if err != nil {
			return nil, err
		}
		if carries {
			return &l.Account, nil
		}
		if l.State == workflows.LinkProposed && l.AskedAt.IsZero() && proposed < 0 {
			proposed = i
		}
	}
	if proposed >= 0 && len(tried) == 0 && lane(m.Why) == workflows.LaneDecide && !linkedAnywhere(links) {
		return nil, e.askWhose(ctx, tx, links[proposed], m)
	}
	return nil, nil
}

// mailbox gives the mailbox that a mail goes to, nil where it goes to none. What was sent by e-mail stays as it is, so what
// would only update a message is not sent at all; the question whose an account is goes to that account alone.
func (e *Engine) mailbox(ctx context.Context, tx Tx, m workflows.Mail, tried []string) (*workflows.Account, error) {
	a := workflows.MailAccount(m.To)
	if !e.cfg.Mail || m.Why == workflows.WhyLink || m.Why.Update() || slices.Contains(tried, a.ID) {
		return nil, nil
	}
	roster, err := tx.Roster(ctx, Need{People: []workflows.PersonID{m.To}}, m.At)
	if err != nil {
		return nil, err
	}
	if p, _ := roster.Person(m.To); p.Email == "" {
		return nil, nil
	}
	return &a, nil
}

func linkedAnywhere(links []workflows.Link) bool {
	return slices.ContainsFunc(links, func(l workflows.Link) bool {
		return l.State == workflows.LinkLinked && l.Surface != workflows.SurfaceOIDC // nothing is told where people only sign in
	})
}

// carries says whether an account may carry a mail. An account that is not linked carries the question whose it is, and
// nothing else; one for which only its holder stands, what they have by relation.
func (e *Engine) carries(ctx context.Context, tx Tx, l workflows.Link, m workflows.Mail) (bool, error) {
	own := m.About == workflows.AccountRef(l.ID)
	switch {
	case m.Why == workflows.WhyLink:
		return own && l.State == workflows.LinkProposed, nil
	case l.State != workflows.LinkLinked || own: // the news that it was linked goes elsewhere
		return false, nil
	case !l.Limited():
		return true, nil
	case m.Why.Daily(), m.About.Kind == workflows.KindVendor: // it names all that is due, whatever it is due by; facts are kept by a role
		return false, nil
	case m.About.Kind == workflows.KindAccount:
		_, byRole := workflows.Passed(m.Part)
		return !byRole, nil
	case m.About.Kind != workflows.KindRequest && m.About.Kind != workflows.KindSystem:
		return true, nil
	}
	by, err := byRelation(ctx, tx, m)
	if errors.Is(err, workflows.ErrNotFound) {
		return false, nil
	}
	return by, err
}

// byRelation says whether what a mail tells somebody about a request or a system is for them as one who owns it or asked for it, or about
// joining it.
func byRelation(ctx context.Context, tx Tx, m workflows.Mail) (bool, error) {
	if m.About.Kind == workflows.KindSystem {
		s, err := tx.ReadSystem(ctx, m.About.ID)
		if err != nil || s.ByRelation(m.To) {
			return err == nil, err
		}
		return joins(ctx, tx, s, m)
	}
	r, err := tx.ReadRequest(ctx, m.About.ID)
	return err == nil && r.ByRelation(m.To), err
}

// joins says whether a mail is about joining, or tells a user to stop, to somebody who reads by it what everybody reads, and has no role
// that opens more.
func joins(ctx context.Context, tx Tx, s register.System, m workflows.Mail) (bool, error) {
	about := []workflows.Why{workflows.WhyJoin, workflows.WhyJoined, workflows.WhyStop, workflows.WhyExpired}
	if !slices.Contains(about, m.Why) || !s.Part(m.To) {
		return false, nil
	}
	roster, err := tx.Roster(ctx, Need{People: []workflows.PersonID{m.To}}, m.At)
	if err != nil {
		return false, err
	}
	p, _ := roster.Person(m.To)
	return !workflows.MaySee(p, s.Concerned()), nil
}

// askWhose sends one message to an account of which only an address says whose it is: whose is it? It holds nothing of what
// waits, and is sent once.
func (e *Engine) askWhose(ctx context.Context, tx Tx, l workflows.Link, m workflows.Mail) error {
	l.AskedAt = m.At
	if err := tx.SaveLink(ctx, l); err != nil {
		return err
	}
	return tx.PutMails(ctx, []workflows.Mail{{
		About: workflows.AccountRef(l.ID), To: l.Person, Why: workflows.WhyLink, Lane: lane(workflows.WhyLink), At: m.At,
	}})
}

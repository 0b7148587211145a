package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"steward/workflows"
)

// Expand turns up to n waiting mails into deliveries: one for the portal, one for the person's preferred chat account, or
// their mailbox where no chat account can carry it; a refresh into one for each message that exists about the thing and can
// be changed. A mail that comes back, because an account could not be reached for good, goes to the next account. One that its
// reader gets in working hours only waits for them. It gives how many mails it expanded or put by.
func (e *Engine) Expand(ctx context.Context, n int) (int, error) {
	count := 0
	err := e.cfg.Store.Do(ctx, func(tx Tx) error {
		now := e.Now()
		mails, err := tx.TakeMails(ctx, now, n)
		if err != nil {
			return err
		}
		for _, m := range mails {
			held, err := e.held(ctx, tx, m, now)
			if err != nil {
				return err
			}
			if held {
				continue
			}
			out, err := e.deliveries(ctx, tx, m)
			if err != nil {
				return err
			}
			if err := tx.Expand(ctx, m, out); err != nil {
				return err
			}
		}
		count = len(mails)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("expand mails: %w", err)
	}
	if count > 0 && e.cfg.Wake != nil {
		e.cfg.Wake()
	}
	return count, nil
}

// held puts a mail by until its reader's working hours, where it is one for them and they are not at work.
func (e *Engine) held(ctx context.Context, tx Tx, m workflows.Mail, now time.Time) (bool, error) {
	if m.Refreshes() || !m.Why.InHours() {
		return false, nil
	}
	p, err := e.reader(ctx, tx, m.To, now)
	if err != nil {
		return false, err
	}
	next := p.Hours.Next(now)
	if !next.After(now) {
		return false, nil
	}
	return true, tx.HoldMail(ctx, m.ID, next)
}

func (e *Engine) deliveries(ctx context.Context, tx Tx, m workflows.Mail) ([]Outgoing, error) {
	if m.Why == workflows.WhyAnchor {
		return e.anchors(m), nil
	}
	receipts, err := tx.Receipts(ctx, m.About)
	if err != nil {
		return nil, err
	}
	if m.Refreshes() {
		return append(e.refreshes(m, receipts), e.announce(m, receipts)...), nil
	}
	accounts, err := e.places(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	day := ""
	if m.Why.Daily() {
		now := e.Now() // not the mail's: one that was held is part of the message of the day it goes out
		p, err := e.reader(ctx, tx, m.To, now)
		if err != nil {
			return nil, err
		}
		day = now.In(p.Zone()).Format(time.DateOnly)
	}
	out := make([]Outgoing, 0, len(accounts))
	for _, a := range accounts {
		o := Outgoing{
			Key:     fmt.Sprintf("mail/%s/%d/%d/%s", m.About, m.Record, m.Item, a.ID),
			Account: a, Why: m.Why, Lane: m.Lane, Bucket: a.Surface + workflows.BucketPost,
		}
		if day != "" { // reminders of all kinds are one message a person a day
			o.Key, o.Once = fmt.Sprintf("daily/%s/%s/%s", m.To, day, a.ID), true
			o.Bucket = a.Surface + workflows.BucketDaily
		}
		if m.Why.Update() {
			if o.Update = latest(receipts, a, m.Why); o.Update != nil {
				o.Key = refreshKey(*o.Update) // the same as a refresh of that message
				o.Bucket = a.Surface + workflows.BucketUpdate
			}
		}
		out = append(out, o)
	}
	return out, nil
}

// refreshes gives one update for every message about the thing. Its key is the message, so that refreshes that have not
// been sent yet become one: the newest state wins, because cards are made at delivery.
func (e *Engine) refreshes(m workflows.Mail, receipts []workflows.Receipt) []Outgoing {
	out := make([]Outgoing, 0, len(receipts))
	for _, r := range receipts {
		if r.Why.Daily() || r.Account.Surface == workflows.SurfaceMail { // they stay as they were sent
			continue
		}
		o := Outgoing{Key: refreshKey(r), Account: r.Account, Update: &r, Lane: m.Lane, Bucket: r.Account.Surface + workflows.BucketUpdate}
		if r.Account.Person == workflows.Channel {
			if !slices.ContainsFunc(e.cfg.Channels, func(a workflows.Account) bool { return a.ID == r.Account.ID }) {
				continue
			}
			o.Bucket += workflows.BucketChannel
		}
		out = append(out, o)
	}
	return out
}

// announce gives one new message about a request for each governance channel that has none. From then on it is refreshed
// like every other; one that was deleted there is posted again at most once a week.
func (e *Engine) announce(m workflows.Mail, receipts []workflows.Receipt) []Outgoing {
	if m.About.Kind != workflows.KindRequest {
		return nil
	}
	var out []Outgoing
	for _, a := range e.cfg.Channels {
		if slices.ContainsFunc(receipts, func(r workflows.Receipt) bool { return r.Account.ID == a.ID }) {
			continue
		}
		out = append(out, Outgoing{
			Key: fmt.Sprintf("channel/%s/%s", m.About, a.ID), Once: true, Account: a, Lane: m.Lane,
			Bucket: a.Surface + workflows.BucketPost + workflows.BucketChannel,
		})
	}
	return out
}

// ChannelAccount is the account that stands for a channel of a surface.
func ChannelAccount(surface, channel string) workflows.Account {
	return workflows.Account{ID: surface + ":channel:" + channel, Person: workflows.Channel, Surface: surface, User: channel, Confirmed: true}
}

func refreshKey(r workflows.Receipt) string { return fmt.Sprintf("refresh/%d", r.ID) }

// reader gives the person whom a mail is to, with their zone and hours; the zero value where they are not known.
func (e *Engine) reader(ctx context.Context, tx Tx, who workflows.PersonID, at time.Time) (workflows.Person, error) {
	roster, err := tx.Roster(ctx, Need{People: []workflows.PersonID{who}}, at)
	p, _ := roster.Person(who)
	return p, err
}

// latest gives the newest message of the same kind to the same account, nil where there is none.
func latest(receipts []workflows.Receipt, a workflows.Account, why workflows.Why) *workflows.Receipt {
	var found *workflows.Receipt
	for _, r := range receipts {
		if r.Account.ID == a.ID && r.Why == why && (found == nil || r.ID > found.ID) {
			found = &r
		}
	}
	return found
}

package portal_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"steward/bot/portal"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/register"
)

var errRead = errors.New("the disk is gone")

// fragile fails at one read of all that the pages of records, people and deliveries do; 0 lets everything pass.
type fragile struct{ failAt, calls int }

func (f *fragile) read() error {
	f.calls++
	if f.calls == f.failAt {
		return errRead
	}
	return nil
}

type fragileRequests struct {
	portal.Requests
	*fragile
}

func (f fragileRequests) Request(ctx context.Context, id string) (approval.Request, error) {
	r, err := f.Requests.Request(ctx, id)
	return r, errors.Join(err, f.read())
}

func (f fragileRequests) RequestRows(ctx context.Context, viewer workflows.Person, by workflows.RequestFilter) ([]workflows.RequestRow, string, error) {
	rows, next, err := f.Requests.RequestRows(ctx, viewer, by)
	return rows, next, errors.Join(err, f.read())
}

func (f fragileRequests) History(ctx context.Context, about workflows.Ref) ([]workflows.LogRow, error) {
	rows, err := f.Requests.History(ctx, about)
	return rows, errors.Join(err, f.read())
}

type fragileRegister struct {
	portal.Register
	*fragile
}

func (f fragileRegister) System(ctx context.Context, id string) (register.System, error) {
	s, err := f.Register.System(ctx, id)
	return s, errors.Join(err, f.read())
}

func (f fragileRegister) SystemOf(ctx context.Context, request string) (string, error) {
	id, err := f.Register.SystemOf(ctx, request)
	if broken := f.read(); broken != nil {
		return id, broken
	}
	return id, err
}

func (f fragileRegister) SystemRows(ctx context.Context, by workflows.SystemFilter) ([]workflows.SystemRow, string, error) {
	rows, next, err := f.Register.SystemRows(ctx, by)
	return rows, next, errors.Join(err, f.read())
}

type fragileInbox struct {
	portal.Inbox
	*fragile
}

func (f fragileInbox) Waits(ctx context.Context, who workflows.PersonID) ([]workflows.Wait, error) {
	waits, err := f.Inbox.Waits(ctx, who)
	return waits, errors.Join(err, f.read())
}

// directoryOf has another name than the method of it that is wrapped.
type directoryOf = portal.People

type fragilePeople struct {
	directoryOf
	*fragile
}

func (f fragilePeople) People(ctx context.Context, named []workflows.PersonID, roles []workflows.Role, at time.Time) (workflows.Roster, error) {
	r, err := f.directoryOf.People(ctx, named, roles, at)
	return r, errors.Join(err, f.read())
}

type fragileRecords struct {
	portal.Records
	*fragile
}

func (f fragileRecords) RecordRows(ctx context.Context, viewer workflows.Person, by workflows.RecordFilter) ([]workflows.RecordRow, workflows.RecordKey, error) {
	rows, next, err := f.Records.RecordRows(ctx, viewer, by)
	return rows, next, errors.Join(err, f.read())
}

func (f fragileRecords) Record(ctx context.Context, viewer workflows.Person, about workflows.Ref, n int) (workflows.LogRow, error) {
	row, err := f.Records.Record(ctx, viewer, about, n)
	if broken := f.read(); broken != nil {
		return row, broken
	}
	return row, err
}

type fragileDirectory struct {
	portal.Directory
	*fragile
}

func (f fragileDirectory) PeopleRows(ctx context.Context, by workflows.PeopleFilter) ([]workflows.Person, workflows.PersonID, error) {
	rows, next, err := f.Directory.PeopleRows(ctx, by)
	return rows, next, errors.Join(err, f.read())
}

func (f fragileDirectory) LinksOf(ctx context.Context, who workflows.PersonID) ([]workflows.Link, error) {
	links, err := f.Directory.LinksOf(ctx, who)
	return links, errors.Join(err, f.read())
}

type fragileDeliveries struct {
	portal.Deliveries
	*fragile
}

func (f fragileDeliveries) DeliveryRows(ctx context.Context, by workflows.DeliveryFilter) ([]workflows.DeliveryRow, int64, error) {
	rows, next, err := f.Deliveries.DeliveryRows(ctx, by)
	return rows, next, errors.Join(err, f.read())
}

func (f fragileDeliveries) Delivery(ctx context.Context, id int64) (workflows.DeliveryRow, error) {
	d, err := f.Deliveries.Delivery(ctx, id)
	return d, errors.Join(err, f.read())
}

func (f fragileDeliveries) DeliveryCounts(ctx context.Context) (workflows.DeliveryCounts, error) {
	c, err := f.Deliveries.DeliveryCounts(ctx)
	return c, errors.Join(err, f.read())
}

func (f fragileDeliveries) Unreached(ctx context.Context, mailed bool, n int) ([]workflows.Unreached, error) {
	rows, err := f.Deliveries.Unreached(ctx, mailed, n)
	return rows, errors.Join(err, f.read())
}

type fragileOperator struct {
	portal.Operator
	*fragile
}

func (f fragileOperator) ChangeDelivery(ctx context.Context, c workflows.DeliveryChange) (*workflows.Refusal, error) {
	if err := f.read(); err != nil {
		return nil, err
	}
	return f.Operator.ChangeDelivery(ctx, c)
}

// TestBrowseFaults breaks each read of the pages of records, people and deliveries in turn: the page says that it is our
// fault, and nothing of a half page is sent.
func TestBrowseFaults(t *testing.T) {
	f := &fragile{}
	h := newHouse(t, func(c *portal.Config) {
		c.Requests, c.Inbox, c.People, c.Records = fragileRequests{c.Requests, f}, fragileInbox{c.Inbox, f}, fragilePeople{c.People, f}, fragileRecords{c.Records, f}
		c.Directory, c.Deliveries, c.Operator = fragileDirectory{c.Directory, f}, fragileDeliveries{c.Deliveries, f}, fragileOperator{c.Operator, f}
		c.Register = fragileRegister{c.Register, f}
	})
	h.asks(t, 1)
	h.PutSystem(entry(1, nil))
	b := h.at(t, helen)
	// broken breaks read after read until none is left, and says how many there were.
	broken := func(t *testing.T, visit func() (int, string)) {
		t.Helper()
		defer func() { f.failAt = 0 }()
		for n := 1; ; n++ {
			f.failAt, f.calls = n, 0
			status, text := visit()
			if f.calls < n {
				if n < 3 {
					t.Errorf("only %d reads were broken", n-1)
				}
				return
			}
			if status != 500 || !strings.Contains(text, "went wrong on our side") {
				t.Errorf("broken at read %d: status %d\n%s", n, status, text)
			}
		}
	}
	for _, path := range []string{
		"/record", "/record?who=Ana", "/record/request/AIR-1/1", "/people", "/people/" + string(ben), "/deliveries", "/deliveries?text=Ana", "/deliveries/1",
		"/register", "/register?owner=Ana+Ruiz", "/register/AIS-1", "/people/" + string(ana), "/requests/AIR-1", "/search?q=deepl", "/",
	} {
		t.Run(path, func(t *testing.T) {
			broken(t, func() (int, string) {
				p, err := b.Get(t.Context(), path)
				if err != nil {
					t.Fatal(err)
				}
				return p.Status, p.Root.Words()
			})
			get(t, b, path, 200)
		})
	}
	t.Run("giving up", func(t *testing.T) {
		f.failAt, f.calls = 3, 0 // who comes, the delivery, the change
		p := post(t, b, "/deliveries/1/give-up", url.Values{"nonce": {"0123456789abcdef"}}, 500)
		if f.calls < 3 || !strings.Contains(p.Root.Words(), "went wrong on our side") {
			t.Errorf("after %d reads:\n%s", f.calls, p.Root.Words())
		}
		f.failAt = 0
		post(t, b, "/deliveries/1/give-up", url.Values{"nonce": {"0123456789abcdef"}}, 200)
	})
	if !strings.Contains(h.log.String(), "the disk is gone") {
		t.Error("the log does not hold the cause")
	}
}

package bot_test

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"steward/bot"
	"steward/workflows"
	"steward/workflows/approval"
	absence "steward/workflows/away"
	"steward/workflows/policy"
	"steward/workflows/register"
	"steward/workflows/vendor"
)

// embedded is the shipped pack, read once: that takes a while.
var embedded = sync.OnceValue(policy.Embedded)

// memQueue is a queue in memory with the promises of [bot.Queue], under a clock that only the test moves.
type memQueue struct {
	mu       sync.Mutex
	now      time.Time
	rows     []*row
	paused   map[string]time.Time
	receipts []*workflows.Receipt
	gone     map[int64]bool // receipts that were superseded
	fault    error
	faults   int
	claimed  [][]string
	pruned   int
	extended chan int64
	finished chan workflows.Finish
	idle     chan struct{} // a claim found nothing
}

type row struct {
	d        workflows.Delivery
	state    string // waiting, sending, or how it ended
	runAt    time.Time
	lease    time.Time
	token    int
	finishes []workflows.Finish
}

func newMemQueue(now time.Time) *memQueue {
	return &memQueue{
		now: now, paused: map[string]time.Time{}, gone: map[int64]bool{},
		extended: make(chan int64, 1000), finished: make(chan workflows.Finish, 1000), idle: make(chan struct{}, 1000),
	}
}

func (q *memQueue) put(ds ...workflows.Delivery) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, d := range ds {
		d.ID = int64(len(q.rows) + 1)
		if d.Bucket == "" {
			d.Bucket = d.Account.Surface + workflows.BucketPost
		}
		q.rows = append(q.rows, &row{d: d, state: "waiting", runAt: q.now})
	}
}

func (q *memQueue) Claim(_ context.Context, surfaces []string, n int, lease time.Duration) ([]workflows.Delivery, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.claimed = append(q.claimed, surfaces)
	if q.fault != nil {
		q.faults++
		return nil, q.fault
	}
	order := slices.Clone(q.rows)
	slices.SortStableFunc(order, func(a, b *row) int { return int(a.d.Mail.Lane) - int(b.d.Mail.Lane) })
	var out []workflows.Delivery
	for _, r := range order {
		if len(out) == n {
			break
		}
		if !q.claimable(r, surfaces) {
			continue
		}
		r.d.Takeover = r.d.Takeover || r.state == "sending"
		r.state, r.lease = "sending", q.now.Add(lease)
		r.token++
		r.d.Attempts++
		r.d.Token = string(rune('a' + r.token))
		out = append(out, r.d)
	}
	if len(out) == 0 {
		select {
		case q.idle <- struct{}{}:
		default:
		}
	}
	return out, nil
}

func (q *memQueue) claimable(r *row, surfaces []string) bool {
	if !slices.Contains(surfaces, r.d.Account.Surface) {
		return false
	}
	for name, until := range q.paused {
		if q.now.Before(until) && strings.HasPrefix(r.d.Bucket+"/", name+"/") {
			return false
		}
	}
	if r.state != "waiting" && (r.state != "sending" || q.now.Before(r.lease)) {
		return false
	}
	if r.state == "waiting" && q.now.Before(r.runAt) {
		return false
	}
	for _, o := range q.rows { // in order, one in flight an account and thing
		same := o.d.Account.ID == r.d.Account.ID && o.d.Mail.About == r.d.Mail.About
		if o != r && same && (o.state == "sending" || o.state == "waiting" && o.d.ID < r.d.ID) {
			return false
		}
	}
	return true
}

func (q *memQueue) find(d workflows.Delivery) (*row, error) {
	r := q.rows[d.ID-1]
	if r.state != "sending" || r.d.Token != d.Token {
		return nil, workflows.ErrConflict
	}
	return r, nil
}

func (q *memQueue) Extend(_ context.Context, d workflows.Delivery, lease time.Duration) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	r, err := q.find(d)
	if err == nil {
		r.lease = q.now.Add(lease)
	}
	q.extended <- d.ID
	return err
}

func (q *memQueue) Finish(_ context.Context, d workflows.Delivery, f workflows.Finish) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	r, err := q.find(d)
	if err != nil {
		return err
	}
	r.finishes = append(r.finishes, f)
	r.d.Takeover = r.d.Takeover || f.Unsure
	r.state = string(f.State)
	switch f.State {
	case workflows.FinishRetry:
		r.state, r.runAt = "waiting", q.now.Add(f.After)
		if r.d.Attempts >= 5 {
			r.state = string(workflows.FinishFailed)
		}
	case workflows.FinishPause:
		r.state = "waiting"
		r.d.Attempts--
		r.runAt = q.now.Add(f.After)
		if f.Bucket != "" {
			q.paused[f.Bucket] = q.now.Add(f.After)
		}
	case workflows.FinishGone:
		q.gone[r.d.Receipt.ID] = true
	case workflows.FinishSent:
		if old := r.d.Receipt; old != nil && old.MessageID != f.Receipt.MessageID {
			q.gone[old.ID] = true
		}
	case workflows.FinishMoot, workflows.FinishFailed:
	}
	if f.Receipt != nil {
		c := *f.Receipt
		c.ID = int64(len(q.receipts) + 1)
		q.receipts = append(q.receipts, &c)
	}
	q.finished <- f
	return nil
}

func (q *memQueue) Prune(context.Context, time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pruned++
	return q.fault
}

func (q *memQueue) pass(d time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.now = q.now.Add(d)
}

func (q *memQueue) state(id int64) string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.rows[id-1].state
}

func (q *memQueue) ends(id int64) []workflows.Finish {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.rows[id-1].finishes)
}

// fakeSurface notes what it was asked to send, and answers as the test says.
type fakeSurface struct {
	name string

	mu      sync.Mutex
	sent    []bot.Message
	updated []bot.Message
	found   map[int64]bot.Sent
	cannot  bool
	asked   int

	send   func(ctx context.Context, m bot.Message) error
	update func(m bot.Message) error
}

func (s *fakeSurface) Name() string { return s.name }

func (s *fakeSurface) Send(ctx context.Context, to workflows.Account, m bot.Message) (bot.Sent, error) {
	if s.send != nil {
		if err := s.send(ctx, m); err != nil {
			return bot.Sent{}, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, m)
	return bot.Sent{Place: "dm-" + to.User, MessageID: "m" + string(rune('0'+len(s.sent)))}, nil
}

func (s *fakeSurface) Update(_ context.Context, _ workflows.Receipt, m bot.Message) error {
	if s.update != nil {
		if err := s.update(m); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.updated = append(s.updated, m)
	return nil
}

func (s *fakeSurface) Find(_ context.Context, _ workflows.Account, m bot.Message) (bot.Sent, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if s.cannot {
		return bot.Sent{}, false, bot.ErrCannotAsk
	}
	sent, ok := s.found[m.Delivery]
	return sent, ok, nil
}

func (s *fakeSurface) gists() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, m := range s.sent {
		out = append(out, m.Card.Kicker)
	}
	return out
}

// house is the engine and the reader: a few people and requests.
type house struct {
	nobodyAway
	nothingKept

	mu       sync.Mutex
	now      time.Time
	people   map[workflows.PersonID]workflows.Person
	requests map[string]approval.Request
	fault    error
	systems  map[string]register.System
}

func newHouse(now time.Time) *house {
	h := &house{now: now, people: map[workflows.PersonID]workflows.Person{}, requests: map[string]approval.Request{}}
	for id, name := range map[workflows.PersonID]string{"P-1": "Ana Ruiz", "P-2": "Ben Okafor", "P-3": "Cleo Marsh"} {
		h.people[id] = workflows.Person{ID: id, Name: name, Active: true}
	}
	return h
}

// ask makes an open request of Ana that waits for Ben.
func (h *house) ask(id string) {
	h.requests[id] = approval.Request{
		ID: id, Flow: "ai-use", Status: approval.StatusOpen, Revision: 1, Round: 1, Requester: "P-1", Owner: "P-1", SentAt: h.now,
		RoundAt: h.now, StageAt: h.now, Told: []workflows.PersonID{"P-1", "P-2"},
		Waits: []workflows.Wait{{About: workflows.RequestRef(id), Who: "P-2", Why: workflows.WhyDecide, Part: "manager", Since: h.now, Due: h.now.Add(8 * time.Hour)}},
		Screening: policy.Screening{Flow: "ai-use", Title: "Otter.ai " + id, Assessment: policy.Assessment{Tier: "limited"}, Plan: policy.Plan{
			Stages: []policy.Stage{{Key: "manager", Kind: policy.StageDecide, Members: []policy.Member{{Role: workflows.LineManager}}, Quorum: 1}}, Approve: "Approve", Reject: "Reject",
		}},
	}
}

func (h *house) change(id string, f func(*approval.Request)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.requests[id]
	f(&r)
	h.requests[id] = r
}

func (h *house) Now() time.Time { return h.now }

func (h *house) Apply(context.Context, workflows.Event) (workflows.Applied, error) {
	return workflows.Applied{}, errors.New("nothing is applied here")
}

func (h *house) Flow(context.Context, string, string) (*policy.Flow, error) {
	f, ok := embedded().Flow("ai-use")
	if !ok {
		return nil, workflows.ErrNotFound
	}
	return f, nil
}

func (h *house) Flows(context.Context) ([]*policy.Flow, error) { return nil, nil }

func (h *house) Request(_ context.Context, id string) (approval.Request, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.fault != nil {
		return approval.Request{}, h.fault
	}
	r, ok := h.requests[id]
	if !ok {
		return r, workflows.ErrNotFound
	}
	return r, nil
}

func (h *house) People(context.Context, []workflows.PersonID, []workflows.Role, time.Time) (workflows.Roster, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return workflows.NewRoster(slices.Collect(maps.Values(h.people)), nil), nil
}

func (h *house) Waits(_ context.Context, who workflows.PersonID) ([]workflows.Wait, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []workflows.Wait
	all := []workflows.Wait{}
	for _, r := range h.requests {
		all = append(all, r.Waits...)
	}
	for _, s := range h.systems {
		all = append(all, s.Waits...)
	}
	for _, w := range all {
		if w.Who == who {
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(a, b workflows.Wait) int {
		return cmp.Or(a.Due.Compare(b.Due), strings.Compare(a.About.ID+a.Part, b.About.ID+b.Part))
	})
	return out, nil
}

func (h *house) RequestRows(context.Context, workflows.Person, workflows.RequestFilter) ([]workflows.RequestRow, string, error) {
	return nil, "", nil
}

func (h *house) System(_ context.Context, id string) (register.System, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s, ok := h.systems[id]
	switch {
	case h.fault != nil:
		return s, h.fault
	case !ok:
		return s, workflows.ErrNotFound
	}
	return s, nil
}

func (h *house) AlikeSystems(context.Context, string, string, int64, int) ([]workflows.SystemRow, error) {
	return nil, nil
}

func (h *house) SystemRows(context.Context, workflows.SystemFilter) ([]workflows.SystemRow, string, error) {
	return nil, "", nil
}

// nothingKept is the part of a reader that knows of no vendor.
type nothingKept struct{}

func (nothingKept) Vendor(context.Context, string) (vendor.Vendor, error) {
	return vendor.Vendor{}, workflows.ErrNotFound
}

func (nothingKept) VendorNamed(context.Context, string, string) (vendor.Vendor, error) {
	return vendor.Vendor{}, workflows.ErrNotFound
}

func (nothingKept) Vendors(context.Context, string, string, int) ([]vendor.Vendor, error) {
	return nil, nil
}

// nobodyAway is the part of a reader that knows of no absence.
type nobodyAway struct{}

func (nobodyAway) Absence(context.Context, string) (absence.Absence, error) {
	return absence.Absence{}, workflows.ErrNotFound
}

func (nobodyAway) AbsencesOf(context.Context, workflows.PersonID) ([]absence.Absence, error) {
	return nil, nil
}

func (nobodyAway) FindPeople(context.Context, string, int) ([]workflows.Person, error) {
	return nil, nil
}

package portal

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"steward/bot/view"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/register"
)

// The lengths of the lists of the inbox.
const (
	maxWaits   = 100
	maxNotices = 30
	// Of the messages that are read, many say the same by now.
	readNotices = 4 * maxNotices
)

// inboxPage is what waits for the visitor and what they were told.
type inboxPage struct {
	Waits  []waiting
	More   int    // further ones that are not shown
	Why    string // address of what says why they are the visitor's
	Told   []told
	Drafts []draftLine
	// Proposals are changes of Steward itself that an administrator may put in force.
	Proposals []proposalLine
	// Away are the visitor's absences, and those in which they stand in.
	Away []string
}

type waiting struct {
	ID, Path, Title string
	Asked           string // what is asked, in words
	Due             when
}

type told struct {
	ID, Path, Gist string
	When           when
}

func (p *Portal) inbox(w http.ResponseWriter, r *http.Request, v visit) error {
	waits, err := p.cfg.Inbox.Waits(r.Context(), v.Person.ID)
	if err != nil {
		return err
	}
	page, c := inboxPage{Why: personPath(v.Person.ID) + "#waits"}, p.clock(v)
	if len(waits) > maxWaits {
		page.More = len(waits) - maxWaits
		waits = waits[:maxWaits]
	}
	for _, wait := range waits {
		line, ok, err := p.waiting(r, v, wait)
		if err != nil {
			return err
		}
		if ok {
			line.Due = c.due(wait.Due)
			page.Waits = append(page.Waits, line)
		}
	}
	if page.Proposals, err = p.proposalsFor(r, v); err != nil {
		return err
	}
	notices, err := p.cfg.Inbox.Notices(r.Context(), v.Person.ID, readNotices)
	if err != nil {
		return err
	}
	page.Told = toldLines(notices, c)
	if page.Drafts, err = p.drafts(r, v); err != nil {
		return err
	}
	if page.Away, err = p.awayLines(r, v); err != nil {
		return err
	}
	return p.show(w, r, v, http.StatusOK, "inbox", page)
}

// toldLines gives what was told as lines, newest first by the time that is shown. Several messages about one thing say the
// same once they are up to date: they make one line. What was due on an earlier day is no news.
func toldLines(notices []workflows.Notice, c clock) []told {
	shown := func(n workflows.Notice) time.Time {
		if n.Updated.IsZero() {
			return n.At
		}
		return n.Updated
	}
	notices = slices.Clone(notices)
	slices.SortStableFunc(notices, func(a, b workflows.Notice) int { return shown(b).Compare(shown(a)) })
	type words struct {
		about workflows.Ref
		gist  string
	}
	seen := map[words]bool{}
	var out []told
	for _, n := range notices {
		one := words{n.About, view.News(n.Gist)}
		if seen[one] || n.Why.Daily() && !c.today(shown(n)) || len(out) == maxNotices {
			continue
		}
		seen[one] = true
		out = append(out, told{ID: n.About.ID, Path: pathTo(n.About), Gist: n.Gist, When: c.at(shown(n))})
	}
	return out
}

// waiting makes a line of what waits. A thing that went away meanwhile, or is not for the visitor's eyes, has none.
func (p *Portal) waiting(r *http.Request, v visit, wait workflows.Wait) (waiting, bool, error) {
	line := waiting{ID: wait.About.ID, Path: pathTo(wait.About), Asked: asked(wait.Why)}
	var who workflows.Concerned
	var err error
	open := false
	switch wait.About.Kind {
	case workflows.KindRequest:
		var req approval.Request
		req, err = p.cfg.Requests.Request(r.Context(), wait.About.ID)
		line.Title, who = req.Screening.Title, req.Concerned()
	case workflows.KindSystem:
		var sys register.System
		sys, err = p.cfg.Register.System(r.Context(), wait.About.ID)
		if line.Title, who = sys.Title, sys.Concerned(); !workflows.MaySee(v.Person, who) { // as whoever answers who asks to join
			line.Title, open = systemName(sys.Tool), sys.Part(v.Person.ID)
		}
	case workflows.KindVendor:
		return p.waitingVendor(r, v, line, wait.About)
	case workflows.KindAbsence, workflows.KindPolicy, workflows.KindPeople, workflows.KindAccount, workflows.KindProposal, workflows.KindDelivery, workflows.KindRecord:
		return line, false, nil
	}
	if errors.Is(err, workflows.ErrNotFound) {
		return line, false, nil
	}
	return line, open || workflows.MaySee(v.Person, who), err
}

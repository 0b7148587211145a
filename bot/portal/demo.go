package portal

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"steward/workflows"
)

// Tour is what the strip above every page of the demo works with: the clock, and the five steps of a walk through the product.
type Tour struct {
	Stage Stage
	// Asker sends the request of the walk, Watcher sees the inbox fill as time passes, Auditor checks the record.
	Asker, Watcher, Auditor workflows.PersonID
	// Question is the id of a request with a question that waits for its answer.
	Question string
	// Began is the business time at which the demo was ready: what Asker sent after it is the visitor's.
	Began time.Time
}

// Stage moves the demo's clock and checks its record.
type Stage interface {
	// Advance moves business time on. What falls due on the way happens when it falls due, and what is to be told is told. It
	// gives how many records were made; [ErrMoving] where the clock is being moved already.
	Advance(ctx context.Context, by time.Duration) (records int, err error)
	// Check verifies the whole record.
	Check(ctx context.Context) (Checked, error)
	// Checked tells how the last check ended; false where there was none.
	Checked() (Checked, bool)
}

// Checked is what a check of the record found.
type Checked struct {
	Records, Requests int
	Problem           string // the first thing that does not fit; empty where all fits
}

// ErrMoving says that the demo's clock is being moved already.
var ErrMoving = errors.New("the clock is being moved")

// The addresses of the strip.
const (
	pathClock = "/demo/clock"
	pathCheck = "/demo/check"
)

// strip is what stands above every page of the demo.
type strip struct {
	Visit visit
	To    string // the page to come back to as somebody else
	Clock when
	Zone  string // the city whose time it is: another for another person
	Moves []move // none where nobody is signed in
	Walk  *walk
}

// move is a button of the clock.
type move struct{ Advance, Label, Says string }

func moves() []move {
	return []move{{"24h", "+1 day", textMoveDay}, {"168h", "+1 week", textMoveWeek}}
}

// city gives what a time zone is named after: "New York". It is empty where that is no city.
func city(zone *time.Location) string {
	i := strings.LastIndexByte(zone.String(), '/')
	if i < 0 {
		return ""
	}
	return spaced(zone.String()[i+1:])
}

// strip makes what stands above a page; nil where this is no demo. A strip that cannot be made whole is shown without its
// walk: the page below matters more.
func (p *Portal) strip(r *http.Request, v visit) *strip {
	if !p.cfg.Demo || !loopback(r.Host) {
		return nil
	}
	s := &strip{Visit: v, Clock: p.clock(v).at(p.cfg.Business()), Zone: city(v.Person.Zone())}
	if r.Method == http.MethodGet {
		s.To = localPath(r.URL.RequestURI())
	}
	if p.cfg.Tour == nil {
		return s
	}
	if v.signedIn() {
		s.Moves = moves()
	}
	w, err := p.walk(r.Context(), v)
	if err != nil {
		p.cfg.Log.WarnContext(r.Context(), "walk of the demo not shown", "err", err)
		return s
	}
	s.Walk = w
	return s
}

// demoRoutes are the addresses that exist in the demo only.
func (p *Portal) demoRoutes() []route {
	if !p.cfg.Demo {
		return nil
	}
	routes := []route{{method: "POST", path: "/sign-in", open: true, serve: p.signInDemo}}
	if p.cfg.Tour != nil {
		routes = append(routes,
			route{method: "POST", path: pathClock, serve: p.moveClock},
			route{method: "POST", path: pathCheck, serve: p.checkRecord})
	}
	return routes
}

// moveClock takes "advance" with one of the two lengths, and nothing else.
func (p *Portal) moveClock(w http.ResponseWriter, r *http.Request, v visit) error {
	form, err := readForm(r)
	if err != nil {
		return err
	}
	given := form["advance"]
	i := slices.IndexFunc(moves(), func(m move) bool { return len(given) == 1 && given[0] == m.Advance })
	if i < 0 || len(form) != 1 || r.URL.RawQuery != "" {
		return errNoMove
	}
	by, err := time.ParseDuration(given[0])
	if err != nil {
		return err
	}
	records, err := p.cfg.Tour.Stage.Advance(r.Context(), by)
	if errors.Is(err, ErrMoving) {
		return errMoving
	}
	if err != nil {
		return err
	}
	return p.see(w, r, v, cameFrom(r), textMoved(p.clock(v).at(p.cfg.Business()).Text, records))
}

// checkRecord verifies the record, for those who may read all of it.
func (p *Portal) checkRecord(w http.ResponseWriter, r *http.Request, v visit) error {
	if !workflows.SeesAll(v.Person) {
		return errNotAuditor
	}
	c, err := p.cfg.Tour.Stage.Check(r.Context())
	if err != nil {
		return err
	}
	return p.see(w, r, v, cameFrom(r), textChecked(c))
}

// cameFrom gives the page of ours from which a form was sent, the inbox where it is not known.
func cameFrom(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host {
		return "/"
	}
	if to := localPath(u.RequestURI()); to != "" {
		return to
	}
	return "/"
}

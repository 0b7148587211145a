package portal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"steward/workflows"
)

// Pages that are looked at are kept up to date by a stream of server-sent events. A page says in data-watch what it shows
// and how far it has seen it ("inbox=3.1 AIR-7=12"); the stream says what has changed since then; the script in live.js
// fetches the page again and puts in its regions that have data-live. Without a script a page is as it was when it was
// opened, and everything works.

// How a stream is kept.
const (
	beatEvery = 20 * time.Second // a sign of life, and a look whether the visitor may still be told
	writeWait = 10 * time.Second // how long a browser may take to read a piece
	liveAgain = 5 * time.Second  // how long a browser that lost its stream waits
)

// headerLive marks what the script fetches to bring a page up to date. Nobody pressed anything, so it is no use of the
// session, and takes no sentence away that a page is to show.
const headerLive = "Steward-Live"

// watching gives the value of data-watch: the inbox, and the requests and entries of the register that the page shows.
func watching(pulse workflows.Pulse, seqs map[string]int) string {
	out := url.Values{watchInbox: {pulse.Mark}}
	for id, seq := range seqs {
		out.Set(id, strconv.Itoa(seq))
	}
	return out.Encode()
}

// readWatching reads what a page has seen.
func readWatching(query url.Values) (map[string]string, error) {
	seen := map[string]string{}
	for id, marks := range query {
		short, ok := shortID(id)
		if id != watchInbox && (!ok || short != id) || len(marks) != 1 || len(marks[0]) > 100 {
			return nil, errMalformed
		}
		seen[id] = marks[0]
	}
	if len(seen) > maxWatched+1 {
		return nil, errMalformed
	}
	return seen, nil
}

// events streams what changes of what a page shows, until the page is left, the sign-in ends or the program stops.
func (p *Portal) events(w http.ResponseWriter, r *http.Request, v visit) error {
	seen, err := readWatching(r.URL.Query())
	if err != nil {
		return err
	}
	ok, err := p.mayWatch(r, v, seen)
	if err != nil {
		return err
	}
	if !ok {
		return errUnknown
	}
	s, err := p.cfg.Watch.open(v.Person.ID, seen)
	if err != nil {
		w.Header().Set("Retry-After", "30")
		return refuse(http.StatusServiceUnavailable, "Too many pages are open", "Close some; they are kept up to date again when they are loaded.")
	}
	defer p.cfg.Watch.leave(s)
	out := streamWriter{ctx: r.Context(), w: w, control: http.NewResponseController(w)}
	if err := out.begin(); err != nil {
		return nil // the visitor has gone
	}
	p.stream(out, r, v, s)
	return nil
}

// stream writes until there is nobody to write to.
func (p *Portal) stream(out streamWriter, r *http.Request, v visit, s *stream) {
	beat := time.NewTicker(p.beat)
	defer beat.Stop()
	for {
		var err error
		select {
		case <-r.Context().Done():
			return
		case <-s.over:
			_ = out.send("retry: %d\n\n", liveAgain.Milliseconds())
			return
		case <-s.news:
			err = p.tellNews(out, r, v, s)
		case <-beat.C:
			if err = p.stillWatches(r, v, s); err == nil {
				err = out.send(": still here\n\n")
			}
		}
		if errors.Is(err, errSignedOut) {
			_ = out.send("event: over\ndata: {}\n\n")
		}
		if err != nil {
			return
		}
	}
}

var errSignedOut = errors.New("the sign-in has ended")

// tellNews sends what has changed to somebody who may still know of it.
func (p *Portal) tellNews(out streamWriter, r *http.Request, v visit, s *stream) error {
	if err := p.stillWatches(r, v, s); err != nil {
		return err
	}
	news := p.cfg.Watch.take(s)
	if len(news) == 0 {
		return nil // it was told with what came before
	}
	data, err := json.Marshal(news)
	if err != nil {
		return err
	}
	return out.send("event: changed\ndata: %s\n\n", data)
}

// stillWatches looks whether the sign-in stands, without renewing it, and whether everything watched may still be seen.
func (p *Portal) stillWatches(r *http.Request, v visit, s *stream) error {
	now, err := p.onlooker(r)
	if err != nil {
		return err
	}
	if now.Person.ID != v.Person.ID {
		return errSignedOut
	}
	seen := make(map[string]string, len(s.ids))
	for _, id := range s.ids {
		seen[id] = ""
	}
	ok, err := p.mayWatch(r, now, seen)
	if err == nil && !ok {
		err = errSignedOut // the page itself will say what is so now
	}
	return err
}

// mayWatch says whether the visitor may see every request that a page watches, and whether there is every entry of the
// register that it watches: how far one of these is, the list tells everybody.
func (p *Portal) mayWatch(r *http.Request, v visit, seen map[string]string) (bool, error) {
	var ids []string
	for id := range seen {
		if id != watchInbox {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	requests, systems := watchedKinds(ids)
	if len(systems) > 0 {
		there, err := p.cfg.Watch.read.SystemPulses(r.Context(), systems)
		if err != nil || len(there) != len(systems) {
			return false, err
		}
	}
	if len(requests) == 0 {
		return true, nil
	}
	may, err := p.cfg.Watch.read.ReadableRequests(r.Context(), v.Person, requests)
	return len(may) == len(requests), err
}

// onlooker finds out who has a page open, without counting it as use: a page that is only looked at keeps no sign-in alive.
func (p *Portal) onlooker(r *http.Request) (visit, error) {
	token := p.cookie(r, "steward")
	if token == "" {
		return visit{}, nil
	}
	// At the zero time no session was used a minute ago, so none is touched; when it ends is judged here.
	s, err := p.cfg.Sessions.TouchSession(r.Context(), hashed(token), time.Time{}, sessionIdle)
	if errors.Is(err, workflows.ErrNotFound) {
		return visit{}, nil
	}
	if err != nil {
		return visit{}, err
	}
	now := p.cfg.Now()
	person, err := p.person(r.Context(), s.Person)
	if err != nil || !person.Active || !now.Before(s.Ends) || now.Sub(s.Seen) > sessionIdle {
		return visit{}, err
	}
	return visit{Person: person, Session: s, Assured: p.assured(s)}, nil
}

// streamWriter writes pieces of a stream, each with a deadline of its own: those of the server count for a whole answer.
type streamWriter struct {
	ctx     context.Context //nolint:containedctx // of the one request it writes to, and gone with it
	w       http.ResponseWriter
	control *http.ResponseController
}

func (s streamWriter) begin() error {
	// A request's own deadline would cut the stream off. Where a writer has none to set, nothing does.
	if err := s.control.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	s.w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	s.w.Header().Set("X-Accel-Buffering", "no") // or a proxy would keep the pieces until there are many
	s.w.WriteHeader(http.StatusOK)
	return s.send("retry: %d\n\n", liveAgain.Milliseconds())
}

func (s streamWriter) send(format string, args ...any) error {
	ctx, cancel := context.WithTimeout(s.ctx, writeWait)
	defer cancel()
	until, _ := ctx.Deadline() // by the clock of the machine, which the connection goes by
	if err := s.control.SetWriteDeadline(until); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := fmt.Fprintf(s.w, format, args...); err != nil {
		return err
	}
	return s.control.Flush()
}

// EventsPath is where streams are opened. Their answers last as long as somebody looks.
const EventsPath = "/events"

// isLive says that a script asks, to bring a page up to date, and nobody has done anything.
func isLive(r *http.Request) bool {
	return r.Header.Get(headerLive) != "" || r.URL.Path == EventsPath
}

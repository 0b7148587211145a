package portal

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"steward/workflows"
)

const flashLife = time.Minute

// errPanic stands for a panic, whose value is logged and never shown.
var errPanic = errors.New("panic")

// no is an answer that says why something was not done.
type no struct {
	status      int
	title, text string
}

// Error implements error.
func (n *no) Error() string { return fmt.Sprintf("%d: %s", n.status, n.title) }

func refuse(status int, title, text string) error {
	return &no{status: status, title: title, text: text}
}

// Answers that many pages give.
var (
	errMalformed = refuse(http.StatusBadRequest, "This could not be read",
		"The page sent something that is not what our pages send. Nothing was changed. Go back, reload the page and try again.")
	errTooLarge = refuse(http.StatusRequestEntityTooLarge, "This is too long",
		"A form may have up to 64 kB of text. Nothing was changed. Go back, shorten it and send it again.")
	errTooMany = refuse(http.StatusTooManyRequests, "That was a lot at once",
		"Nothing was changed. Wait a few seconds, go back and send it again.")
	errUnknown = refuse(http.StatusNotFound, "Nothing here for you",
		"There is no such page, or you may not see it. What waits for you is in your inbox.")
	errForeign = refuse(http.StatusForbidden, "This came from another site",
		"Nothing was changed. Steward takes forms from its own pages only. Open the page here and send it again.")
)

// noSuchList answers for a list with a filter that cannot be chosen; all names the whole list.
func noSuchList(all string) error {
	return refuse(http.StatusBadRequest, "This list does not exist", "The address holds a filter that there is none of. Start from the list of all "+all+".")
}

// message is a page with a sentence, and with what was typed where it could not be used.
type message struct {
	Title string
	Text  string
	Kept  []kept
}

// fail shows what went wrong. Faults of ours get a number, which is in the log with the cause.
func (p *Portal) fail(w http.ResponseWriter, r *http.Request, v visit, err error) {
	if errors.Is(err, workflows.ErrNotFound) {
		err = errUnknown
	}
	var n *no
	if !errors.As(err, &n) {
		p.broken(w, r, v, err)
		return
	}
	m := message{Title: n.title, Text: n.text}
	if n.status != http.StatusForbidden {
		m.Kept = p.typedIn(r)
	}
	if err := p.show(w, r, v, n.status, "message", m); err != nil {
		p.broken(w, r, v, err)
	}
}

// typedIn gives what the form of a request held, as far as it can be read.
func (p *Portal) typedIn(r *http.Request) []kept {
	if r.Method != http.MethodPost {
		return nil
	}
	form, err := readForm(r)
	if err != nil {
		return nil
	}
	return typed(form)
}

// broken tells the visitor that it is our fault. The log has the number and the cause, the page neither cause nor secret.
func (p *Portal) broken(w http.ResponseWriter, r *http.Request, v visit, err error) {
	ref := strings.ToUpper(p.cfg.Token()[:4])
	p.cfg.Log.ErrorContext(r.Context(), "page failed", "ref", ref, "method", r.Method, "route", r.Pattern, "person", string(v.Person.ID), "err", err)
	m := message{
		Title: "Something went wrong on our side (ref " + ref + ")",
		Text:  "Nothing was changed unless another page says so. Try again in a minute; if it stays, tell your administrator the number.",
		Kept:  p.typedIn(r),
	}
	if err := p.show(w, r, v, http.StatusInternalServerError, "message", m); err != nil {
		http.Error(w, m.Title, http.StatusInternalServerError)
	}
}

func (p *Portal) noPage(http.ResponseWriter, *http.Request, visit) error { return errUnknown }

func (p *Portal) foreign(http.ResponseWriter, *http.Request, visit) error { return errForeign }

// lost answers for addresses that do not exist, and for methods that an address does not take. The mux knows which, so it
// is asked; what it says is thrown away and one of our pages shown.
func (p *Portal) lost(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		said := &deaf{header: http.Header{}}
		h.ServeHTTP(said, r)
		serve := p.noPage
		if said.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", said.header.Get("Allow"))
			serve = p.wrongMethod
		}
		p.visited(route{open: true, free: true, serve: serve}).ServeHTTP(w, r)
	})
}

func (p *Portal) wrongMethod(http.ResponseWriter, *http.Request, visit) error {
	return refuse(http.StatusMethodNotAllowed, "This address does not take that", "Open it as a page and use what is there.")
}

// deaf notes the status of an answer and forgets the rest.
type deaf struct {
	header http.Header
	status int
}

func (d *deaf) Header() http.Header         { return d.header }
func (d *deaf) Write(b []byte) (int, error) { return len(b), nil }
func (d *deaf) WriteHeader(status int)      { d.status = status }

// statusOf gives the status of a refusal.
func statusOf(code workflows.Code) int {
	switch code {
	case "":
		return http.StatusOK
	case workflows.CodeField:
		return http.StatusUnprocessableEntity
	case workflows.CodeUnknown:
		return http.StatusNotFound
	case workflows.CodeTooMany:
		return http.StatusTooManyRequests
	case workflows.CodeStale, workflows.CodeDecided, workflows.CodeClosed, workflows.CodeNotNow, workflows.CodePrecondition,
		workflows.CodeNotAccepted, workflows.CodeFewDeciders:
		return http.StatusConflict
	case workflows.CodeOwnRequest, workflows.CodeTwoStages, workflows.CodeNotEntitled, workflows.CodeProhibited,
		workflows.CodeDelegate, workflows.CodeInactive, workflows.CodeOnlyNaming, workflows.CodeNotIndep, workflows.CodeNotYours:
		return http.StatusForbidden
	}
	return http.StatusConflict
}

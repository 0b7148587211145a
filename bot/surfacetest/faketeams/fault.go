package faketeams

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// How is a way to fail.
type How struct {
	drop       bool
	after      bool
	status     int
	retryAfter time.Duration
	code       string
}

// DropBefore breaks the connection before the call takes effect.
func DropBefore() How { return How{drop: true} }

// DropAfter lets the call take effect and breaks the connection in place of the answer.
func DropAfter() How { return How{drop: true, after: true} }

// Status answers with a status of HTTP, such as 502, and has no effect.
func Status(code int) How { return How{status: code} }

// Taken lets the call take effect and answers with a status of HTTP all the same, such as 504.
func Taken(code int) How { return How{status: code, after: true} }

// TooMany answers with 429 and the time to wait; below zero: without saying how long.
func TooMany(wait time.Duration) How {
	return How{status: http.StatusTooManyRequests, retryAfter: wait}
}

// Says answers with a status of HTTP and Teams' word for an error, such as 403 "BotDisabledByAdmin".
func Says(status int, code string) How { return How{status: status, code: code} }

// Flake is the known fault of updates: 404 for a message that is there.
func Flake() How { return Says(http.StatusNotFound, codeNoActivity) }

// fault is what a test asked for.
type fault struct {
	op   string
	left int // below zero: until it is mended
	how  How
	slow time.Duration
}

// Fail makes the next n calls of an operation fail; n below zero: all, until [Server.Mend]. The operations are those of
// [Call], and "*" is any of the Connector's; beside them there are "metadata", "keys", "token" and "identity".
func (s *Server) Fail(op string, n int, how How) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault{op: op, left: n, how: how})
}

// Slow makes every call of an operation take at least so long by the real clock, before it takes effect.
func (s *Server) Slow(op string, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault{op: op, left: -1, slow: d})
}

// Mend takes all faults and delays back.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// faultFor waits out the delay of an operation, and gives the way its call fails, nil where it does not.
func (s *Server) faultFor(op string, r *http.Request) *How {
	s.mu.Lock()
	var slow time.Duration
	var hit *How
	for _, f := range s.faults {
		if f.op != op && (f.op != "*" || !connects(op)) {
			continue
		}
		if f.slow > 0 {
			slow = max(slow, f.slow)
		} else if hit == nil && f.left != 0 {
			hit = &f.how
			f.left--
		}
	}
	s.mu.Unlock()
	if slow > 0 {
		timer := time.NewTimer(slow)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
		case <-s.life.Done():
		}
	}
	return hit
}

// failed answers as a fault wants it.
func failed(w http.ResponseWriter, how *How) {
	if how.drop {
		panic(http.ErrAbortHandler)
	}
	if how.retryAfter > 0 {
		w.Header().Set("Retry-After", seconds(how.retryAfter))
	}
	if how.code == "" && how.status != http.StatusTooManyRequests {
		w.WriteHeader(how.status) // what stands before the service has no words of ours
		return
	}
	writeJSON(w, how.status, errorBody(how.word(), "Asked for by a test."))
}

func (h *How) word() string {
	switch {
	case h.drop:
		return "dropped"
	case h.code != "":
		return h.code
	case h.status == http.StatusTooManyRequests:
		return "TooManyRequests"
	}
	return "http_" + strconv.Itoa(h.status)
}

// seconds gives a Retry-After: whole seconds, never too few.
func seconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }

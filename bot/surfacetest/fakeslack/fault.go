package fakeslack

import (
	"net/http"
	"time"
)

// How is a way to fail.
type How struct {
	drop       bool
	after      bool
	status     int
	retryAfter time.Duration
	word       string
}

// DropBefore breaks the connection before the call takes effect.
func DropBefore() How { return How{drop: true} }

// DropAfter lets the call take effect and breaks the connection in place of the answer.
func DropAfter() How { return How{drop: true, after: true} }

// Status answers with a status of HTTP, such as 500, and has no effect.
func Status(code int) How { return How{status: code} }

// TooMany answers with 429 and the time to wait.
func TooMany(wait time.Duration) How {
	return How{status: http.StatusTooManyRequests, retryAfter: wait}
}

// Says answers with Slack's word for an error, such as "internal_error".
func Says(word string) How { return How{word: word} }

// fault is what a test asked for.
type fault struct {
	method string
	left   int // below zero: until it is mended
	how    How
	slow   time.Duration
}

// Fail makes the next n calls of a method fail; n below zero: all, until [Server.Mend]. The method "*" is any, and
// "response_url" stands for response URLs.
func (s *Server) Fail(method string, n int, how How) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault{method: method, left: n, how: how})
}

// Slow makes every call of a method take at least so long by the real clock, before it takes effect.
func (s *Server) Slow(method string, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault{method: method, left: -1, slow: d})
}

// Mend takes all faults and delays back.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// faultFor waits out the delay of a method, and gives the fault that its call runs into, nil where there is none.
func (s *Server) faultFor(method string, r *http.Request) *fault {
	s.mu.Lock()
	var slow time.Duration
	var hit *fault
	for _, f := range s.faults {
		if f.method != method && f.method != "*" {
			continue
		}
		if f.slow > 0 {
			slow = max(slow, f.slow)
		} else if hit == nil && f.left != 0 {
			hit = f
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
func (s *Server) failed(w http.ResponseWriter, req *request, f *fault) {
	req.call.Error, req.call.Status = f.how.word, f.how.status
	switch {
	case f.how.drop:
		req.call.Error = "dropped"
		s.logged(req)
		panic(http.ErrAbortHandler)
	case f.how.word != "":
		req.call.Status = http.StatusOK
		s.logged(req)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(mustJSON(no(f.how.word).json()))
		return
	}
	if f.how.status == http.StatusTooManyRequests {
		req.call.Error, req.call.RetryAfter = "ratelimited", f.how.retryAfter
		w.Header().Set("Retry-After", seconds(f.how.retryAfter))
	}
	s.logged(req)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.how.status)
	_, _ = w.Write(mustJSON(no(req.call.Error).json()))
}

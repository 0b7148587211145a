package fakesmtp

import "fmt"

// How is a way in which a step goes wrong.
type How struct {
	reply string
	taken bool // the message stands all the same
	drop  bool // the connection is lost instead of an answer
	mute  bool // no answer comes, and nothing is lost either
}

// Reply answers with a code and a text.
func Reply(code int, text string) How { return How{reply: fmt.Sprintf("%d %s", code, text)} }

// Say answers with lines as they are given, and no end of a line behind the last one where there is none in it.
func Say(lines string) How { return How{reply: lines} }

// Drop loses the connection before anything has come of the step.
func Drop() How { return How{drop: true} }

// DropAfter takes the message, and loses the connection instead of saying so.
func DropAfter() How { return How{drop: true, taken: true} }

// Mute does not answer.
func Mute() How { return How{mute: true} }

// failing is a fault that waits for its step.
type failing struct {
	step string
	left int // below zero: for good
	how  How
}

// Fail lets a step go wrong the next so many times; below zero until [Server.Mend].
func (s *Server) Fail(step string, times int, how How) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &failing{step, times, how})
}

// Mend takes all faults back.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// at notes a step and gives the fault that it has, nil for none.
func (s *Server) at(step string) *How {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.steps = append(s.steps, step)
	for _, f := range s.faults {
		if f.step == step && f.left != 0 {
			f.left--
			return &f.how
		}
	}
	return nil
}

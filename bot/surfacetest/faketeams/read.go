package faketeams

import (
	"net/http"
	"strings"
)

// Read takes the answer to an activity as a client does that has gone meanwhile: it shows nothing of it. What is wrong with it
// is a complaint.
func (s *Server) Read(one Sent, ack Ack) Result {
	a := one.Decoded()
	r := Result{Sent: one, Ack: ack}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch name := str(a, "name"); {
	case str(a, "type") != "invoke":
		if ack.Status != http.StatusOK || len(ack.Body) > 0 {
			s.complain("answer to a "+str(a, "type"), "want an empty 200: %s", ack)
		}
	case name == "adaptiveCard/action":
		s.actionAnswer(&r, &Message{})
	case name == "application/search":
		s.searchAnswer(&r)
	case name == "composeExtension/query":
		s.extensionAnswer(&r)
	default:
		const nobody = "" // whose dialog is nobody's
		s.taskAnswer(&r, nobody, opener{}, "answer to "+name, strings.Contains(name, "submit"))
		if d := s.dialogs[nobody]; d != nil {
			r.Dialog = new(*d)
			delete(s.dialogs, nobody)
		}
	}
	return r
}

// Words gives all that the presser can read of what came of their press itself.
func (r Result) Words() string {
	all := []string{r.Trouble, r.Toast, r.Red, r.Popup}
	if r.Card != nil {
		all = append(all, words(r.Card, "", nil))
	}
	if r.Dialog != nil {
		all = append(all, r.Dialog.Words())
	}
	return strings.TrimSpace(strings.Join(all, "\n"))
}

package faketeams

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// complain notes something that Teams would not take, or that would look bad there. The lock is held.
func (s *Server) complain(where, format string, args ...any) {
	s.complaints = append(s.complaints, where+": "+fmt.Sprintf(format, args...))
}

// Complaints lists all that was wrong with what the app did, oldest first. [Server.Forgive] empties it.
func (s *Server) Complaints() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.complaints)
}

// Forgive takes back the complaints that hold a text, all where it is empty, and says how many they were: for what a test did
// on purpose.
func (s *Server) Forgive(holding string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	had := len(s.complaints)
	s.complaints = slices.DeleteFunc(s.complaints, func(c string) bool { return strings.Contains(c, holding) })
	return had - len(s.complaints)
}

// Judge makes a test fail at its end where there is a complaint.
func (s *Server) Judge(t testing.TB) {
	t.Helper()
	t.Cleanup(func() {
		for _, c := range s.Complaints() {
			t.Errorf("Teams complains: %s", c)
		}
	})
}

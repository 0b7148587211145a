package faketeams

import (
	"fmt"
	"slices"
	"strings"
)

// User is somebody who uses Teams. The zero shape is a member of the home tenant.
type User struct {
	ID     string // Entra object id; made where empty
	MRI    string // "29:..."; made where empty
	Name   string
	Email  string
	UPN    string // the address where empty
	Tenant string // the home tenant where empty
	Locale string
	Zone   string // name of the time zone, UTC where empty
	// Guest says that they are of another tenant and a guest in this one; a guest has an id of this tenant.
	Guest bool
	// Anonymous came into a meeting without an account.
	Anonymous bool
	// Old says that their client knows no Action.Execute: it takes the fallback.
	Old bool
	// Sparse says that their client leaves inputs out in which nothing stands, as phones do.
	Sparse bool
}

// AddUser adds or replaces a user and gives it with what was filled in. Nothing is installed for them: see [Server.Install].
func (s *Server) AddUser(u User) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.number()
	if u.ID == "" {
		u.ID = fmt.Sprintf("99999999-0000-4000-8000-%012d", n)
	}
	if old, ok := s.users[u.ID]; ok && u.MRI == "" {
		u.MRI = old.MRI
	}
	if u.MRI == "" {
		u.MRI = "29:1" + b64(fmt.Appendf(nil, "%s/%s/%06d", u.ID, "user and bot", n))
	}
	if u.Tenant == "" {
		u.Tenant = s.opt.Tenant
	}
	if u.UPN == "" {
		u.UPN = u.Email
	}
	if u.Zone == "" {
		u.Zone = "UTC"
	}
	if u.Locale == "" {
		u.Locale = "en-US"
	}
	s.users[u.ID] = &u
	s.touch()
	return u
}

// User gives a user by their Entra object id.
func (s *Server) User(id string) (User, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.users[id]
	if !ok {
		return User{}, false
	}
	return *u, true
}

// member finds somebody by their "29:..." id or their Entra object id, whatever its letters. The lock is held.
func (s *Server) member(id string) *User {
	for _, u := range s.users {
		if u.MRI == id || strings.EqualFold(u.ID, id) {
			return u
		}
	}
	return nil
}

// memberJSON gives somebody as rosters show them.
func memberJSON(u *User) object {
	given, sur, _ := strings.Cut(u.Name, " ")
	role := "user"
	switch {
	case u.Anonymous:
		role = "anonymous"
	case u.Guest:
		role = "guest"
	}
	o := object{"id": u.MRI, "name": u.Name, "givenName": given, "surname": sur, "tenantId": u.Tenant, "userRole": role}
	if !u.Anonymous {
		o["objectId"], o["aadObjectId"], o["email"], o["userPrincipalName"] = u.ID, u.ID, u.Email, u.UPN
	}
	return o
}

// account gives somebody as activities name them.
func account(u *User) object {
	o := object{"id": u.MRI, "name": u.Name}
	if !u.Anonymous {
		o["aadObjectId"] = u.ID
	}
	return o
}

func contains(all []string, one string) bool { return slices.Contains(all, one) }

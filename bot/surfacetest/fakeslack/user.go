package fakeslack

import (
	"fmt"
	"slices"
)

// User is somebody of the workspace, or somebody from outside who can be seen in it. The zero shape is a full member.
type User struct {
	ID         string // "U..." or "W..."; made where empty
	Name       string // the handle; the id where empty
	RealName   string
	Email      string
	TZ         string // name of the zone; strangers and bots have none
	Locale     string
	TeamID     string // the home workspace; that of the fake where empty
	Enterprise string // the home organisation; that of the fake where empty

	Deleted     bool // deactivated
	Bot         bool
	Workflow    bool // a bot of Slack's own workflow builder
	Guest       bool // of several channels: is_restricted
	SingleGuest bool // of one channel: is_restricted and is_ultra_restricted
	Invited     bool // has not signed in yet
	Stranger    bool // of another organisation, seen through a shared channel
}

// AddUser adds or replaces a user and gives it with what was filled in. It tells the app nothing: see [Server.UserChange].
func (s *Server) AddUser(u User) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.ID == "" {
		u.ID = fmt.Sprintf("U%07d", s.number())
	}
	if u.Name == "" {
		u.Name = u.ID
	}
	if u.TeamID == "" {
		u.TeamID = s.opt.Team
	}
	if u.Enterprise == "" && !u.Stranger {
		u.Enterprise = s.opt.Enterprise
	}
	if i := slices.IndexFunc(s.users, func(o User) bool { return o.ID == u.ID }); i >= 0 {
		s.users[i] = u
	} else {
		s.users = append(s.users, u)
	}
	s.touch()
	return u
}

// User gives a user by id.
func (s *Server) User(id string) (User, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.user(id)
}

// handle gives the name that a mention of a user shows, "" where nobody is known.
func (s *Server) handle(id string) string {
	u, _ := s.User(id)
	return u.Name
}

func (s *Server) user(id string) (User, bool) {
	if i := slices.IndexFunc(s.users, func(u User) bool { return u.ID == id }); i >= 0 {
		return s.users[i], true
	}
	return User{}, false
}

// json gives a user as users.info shows it. An address is shown with users:read.email only, and never a stranger's.
func (s *Server) userJSON(u User, locale bool) object {
	profile := object{
		"real_name": u.RealName, "real_name_normalized": u.RealName, "display_name": u.Name, "display_name_normalized": u.Name, "team": u.TeamID,
	}
	if s.granted("users:read.email") && !u.Stranger && !u.Bot && u.Email != "" {
		profile["email"] = u.Email
	}
	o := object{
		"id": u.ID, "team_id": u.TeamID, "name": u.Name, "deleted": u.Deleted, "profile": profile,
		"is_bot": u.Bot, "is_app_user": false, "updated": s.opt.Now().Unix(),
	}
	if u.Workflow {
		o["is_workflow_bot"] = true
	}
	if u.Stranger {
		o["is_stranger"] = true
	}
	if u.Deleted {
		return o // Slack leaves the rest out
	}
	o["real_name"] = u.RealName
	o["is_restricted"] = u.Guest || u.SingleGuest
	o["is_ultra_restricted"] = u.SingleGuest
	o["is_admin"], o["is_owner"], o["is_primary_owner"] = false, false, false
	if u.Invited {
		o["is_invited_user"] = true
	}
	if u.TZ != "" && !u.Stranger {
		o["tz"], o["tz_label"], o["tz_offset"] = u.TZ, u.TZ, offset(u.TZ, s.opt.Now())
	}
	if locale && u.Locale != "" && !u.Stranger {
		o["locale"] = u.Locale
	}
	if u.Enterprise != "" {
		o["enterprise_user"] = object{"id": u.ID, "enterprise_id": u.Enterprise, "enterprise_name": "Organisation", "teams": []string{u.TeamID}}
	}
	return o
}

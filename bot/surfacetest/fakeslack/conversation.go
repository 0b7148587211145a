package fakeslack

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

func (s *Server) conversationsOpen(req *request) (object, *problem) {
	users := strings.Split(req.str("users"), ",")
	switch {
	case req.str("channel") != "":
		c, ok := s.channels[req.str("channel")]
		if !ok {
			return nil, no("channel_not_found")
		}
		return object{"channel": object{"id": c.ID}}, nil
	case users[0] == "":
		return nil, no("users_list_not_supplied")
	case len(users) > 8:
		return nil, no("too_many_users")
	case len(users) > 1: // a conversation of several is not modelled
		return nil, no("method_not_supported_for_channel_type")
	}
	u, ok := s.user(users[0])
	switch {
	case !ok:
		return nil, no("user_not_found")
	case u.Deleted:
		return nil, no("user_disabled")
	case u.Stranger:
		return nil, no("user_not_visible")
	case u.Bot:
		return nil, no("cannot_dm_bot")
	}
	c := s.dm(u.ID)
	req.call.Channel = c.ID
	if truth(req.args, "return_im") {
		return object{"channel": object{"id": c.ID, "is_im": true, "user": u.ID, "created": s.opt.Now().Unix()}}, nil
	}
	return object{"channel": object{"id": c.ID}}, nil
}

// kind gives the part of a scope that a conversation falls under.
func (c *channel) kind() string {
	switch {
	case c.dm != "":
		return "im"
	case c.Private:
		return "groups"
	}
	return "channels"
}

// visible finds a conversation that the app may look at with a scope of "read" or "history".
func (s *Server) visible(id, what string) (*channel, *problem) {
	c, ok := s.channels[id]
	if !ok {
		return nil, no("channel_not_found")
	}
	if scope := c.kind() + ":" + what; !s.granted(scope) {
		return nil, s.missing(scope)
	}
	if c.Private && !slices.Contains(c.Members, BotUserID) {
		return nil, no("channel_not_found")
	}
	return c, nil
}

func (s *Server) conversationsInfo(req *request) (object, *problem) {
	c, p := s.visible(req.str("channel"), "read")
	if p != nil {
		return nil, p
	}
	o := object{
		"id": c.ID, "name": c.Name, "is_channel": c.dm == "" && !c.Private, "is_group": c.dm == "" && c.Private, "is_im": c.dm != "",
		"is_private": c.Private || c.dm != "", "is_archived": c.Archived, "is_member": slices.Contains(c.Members, BotUserID),
		"is_shared": c.ExtShared || c.OrgShared, "is_ext_shared": c.ExtShared, "is_org_shared": c.OrgShared, "is_pending_ext_shared": c.Pending,
		"context_team_id": s.opt.Team,
	}
	if c.dm != "" {
		o["user"] = c.dm
	}
	return object{"channel": o}, nil
}

// conversationsHistory gives messages newest first. Metadata comes only where it is asked for.
func (s *Server) conversationsHistory(req *request) (object, *problem) {
	c, p := s.visible(req.str("channel"), "history")
	if p != nil {
		return nil, p
	}
	limit := 100
	if n, err := strconv.Atoi(req.str("limit")); err == nil {
		limit = n
	}
	if limit < 1 || limit > 999 {
		return nil, no("invalid_limit")
	}
	oldest, latest, inclusive := req.str("oldest"), req.str("latest"), truth(req.args, "inclusive")
	var all []object
	for _, m := range slices.Backward(c.messages) {
		late := latest != "" && (after(m.TS, latest) || m.TS == latest && !inclusive)
		early := oldest != "" && (after(oldest, m.TS) || m.TS == oldest && !inclusive)
		if m.Gone || late || early || m.Thread != "" && m.Thread != m.TS {
			continue
		}
		all = append(all, s.messageJSON(m, truth(req.args, "include_all_metadata")))
	}
	page, next, p := paged(all, req.str("cursor"), limit)
	if p != nil {
		return nil, p
	}
	return object{"messages": page, "has_more": next != "", "response_metadata": object{"next_cursor": next}}, nil
}

// after compares two timestamps.
func after(a, b string) bool {
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return err1 == nil && err2 == nil && x > y
}

// paged gives one page of a list, and the cursor of the next.
func paged(all []object, cursor string, limit int) ([]object, string, *problem) {
	from := 0
	if cursor != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(cursor, "page:"))
		if err != nil || n < 0 || n > len(all) || !strings.HasPrefix(cursor, "page:") {
			return nil, "", no("invalid_cursor")
		}
		from = n
	}
	to := min(from+limit, len(all))
	next := ""
	if to < len(all) {
		next = "page:" + itoa(to)
	}
	return append([]object{}, all[from:to]...), next, nil
}

func (s *Server) usersInfo(req *request) (object, *problem) {
	u, ok := s.user(req.str("user"))
	if !ok {
		return nil, no("user_not_found")
	}
	return object{"user": s.userJSON(u, truth(req.args, "include_locale"))}, nil
}

// usersList gives the people of the workspace by pages. Strangers are not among them; an app of the whole organisation has to
// name the workspace.
func (s *Server) usersList(req *request) (object, *problem) {
	if s.opt.OrgInstall && req.str("team_id") == "" {
		return nil, no("missing_argument")
	}
	limit := 1000
	if n, err := strconv.Atoi(req.str("limit")); err == nil && n > 0 {
		limit = min(n, 1000)
	}
	all := []object{s.userJSON(User{ID: "USLACKBOT", Name: "slackbot", RealName: "Slackbot", TeamID: s.opt.Team}, false)}
	for _, u := range s.users {
		if !u.Stranger {
			all = append(all, s.userJSON(u, truth(req.args, "include_locale")))
		}
	}
	page, next, p := paged(all, req.str("cursor"), limit)
	if p != nil {
		return nil, p
	}
	return object{"members": page, "cache_ts": s.opt.Now().Unix(), "response_metadata": object{"next_cursor": next}}, nil
}

func (s *Server) usersLookup(req *request) (object, *problem) {
	for _, u := range s.users {
		if u.Email != "" && strings.EqualFold(u.Email, req.str("email")) && !u.Deleted && !u.Stranger {
			return object{"user": s.userJSON(u, false)}, nil
		}
	}
	return nil, no("users_not_found")
}

// offset gives the seconds that a zone is ahead of UTC at a time.
func offset(zone string, at time.Time) int {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return 0
	}
	_, n := at.In(loc).Zone()
	return n
}

func itoa(n int) string { return strconv.Itoa(n) }

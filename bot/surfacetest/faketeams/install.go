package faketeams

import (
	"context"
	"fmt"
)

// Order says which of the two activities of an install comes first: both orders are seen.
type Order bool

// The orders.
const (
	InstallationFirst Order = false
	ConversationFirst Order = true
)

// Install installs the bot for somebody, and tells it: an installationUpdate and a conversationUpdate. It gives the results of
// both, in the order sent.
func (s *Server) Install(ctx context.Context, user string, order Order) ([]Result, error) {
	s.mu.Lock()
	u, err := s.actor(user)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	p := s.chat(u)
	p.installed = true
	both := []object{s.installation("add", u, p), s.membersAdded(u, p)}
	s.touch()
	s.mu.Unlock()
	return s.tell(ctx, user, order, both)
}

// InstallIn installs the bot in a team or a group chat, by somebody who is in it.
func (s *Server) InstallIn(ctx context.Context, user, where string, order Order) ([]Result, error) {
	s.mu.Lock()
	u, err := s.actor(user)
	p, ok := s.placeOf(where)
	if err == nil && (!ok || p.kind == kindPersonal) {
		err = fmt.Errorf("conversation %q: %w", where, errNotThere)
	}
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	p.installed = true
	both := []object{s.installation("add", u, p), s.membersAdded(u, p)}
	s.touch()
	s.mu.Unlock()
	return s.tell(ctx, user, order, both)
}

func (s *Server) tell(ctx context.Context, user string, order Order, both []object) ([]Result, error) {
	if order == ConversationFirst {
		both[0], both[1] = both[1], both[0]
	}
	var out []Result
	for _, a := range both {
		r, err := s.did(ctx, user, a, nil)
		if err != nil {
			return out, err
		}
		out = append(out, r)
	}
	return out, nil
}

// installation makes an installationUpdate. The lock is held.
func (s *Server) installation(action string, u *User, p *place) object {
	a := s.base("installationUpdate", fmt.Sprintf("f:%08x-install", s.number()), u, p, "")
	from, _ := a["from"].(object)
	delete(from, "name") // as seen
	a["action"] = action
	data, _ := a["channelData"].(object)
	data["source"], data["settings"] = object{"name": "message"}, object{"selectedChannel": object{"id": p.id}}
	return a
}

// membersAdded makes a conversationUpdate for the bot's coming. The lock is held.
func (s *Server) membersAdded(u *User, p *place) object {
	a := s.base("conversationUpdate", fmt.Sprintf("f:%08x-members", s.number()), u, p, "")
	from, _ := a["from"].(object)
	delete(from, "name")
	for _, key := range []string{"locale", "entities", "localTimestamp", "localTimezone"} {
		delete(a, key)
	}
	added := []any{object{"id": s.BotID()}}
	data := object{"tenant": object{"id": p.tenant}}
	switch {
	case p.kind == kindPersonal:
		added = append([]any{object{"id": u.MRI, "aadObjectId": u.ID}}, added...)
	case p.team != nil:
		data["eventType"], data["settings"] = "teamMemberAdded", object{"selectedChannel": object{"id": p.id}}
		data["team"] = object{"id": p.team.ID, "name": p.team.Name, "aadGroupId": p.team.Group}
	}
	a["membersAdded"], a["channelData"] = added, data
	return a
}

// Uninstall takes the bot away from somebody, and tells it.
func (s *Server) Uninstall(ctx context.Context, user string) (Result, error) {
	return s.installs(ctx, user, "remove", false)
}

// Upgrade gives somebody a newer version of the app, and tells the bot.
func (s *Server) Upgrade(ctx context.Context, user string) (Result, error) {
	return s.installs(ctx, user, "add-upgrade", true)
}

func (s *Server) installs(ctx context.Context, user, action string, installed bool) (Result, error) {
	s.mu.Lock()
	u, err := s.actor(user)
	if err != nil {
		s.mu.Unlock()
		return Result{}, err
	}
	p := s.chat(u)
	p.installed = installed
	a := s.installation(action, u, p)
	s.touch()
	s.mu.Unlock()
	return s.did(ctx, user, a, nil)
}

package faketeams

import (
	"net/http"
	"slices"
	"strconv"
)

// there finds a conversation that the bot is in. The lock is held.
func (s *Server) there(req *request) (*place, *problem) {
	p, ok := s.placeOf(req.call.Conversation)
	switch {
	case !ok || p.tenant != req.tenant:
		s.complain(req.call.Op, "conversation %q is not known here", req.call.Conversation)
		return nil, no(http.StatusNotFound, codeNoConversation, "Conversation not found.")
	case !p.installed:
		return nil, no(http.StatusForbidden, codeNotInRoster, "The bot is not part of the conversation roster.")
	}
	return p, nil
}

// create opens a conversation with somebody, or gives the one that is there.
func (s *Server) create(req *request) (answer, *problem) {
	b := req.call.Body
	members := list(b["members"])
	switch {
	case str(object{"bot": b["bot"]}, "bot", "id") != s.BotID():
		return answer{}, s.bad("create", "bot.id is %q, not the bot's", str(object{"bot": b["bot"]}, "bot", "id"))
	case truth(b, "isGroup"):
		return answer{}, s.bad("create", "new threads and groups are not modelled")
	case len(members) != 1:
		return answer{}, s.bad("create", "%d members, want one", len(members))
	case str(b, "tenantId") != req.tenant || str(b, "channelData", "tenant", "id") != req.tenant:
		return answer{}, s.bad("create", "tenantId and channelData.tenant.id have to be %s", req.tenant)
	case b["activity"] != nil:
		return answer{}, s.bad("create", "an activity on creation is for channels")
	}
	u := s.member(str(members[0], "id"))
	if u == nil || u.Tenant != req.tenant || u.Anonymous {
		return answer{}, no(http.StatusBadRequest, codeBadSyntax, "Bad format of member id.")
	}
	p := s.chat(u)
	if !p.installed {
		return answer{}, no(http.StatusForbidden, codeForbidden, "The bot is not installed in user's personal scope.")
	}
	req.call.Conversation = p.id
	return answer{http.StatusCreated, object{"id": p.id}}, nil
}

// bad refuses what has the wrong shape, and complains. The lock is held.
func (s *Server) bad(where, format string, args ...any) *problem {
	s.complain(where, format, args...)
	return no(http.StatusBadRequest, codeBadSyntax, format, args...)
}

// roster lists who is in a conversation beside the bot. The lock is held.
func (s *Server) roster(p *place) []object {
	var out []object
	for _, id := range p.members {
		if u, ok := s.users[id]; ok {
			out = append(out, memberJSON(u))
		}
	}
	return out
}

func (s *Server) members(req *request) (answer, *problem) {
	p, no := s.there(req)
	if no != nil {
		return answer{}, no
	}
	s.complain("members", "this list is deprecated: pagedmembers")
	return answer{http.StatusOK, s.roster(p)}, nil
}

// Bounds of a page of members.
const (
	leastPage, usualPage, mostPage = 50, 200, 500
)

func (s *Server) pagedMembers(req *request) (answer, *problem) {
	p, no := s.there(req)
	if no != nil {
		return answer{}, no
	}
	size := usualPage
	if n, err := strconv.Atoi(req.query.Get("pageSize")); err == nil {
		size = min(max(n, leastPage), mostPage)
	}
	from := 0
	if token := req.query.Get("continuationToken"); token != "" {
		n, err := strconv.Atoi(token)
		if err != nil {
			return answer{}, s.bad("pagedmembers", "continuationToken %q was never given", token)
		}
		from = n
	}
	all := s.roster(p)
	page := all[min(from, len(all)):min(from+size, len(all))]
	out := object{"members": slices.Clone(page)}
	if from+size < len(all) {
		out["continuationToken"] = strconv.Itoa(from + size)
	}
	return answer{http.StatusOK, out}, nil
}

func (s *Server) oneMember(req *request) (answer, *problem) {
	p, wrong := s.there(req)
	if wrong != nil {
		return answer{}, wrong
	}
	u := s.member(req.call.Member)
	if u == nil || !contains(p.members, u.ID) {
		return answer{}, no(http.StatusNotFound, codeNoMember, "The member is not in the conversation.")
	}
	return answer{http.StatusOK, memberJSON(u)}, nil
}

func (s *Server) teamOf(req *request) (*Team, *problem) {
	t, ok := s.teams[req.call.Conversation]
	if !ok || !s.places[t.ID].installed {
		return nil, no(http.StatusForbidden, codeNotInRoster, "The bot is not part of the conversation roster.")
	}
	return t, nil
}

func (s *Server) oneTeam(req *request) (answer, *problem) {
	t, no := s.teamOf(req)
	if no != nil {
		return answer{}, no
	}
	return answer{http.StatusOK, object{"id": t.ID, "name": t.Name, "aadGroupId": t.Group, "memberCount": len(t.Members), "channelCount": 1}}, nil
}

func (s *Server) channels(req *request) (answer, *problem) {
	t, no := s.teamOf(req)
	if no != nil {
		return answer{}, no
	}
	return answer{http.StatusOK, object{"conversations": []any{object{"id": t.ID}}}}, nil // the general channel has no name here
}

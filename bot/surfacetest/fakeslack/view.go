package fakeslack

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"steward/bot/surfacetest"
)

// View is a modal or a home tab as it stands, or as it stood where it was kept.
type View struct {
	ID, Hash, Root, Previous string
	User                     string
	Type                     string // "modal" or "home"
	Title, Submit, Close     string
	CallbackID, ExternalID   string
	PrivateMetadata          string
	NotifyOnClose            bool
	ClearOnClose             bool
	Blocks                   []map[string]any
	// State is what is filled in, by block id and action id, as Slack sends it.
	State map[string]map[string]map[string]any
	// Errors stand at their blocks, after a submission that was answered with them or that Slack's own client did not send.
	Errors map[string]string
	marks  int // how often errors were shown in it
	names  func(string) string
}

// Words gives all that can be read in the view, with the errors at their fields.
func (v View) Words() string {
	var out []string
	for _, part := range []string{v.Title, wordsWith(v.Blocks, v.State, v.Errors, v.names), v.Submit} {
		if part != "" {
			out = append(out, part)
		}
	}
	return strings.Join(out, "\n")
}

// Controls lists what can be pressed, without the submit button.
func (v View) Controls() []Control { return controls(v.Blocks) }

func (v View) target() target { return target{view: &v} }

// maxStack is how many modals can lie on one another.
const maxStack = 3

// View gives the topmost modal of a user; false where none is open.
func (s *Server) View(user string) (View, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stack := s.stacks[user]
	if len(stack) == 0 {
		return View{}, false
	}
	return s.seenView(s.views[stack[len(stack)-1]]), true
}

// Stack gives the open modals of a user, the root first.
func (s *Server) Stack(user string) []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []View
	for _, id := range s.stacks[user] {
		out = append(out, s.seenView(s.views[id]))
	}
	return out
}

// Home gives the home tab of a user as it was last published; false where it never was.
func (s *Server) Home(user string) (View, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.views[s.homes[user]]
	if !ok {
		return View{}, false
	}
	return s.seenView(v), true
}

func (s *Server) seenView(v *View) View {
	out := *v
	out.Blocks, out.State = surfacetest.CopyJSON(v.Blocks), surfacetest.CopyJSON(v.State)
	out.Errors = maps.Clone(v.Errors)
	out.names = s.handle
	return out
}

// viewArg reads and checks the view of a call.
func viewArg(req *request, kind string) (object, *problem) {
	var raw object
	if ok, err := req.json("view", &raw); err != nil || !ok || raw == nil {
		return nil, no("invalid_arguments", "[ERROR] missing required field: view")
	}
	if str(raw, "type") != kind {
		return nil, no("invalid_arguments", fmt.Sprintf("[ERROR] must be %q [json-pointer:/view/type]", kind))
	}
	if p := checkView(raw); p != nil {
		return nil, p
	}
	return raw, nil
}

// external refuses an external id that another open view has.
func (s *Server) external(raw object, self string) *problem {
	id := str(raw, "external_id")
	if id == "" {
		return nil
	}
	for _, v := range s.views {
		if v.ExternalID == id && v.ID != self {
			return no("duplicate_external_id")
		}
	}
	return nil
}

// fill puts what an app sent into a view. What was filled in under an old pair of block id and action id stays; a new pair
// shows its initial value.
func (s *Server) fill(v *View, raw object) {
	v.Title, v.Submit, v.Close = str(raw, "title", "text"), str(raw, "submit", "text"), str(raw, "close", "text")
	v.CallbackID, v.ExternalID, v.PrivateMetadata = str(raw, "callback_id"), str(raw, "external_id"), str(raw, "private_metadata")
	v.NotifyOnClose, v.ClearOnClose = truth(raw, "notify_on_close"), truth(raw, "clear_on_close")
	v.Blocks = s.stamped(list(raw["blocks"]))
	v.State = keptState(v.State, v.Blocks)
	v.Errors = nil
	v.Hash = fmt.Sprintf("%s.%08x", s.timestamp(), s.number())
}

// openView puts a new view on a user's stack. The lock is held.
func (s *Server) openView(user string, raw object) *View {
	v := &View{ID: s.id("V"), User: user, Type: "modal"}
	v.Root = v.ID
	if stack := s.stacks[user]; len(stack) > 0 {
		v.Root, v.Previous = stack[0], stack[len(stack)-1]
	}
	s.fill(v, raw)
	s.views[v.ID] = v
	s.stacks[user] = append(s.stacks[user], v.ID)
	return v
}

func (s *Server) viewsOpen(req *request) (object, *problem) { return s.opened(req, false) }

func (s *Server) viewsPush(req *request) (object, *problem) { return s.opened(req, true) }

// opened opens a modal. A trigger that came from a modal puts the new one on top of it, whichever method is used; any other
// begins anew.
func (s *Server) opened(req *request, push bool) (object, *problem) {
	raw, p := viewArg(req, "modal")
	if p != nil {
		return nil, p
	}
	if p := s.external(raw, ""); p != nil {
		return nil, p
	}
	t, p := s.trigger(req.str("trigger_id"))
	if p != nil {
		return nil, p
	}
	stack := s.stacks[t.user]
	switch inModal := t.view != "" && slices.Contains(stack, t.view); {
	case push && !inModal:
		return nil, no("not_found") // there is no view to put it on
	case !inModal:
		s.closeAll(t.user)
	case len(stack) >= maxStack:
		return nil, no("push_limit_reached")
	}
	t.used = true
	v := s.openView(t.user, raw)
	req.call.Name = v.ID
	return object{"view": s.viewJSON(v)}, nil
}

// closeAll forgets the open modals of a user. The lock is held.
func (s *Server) closeAll(user string) {
	for _, id := range s.stacks[user] {
		delete(s.views, id)
	}
	delete(s.stacks, user)
}

func (s *Server) viewsUpdate(req *request) (object, *problem) {
	raw, p := viewArg(req, "modal")
	if p != nil {
		return nil, p
	}
	id, external := req.str("view_id"), req.str("external_id")
	if id == "" && external == "" {
		return nil, no("invalid_arguments", "[ERROR] missing required field: view_id or external_id")
	}
	var v *View
	for _, one := range s.views {
		if one.Type == "modal" && (id != "" && one.ID == id || id == "" && one.ExternalID == external) {
			v = one
		}
	}
	if v == nil {
		return nil, no("not_found")
	}
	if hash := req.str("hash"); hash != "" && hash != v.Hash {
		return nil, no("hash_conflict")
	}
	if p := s.external(raw, v.ID); p != nil {
		return nil, p
	}
	s.fill(v, raw)
	req.call.Name = v.ID
	return object{"view": s.viewJSON(v)}, nil
}

func (s *Server) viewsPublish(req *request) (object, *problem) {
	raw, p := viewArg(req, "home")
	if p != nil {
		return nil, p
	}
	u, ok := s.user(req.str("user_id"))
	if !ok || u.Deleted || u.Bot {
		return nil, no("invalid_arguments", "[ERROR] user_id is not a valid user")
	}
	v, old := s.views[s.homes[u.ID]]
	if hash := req.str("hash"); old && hash != "" && hash != v.Hash {
		return nil, no("hash_conflict")
	}
	if !old {
		v = &View{ID: s.id("V"), User: u.ID, Type: "home"}
		v.Root = v.ID
	}
	if p := s.external(raw, v.ID); p != nil {
		return nil, p
	}
	s.views[v.ID], s.homes[u.ID] = v, v.ID
	s.fill(v, raw)
	req.call.Name = v.ID
	return object{"view": s.viewJSON(v)}, nil
}

// viewJSON gives a view as Slack sends it.
func (s *Server) viewJSON(v *View) object {
	var previous any
	if v.Previous != "" {
		previous = v.Previous
	}
	plain := func(text string) any {
		if text == "" {
			return nil
		}
		return object{"type": "plain_text", "text": text, "emoji": true}
	}
	o := object{
		"id": v.ID, "team_id": s.opt.Team, "type": v.Type, "blocks": v.Blocks, "private_metadata": v.PrivateMetadata, "callback_id": v.CallbackID,
		"state": object{"values": v.State}, "hash": v.Hash, "title": plain(v.Title), "submit": plain(v.Submit), "close": plain(v.Close),
		"clear_on_close": v.ClearOnClose, "notify_on_close": v.NotifyOnClose, "previous_view_id": previous, "root_view_id": v.Root,
		"app_id": AppID, "external_id": v.ExternalID, "app_installed_team_id": s.opt.Team, "bot_id": BotID,
	}
	if s.opt.OrgInstall {
		o["app_installed_team_id"] = s.opt.Enterprise
	}
	return surfacetest.CopyJSON(o)
}

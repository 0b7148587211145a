package faketeams

import (
	"context"
	"errors"
	"fmt"
	"html"
	"maps"
	"strings"
	"time"
)

// Result is what came of something a person did.
type Result struct {
	Sent Sent // what the app was sent; empty where the client sent nothing
	Ack  Ack
	// Trouble is what Teams itself tells the person, where the app or their input was at fault. Empty where all went well.
	Trouble string
	// Toast is the short message that an action was answered with, Red the error that it was answered with.
	Toast, Red string
	// Popup is the message that a dialog ended with.
	Popup string
	// Card is what an action was answered with, which the presser's client shows in place of the message; nil for none.
	Card map[string]any
	// URL is the page that a press opened.
	URL string
	// Dialog is what is open afterwards, nil where nothing is.
	Dialog *Dialog
}

// What Teams tells a person where an app does not do its part.
const (
	TroubleWrong      = "Something went wrong. Please try again."
	TroubleUnreached  = "Unable to reach app. Please try again."
	TroubleIncomplete = "Please complete this form."
)

// errNotThere says that a test wants to press what is not there.
var errNotThere = errors.New("not there")

// actor finds somebody who can do something. The lock is held.
func (s *Server) actor(id string) (*User, error) {
	u, ok := s.users[id]
	if !ok {
		return nil, fmt.Errorf("user %q is not there", id)
	}
	return u, nil
}

// base makes what every activity of a person has. The lock is held.
func (s *Server) base(kind, id string, u *User, p *place, thread string) object {
	now := s.opt.Now().UTC()
	zone, err := time.LoadLocation(u.Zone)
	if err != nil {
		zone = time.UTC
	}
	conversation := object{"id": p.id + thread, "conversationType": p.kind, "tenantId": p.tenant}
	data := object{"tenant": object{"id": p.tenant}}
	if p.kind != kindPersonal {
		conversation["isGroup"] = true
	}
	if p.team != nil {
		data["teamsChannelId"], data["teamsTeamId"] = p.id, p.team.ID
		data["channel"], data["team"] = object{"id": p.id}, object{"id": p.team.ID}
	}
	const millis = "2006-01-02T15:04:05.000Z07:00"
	return object{
		"type": kind, "id": id, "timestamp": now.Format(millis), "localTimestamp": now.In(zone).Format(millis), "localTimezone": u.Zone,
		"serviceUrl": s.service(p.tenant), "channelId": "msteams", "from": account(u), "conversation": conversation,
		"recipient": object{"id": s.BotID(), "name": s.opt.BotName}, "locale": u.Locale, "channelData": data,
		"entities": []any{object{"type": "clientInfo", "locale": u.Locale, "country": "US", "platform": "Web", "timezone": u.Zone}},
	}
}

// invoke makes an activity that wants an answer. The lock is held.
func (s *Server) invoke(name string, value any, u *User, p *place, thread, replyTo string) object {
	a := s.base("invoke", fmt.Sprintf("f:%08x-%d", s.number(), s.serial), u, p, thread)
	a["name"], a["value"] = name, value
	data, _ := a["channelData"].(object)
	data["source"] = object{"name": "message"}
	if replyTo != "" {
		a["replyToId"] = replyTo
	}
	return a
}

// did runs something that a person does, and looks at what they see then.
func (s *Server) did(ctx context.Context, user string, activity object, then func(*Result)) (Result, error) {
	r := Result{Sent: Sent{mustJSON(activity)}}
	r.Ack = s.Resend(ctx, r.Sent)
	if then != nil {
		s.mu.Lock()
		then(&r)
		s.touch()
		s.mu.Unlock()
	}
	return s.settled(ctx, user, r)
}

func (s *Server) settled(ctx context.Context, user string, r Result) (Result, error) {
	if s.opt.Settled != nil {
		if err := s.opt.Settled(ctx); err != nil {
			return r, fmt.Errorf("settle: %w", err)
		}
	}
	if d, ok := s.Dialog(user); ok {
		r.Dialog = &d
	}
	return r, nil
}

// Say writes a message to the bot in the personal chat. An open dialog is closed before: it covers the chat.
func (s *Server) Say(ctx context.Context, user, text string) (Result, error) {
	s.mu.Lock()
	u, err := s.actor(user)
	if err != nil {
		s.mu.Unlock()
		return Result{}, err
	}
	delete(s.dialogs, user)
	p := s.chat(u)
	if !p.installed {
		s.mu.Unlock()
		return Result{}, fmt.Errorf("the bot is not installed for %s: %w", u.Name, errNotThere)
	}
	m := &Message{Conversation: p.id, ID: s.stamp(), From: u.ID, Text: text, TextFormat: "plain", Serial: s.number()}
	p.messages = append(p.messages, m)
	a := s.base("message", m.ID, u, p, "")
	a["text"], a["textFormat"] = text, "plain"
	a["attachments"] = []any{object{"contentType": "text/html", "content": "<p>" + html.EscapeString(text) + "</p>"}}
	s.touch()
	s.mu.Unlock()
	return s.did(ctx, user, a, nil)
}

// Mention writes a message in a channel or a group chat that mentions the bot, as Teams sends it: the mention, a space that
// does not break, the words, the end of a line. In a channel it begins a thread; [Result.Sent] names its conversation.
func (s *Server) Mention(ctx context.Context, user, where, text string) (Result, error) {
	s.mu.Lock()
	u, err := s.actor(user)
	p, ok := s.placeOf(where)
	if err == nil && (!ok || p.kind == kindPersonal || !p.installed || !contains(p.members, user)) {
		err = fmt.Errorf("%s cannot mention the bot in %q: %w", user, where, errNotThere)
	}
	if err != nil {
		s.mu.Unlock()
		return Result{}, err
	}
	id, thread := s.stamp(), ""
	if p.kind == kindChannel {
		thread = ";messageid=" + id
	}
	at := "<at>" + html.EscapeString(s.opt.BotName) + "</at>"
	full := at + "\u00a0" + text + "\n"
	p.messages = append(p.messages, &Message{Conversation: p.id + thread, ID: id, From: u.ID, Text: full, TextFormat: "xml", Serial: s.number()})
	a := s.base("message", id, u, p, thread)
	a["text"], a["textFormat"] = full, "plain"
	client, _ := a["entities"].([]any)
	a["entities"] = append([]any{object{"type": "mention", "text": at, "mentioned": object{"id": s.BotID(), "name": s.opt.BotName}}}, client...)
	span := `<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="0">` + html.EscapeString(s.opt.BotName) + "</span>"
	a["attachments"] = []any{object{"contentType": "text/html", "content": "<div>" + span + "&nbsp;" + html.EscapeString(text) + "</div>"}}
	s.touch()
	s.mu.Unlock()
	return s.did(ctx, user, a, nil)
}

// Event sends an activity of somebody in their personal chat that is none of the others, such as "messageReaction", with more
// members.
func (s *Server) Event(ctx context.Context, user, kind string, more map[string]any) (Result, error) {
	s.mu.Lock()
	u, err := s.actor(user)
	if err != nil {
		s.mu.Unlock()
		return Result{}, err
	}
	a := s.base(kind, fmt.Sprintf("f:%08x", s.number()), u, s.chat(u), "")
	maps.Copy(a, more)
	s.mu.Unlock()
	return s.did(ctx, user, a, nil)
}

// Invoke sends an invoke of somebody in their personal chat, and does nothing with the answer.
func (s *Server) Invoke(ctx context.Context, user, name string, value any) (Result, error) {
	s.mu.Lock()
	u, err := s.actor(user)
	if err != nil {
		s.mu.Unlock()
		return Result{}, err
	}
	a := s.invoke(name, value, u, s.chat(u), "", "")
	s.mu.Unlock()
	return s.did(ctx, user, a, nil)
}

// trimDots takes the ellipsis off a label.
func trimDots(label string) string { return strings.TrimSuffix(label, "…") }

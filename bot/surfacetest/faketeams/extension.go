package faketeams

import (
	"context"
	"fmt"
)

// Found is one result of a message extension: what stands in the list, and the card that is sent when it is chosen.
type Found struct {
	Title, Text string
	Card        map[string]any
}

// Query asks a message extension of the bot, from the personal chat. Where it answers with a message, that is [Result.Popup].
func (s *Server) Query(ctx context.Context, user, command, parameter, text string) ([]Found, Result, error) {
	s.mu.Lock()
	u, err := s.actor(user)
	if err != nil {
		s.mu.Unlock()
		return nil, Result{}, err
	}
	value := object{
		"commandId": command, "parameters": []any{object{"name": parameter, "value": text}}, "queryOptions": object{"skip": 0, "count": 25},
	}
	if text == "" { // the first call, before anything was typed
		value["parameters"] = []any{object{"name": "initialRun", "value": "true"}}
	}
	a := s.invoke("composeExtension/query", value, u, s.chat(u), "", "")
	data, _ := a["channelData"].(object)
	data["source"] = object{"name": "compose"}
	s.mu.Unlock()
	var out []Found
	r, err := s.did(ctx, user, a, func(r *Result) { out = s.extensionAnswer(r) })
	return out, r, err
}

// extensionAnswer reads an answer to a message extension. The lock is held.
func (s *Server) extensionAnswer(r *Result) []Found {
	const where = "answer to a message extension"
	o, ok := s.decoded(r, where)
	if !ok {
		return nil
	}
	c, _ := o["composeExtension"].(object)
	fail := func(format string, args ...any) []Found {
		s.complain(where, format, args...)
		r.Trouble = TroubleWrong
		return nil
	}
	switch kind := str(c, "type"); {
	case !exact(o, "composeExtension"):
		return fail("want composeExtension alone: %.200s", r.Ack.Body)
	case kind == "message" && exact(c, "type", "text") && str(c, "text") != "":
		r.Popup = str(c, "text")
		return nil
	case kind != "result" || !exact(c, "type", "attachmentLayout", "attachments") || !contains([]string{"list", "grid"}, str(c, "attachmentLayout")):
		return fail("want type result, attachmentLayout and attachments: %.200s", r.Ack.Body)
	}
	var out []Found
	for _, a := range list(c["attachments"]) {
		one, wrong := s.found(a)
		if wrong != "" {
			return fail("%s", wrong)
		}
		out = append(out, one)
	}
	return out
}

// found reads one result: an Adaptive Card with a preview.
func (s *Server) found(a object) (Found, string) {
	card, isCard := a["content"].(object)
	preview, _ := a["preview"].(object)
	seen, _ := preview["content"].(object)
	kind := str(preview, "contentType")
	switch {
	case str(a, "contentType") != CardType || !isCard:
		return Found{}, "a result that is no Adaptive Card"
	case kind != "application/vnd.microsoft.card.thumbnail" && kind != "application/vnd.microsoft.card.hero":
		return Found{}, fmt.Sprintf("a preview of type %q", kind)
	case str(seen, "title") == "":
		return Found{}, "a preview without a title"
	}
	if faults := s.checkCard(card, false); len(faults) > 0 {
		return Found{}, "card " + faults[0]
	}
	return Found{Title: str(seen, "title"), Text: str(seen, "text"), Card: card}, ""
}

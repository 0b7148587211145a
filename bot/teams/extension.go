package teams

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/turns"
)

// maxSuggested is how many people a field offers where Teams asks for no fewer; typing more of the name narrows them down.
const maxSuggested = 15

// searched offers people of our roster for what was typed into a field. Somebody we do not know is offered nobody.
func (a *App) searched(act activity, s *spot) turns.Turn {
	var v struct {
		Text    string `json:"queryText"`
		Dataset string `json:"dataset"`
		Options struct {
			Top int `json:"top"`
		} `json:"queryOptions"`
	}
	lenient(act.Value, &v)
	n := maxSuggested
	if v.Options.Top > 0 {
		n = min(n, v.Options.Top)
	}
	results := []map[string]string{}
	return turns.Turn{
		Work: func(ctx context.Context) turns.Outcome {
			if v.Dataset != datasetName {
				return turns.Outcome{}
			}
			return s.ask(ctx, func(who bot.Who) (bot.Reply, error) {
				if no, err := a.cfg.Desk.Admit(ctx, who); no.Kind != "" || err != nil {
					return no, err
				}
				people, err := a.cfg.People.FindPeople(ctx, card.Clean(v.Text), n)
				for _, p := range people {
					c := personChoice(p)
					results = append(results, map[string]string{"title": c.Title, "value": c.Value})
				}
				return bot.Reply{}, err
			})
		},
		Ack: func(_ context.Context, o turns.Outcome) any {
			if o.Err != nil || o.Reply.Kind != "" {
				return suggested(nil)
			}
			return suggested(results)
		},
		Slow: suggested(nil),
	}
}

// suggested is the answer to a search for choices.
func suggested(results []map[string]string) any {
	return map[string]any{
		"statusCode": http.StatusOK, "type": "application/vnd.microsoft.search.searchResponse",
		"value": map[string]any{"results": append([]map[string]string{}, results...)},
	}
}

// queried finds requests and systems for somebody who wants to share one in a conversation: what they pick is shown to whoever
// is there, so it is the card for everybody's eyes.
func (a *App) queried(act activity, s *spot) turns.Turn {
	var v struct {
		Parameters []struct {
			Name  string          `json:"name"`
			Value json.RawMessage `json:"value"`
		} `json:"parameters"`
	}
	lenient(act.Value, &v)
	text := ""
	for _, p := range v.Parameters {
		if p.Name == findQuery {
			lenient(p.Value, &text)
		}
	}
	var found []card.Card
	return turns.Turn{
		Work: func(ctx context.Context) turns.Outcome {
			return s.ask(ctx, func(who bot.Who) (bot.Reply, error) {
				cards, refused, err := a.cfg.Desk.Find(ctx, who, text)
				found = cards
				if refused != nil {
					return *refused, err
				}
				return bot.Reply{}, err
			})
		},
		Ack: func(_ context.Context, o turns.Outcome) any {
			switch r := settled(o); {
			case r.Kind != "":
				return extensionText(sentenceOf(r))
			case len(found) == 0:
				return extensionText(textNothingFound)
			}
			return extensionCards(found)
		},
		Slow: extensionText(textSlow),
	}
}

// sentenceOf is what a reply says in one sentence, also where it is a card.
func sentenceOf(r bot.Reply) string {
	if r.Text == "" && r.Card != nil {
		return r.Card.Gist
	}
	return sentence(r)
}

func extensionText(text string) any {
	return map[string]any{"composeExtension": map[string]any{"type": "message", "text": text}}
}

// extensionCards is the list somebody picks from: a line of each, and the card that is put into the conversation.
func extensionCards(cards []card.Card) any {
	list := []any{}
	for _, c := range cards {
		c = c.Cleaned()
		title := map[string]string{"title": calm(strings.TrimSpace(c.Kicker + " " + c.Title)), "text": calm(c.Gist)} // a thumbnail takes HTML
		list = append(list, map[string]any{
			"contentType": cardContent, "content": messageCard(c, stamp{}),
			"preview": map[string]any{"contentType": "application/vnd.microsoft.card.thumbnail", "content": title},
		})
	}
	return map[string]any{"composeExtension": map[string]any{"type": "result", "attachmentLayout": "list", "attachments": list}}
}

// fetched opens the form of a new request from the message extension, or what can be asked for.
func (a *App) fetched(act activity, s *spot) (turns.Turn, bool) {
	var v struct {
		Command string `json:"commandId"`
	}
	lenient(act.Value, &v)
	if v.Command != extensionRequest {
		return turns.Turn{}, false
	}
	return turns.Turn{
		Work: func(ctx context.Context) turns.Outcome {
			return s.ask(ctx, func(who bot.Who) (bot.Reply, error) { return a.cfg.Desk.Command(ctx, who, "request") })
		},
		Ack:  func(ctx context.Context, o turns.Outcome) any { return s.dialog(ctx, o) },
		Slow: slowDialog(card.Action{Verb: "request"}),
	}, true
}

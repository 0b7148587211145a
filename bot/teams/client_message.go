package teams

import (
	"context"
	"errors"
	"net/http"

	"steward/bot"
	"steward/bot/teams/adaptivecard"
	"steward/workflows"
)

// named is somebody, or a conversation, by its id.
type named struct {
	ID string `json:"id"`
}

// posted is a message as the Connector takes it.
type posted struct {
	Type         string       `json:"type"`
	ID           string       `json:"id,omitempty"` // of a message that is replaced
	From         named        `json:"from"`
	Conversation named        `json:"conversation"`
	ReplyToID    string       `json:"replyToId,omitempty"`
	Text         string       `json:"text,omitempty"`
	TextFormat   string       `json:"textFormat,omitempty"`
	Summary      string       `json:"summary,omitempty"`
	Attachments  []attachment `json:"attachments,omitempty"`
}

type attachment struct {
	ContentType string            `json:"contentType"`
	Content     adaptivecard.Card `json:"content"`
}

// bot is our own id among people.
func (c *Client) bot(known string) string {
	if known != "" {
		return known
	}
	return "28:" + c.cfg.AppID
}

// content draws what goes over the wire: the card alone with its line for notifications, or the text where there is no card.
func (c *Client) content(at workflows.Conversation, m Outgoing, card *adaptivecard.Card) posted {
	p := posted{Type: "message", From: named{c.bot(at.Bot)}, Conversation: named{at.Place}, Summary: m.Summary}
	if card == nil {
		p.Text, p.TextFormat = m.Text, "plain"
		return p
	}
	p.Attachments = []attachment{{adaptivecard.ContentType, *card}}
	return p
}

// Send implements [Connector].
func (c *Client) Send(ctx context.Context, at workflows.Conversation, m Outgoing) (id string, err error) {
	err = withoutChart(m, func(card *adaptivecard.Card) error {
		p := c.content(at, m, card)
		p.ReplyToID = m.ReplyTo
		path := []string{"v3", "conversations", at.Place, "activities"}
		if m.ReplyTo != "" {
			path = append(path, m.ReplyTo)
		}
		var made named
		err := c.do(ctx, call{
			op: opSend, method: http.MethodPost, service: at.Service, path: path, counts: at.Place, patient: m.Patient, within: slow, body: p, answer: &made,
		})
		id = made.ID
		return err
	})
	return id, err
}

// Update implements [Connector].
func (c *Client) Update(ctx context.Context, at workflows.Conversation, id string, m Outgoing) error {
	return withoutChart(m, func(card *adaptivecard.Card) error {
		p := c.content(at, m, card)
		p.ID = id
		return c.do(ctx, call{
			op: opUpdate, method: http.MethodPut, service: at.Service, path: []string{"v3", "conversations", at.Place, "activities", id},
			counts: at.Place, patient: m.Patient, within: slow, body: p,
		})
	})
}

// withoutChart sends a card, and sends it again without its chart where Teams does not take it as it is.
func withoutChart(m Outgoing, send func(*adaptivecard.Card) error) error {
	err := send(m.Card)
	r, ok := errors.AsType[*refused](err)
	if ok && m.Plain != nil && (r.status == http.StatusBadRequest || r.status == http.StatusRequestEntityTooLarge) {
		return send(m.Plain)
	}
	return err
}

// created is how a conversation is asked for.
type created struct {
	IsGroup     bool    `json:"isGroup"`
	Bot         named   `json:"bot"`
	Members     []named `json:"members"`
	TenantID    string  `json:"tenantId"`
	ChannelData struct {
		Tenant named `json:"tenant"`
	} `json:"channelData"`
}

// Create implements [Connector].
func (c *Client) Create(ctx context.Context, service, user string) (conversation string, err error) {
	body := created{Bot: named{c.bot("")}, Members: []named{{user}}, TenantID: c.cfg.Tenant}
	body.ChannelData.Tenant.ID = c.cfg.Tenant
	var made named
	err = c.do(ctx, call{
		op: opCreate, method: http.MethodPost, service: service, path: []string{"v3", "conversations"}, counts: user, within: slow, body: body, answer: &made,
	})
	if err == nil && made.ID == "" {
		err = &bot.SendError{Reason: "empty_answer", Retry: true}
	}
	return made.ID, err
}

// Member is somebody in a conversation, as far as we look at them. The roles that are known are "user", "guest" and
// "anonymous".
type Member struct {
	ID     string `json:"id"`          // 29:...
	User   string `json:"aadObjectId"` // the Entra object id
	Object string `json:"objectId"`    // the same, under its other name
	Name   string `json:"name"`
	Email  string `json:"email"`
	UPN    string `json:"userPrincipalName"`
	Tenant string `json:"tenantId"`
	Role   string `json:"userRole"`
}

// Member implements [Connector].
func (c *Client) Member(ctx context.Context, at workflows.Conversation, user string) (m Member, err error) {
	err = c.do(ctx, call{
		op: opMember, method: http.MethodGet, service: at.Service, path: []string{"v3", "conversations", at.Place, "members", user}, counts: at.Place,
		within: quick, answer: &m,
	})
	return m, err
}

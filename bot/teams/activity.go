package teams

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"steward/workflows"
)

// errShape says that a body is no activity at all.
var errShape = errors.New("not an activity")

// activity is what we look at of what Teams sends us. Nothing of it but the envelope is trusted before the token covers it,
// and nothing in Value at any time.
type activity struct {
	Type, ID, Name, Action string
	Channel, Service       string
	Text, ReplyTo          string
	At                     time.Time // when Teams says it happened; zero where it does not
	From, Recipient        member
	Conversation           conversation
	TenantOfChannelData    string
	Mentions               []mention
	Added                  []member
	Value                  json.RawMessage
}

type member struct {
	ID          string `json:"id"`
	AADObjectID string `json:"aadObjectId"`
}

type conversation struct {
	ID     string `json:"id"`
	Kind   string `json:"conversationType"`
	Tenant string `json:"tenantId"`
}

type mention struct {
	Type      string `json:"type"`
	Text      string `json:"text"`
	Mentioned member `json:"mentioned"`
}

// readActivity reads a body leniently: a member whose shape is another than we know counts as absent. Teams adds members
// and kinds at any time, and stops delivering to a bot that answers them with an error.
func readActivity(body []byte) (activity, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(body, &raw); err != nil || raw == nil {
		return activity{}, errShape
	}
	var a activity
	for name, to := range map[string]any{
		"type": &a.Type, "id": &a.ID, "name": &a.Name, "action": &a.Action, "channelId": &a.Channel, "serviceUrl": &a.Service, "text": &a.Text,
		"replyToId": &a.ReplyTo, "from": &a.From, "recipient": &a.Recipient, "conversation": &a.Conversation, "timestamp": &a.At,
	} {
		lenient(raw[name], to)
	}
	var data struct {
		Tenant struct {
			ID string `json:"id"`
		} `json:"tenant"`
	}
	lenient(raw["channelData"], &data)
	a.TenantOfChannelData = data.Tenant.ID
	a.Mentions = eachOf[mention](raw["entities"])
	a.Added = eachOf[member](raw["membersAdded"])
	a.Value = raw["value"]
	return a, nil
}

// lenient decodes into a value that stays as it is where the shape is another.
func lenient(raw json.RawMessage, to any) {
	if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
		return
	}
	_ = json.Unmarshal(raw, to)
}

// eachOf decodes a list one by one, and leaves out what has another shape.
func eachOf[T any](raw json.RawMessage) (out []T) {
	var list []json.RawMessage
	lenient(raw, &list)
	for _, one := range list {
		var v T
		if json.Unmarshal(one, &v) == nil {
			out = append(out, v)
		}
	}
	return out
}

// personal says that an activity comes from somebody's own chat with us. A chat of two people, in which a message extension is
// used, may be of the same kind: its id is that of a chat that others read.
func (a activity) personal() bool {
	return a.Conversation.Kind == "personal" && !shared(a.Conversation.ID)
}

// claimed is what the body says of where it comes from; the token has to say the same.
func (a activity) claimed() Claimed {
	c := Claimed{Channel: a.Channel, Service: a.Service}
	for _, t := range []string{a.Conversation.Tenant, a.TenantOfChannelData} {
		if t != "" {
			c.Tenants = append(c.Tenants, t)
		}
	}
	return c
}

// tenant is the tenant an activity is of; all that are named are the same, or the token does not cover it.
func (a activity) tenant() string {
	if a.Conversation.Tenant != "" {
		return strings.ToLower(a.Conversation.Tenant)
	}
	return strings.ToLower(a.TenantOfChannelData)
}

// account is who sent an activity. Its user is empty for senders without an Entra id: bots and anonymous guests.
func (a activity) account() workflows.Account {
	return workflows.Account{Surface: surfaceName, Tenant: a.tenant(), User: strings.ToLower(a.From.AADObjectID)}
}

// here is the conversation an activity comes from.
func (a activity) here() workflows.Conversation {
	return workflows.Conversation{
		Account: a.account(), Place: a.Conversation.ID, Service: a.Service, Member: a.From.ID, Bot: a.Recipient.ID, SeenAt: a.At,
	}
}

// words is what somebody typed, without our own name: it is taken out by what the entity says and not by guessing.
func (a activity) words() string {
	text := a.Text
	for _, m := range a.Mentions {
		if m.Type == "mention" && m.Text != "" && m.Mentioned.ID == a.Recipient.ID {
			text = strings.ReplaceAll(text, m.Text, " ")
		}
	}
	return strings.TrimSpace(strings.ReplaceAll(text, "\u00a0", " "))
}

// carried is what the data of a button holds, with the inputs of a dialog beside it. It is trusted for nothing.
type carried struct {
	Act      string `json:"act"`
	Link     string `json:"link"`
	Form     string `json:"form"`
	Go       string `json:"go"`
	Revision int    `json:"revision"`
	Delivery int64  `json:"d"`
	At       int64  `json:"at"` // Unix milliseconds

	inputs map[string]json.RawMessage
}

// readCarried reads the data of a button.
func readCarried(raw json.RawMessage) carried {
	var c carried
	lenient(raw, &c.inputs)
	for name, to := range map[string]any{
		"act": &c.Act, "link": &c.Link, "form": &c.Form, "go": &c.Go, "revision": &c.Revision, "d": &c.Delivery, "at": &c.At,
	} {
		lenient(c.inputs[name], to)
	}
	return c
}

// stamp is which message the button stood on.
func (c carried) stamp() stamp {
	if c.Delivery <= 0 || c.At <= 0 {
		return stamp{}
	}
	return stamp{Delivery: c.Delivery, At: time.UnixMilli(c.At).UTC()}
}

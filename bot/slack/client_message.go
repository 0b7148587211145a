package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
)

// What our messages carry beside what people see: which delivery they are. Only apps can write it.
const (
	metadataType     = "steward_delivery"
	metadataDelivery = "delivery"
	metadataAbout    = "about"
	metadataAt       = "at"
)

// Post implements [Messages].
func (c *Client) Post(ctx context.Context, channel string, m Outgoing) (place, ts string, err error) {
	if err := c.pace.post(channel, m.Patient); err != nil {
		return "", "", err
	}
	return c.message(ctx, methodPost, channel, slackgo.MsgOptionPost(), m)
}

// Update implements [Messages].
func (c *Client) Update(ctx context.Context, place, ts string, m Outgoing) error {
	if err := c.pace.update(); err != nil {
		return err
	}
	m.Delivery = 0 // the mark of the message stays the one it was made with
	_, _, err := c.message(ctx, methodUpdate, place, slackgo.MsgOptionUpdate(ts), m)
	if se, ok := errors.AsType[*bot.SendError](err); ok && se.Reason == "channel_not_found" {
		se.Gone = true // we have posted there before: the conversation is gone, and the message with it
	}
	return err
}

// message posts or updates, and does so again without the chart where Slack does not take it.
func (c *Client) message(ctx context.Context, method, channel string, how slackgo.MsgOption, m Outgoing) (place, ts string, err error) {
	options := func(blocks []slackgo.Block) []slackgo.MsgOption {
		all := []slackgo.MsgOption{
			how, slackgo.MsgOptionText(m.Text, false), slackgo.MsgOptionBlocks(blocks...), slackgo.MsgOptionParse(false),
			slackgo.MsgOptionLinkNames(false), slackgo.MsgOptionDisableLinkUnfurl(), slackgo.MsgOptionDisableMediaUnfurl(),
		}
		if m.Delivery != 0 {
			all = append(all, slackgo.MsgOptionMetadata(slackgo.SlackMetadata{EventType: metadataType, EventPayload: map[string]any{
				metadataDelivery: m.Delivery, metadataAbout: m.About, metadataAt: m.At.UnixMilli(),
			}}))
		}
		return all
	}
	send := func(ctx context.Context, blocks []slackgo.Block) (string, error) {
		place, ts, _, err = c.slack.SendMessageContext(ctx, channel, options(blocks)...)
		return ts, err
	}
	_, err = call(ctx, c, method, slow, func(ctx context.Context) (string, error) { return send(ctx, m.Blocks) })
	if reason(err) == reasonBlocks && m.Plain != nil {
		_, err = call(ctx, c, method, slow, func(ctx context.Context) (string, error) { return send(ctx, m.Plain) })
	}
	switch {
	case err != nil:
		return "", "", err
	case ts == "" || place == "":
		return "", "", &bot.SendError{Reason: reasonEmpty, Retry: true, Unsure: true}
	}
	return place, ts, nil
}

// OpenConversation opens the direct conversation with a user without writing into it, and gives its id. It needs im:write.
func (c *Client) OpenConversation(ctx context.Context, user string) (string, error) {
	return call(ctx, c, methodOpen, slow, func(ctx context.Context) (string, error) {
		ch, _, _, err := c.slack.OpenConversationContext(ctx, &slackgo.OpenConversationParameters{Users: []string{user}})
		if err != nil {
			return "", err
		}
		return ch.ID, nil
	})
}

// historyPage is how many messages are asked for at once.
const historyPage = 100

// History implements [Messages].
func (c *Client) History(ctx context.Context, place string, since time.Time, limit int) ([]Posted, error) {
	p := slackgo.GetConversationHistoryParameters{ChannelID: place, IncludeAllMetadata: true, Inclusive: true}
	if !since.IsZero() {
		p.Oldest = fmt.Sprintf("%d.%06d", since.Unix(), since.Nanosecond()/1000)
	}
	var out []Posted
	for len(out) < limit {
		p.Limit = min(historyPage, limit-len(out))
		page, err := call(ctx, c, methodHistory, slow, func(ctx context.Context) (*slackgo.GetConversationHistoryResponse, error) {
			return c.slack.GetConversationHistoryContext(ctx, &p)
		})
		if err != nil {
			return nil, err
		}
		for _, m := range page.Messages {
			out = append(out, posted(m.Timestamp, m.BotID, m.Metadata))
		}
		if p.Cursor = page.ResponseMetaData.NextCursor; p.Cursor == "" || !page.HasMore || len(page.Messages) == 0 {
			break
		}
	}
	return out, nil
}

// posted reads which delivery a message is. Numbers come as JSON has them, from history and from envelopes alike.
func posted(ts, author string, meta slackgo.SlackMetadata) Posted {
	p := Posted{TS: ts, Bot: author}
	if meta.EventType != metadataType {
		return p
	}
	delivery, ok := meta.EventPayload[metadataDelivery].(float64)
	if !ok || delivery < 1 || delivery >= 1<<53 {
		return p
	}
	p.Delivery = int64(delivery)
	p.About, _ = meta.EventPayload[metadataAbout].(string)
	if at, ok := meta.EventPayload[metadataAt].(float64); ok {
		p.At = time.UnixMilli(int64(at)).UTC()
	}
	return p
}

// answered is what goes to a response address. The library's own type would send an empty metadata with it, which is an
// error by Slack's documentation.
type answered struct {
	Type    string          `json:"response_type,omitempty"`
	Replace bool            `json:"replace_original"`
	Delete  bool            `json:"delete_original"`
	Text    string          `json:"text,omitempty"`
	Blocks  []slackgo.Block `json:"blocks,omitempty"`
	Parse   string          `json:"parse,omitempty"`
	Names   bool            `json:"link_names"`
	Links   bool            `json:"unfurl_links"`
	Media   bool            `json:"unfurl_media"`
}

// Respond implements [Messages].
func (c *Client) Respond(ctx context.Context, responseURL string, m Outgoing, how Respond) error {
	at, err := c.guard.Address(responseURL)
	if err != nil {
		return &bot.SendError{Reason: "forbidden_address", Err: err}
	}
	body := answered{Replace: how == RespondReplace, Delete: how == RespondDelete, Parse: "none"}
	if how == RespondNew {
		body.Type = "ephemeral"
	}
	if how != RespondDelete {
		body.Text, body.Blocks = m.Text, m.Blocks
	}
	err = c.respond(ctx, at, body)
	if reason(err) == reasonBlocks && m.Plain != nil {
		body.Blocks = m.Plain
		err = c.respond(ctx, at, body)
	}
	return err
}

func (c *Client) respond(ctx context.Context, at *url.URL, body answered) error {
	_, err := call(ctx, c, methodRespond, quick, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, c.respondOnce(ctx, at, body)
	})
	return err
}

func (c *Client) respondOnce(ctx context.Context, at *url.URL, body answered) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at.String(), bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := c.outside.Do(req)
	if err != nil {
		return withoutAddress(err)
	}
	defer func() { _ = resp.Body.Close() }()
	said, err := io.ReadAll(io.LimitReader(resp.Body, 8<<10))
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	return readResponse(resp, said)
}

// withoutAddress takes the address out of an error: whoever knows it can post there.
func withoutAddress(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// readResponse reads what a response address says: "ok", a code, or a JSON answer with one.
func readResponse(resp *http.Response, said []byte) error {
	text := strings.TrimSpace(string(said))
	var answer slackgo.SlackResponse
	if json.Unmarshal(said, &answer) == nil && answer.Error != "" {
		text = answer.Error
	}
	switch {
	case resp.StatusCode == http.StatusOK && (answer.Error == "" || answer.Ok):
		return nil
	case resp.StatusCode == http.StatusTooManyRequests:
		if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
			return &slackgo.RateLimitedError{RetryAfter: time.Duration(s) * time.Second}
		}
		return slackgo.StatusCodeError{Code: resp.StatusCode}
	case resp.StatusCode >= http.StatusInternalServerError:
		return slackgo.StatusCodeError{Code: resp.StatusCode}
	case resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusGone:
		return slackgo.SlackErrorResponse{Err: reasonExpired}
	case len(text) < 60 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz_") == "" && text != "":
		return slackgo.SlackErrorResponse{Err: text}
	}
	return slackgo.SlackErrorResponse{Err: fmt.Sprintf("http_%d", resp.StatusCode)}
}

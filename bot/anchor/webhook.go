package anchor

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
	"time"

	"steward/bot"
	"steward/workflows"
)

// Webhook posts checkpoints to an address, as JSON: {"checkpoint": "..."} with the signed note. Any answer from 200 to 299
// means that it was taken. An answer that was lost is asked for again by posting once more: the same checkpoint may come twice.
type Webhook struct {
	url    string
	client *http.Client
}

// timeout bounds one post.
const timeout = 15 * time.Second

// CheckURL says what is wrong with an address: it has to be https, unless it is on this machine and that is allowed. The
// error does not repeat the address, which may hold a secret.
func CheckURL(address string, loopback bool) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
		return errors.New("it is not like https://host/path")
	}
	if u.Scheme == "http" && !loopback {
		return errors.New("unsafe: it is http; a checkpoint that can be changed on its way proves nothing. Use https")
	}
	return nil
}

// NewWebhook makes the surface for an address that [CheckURL] has let through.
func NewWebhook(address string) *Webhook {
	return &Webhook{address, &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Name implements [bot.Surface].
func (w *Webhook) Name() string { return SurfaceWebhook }

// Send implements [bot.Surface].
func (w *Webhook) Send(ctx context.Context, _ workflows.Account, m bot.Message) (bot.Sent, error) {
	if m.Note == "" {
		return bot.Sent{}, &bot.SendError{Reason: "no_checkpoint"}
	}
	body, err := json.Marshal(struct {
		Checkpoint string `json:"checkpoint"`
	}{m.Note})
	if err != nil {
		return bot.Sent{}, fmt.Errorf("post checkpoint: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, bytes.NewReader(body))
	if err != nil {
		return bot.Sent{}, &bot.SendError{Reason: "bad_address"}
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := w.client.Do(req)
	if err != nil {
		return bot.Sent{}, &bot.SendError{Reason: "no_answer", Retry: true, Err: withoutURL(err)}
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10) // so that the connection can be used again
	if resp.StatusCode/100 == 2 {
		return bot.Sent{Place: SurfaceWebhook, MessageID: m.About.ID}, nil
	}
	return bot.Sent{}, answered(resp)
}

// answered makes an error of an answer that is no yes. Only one that says to come later, or that the server is at fault, is
// worth another try.
func answered(resp *http.Response) error {
	e := &bot.SendError{Reason: "status_" + strconv.Itoa(resp.StatusCode)}
	if resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= http.StatusInternalServerError {
		e.Retry = true
		if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
			e.After = min(time.Duration(seconds)*time.Second, time.Hour)
		}
	}
	return e
}

// withoutURL keeps the address, which may hold a secret, out of logs.
func withoutURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// Update implements [bot.Surface]: what was posted stays.
func (w *Webhook) Update(context.Context, workflows.Receipt, bot.Message) error {
	return &bot.SendError{Reason: "never_updated", Gone: true}
}

// Find implements [bot.Surface].
func (w *Webhook) Find(context.Context, workflows.Account, bot.Message) (bot.Sent, bool, error) {
	return bot.Sent{}, false, bot.ErrCannotAsk
}

package slack

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"

	slackgo "github.com/slack-go/slack"
)

// maxBody bounds what Slack may send at once. A form with everything typed into it is well under it.
const maxBody = 1 << 20

// errShape says that a signed body was not what its address takes.
var errShape = errors.New("not what this address takes")

// signed reads a request that Slack signed, decodes it and acks it. Whatever is wrong with the signature is 401, without a
// word why. Unknown kinds of envelopes are acked: Slack would send them again and count a failure.
func (a *App) signed(decode func([]byte) (envelope, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Content-Encoding") != "" {
			w.WriteHeader(http.StatusUnsupportedMediaType)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		if !verified(r.Header, body, a.cfg.Signing, a.cfg.Now()) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		env, err := decode(body)
		if err != nil {
			a.cfg.Log.WarnContext(r.Context(), "slack: signed, yet not understood", "path", r.URL.Path, "bytes", len(body))
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		answer, acked, ok := a.receive(r.Context(), env)
		defer acked()
		switch {
		case !ok:
			w.WriteHeader(http.StatusServiceUnavailable)
		case answer == nil:
			w.WriteHeader(http.StatusOK)
		default:
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			if err := json.NewEncoder(w).Encode(answer); err != nil {
				a.cfg.Log.WarnContext(r.Context(), "slack: ack not written", "err", err)
			}
		}
		if f, can := w.(http.Flusher); can {
			f.Flush()
		}
	})
}

// envelope is one thing Slack told us, whatever way it came. One member is set; none means that there is nothing to do.
type envelope struct {
	command     *slackgo.SlashCommand
	interaction *slackgo.InteractionCallback
	event       *event
	challenge   string // of url_verification
}

// by is the user an envelope comes from; "" where it comes from Slack itself.
func (e envelope) by() string {
	switch {
	case e.command != nil:
		return e.command.UserID
	case e.interaction != nil:
		return e.interaction.User.ID
	case e.event != nil:
		return e.event.user()
	}
	return ""
}

func decodeCommand(body []byte) (envelope, error) {
	v, err := url.ParseQuery(string(body))
	if err != nil {
		return envelope{}, errShape
	}
	if v.Get("ssl_check") == "1" {
		return envelope{}, nil
	}
	c := slackgo.SlashCommand{
		TeamID: v.Get("team_id"), EnterpriseID: v.Get("enterprise_id"), IsEnterpriseInstall: v.Get("is_enterprise_install") == "true",
		ChannelID: v.Get("channel_id"), UserID: v.Get("user_id"), Command: v.Get("command"), Text: v.Get("text"),
		ResponseURL: v.Get("response_url"), TriggerID: v.Get("trigger_id"),
	}
	if c.Command == "" || c.UserID == "" {
		return envelope{}, errShape
	}
	return envelope{command: &c}, nil
}

func decodeInteraction(body []byte) (envelope, error) {
	v, err := url.ParseQuery(string(body))
	if err != nil || v.Get("payload") == "" {
		return envelope{}, errShape
	}
	return interactionOf([]byte(v.Get("payload")))
}

func interactionOf(payload []byte) (envelope, error) {
	var i slackgo.InteractionCallback
	if err := json.Unmarshal(payload, &i); err != nil || i.Type == "" {
		return envelope{}, errShape
	}
	return envelope{interaction: &i}, nil
}

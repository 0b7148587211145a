package slack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	slackgo "github.com/slack-go/slack"

	"steward/bot"
	"steward/bot/egress"
)

// How long to wait where Slack does not say.
const (
	pauseUnknown = 30 * time.Second // a 429 without Retry-After
	pauseMost    = 15 * time.Minute // whatever Retry-After says: it is one number in one answer
	pauseBroken  = 5 * time.Minute  // the token is of no use until somebody sees to it
)

// Words of our own for what has no code of Slack's.
const (
	reasonLimited = "ratelimited"
	reasonLost    = "no_connection" // the connection was lost, or never made
	reasonTimeout = "timeout"
	reasonPaced   = "paced" // held back by ourselves, see [Limits]
	reasonEmpty   = "empty_answer"
	reasonScope   = "missing_scope"
	reasonBlocks  = "invalid_blocks"
	reasonExpired = "expired" // a response address, used up or too old
)

// fault makes an error of a call into what the courier understands, and remembers the pauses among them.
func (c *Client) fault(method string, err error) error {
	if err == nil {
		return nil
	}
	se := sort(err)
	se.Err = fmt.Errorf("%s: %w", method, err)
	if se.Reach == bot.ReachSurface && !ownToken(method, se.Reason) {
		se = &bot.SendError{Reason: se.Reason, Err: se.Err}
	}
	if se.Pause {
		key := method
		if se.Reach == bot.ReachSurface {
			key = pauseAll
		}
		c.pace.pause(key, se.After)
	}
	return se
}

// ownToken says that what is wrong with this call would be wrong with every other: not so for sockets and response
// addresses, which go without the bot token, nor for methods that need an optional scope.
func ownToken(method, code string) bool {
	switch method {
	case methodSocket, methodRespond:
		return false
	case methodPost, methodUpdate:
		return true
	}
	return code != reasonScope && code != "no_permission" && code != "access_denied"
}

// sort says what an error means for the message and for the ones after it.
func sort(err error) *bot.SendError {
	if limited, ok := errors.AsType[*slackgo.RateLimitedError](err); ok {
		return &bot.SendError{
			Reason: reasonLimited, Pause: true, Reach: bot.ReachMethod, After: min(max(limited.RetryAfter, time.Second), pauseMost),
		}
	}
	if status, ok := errors.AsType[slackgo.StatusCodeError](err); ok {
		return sortStatus(status.Code)
	}
	if said, ok := errors.AsType[slackgo.SlackErrorResponse](err); ok {
		return sortCode(said.Err)
	}
	if errors.Is(err, slackgo.ErrParametersMissing) || errors.Is(err, slackgo.ErrBlockIDNotUnique) {
		return &bot.SendError{Reason: "invalid_arguments"}
	}
	se := &bot.SendError{Reason: reasonLost, Retry: true, Unsure: true}
	switch op, ok := errors.AsType[*net.OpError](err); {
	case errors.Is(err, egress.ErrForbidden):
		return &bot.SendError{Reason: "forbidden_address"}
	case ok && op.Op == "dial":
		se.Unsure = false // nothing was sent
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		se.Reason = reasonTimeout
	}
	return se
}

func isTimeout(err error) bool {
	t, ok := errors.AsType[net.Error](err)
	return ok && t.Timeout()
}

func sortStatus(code int) *bot.SendError {
	switch {
	case code == http.StatusTooManyRequests:
		return &bot.SendError{Reason: reasonLimited, Pause: true, Reach: bot.ReachMethod, After: pauseUnknown}
	case code >= 500:
		return &bot.SendError{Reason: fmt.Sprintf("http_%d", code), Retry: true, Unsure: true}
	}
	// Methods answer 200 with a code. Anything else comes from something between Slack and us, and is no message's fault.
	return &bot.SendError{Reason: fmt.Sprintf("http_%d", code), Pause: true, Reach: bot.ReachSurface, After: time.Minute}
}

// sortCode sorts Slack's codes, as the pages of chat.postMessage and chat.update list them. One that is not known here is an
// answer to this message and final.
func sortCode(code string) *bot.SendError {
	switch code {
	case reasonLimited, "rate_limited":
		return &bot.SendError{Reason: reasonLimited, Pause: true, Reach: bot.ReachMethod, After: pauseUnknown}
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "org_login_required",
		"ekm_access_denied", "access_denied", "accesslimited", "team_access_not_granted", "two_factor_setup_required",
		"enterprise_is_restricted", "not_allowed_token_type", "app_uninstalled", "deprecated_endpoint", reasonScope, "no_permission":
		// Everything would be refused alike: the mail waits until an operator has seen to it.
		return &bot.SendError{Reason: code, Pause: true, Reach: bot.ReachSurface, After: pauseBroken}
	case "team_added_to_org":
		return &bot.SendError{Reason: code, Pause: true, Reach: bot.ReachSurface, After: time.Minute}
	case "internal_error", "fatal_error", "service_unavailable", "request_timeout":
		return &bot.SendError{Reason: code, Retry: true, Unsure: true}
	case "message_not_found", "cant_update_message", "edit_window_closed", "is_inactive":
		return &bot.SendError{Reason: code, Gone: true}
	}
	return &bot.SendError{Reason: code}
}

// reason gives the code of an error, "" where there is none.
func reason(err error) string {
	if se, ok := errors.AsType[*bot.SendError](err); ok {
		return se.Reason
	}
	return ""
}

package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"steward/bot"
	"steward/bot/slack"
)

// slack asks Slack what Steward may do there. It writes nothing and opens no conversation.
func (x *examination) slack(ctx context.Context) {
	l := &x.l
	if !l.slackOn() {
		x.say(stateOK, "slack", "", "off")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	c, err := newSlackClient(l, x.now)
	if err != nil {
		x.say(stateFail, "slack", "", "%v", err)
		return
	}
	who, err := c.Whoami(ctx)
	if err != nil {
		x.say(stateFail, "slack", slackHint(err, "slack_bot_token"), "the bot token is not taken: %s", slackAnswer(err))
		return
	}
	where := "workspace " + who.TeamName
	if who.OrgWide {
		where = "the whole organisation " + who.Enterprise
	}
	x.say(stateOK, "slack", "", "installed on %s (%s)", where, who.Tenant())
	x.slackScopes(who)
	x.slackSocket(ctx, c)
	x.slackCommand(who)
	x.slackChannel(ctx, c)
}

// slackScopes says what is lost without each scope that was not granted.
func (x *examination) slackScopes(who slack.Whoami) {
	good := true
	for _, s := range slack.Missing(who.Scopes) {
		state := stateWarn
		switch {
		case !s.Optional:
			state = stateFail
		case strings.HasSuffix(s.Name, ":read") && x.l.SlackChannel == "": // they serve the channel alone
			continue
		}
		good = false
		x.say(state, "scopes", "add it under OAuth & Permissions, then install the app again; or make the app anew from steward manifest slack",
			"%s was not granted: %s", s.Name, s.Lost)
	}
	for _, s := range who.Scopes {
		if !slices.ContainsFunc(slack.Scopes(), func(known slack.Scope) bool { return known.Name == s }) {
			good = false
			x.say(stateWarn, "scopes", "take it away under OAuth & Permissions: whoever steals the token could use it", "%s was granted and is of no use", s)
		}
	}
	if good {
		x.say(stateOK, "scopes", "", "%s", strings.Join(who.Scopes, ", "))
	}
}

func (x *examination) slackSocket(ctx context.Context, c *slack.Client) {
	if x.l.slackMode() != slack.ModeSocket {
		hint := "in the app's settings Socket Mode is off, and the addresses are those of steward manifest slack --url"
		at := x.l.PublicURL
		if at == "" {
			at = x.l.HooksListen
		}
		x.say(stateOK, "sockets", hint, "none: Slack calls %s/slack/", at)
		return
	}
	if _, err := c.OpenSocket(ctx); err != nil {
		x.say(stateFail, "sockets", slackHint(err, "slack_app_token"), "the app token is not taken: %s", slackAnswer(err))
		return
	}
	x.say(stateOK, "sockets", "", "can be opened, %d in each process", x.l.SlackConns)
}

// slackCommand says what can be said: Slack tells nobody which commands an app has.
func (x *examination) slackCommand(who slack.Whoami) {
	if !slices.Contains(who.Scopes, "commands") {
		return // it was said
	}
	x.say(stateOK, "command", "", "%s, if the app has it: type %s help in Slack", x.l.SlackCommand, x.l.SlackCommand)
}

func (x *examination) slackChannel(ctx context.Context, c *slack.Client) {
	id := x.l.SlackChannel
	if id == "" {
		return
	}
	err := slack.NewChannel(c, id, x.now, newLog(x.err, x.l.LogLevel)).Allowed(ctx)
	se, ok := errors.AsType[*bot.SendError](err)
	switch {
	case err == nil:
		x.say(stateOK, "channel", "", "%s is ours alone", id)
	case !ok:
		x.say(stateFail, "channel", "", "%v", err)
	case se.Reason == "channel_shared":
		x.say(stateFail, "channel", "choose a channel that no other company is in", "%s is shared with another company, and nothing is posted there", id)
	case se.Reason == "channel_not_joined":
		x.say(stateFail, "channel", "type /invite @Steward in the channel", "Steward is not in %s", id)
	case se.Reason == "channel_archived":
		x.say(stateFail, "channel", "take it out of the archive, or choose another one", "%s is archived", id)
	default:
		x.say(stateFail, "channel", "is the id right, is Steward in it, and were channels:read and groups:read granted?",
			"%s cannot be looked at, and nothing is posted there: %s", id, slackAnswer(err))
	}
}

// slackAnswer is Slack's own word for what went wrong.
func slackAnswer(err error) string {
	se, ok := errors.AsType[*bot.SendError](err)
	if !ok {
		return err.Error()
	}
	if inner, ok := errors.AsType[*bot.SendError](se.Err); ok {
		return inner.Reason
	}
	return se.Reason
}

// slackHint says where to look.
func slackHint(err error, key string) string {
	switch slackAnswer(err) {
	case "no_connection", "timeout":
		return "can this machine reach slack.com? Behind a proxy, set HTTPS_PROXY"
	case "missing_scope", "not_allowed_token_type":
		return "the app-level token needs connections:write; it is made under Basic Information"
	}
	return "is " + key + " the one of this app, and is the app still installed?"
}

package main

import (
	"fmt"
	"regexp"
	"strings"

	"steward/bot/slack"
)

// slackOn says whether Steward is to be on Slack: it is where there is a bot token.
func (l *loadedConfig) slackOn() bool { return l.SlackBotToken.reveal() != "" }

// slackMode is the mode that was chosen, or the one that what is set is for.
func (l *loadedConfig) slackMode() slack.Mode {
	switch {
	case l.SlackMode != "":
		return slack.Mode(l.SlackMode)
	case l.SlackAppToken.reveal() != "":
		return slack.ModeSocket
	}
	return slack.ModeHTTP
}

// slackSigning are the signing secrets: one, or two while it is changed.
func (l *loadedConfig) slackSigning() (out []slack.Secret) {
	for s := range strings.SplitSeq(l.SlackSigning.reveal(), ",") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, slack.NewSecret(s))
		}
	}
	return out
}

// slackFake says that Slack is a program on this machine, whose tokens may be made up.
func (l *loadedConfig) slackFake() bool { return l.AllowLoopback && l.SlackAPIURL != "" }

// checkSlack says what is wrong with the settings of Slack. Secrets are never repeated.
func (l *loadedConfig) checkSlack() (problems []string) {
	say := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if _, err := slack.ParseAPIURL(l.SlackAPIURL, l.AllowLoopback); err != nil {
		say("%s: %v", l.named("slack_api_url"), err)
	}
	if why := slack.CheckCommand(l.SlackCommand); why != "" {
		say("%s: %s", l.named("slack_command"), why)
	}
	if l.SlackConns < 1 || l.SlackConns > 10 {
		say("%s: %d is not from 1 to 10", l.named("slack_connections"), l.SlackConns)
	}
	if l.SlackChannel != "" && !regexp.MustCompile(`^[CG][A-Z0-9]{5,}$`).MatchString(l.SlackChannel) {
		say("%s: %q is no id of a channel; Slack shows it at the bottom of the channel's details, and it begins with C",
			l.named("slack_channel"), l.SlackChannel)
	}
	switch l.SlackMode {
	case "", string(slack.ModeSocket), string(slack.ModeHTTP):
	default:
		say("%s: %q is neither socket nor http", l.named("slack_mode"), l.SlackMode)
		return problems
	}
	if !l.slackOn() {
		for _, key := range []string{"slack_mode", "slack_app_token", "slack_signing_secret", "slack_channel"} {
			if l.isSet(key) {
				say("%s: Slack is off, for slack_bot_token is not set", l.named(key))
			}
		}
		return problems
	}
	return append(problems, l.checkSlackSecrets()...)
}

func (l *loadedConfig) checkSlackSecrets() (problems []string) {
	say := func(key, format string, args ...any) {
		problems = append(problems, l.named(key)+": "+fmt.Sprintf(format, args...))
	}
	bot, app := l.SlackBotToken.reveal(), l.SlackAppToken.reveal()
	switch {
	case strings.HasPrefix(bot, "xapp-"):
		say("slack_bot_token", "this is an app-level token, for slack_app_token; the bot token begins with xoxb-")
	case strings.HasPrefix(bot, "xoxp-"):
		say("slack_bot_token", "this is a person's token, which could do all that they can; the bot token begins with xoxb-")
	case !strings.HasPrefix(bot, "xoxb-"):
		say("slack_bot_token", "a bot token begins with xoxb-")
	}
	if app != "" && !strings.HasPrefix(app, "xapp-") {
		say("slack_app_token", "an app-level token begins with xapp-")
	}
	signing := l.slackSigning()
	if len(signing) > 2 {
		say("slack_signing_secret", "%d secrets; there are two at most, the new one and the one before", len(signing))
	}
	for _, s := range signing {
		if len(s.Reveal()) < 20 && !l.slackFake() {
			say("slack_signing_secret", "it is too short to be one; Slack shows it under Basic Information")
		}
	}
	switch mode := l.slackMode(); {
	case mode == slack.ModeSocket && app == "":
		say("slack_mode", "socket needs slack_app_token")
	case mode == slack.ModeHTTP && len(signing) == 0 && l.SlackMode == "":
		say("slack_bot_token", "Slack needs slack_app_token as well, for Socket Mode; or slack_signing_secret, for http")
	case mode == slack.ModeHTTP && len(signing) == 0:
		say("slack_mode", "http needs slack_signing_secret; without it anybody could send presses")
	case mode == slack.ModeHTTP && l.PublicURL == "" && l.HooksListen == "" && !l.slackFake():
		say("slack_mode", "with http Slack has to reach Steward: set public_url or hooks_listen, or use Socket Mode, which needs neither")
	}
	return problems
}

// checkHooks looks at what an address for chat platforms, and a platform on this machine, would open.
func (l *loadedConfig) checkHooks() (problems []string) {
	if l.HooksListen != "" {
		if reason := wrongAddress(l.HooksListen); reason != "" {
			problems = append(problems, fmt.Sprintf("%s: %q %s", l.named("hooks_listen"), l.HooksListen, reason))
		}
		for _, key := range []string{"listen", "metrics_listen"} {
			if o, _ := optionByKey(key); o.show(l.config) == l.HooksListen {
				problems = append(problems, fmt.Sprintf("unsafe: %s is the address of %s; give it a port of its own", l.named("hooks_listen"), key))
			}
		}
		if (!l.slackOn() || l.slackMode() != slack.ModeHTTP) && !l.teamsOn() {
			l.notes = append(l.notes, "hooks_listen is set, and nothing is served there: no chat platform calls us over http")
		}
	}
	if l.AllowLoopback && (l.PublicURL != "" || !loopbackAddress(l.Listen) || l.HooksListen != "" && !loopbackAddress(l.HooksListen)) {
		problems = append(problems, fmt.Sprintf("unsafe: %s with an address that others reach: a program on this machine could pass for a chat platform",
			l.named("allow_loopback_platforms")))
	}
	return problems
}

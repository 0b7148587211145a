package slack

import (
	"context"
	"strings"
	"testing"

	"steward/bot"
	"steward/workflows"
)

// trusting lets everybody in as it is told.
type trusting struct {
	*scene

	as bot.Who
}

func (i trusting) Who(context.Context, bot.Profile, string) (bot.Who, *bot.Reply, error) {
	return i.as, nil, nil
}

// An account that is not good enough to decide on opens no way around that: the page of the portal, and nobody signed in.
func TestNoSignInFromAnAccountThatIsNotGoodEnough(t *testing.T) {
	for name, c := range map[string]struct {
		who  bot.Who
		want string
	}{
		"as it should be":                  {bot.Who{Person: "P-1"}, "/sign-in/P-1/requests/AIR-1"},
		"only its holder stands for it":    {bot.Who{Person: "P-1", Limited: true}, "/sign-in//requests/AIR-1"},
		"what Slack said of it is too old": {bot.Who{Person: "P-1", Unchecked: true}, "/sign-in//requests/AIR-1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.app.cfg.Identity = trusting{s, c.who}
			s.reply = bot.Reply{Kind: bot.ReplyLink, Text: "Please decide in the portal.", Path: "/requests/AIR-1", Code: workflows.CodeNotNow}
			if got := s.command("status AIR-1").Body.String(); !strings.Contains(got, "https://steward.example.com"+c.want+`"`) {
				t.Errorf("got %s", got)
			}
		})
	}
}

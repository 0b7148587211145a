package turns

import (
	"context"
	"strings"

	"steward/bot"
	"steward/bot/card"
)

// Identity finds the person behind an account; [bot.Identity] is one.
type Identity interface {
	Who(ctx context.Context, p bot.Profile, key string) (bot.Who, *bot.Reply, error)
	Press(ctx context.Context, p bot.Profile, a card.Action, key string) (bot.Reply, bool, error)
}

// Key makes a platform's own key of a delivery ours: (surface, tenant, account, platform key). What the platform gave no key
// for has none: else everything of an account without one would be one delivery, and the second press would do nothing.
func Key(p bot.Profile, platform string) string {
	if platform == "" {
		return ""
	}
	return strings.Join([]string{p.Surface, p.Tenant, p.User, platform}, "/")
}

// Ask finds the person behind an account and calls the desk as them. Where that is nobody for us, the outcome is what they
// are answered instead, and the person is nobody.
func Ask(ctx context.Context, i Identity, p bot.Profile, platform string, call func(bot.Who) (bot.Reply, error)) (bot.Who, Outcome) {
	who, no, err := i.Who(ctx, p, Key(p, platform))
	if err != nil {
		return bot.Who{}, Outcome{Err: err}
	}
	if no != nil {
		return bot.Who{}, Outcome{Reply: *no}
	}
	r, err := call(who)
	return who, Outcome{Reply: r, Err: err}
}

// Press takes a press: on the card that asks whose account this is by [Identity], every other one by call.
func Press(
	ctx context.Context, i Identity, p bot.Profile, platform string, a card.Action, call func(bot.Who) (bot.Reply, error),
) (bot.Who, Outcome) {
	r, ok, err := i.Press(ctx, p, a, Key(p, platform))
	if ok || err != nil {
		return bot.Who{}, Outcome{Reply: r, Err: err}
	}
	return Ask(ctx, i, p, platform, call)
}

package turns_test

import (
	"testing"

	"steward/bot"
	"steward/bot/turns"
)

// TestKeysOfDeliveries: two deliveries have one key only where they are the same one, and one without a key of the platform has
// none, so that it is a repeat of nothing.
func TestKeysOfDeliveries(t *testing.T) {
	p := bot.Profile{Surface: "teams", Tenant: "t", User: "u"}
	if k := turns.Key(p, ""); k != "" {
		t.Errorf("everything of an account without a key is %q", k)
	}
	seen := map[string]bool{turns.Key(p, "c/1"): true}
	for _, other := range []bot.Profile{
		{Surface: "slack", Tenant: "t", User: "u"}, {Surface: "teams", Tenant: "t2", User: "u"}, {Surface: "teams", Tenant: "t", User: "u2"},
	} {
		if k := turns.Key(other, "c/1"); seen[k] {
			t.Errorf("%+v has the key of another", other)
		}
	}
}

package portal_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"steward/bot/portal"
	"steward/workflows"
)

// TestRecordSentences: who did it and what became of it, on the list and on the page of a record.
func TestRecordSentences(t *testing.T) {
	data := func(v any) json.RawMessage {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	many := []string{"AIR-1", "AIR-2", "AIR-3", "AIR-4", "AIR-5", "AIR-6", "AIR-7"}
	person := workflows.Ref{Kind: workflows.KindPeople, ID: "P-015"}
	for name, c := range map[string]struct {
		about     workflows.Ref
		actor     workflows.PersonID
		via, what string
		data      any
		says, who string
	}{
		"a command on the server": {
			workflows.DirectoryRef(), workflows.System, "cli", workflows.FactPeopleImported, nil,
			"Somebody on the server imported people", "Who Somebody on the server",
		},
		"Steward itself": {
			workflows.DirectoryRef(), workflows.System, "timer", workflows.FactPeopleImported, nil, "Steward imported people", "Who Steward itself",
		},
		"a person by a command": {
			workflows.DirectoryRef(), ben, "cli", workflows.FactPeopleImported, nil, "Ben Okafor imported people", "Ben Okafor",
		},
		"a person who was erased": {
			person, workflows.System, "cli", workflows.FactErased,
			map[string]any{"commitments": many, "accounts": 1},
			"What was kept about P-015 was erased", "Who Somebody on the server",
		},
		"a request whose time was over": {
			workflows.RecordRef(), workflows.System, "timer", workflows.FactErased,
			map[string]any{"requests": many[:1]},
			"Old texts of AIR-1 were destroyed: their time is over", "Who Steward itself",
		},
		"many of them": {
			workflows.RecordRef(), workflows.System, "timer", workflows.FactErased,
			map[string]any{"requests": many},
			"Old texts of AIR-1, AIR-2, AIR-3, AIR-4, AIR-5 and 2 more were destroyed: their time is over", "Who Steward itself",
		},
		"reasons whose time was over": {
			workflows.RecordRef(), workflows.System, "timer", workflows.FactErased,
			map[string]any{"requests": []string{}, "commitments": many[:1]},
			"Old texts were destroyed: their time is over", "Who Steward itself",
		},
		"an erasure that does not say of what": {
			workflows.RecordRef(), workflows.System, "timer", workflows.FactErased, 7,
			"Steward erased what is kept about a person, or what its time is over for", "Who Steward itself",
		},
	} {
		t.Run(name, func(t *testing.T) {
			rec := workflows.Record{
				V: 1, About: c.about, N: 1, At: start.UnixMilli(), Actor: c.actor, Via: workflows.Via{Surface: c.via}, What: c.what, Data: data(c.data), Build: "test",
			}
			h := newHouse(t, func(cfg *portal.Config) { cfg.Records = oneRecord{cfg.Records, workflows.LogRow{Record: rec}} })
			page := flat(get(t, h.at(t, helen), fmt.Sprintf("/record/%s/%s/1", c.about.Kind, c.about.ID), 200).Root.Words())
			for _, want := range []string{c.says, c.who, "When 24 Nov 2026 ", " UTC)"} {
				if !strings.Contains(page, flat(want)) {
					t.Errorf("the page lacks %q:\n%s", want, page)
				}
			}
			if list := flat(get(t, h.at(t, helen), "/record", 200).Root.Words()); !strings.Contains(list, flat(c.says)) {
				t.Errorf("the list lacks %q:\n%s", c.says, list)
			}
		})
	}
}

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestExactly(t *testing.T) {
	at := time.Date(2026, 10, 12, 5, 15, 24, 999, time.UTC)
	for zone, want := range map[string]string{
		"Europe/London":    "12 Oct 2026 06:15:24 London (05:15:24 UTC)",
		"America/New_York": "12 Oct 2026 01:15:24 New York (05:15:24 UTC)",
		"Pacific/Honolulu": "11 Oct 2026 19:15:24 Honolulu (12 Oct 2026 05:15:24 UTC)",
		"UTC":              "12 Oct 2026 05:15:24 UTC",
		"CET":              "12 Oct 2026 07:15:24 CET (05:15:24 UTC)",
	} {
		if got := portal.Exactly(zoneOf(t, zone), at, at); got != want {
			t.Errorf("%s: %q, want %q", zone, got, want)
		}
	}
	if got := portal.Exactly(time.UTC, at, time.Time{}); got != "" {
		t.Errorf("no time is %q", got)
	}
}

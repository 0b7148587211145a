package main

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"steward/bot"
	"steward/workflows"
	"steward/workflows/approval"
)

// Even at the level debug, the log names nobody and repeats nothing that people wrote, whether it was done or refused.
func TestLogNamesNobody(t *testing.T) {
	log := &lines{}
	l := loadedConfig{config: defaults(), from: origins{}}
	l.Listen, l.People = "127.0.0.1:0", "sample/people.csv"
	l.DatabaseURL = secret{"sqlite:" + t.TempDir() + "/CANARY.db"}
	a, err := startApp(t.Context(), appOptions{
		config: l, now: time.Now, log: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	p := newPlayer(a, time.Now())
	ctx := t.Context()
	answers := otter()
	answers.tool, answers.purpose = "CANARY tool", "CANARY is what this text is about, and it must not be in any log."
	steps := []func() error{
		func() error { return p.send(ctx, 0, scene{asker: ana, flow: flowAIUse, answers: answers.answers()}) },
		func() error { return p.do(ctx, "AIR-1", ask(0, ben, "CANARY question?")) },
		func() error { return p.do(ctx, "AIR-1", answerLast(0, ana, "CANARY answer.")) },
		func() error {
			return p.do(ctx, "AIR-1", reject(0, ben, "CANARY reason of more than twenty characters"))
		},
	}
	for i, step := range steps {
		if err := step(); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
	// Refused, and not found, and a search for words that nobody has.
	_, _ = a.engine.Apply(ctx, workflows.Event{Actor: ana, About: workflows.RequestRef("AIR-1"), What: approval.Asked{Text: "CANARY too late"}})
	_, _ = a.store.FindPeople(ctx, "CANARY", 5)
	_, _ = a.desk.Command(ctx, bot.Who{Person: ana, Via: workflows.Via{Surface: "portal"}}, "status CANARY")
	wait(t, "told", func() bool {
		notices, err := a.store.Notices(ctx, ana, 10)
		return err == nil && len(notices) > 0
	})
	if err := a.stop(context.WithoutCancel(ctx)); err != nil {
		t.Fatal(err)
	}
	text := log.String()
	if len(text) < 10_000 {
		t.Errorf("only %d bytes were logged: is this the level debug?", len(text))
	}
	for line := range strings.Lines(text) {
		for _, word := range []string{"canary", "ana ruiz", "okafor", "example.com"} {
			if strings.Contains(strings.ToLower(line), word) {
				t.Fatalf("%s is in the log: %.600s", word, line)
			}
		}
	}
}

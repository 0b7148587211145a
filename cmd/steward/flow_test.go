package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"steward/bot/slack"
	"steward/bot/surfacetest"
	"steward/workflows/policy"
)

// TestFlowOfOneFile: a new kind of request is a file, and no code. A flow that the program has never seen is put beside the others in
// a folder of policy, and people send, edit, accept, question, decide and outlive it on every surface, on both databases. Its words,
// tiers, roles and its end are in that file alone.
func TestFlowOfOneFile(t *testing.T) {
	const name = "visitor-access"
	read := func(file string) []byte {
		text, err := os.ReadFile(filepath.Join("testdata", "flow", file))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	dir := policyFolder(t)
	if err := os.WriteFile(filepath.Join(dir, name+".yaml"), read(name+".yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	pack, err := policy.Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range policy.Test(pack, time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)) {
		if !r.OK {
			t.Errorf("example %+v", r)
		}
	}
	for database, fresh := range storyDatabases() {
		for surface, world := range map[string]func(*testing.T, *app) surfacetest.World{
			"portal": portalWorld,
			"teams":  teamsWorldOf,
			"slack": func(t *testing.T, a *app) surfacetest.World {
				t.Helper()
				return slackWorldOf(t, a, slack.ModeSocket)
			},
		} {
			t.Run(surface+" on "+database, func(t *testing.T) {
				t.Parallel()
				file := filepath.Join("testdata", "flow", name+".txt")
				surfacetest.PlayOne(t, world(t, storyAppOn(t, fresh(t), dir)), file, read(name+".txt"))
			})
		}
	}
}

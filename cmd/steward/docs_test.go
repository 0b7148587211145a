package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every setting is told in the README and in the file of examples, by its name there and in the environment.
func TestEverySettingIsTold(t *testing.T) {
	readme, err1 := os.ReadFile("../../README.md")
	example, err2 := os.ReadFile("../../deploy/steward.example.yaml")
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	for _, o := range options() {
		if !strings.Contains(string(readme), "`"+o.key+"`") || !strings.Contains(string(readme), "`"+o.env+"`") {
			t.Errorf("README.md does not tell of %s", o.key)
		}
		if !regexp.MustCompile(`(?m)^(# )?`+o.key+`: `).Match(example) || !strings.Contains(string(example), "("+o.env+")") {
			t.Errorf("deploy/steward.example.yaml does not tell of %s", o.key)
		}
	}
}

// Teams is connected in ten steps, and each says whose it is.
func TestReadmeConnectsTeams(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "## Connect Microsoft Teams")
	section, _, _ = strings.Cut(section, "\n## ")
	var who []string
	for _, m := range regexp.MustCompile(`(?m)^\d+\. \*\*([A-Z][A-Za-z ]+)\*\*: `).FindAllStringSubmatch(section, -1) {
		who = append(who, m[1])
	}
	if steps := len(regexp.MustCompile(`(?m)^\d+\. `).FindAllString(section, -1)); steps != 10 || len(who) != 10 {
		t.Errorf("%d steps, of which %d say whose they are: %q", steps, len(who), who)
	}
	for _, word := range []string{"/api/messages", "steward manifest teams --out app.zip", "steward doctor", "entra_object_id", "hooks_listen", "deploy/teams/README.md"} {
		if !strings.Contains(section, word) {
			t.Errorf("%s is not told of", word)
		}
	}
}

// TestReadmePictures: every picture that the README shows is there.
func TestReadmePictures(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`\.github/images/[\w.-]+`).FindAllString(string(text), -1)
	for _, name := range names {
		if f, err := os.Stat(filepath.Join("../..", name)); err != nil || f.Size() < 4<<10 {
			t.Errorf("the README shows %s: %v", name, err)
		}
	}
	if len(names) < 10 {
		t.Errorf("only %d pictures", len(names))
	}
}

package portal_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"steward/bot/portal"
	"steward/bot/surfacetest/portaltest"
	"steward/workflows"
)

func TestParts(t *testing.T) {
	draw, err := portal.NewDrawer(newHouse(t, nil).config)
	if err != nil {
		t.Fatal(err)
	}
	got, err := draw.Parts()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "parts", got)
	root, err := portaltest.Parse(strings.NewReader(`<html lang="en"><head><title>Parts</title></head><body>` + got + `</body></html>`))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems(root) {
		t.Error(problem)
	}
}

func TestScripts(t *testing.T) {
	scripts, err := portal.Scripts()
	if err != nil {
		t.Fatal(err)
	}
	all := 0
	for name, body := range scripts {
		all += len(body)
		if lines := bytes.Count(body, []byte("\n")); lines >= 200 {
			t.Errorf("%s has %d lines", name, lines)
		}
		for _, bad := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "http://", "https://", ".style"} {
			if bytes.Contains(body, []byte(bad)) {
				t.Errorf("%s uses %s", name, bad)
			}
		}
	}
	if all > 25_000 || len(scripts) < 3 {
		t.Errorf("%d scripts of %d bytes", len(scripts), all)
	}
	b := portaltest.Browser{Handler: newHouse(t, nil).handler}
	about, err := b.Get(t.Context(), "/about")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range about.Root.Named("script") {
		p, err := b.Get(t.Context(), s.Attr["src"])
		if err != nil || p.Status != 200 || p.Header.Get("Content-Type") != "text/javascript; charset=utf-8" || !strings.Contains(p.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v %v", s.Attr["src"], p.Status, p.Header, err)
		}
	}
	for path, status := range map[string]int{"/static/keys.js": 200, "/static/keys.js?v=1": 200, "/static/none.js": 404, "/static/..%2fkeys.js": 404} {
		p, err := b.Get(t.Context(), path)
		if err != nil || p.Status != status || p.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v, %v", path, p.Status, p.Header, err)
		}
	}
}

func TestNavigation(t *testing.T) {
	cfg := newHouse(t, nil).config
	for _, c := range []struct {
		name  string
		roles []workflows.Role
		at    string
		want  []string
	}{
		{"an employee", nil, "/", []string{"Inbox* 3", "Requests", "Register"}},
		{"an administrator", []workflows.Role{workflows.Administrator}, "/people/P-1", []string{"Inbox 3", "Requests", "Register", "Record", "People*", "Deliveries", "Settings"}},
		{"an auditor", []workflows.Role{workflows.InternalAuditor}, "/record", []string{"Inbox 3", "Requests", "Register", "Vendors", "Record*", "Evidence", "People", "Settings"}},
		{"the compliance lead", []workflows.Role{workflows.ComplianceLead}, "/requests/AIR-1", []string{"Inbox 3", "Requests*", "Register", "Vendors", "Record", "Evidence", "People", "Deliveries", "Settings"}},
	} {
		got, err := portal.NavLabels(cfg, workflows.Person{ID: "P-1", Roles: c.roles, Active: true}, c.at)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q (%v)", c.name, got, c.want, err)
		}
	}
	cfg.Settings = nil
	if got, err := portal.NavLabels(cfg, workflows.Person{ID: "P-1", Roles: []workflows.Role{workflows.Administrator}, Active: true}, "/"); err != nil || slices.Contains(got, "Settings") {
		t.Errorf("where there are no settings: %q %v", got, err)
	}
	if got, err := portal.NavLabels(cfg, workflows.Person{}, "/"); err != nil || len(got) != 0 {
		t.Errorf("nobody: %q %v", got, err)
	}
}

package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"steward/workflows"
	"steward/workflows/directory"
)

// roll is the file of people of a story, as the operator imports it again and again: the sample's, with what has happened since. It
// names no accounts but those that a story gives: the others are as they are on its surface.
type roll struct {
	a        *app
	file     string
	gone     map[workflows.PersonID]bool
	more     []workflows.Person
	accounts map[workflows.PersonID][2]string // on Slack, and on Teams
}

// rollOf gives the file of people of a program.
func rollOf(t testing.TB, a *app) *roll {
	t.Helper()
	return &roll{
		a: a, file: filepath.Join(t.TempDir(), "people.csv"), gone: map[workflows.PersonID]bool{}, accounts: map[workflows.PersonID][2]string{},
	}
}

// leave switches a person off.
func (r *roll) leave(ctx context.Context, who workflows.PersonID) error {
	r.gone[who] = true
	return r.take(ctx, func(p directory.Plan) bool { return p.Left == 1 && p.Changed == 1 })
}

// join brings somebody new, whose manager is Marek Dvorak.
func (r *roll) join(ctx context.Context, p workflows.Person) error {
	r.more = append(r.more, p)
	return r.take(ctx, func(p directory.Plan) bool { return p.Added == 1 && p.Changed == 0 })
}

// link names an account of a person.
func (r *roll) link(ctx context.Context, who workflows.PersonID, surface, user string) error {
	named := r.accounts[who]
	if surface == "teams" {
		named[1] = user
	} else {
		named[0] = user
	}
	r.accounts[who] = named
	return r.take(ctx, func(p directory.Plan) bool { return p.Added == 0 && p.Changed == 1 })
}

// take writes the file and imports it, where it changes what it should.
func (r *roll) take(ctx context.Context, fits func(directory.Plan) bool) error {
	data, err := os.ReadFile(r.a.opts.config.People)
	if err != nil {
		return err
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return err
	}
	column := func(name string) int { return slices.Index(rows[0], name) }
	for _, p := range r.more {
		row := make([]string, len(rows[0]))
		for name, value := range map[string]string{
			"id": string(p.ID), "name": p.Name, "email": p.Email, "manager_email": "marek.dvorak@example.com", "time_zone": "Europe/Prague",
			"active": "true", "roles": string(p.Roles[0]),
		} {
			row[column(name)] = value
		}
		rows = append(rows, row)
	}
	for _, row := range rows[1:] {
		who := workflows.PersonID(row[column("id")])
		if r.gone[who] {
			row[column("active")] = "false"
		}
		row[column("slack_user_id")], row[column("entra_object_id")] = r.accounts[who][0], r.accounts[who][1]
	}
	var out bytes.Buffer
	if err := csv.NewWriter(&out).WriteAll(rows); err != nil {
		return err
	}
	if err := os.WriteFile(r.file, out.Bytes(), 0o600); err != nil {
		return err
	}
	p := program{now: time.Now, out: io.Discard, err: io.Discard}
	plan, err := p.planPeople(ctx, r.a.core, loadedConfig{}, r.file, directory.Options{})
	if err != nil {
		return err
	}
	if !fits(plan) {
		return fmt.Errorf("the file adds %d people, changes %d and lets %d leave", plan.Added, plan.Changed, plan.Left)
	}
	return r.a.engine.ImportPeople(ctx, plan, workflows.System, cliVia())
}

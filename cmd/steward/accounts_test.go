package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"steward/bot"
	"steward/bot/card"
	"steward/bot/view"
)

// What an administrator does about accounts, on both databases. In the script, knock is an account of a chat that says
// something: knock USER EMAIL [yes | no], where yes and no press the buttons of the card that asks whose account it is.
func TestAccountsScript(t *testing.T) {
	for name, database := range map[string]func(*testscript.Env) string{
		"sqlite":   func(env *testscript.Env) string { return "sqlite:" + filepath.Join(env.WorkDir, "steward.db") },
		"postgres": func(*testscript.Env) string { return emptyPostgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			p := params("testdata/accounts/*.txtar", database)
			p.Cmds["knock"] = onStage((*stage).knock)
			testscript.Run(t, p)
		})
	}
}

func (s *stage) knock(ts *testscript.TestScript, args []string) error {
	ctx := context.Background()
	identity := bot.NewIdentity(bot.IdentityConfig{
		Links: s.engine, Read: s.store, Tenant: func(string) string { return "T0HOME" }, Now: time.Now, Business: s.clock.Now,
	})
	p := bot.Profile{Surface: "slack", Tenant: "T0HOME", User: args[0], Email: args[1], ReadAt: time.Now()}
	who, no, err := identity.Who(ctx, p, "")
	if err != nil {
		return err
	}
	if len(args) > 2 && no != nil && no.Card != nil {
		button := map[string]string{"yes": view.VerbMe, "no": view.VerbNotMe}[args[2]]
		action := card.Action{Verb: button, Arg: no.Card.Buttons[0].Action.Arg}
		if _, _, err := identity.Press(ctx, p, action, ""); err != nil {
			return err
		}
		who, no, err = identity.Who(ctx, p, "")
	}
	if err != nil || no != nil {
		return errors.Join(err, errors.New("it is nobody's"))
	}
	ts.Setenv("LINK", who.Via.Link)
	_, err = fmt.Fprintf(ts.Stdout(), "%s limited=%v\n", who.Person, who.Limited)
	return err
}

package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"steward/bot/card"
	"steward/workflows"
	"steward/workflows/directory"
)

// signInLife is how long a one-time link can be used.
const signInLife = 10 * time.Minute

func (p program) signInCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "sign-in PERSON", Short: "Print a link that signs a person in: 10 minutes, one use", Args: cobra.ExactArgs(1),
		Long: "PERSON is an id or an e-mail address. The link shows whose it is and signs in at the press of a button. Give it to\n" +
			"that person only: whoever has it can act as them, and the record says that it was made.",
		RunE: p.signIn,
	}
	addFlags(cmd.Flags(), "public_url", "listen")
	return cmd
}

func (p program) signIn(cmd *cobra.Command, args []string) error {
	c, l, err := p.openForCommand(cmd)
	if err != nil {
		return err
	}
	defer func() { _ = c.close() }()
	ctx := cmd.Context()
	rows, err := c.engine.Everyone(ctx)
	if err != nil {
		return err
	}
	who, err := findPerson(rows, args[0])
	if err != nil {
		return err
	}
	link, at := newSignInLink(who.ID, "cli", l.portalURL(l.Listen), p.now())
	if err := c.engine.MakeSignInLink(ctx, link, workflows.System, cliVia()); err != nil {
		return err
	}
	fmt.Fprintf(p.err, "For %s (%s) only, until %s, one use:\n", card.Clean(who.Name), who.ID, link.Ends.In(c.zone).Format("15:04 MST"))
	_, err = fmt.Fprintln(p.out, at)
	return err
}

// newSignInLink makes a link that signs a person in once, and gives its address. It has to be stored.
func newSignInLink(who workflows.PersonID, by, base string, now time.Time) (workflows.SignInLink, string) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // it never fails; it ends the program where there is no randomness
	token := hex.EncodeToString(raw)
	hash := sha256.Sum256([]byte(token))
	link := workflows.SignInLink{Hash: hex.EncodeToString(hash[:]), Person: who, Made: now, Ends: now.Add(signInLife), By: by}
	return link, base + "/sign-in/" + token
}

// findPerson finds an active person by id or address. An address that several have leads to nobody: a link must not be
// another's.
func findPerson(rows []directory.Row, text string) (directory.Row, error) {
	row, err := findAnybody(rows, text)
	if err == nil && !row.Active {
		err = bad("%s is switched off in the directory and cannot sign in", row.ID)
	}
	return row, err
}

// findAnybody finds a person by id or e-mail address, also one who has left.
func findAnybody(rows []directory.Row, text string) (directory.Row, error) {
	if len(rows) == 0 {
		return directory.Row{}, errors.New("nobody is in the directory; import people first: steward import people people.csv")
	}
	var found []directory.Row
	for _, r := range rows {
		if strings.EqualFold(string(r.ID), text) || (r.Email != "" && strings.EqualFold(r.Email, text)) {
			found = append(found, r)
		}
	}
	switch {
	case len(found) == 0:
		return directory.Row{}, bad("nobody in the directory has the id or address %q", text)
	case len(found) > 1:
		return directory.Row{}, bad("%d people in the directory have the id or address %q; say another one that only they have", len(found), text)
	}
	return found[0], nil
}

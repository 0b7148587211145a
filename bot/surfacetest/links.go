package surfacetest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"steward/workflows"
)

// Newcomers is what a world has for stories about accounts that nobody has linked yet.
type Newcomers struct {
	// Join brings somebody into the directory, by a file that names no account of theirs, and gives them one on the surface, with their
	// address.
	Join func(ctx context.Context, p workflows.Person) error
	// Asks is what the surface says to somebody whose account is not linked: whom they may be, or where to sign in.
	Asks func(p workflows.Person) string
	// Confirm lets them say on the surface who they are, before a screen that asks.
	Confirm func(ctx context.Context, asked Screen) (Screen, error)
	// Vouched says that the surface does not let in whoever only says so: their company has signed them in.
	Vouched bool
	// Vouch lets an administrator confirm the account of a person, in the portal.
	Vouch func(ctx context.Context, administrator, who workflows.PersonID) error
	// Link gives a person another account by an administrator's file, in the place of the one it named before. From then on they use it;
	// who used the one before, uses it on as [Before].
	Link func(ctx context.Context, who workflows.PersonID) error
	// Elsewhere gives what a person is told beside the account that they use.
	Elsewhere func(ctx context.Context, who workflows.PersonID) ([]string, error)
	// Guest gives what the surface says to a guest with the address of a person, and what it has to say.
	Guest func(ctx context.Context, p workflows.Person) (said, want string, err error)
}

// Before stands for the holder of the account that a person had before a file named another one.
func Before(who workflows.PersonID) workflows.PersonID { return who + " before" }

// linkVerbs are the steps about whose account is whose.
func linkVerbs() []*verb {
	return []*verb{
		newVerb("WHO joins the company as PERSON", joinsCompany),
		newVerb("WHO says who they are", saysWho),
		newVerb("PERSON confirms the account of WHO", vouches),
		newVerb("a file links another account to WHO", linksAccount),
		newVerb("expect WHO asked who they are", expectAsked),
		newVerb("expect WHO told elsewhere: TEXT", expectElsewhere),
		newVerb("expect WHO cannot see R before an administrator confirms it", expectUnvouched),
		newVerb("expect VERB on the kept card in vain from the account WHO had before", expectVain),
		newVerb("expect no entry for a guest with the address of WHO", expectNoGuest),
	}
}

// errNoAccounts is for worlds in which everybody is known.
var errNoAccounts = errors.New("this world has no accounts that are not linked")

// joinsCompany brings somebody new, with a role.
func joinsCompany(s *stage, st step) error {
	if s.world.Newcomers == nil {
		return errNoAccounts
	}
	first := strings.ToUpper(st.args[0][:1]) + st.args[0][1:]
	p := workflows.Person{
		ID: workflows.PersonID("P-9" + st.args[0]), Name: first + " Lind", Email: st.args[0] + ".lind@example.com", Active: true,
		Roles: []workflows.Role{workflows.Role(st.args[1])},
	}
	s.world.People = append(s.world.People, p)
	s.unsure[p.ID] = true
	return s.world.Newcomers.Join(s.ctx, p)
}

// newcomer gives somebody by their name in the story.
func (s *stage) newcomer(name string) (workflows.Person, error) {
	id, err := s.person(name)
	if err == nil && s.world.Newcomers == nil {
		err = errNoAccounts
	}
	for _, p := range s.world.People {
		if p.ID == id {
			return p, err
		}
	}
	return workflows.Person{}, err
}

// asked opens the inbox of somebody whose account is not linked: they are asked who they are, and read nothing else.
func (s *stage) asked(name string) (Screen, error) {
	p, err := s.newcomer(name)
	if err != nil {
		return Screen{}, err
	}
	screen, err := s.say(name, "inbox")
	if err == nil {
		err = holds(screen.Text, s.world.Newcomers.Asks(p))
	}
	for _, id := range s.names {
		if err == nil {
			err = lacks(screen.Text, id)
		}
	}
	return screen, err
}

func expectAsked(s *stage, st step) error {
	_, err := s.asked(st.args[0])
	return err
}

func saysWho(s *stage, st step) error {
	screen, err := s.asked(st.args[0])
	if err != nil {
		return err
	}
	screen, err = s.world.Newcomers.Confirm(s.ctx, screen)
	if s.world.Newcomers.Vouched {
		delete(s.unsure, screen.Who)
	}
	return s.after(screen, err)
}

func vouches(s *stage, st step) error {
	who, err := s.newcomer(st.args[1])
	if err != nil {
		return err
	}
	administrator, err := s.person(st.args[0])
	if err != nil {
		return err
	}
	delete(s.unsure, who.ID)
	return s.world.Newcomers.Vouch(s.ctx, administrator, who.ID)
}

func linksAccount(s *stage, st step) error {
	who, err := s.newcomer(st.args[0])
	if err != nil {
		return err
	}
	delete(s.unsure, who.ID)
	return s.world.Newcomers.Link(s.ctx, who.ID)
}

// expectVain presses a button of a card that was kept, from the account that its person had before: nobody is known there any more.
func expectVain(s *stage, st step) error {
	who, err := s.newcomer(st.args[1])
	if err != nil {
		return err
	}
	screen, ok := s.kept[who.ID]
	if !ok {
		return errors.New("no card was kept")
	}
	screen.Who = Before(who.ID)
	if screen, err = s.press(screen, st.args[0]); err != nil {
		return err
	}
	return holds(screen.Text, "administrator")
}

// expectUnvouched: what somebody has by a role is not shown to an account for which only its holder stands.
func expectUnvouched(s *stage, st step) error {
	if _, err := s.newcomer(st.args[0]); err != nil {
		return err
	}
	screen, err := s.open(st.args[0], st.args[1])
	if err != nil || s.world.Newcomers.Vouched {
		return err
	}
	if !screen.Refused {
		return fmt.Errorf("it is shown:\n%s", screen.Text)
	}
	return holds(screen.Text, "an administrator has to confirm it")
}

func expectElsewhere(s *stage, st step) error {
	who, err := s.newcomer(st.args[0])
	if err != nil {
		return err
	}
	told, err := s.world.Newcomers.Elsewhere(s.ctx, who.ID)
	if err != nil {
		return err
	}
	return holds(strings.Join(told, "\n"), st.args[1])
}

func expectNoGuest(s *stage, st step) error {
	who, err := s.newcomer(st.args[0])
	if err != nil {
		return err
	}
	said, want, err := s.world.Newcomers.Guest(s.ctx, who)
	if err == nil {
		err = holds(said, want)
	}
	for _, id := range s.names {
		if err == nil {
			err = lacks(said, id)
		}
	}
	return err
}

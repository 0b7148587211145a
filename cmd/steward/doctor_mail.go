package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"steward/bot"
	"steward/bot/mail"
	"steward/workflows"
)

// mail goes to the mail server up to the point at which an e-mail could be sent, and sends none.
func (x *examination) mail(ctx context.Context) {
	l := &x.l
	if !l.mailOn() {
		x.say(stateOK, "mail", "", "off")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	server, from, err := l.mailServer()
	if err != nil {
		x.say(stateFail, "mail", "", "%s: %v", l.named("smtp_url"), err)
		return
	}
	client, err := newMailClient(l, mail.ClientConfig{Now: x.now})
	if err == nil {
		err = client.Check(ctx)
	}
	how := "with TLS"
	if server.Plain {
		how = "on this machine"
	}
	if server.User == "" {
		how += ", without a sign-in"
	}
	switch se, ok := errors.AsType[*bot.SendError](err); {
	case err == nil:
		x.say(stateOK, "mail", "", "%s takes our e-mails, %s; they are from %s", server.Address(), how, from.Address)
	case ok:
		x.say(stateFail, "mail", mailHint(se.Reason, server), "%s does not take our e-mails: %s (%v)", server.Address(), se.Reason, se.Err)
	default:
		x.say(stateFail, "mail", "", "%v", err)
	}
}

// mailHint says where to look, by the reason.
func mailHint(reason string, at mail.Server) string {
	switch {
	case reason == mail.ReasonNoTLS:
		return "Steward sends nothing in the clear: use smtps:// where the server wants TLS from the first byte, or the port for submission, 587"
	case reason == mail.ReasonUntrusted:
		return "the name in smtp_url has to be the one in its certificate; SSL_CERT_FILE names an authority of your own"
	case reason == mail.ReasonNoAuth:
		return "the server has neither AUTH PLAIN nor LOGIN here: is it the port for submission, 587?"
	case strings.HasPrefix(reason, "smtp_53"):
		return "are user and password in smtp_url right, in percent encoding, and may this mailbox send by SMTP?"
	case reason == mail.ReasonLost || reason == mail.ReasonTimeout:
		hint := "can this machine reach the mail server at port " + at.Port + "?"
		if !at.Implicit {
			hint += " For TLS from the first byte it is smtps://"
		}
		return hint
	}
	return "RUNBOOK.md, E-mail, knows the codes"
}

// mailboxes says who is told in the portal alone although e-mail is on.
func (x *examination) mailboxes(ctx context.Context, c *core) {
	if !x.l.mailOn() {
		return
	}
	rows, err1 := c.engine.Everyone(ctx)
	links, err2 := c.store.Links(ctx)
	if err := errors.Join(err1, err2); err != nil {
		x.say(stateFail, "mailboxes", "", "%v", err)
		return
	}
	chats, _ := x.l.surfaces()
	reached := map[workflows.PersonID]bool{}
	for _, l := range links {
		for _, s := range chats {
			if l.Surface == s && l.State == workflows.LinkLinked {
				reached[l.Person] = true
			}
		}
	}
	byMail := 0
	var without []workflows.Person
	for _, r := range rows {
		switch {
		case !r.Active || reached[r.ID]:
		case mail.Sendable(r.Email):
			byMail++
		default:
			without = append(without, r.Person)
		}
	}
	if len(without) > 0 {
		x.say(stateWarn, "mailboxes", "correct the column email of people.csv; until then the portal tells them",
			"%s by e-mail; %s can be written to nowhere: %s", countPeople(byMail), countPeople(len(without)), named(without, namedPeople))
		return
	}
	x.say(stateOK, "mailboxes", "", "%s by e-mail, everybody else in a chat", countPeople(byMail))
}

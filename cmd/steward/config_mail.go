package main

import (
	"fmt"
	netmail "net/mail"

	"steward/bot/mail"
)

// mailOn says whether Steward writes e-mails: it does where there is a mail server.
func (l *loadedConfig) mailOn() bool { return l.SMTPURL.reveal() != "" }

// mailServer is where e-mails are handed over, and from whom they are. The settings were checked.
func (l *loadedConfig) mailServer() (mail.Server, netmail.Address, error) {
	server, from, err := mail.ParseServer(l.SMTPURL.reveal(), l.AllowLoopback)
	if err != nil {
		return server, netmail.Address{}, err
	}
	if l.SMTPFrom != "" {
		from = l.SMTPFrom
	}
	sender, err := mail.ParseSender(from)
	return server, sender, err
}

// checkMail says what is wrong with the settings of e-mail. The URL is never repeated: there may be a password in it.
func (l *loadedConfig) checkMail() (problems []string) {
	say := func(key, format string, args ...any) {
		problems = append(problems, l.named(key)+": "+fmt.Sprintf(format, args...))
	}
	if !l.mailOn() {
		if l.SMTPFrom != "" {
			say("smtp_from", "no e-mail is sent, for smtp_url is not set")
		}
		return problems
	}
	server, from, err := mail.ParseServer(l.SMTPURL.reveal(), l.AllowLoopback)
	if err != nil {
		say("smtp_url", "%v", err)
		return problems
	}
	switch {
	case l.SMTPFrom == "" && from == "":
		say("smtp_url", "e-mail needs a sender: set smtp_from to an address, as in steward@example.com")
	case l.SMTPFrom != "" && from != "":
		say("smtp_from", "the sender stands behind smtp_url as well; keep one")
	case l.SMTPFrom != "":
		if _, err := mail.ParseSender(l.SMTPFrom); err != nil {
			say("smtp_from", "%q is %v", l.SMTPFrom, err)
		}
	default:
		if _, err := mail.ParseSender(from); err != nil {
			say("smtp_url", "the sender behind it is %v", err)
		}
	}
	if l.PublicURL == "" && !server.Plain {
		say("smtp_url", "an e-mail leads to the portal: set public_url")
	}
	return problems
}

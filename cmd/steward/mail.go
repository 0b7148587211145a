package main

import (
	"steward/bot"
	"steward/bot/mail"
	"steward/workflows"
)

// newMailClient makes what hands e-mails over. It calls nobody yet.
func newMailClient(l *loadedConfig, cfg mail.ClientConfig) (*mail.Client, error) {
	server, from, err := l.mailServer()
	if err != nil {
		return nil, err
	}
	cfg.Server, cfg.Hello = server, workflows.AddressDomain(from.Address)
	return mail.NewClient(cfg), nil
}

// connectMail makes the surface of those whom no chat reaches, nil where there is no mail server. Nothing is called yet.
func (a *app) connectMail() (_ []bot.Surface, err error) {
	l := &a.opts.config
	if !l.mailOn() {
		return nil, nil
	}
	_, from, err := l.mailServer()
	if err != nil {
		return nil, err
	}
	if a.mail, err = newMailClient(l, mail.ClientConfig{Now: a.opts.now}); err != nil {
		return nil, err
	}
	return []bot.Surface{mail.NewSurface(mail.SurfaceConfig{To: a.mail, People: a.store, From: from, Base: a.url(), Now: a.opts.now})}, nil
}

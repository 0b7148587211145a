package main

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"steward/bot/surfacetest/fakesmtp"
	"steward/store"
	"steward/workflows"
	"steward/workflows/approval"
	"steward/workflows/engine"
)

// mailConfig are the settings of a whole server whose mail server is the fake, as they are read from the environment.
func mailConfig(t *testing.T, fake *fakesmtp.Server, dsn string) loadedConfig {
	t.Helper()
	p := program{now: time.Now, env: []string{
		"STEWARD_LISTEN=127.0.0.1:0", "STEWARD_PEOPLE=sample/people.csv", "STEWARD_DATABASE_URL=" + dsn, "STEWARD_ALLOW_LOOPBACK_PLATFORMS=true",
		"STEWARD_SMTP_URL=smtp://steward:CANARY-password@" + fake.Address(), "STEWARD_SMTP_FROM=Steward <steward@example.com>",
	}}
	l, err := p.loadConfig(p.serveCommand().Flags())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestMail runs the server with a mail server, as serve does it: Ben and Ana have no chat account that is on.
func TestMail(t *testing.T) {
	const benAt, anaAt = "ben.okafor@example.com", "ana.ruiz@example.com"
	for name, database := range storyDatabases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := database(t)
			fake := fakesmtp.New(fakesmtp.Options{User: "steward", Password: "CANARY-password"})
			t.Cleanup(fake.Close)
			log := &lines{}
			a := startServer(t, mailConfig(t, fake, dsn), log)
			stop := sync.OnceFunc(func() {
				if err := a.stop(context.WithoutCancel(t.Context())); err != nil {
					t.Error(err)
				}
			})
			t.Cleanup(stop)
			id := a.ask(t)
			wait(t, "Ben has an e-mail", func() bool { return len(fake.To(benAt)) == 1 })
			l, err := fake.To(benAt)[0].Read()
			if err != nil {
				t.Fatal(err)
			}
			if want := "http://" + a.web.address + "/requests/" + id; len(l.Links) != 1 || l.Links[0] != want || !strings.HasPrefix(l.Subject, id+" ") {
				t.Errorf("%q leads to %q, not to %s", l.Subject, l.Links, want)
			}
			if !strings.Contains(l.Plain, id) || !strings.Contains(strings.ToLower(l.Plain), "you decide") {
				t.Errorf("it reads %s", l.Plain)
			}
			done, err := a.engine.Apply(t.Context(), workflows.Event{
				Actor: benOkafor, Via: workflows.Via{Surface: "portal"}, About: workflows.RequestRef(id),
				What: approval.Decided{Reason: "CANARY reason: we have such a tool, please use that one."},
			})
			if err != nil || done.Refusal != nil {
				t.Fatalf("%+v, %v", done.Refusal, err)
			}
			wait(t, "Ana has an e-mail", func() bool { return len(fake.To(anaAt)) == 1 })
			wait(t, "nothing is left", func() bool {
				st, err := a.store.Stats(t.Context(), time.Now())
				return err == nil && st.MailsWaiting+st.Waiting+st.Sending == 0
			})
			if n := len(fake.To(benAt)); n != 1 {
				t.Errorf("Ben has %d e-mails about one decision", n)
			}
			if n := len(fake.To(anaAt)); n != 1 {
				t.Errorf("Ana has %d e-mails about one request", n)
			}
			stop()
			raw := rawDatabase(t, dsn)
			var kept int
			query := "SELECT count(*) FROM receipts WHERE surface = 'mail' AND (place LIKE '%@%' OR user_id LIKE '%@%')"
			if err := raw.QueryRowContext(t.Context(), query).Scan(&kept); err != nil || kept != 0 {
				t.Errorf("%d receipts keep an address: %v", kept, err)
			}
			for _, word := range []string{"CANARY", benAt, anaAt, "Okafor", "steward@example.com"} {
				if strings.Contains(log.String(), word) {
					t.Errorf("%s is in the log", word)
				}
			}
		})
	}
}

// TestMailKill kills the server with SIGKILL when the mail server has taken a message and before it could say so. A reminder goes
// at most once then; what is to be decided goes again, under the same Message-ID.
func TestMailKill(t *testing.T) {
	binary := buildBinary(t)
	for name, database := range storyDatabases() {
		for why, want := range map[workflows.Why]int{workflows.WhyDecide: 2, workflows.WhyRemind: 1} {
			t.Run(name+"/"+string(why), func(t *testing.T) {
				t.Parallel()
				k := &lastMail{load: &load{t: t, binary: binary, dsn: database(t), acked: map[string]bool{}}}
				k.proc, k.dead = make(chan *os.Process, 1), make(chan struct{})
				k.fake = fakesmtp.New(fakesmtp.Options{Taken: func(fakesmtp.Mail) {
					if k.armed.CompareAndSwap(true, false) {
						_ = (<-k.proc).Kill()
						<-k.dead
					}
				}})
				t.Cleanup(k.fake.Close)
				k.within(func(ctx context.Context, s *store.Store, e *engine.Engine) { k.tell(ctx, s, e, why) })
				k.armed.Store(true)
				cmd := k.launch()
				k.proc <- cmd.Process
				err := waitKilled(cmd)
				close(k.dead)
				if k.armed.Load() || len(k.fake.Mails()) != 1 {
					t.Fatalf("the server ended before it sent anything: %v", err)
				}
				raw := rawDatabase(t, k.dsn)
				if _, err := raw.ExecContext(t.Context(), "UPDATE deliveries SET run_at = 0 WHERE state = 'sending'"); err != nil {
					t.Fatal(err)
				}
				if err := raw.Close(); err != nil {
					t.Fatal(err)
				}
				cmd = k.launch()
				k.emptied()
				if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
					t.Fatal(err)
				}
				if err := cmd.Wait(); err != nil {
					t.Errorf("orderly stop: %v", err)
				}
				ids := map[string]bool{}
				all := k.fake.Mails()
				for _, m := range all {
					l, err := m.Read()
					if err != nil {
						t.Fatal(err)
					}
					ids[l.Header.Get("Message-Id")] = true
				}
				if len(all) != want || len(ids) != 1 {
					t.Errorf("%d e-mails with %d ids, want %d with one", len(all), len(ids), want)
				}
			})
		}
	}
}

// lastMail is a server whose mail server can kill it.
type lastMail struct {
	*load

	fake  *fakesmtp.Server
	armed atomic.Bool
	proc  chan *os.Process
	dead  chan struct{}
}

// tell leaves exactly one message in the outbox, for the first manager.
func (k *lastMail) tell(ctx context.Context, s *store.Store, e *engine.Engine, why workflows.Why) {
	k.people(ctx, s, e)
	k.ask(ctx, s, e)
	expand(ctx, k.t, s)
	err := s.Do(ctx, func(tx engine.Tx) error {
		return tx.PutMails(ctx, []workflows.Mail{{
			About: workflows.RequestRef(k.open[0][0]), Record: 900, To: boss(0), Why: why, Part: "manager", Lane: workflows.LaneDecide, At: time.Now(),
		}})
	})
	if err != nil {
		k.t.Fatal(err)
	}
	expand(ctx, k.t, s, workflows.SurfaceMail)
}

func (k *lastMail) launch() *exec.Cmd {
	k.t.Helper()
	env := []string{"STEWARD_SMTP_URL=smtp://" + k.fake.Address() + "?from=steward@example.com", "STEWARD_ALLOW_LOOPBACK_PLATFORMS=true"}
	return startProcess(k.t, k.binary, env, "--listen", "127.0.0.1:0", "--database-url", k.dsn)
}

// TestMailSettings: what is wrong is said in one sentence, and never with the password.
func TestMailSettings(t *testing.T) {
	const good = "STEWARD_SMTP_URL=smtp://steward:CANARY@smtp.example.com:587"
	public := "STEWARD_PUBLIC_URL=https://steward.example.com"
	for name, c := range map[string]struct {
		env  []string
		want string
	}{
		"good":               {[]string{good, public, "STEWARD_SMTP_FROM=steward@example.com"}, ""},
		"good, in one":       {[]string{good + "?from=steward%40example.com", public}, ""},
		"no sender":          {[]string{good, public}, "smtp_url (STEWARD_SMTP_URL): e-mail needs a sender: set smtp_from to an address, as in steward@example.com"},
		"two senders":        {[]string{good + "?from=a@example.com", public, "STEWARD_SMTP_FROM=b@example.com"}, "smtp_from (STEWARD_SMTP_FROM): the sender stands behind smtp_url as well; keep one"},
		"no address":         {[]string{good, public, "STEWARD_SMTP_FROM=Steward"}, `smtp_from (STEWARD_SMTP_FROM): "Steward" is no address that mail can be sent to, as in steward@example.com`},
		"no address, in one": {[]string{good + "?from=Steward", public}, "smtp_url (STEWARD_SMTP_URL): the sender behind it is no address that mail can be sent to, as in steward@example.com"},
		"no server":          {[]string{"STEWARD_SMTP_FROM=steward@example.com"}, "smtp_from (STEWARD_SMTP_FROM): no e-mail is sent, for smtp_url is not set"},
		"no URL":             {[]string{"STEWARD_SMTP_URL=smtp.example.com", public}, "smtp_url (STEWARD_SMTP_URL): it begins neither with smtp:// nor with smtps://"},
		"no percent":         {[]string{"STEWARD_SMTP_URL=smtp://u:CANARY#/@smtp.example.com", public}, "smtp_url (STEWARD_SMTP_URL): it cannot be read as a URL; special characters in the user or the password belong in percent encoding, as in %40 for @"},
		"no portal":          {[]string{good + "?from=steward@example.com"}, "smtp_url (STEWARD_SMTP_URL): an e-mail leads to the portal: set public_url"},
		"on this machine":    {[]string{"STEWARD_SMTP_URL=smtp://127.0.0.1:25?from=a@example.com"}, "smtp_url (STEWARD_SMTP_URL): an e-mail leads to the portal: set public_url"},
		"a test":             {[]string{"STEWARD_SMTP_URL=smtp://127.0.0.1:25?from=a@example.com", "STEWARD_ALLOW_LOOPBACK_PLATFORMS=true"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := program{now: time.Now, env: c.env}
			l, err := p.loadConfig(p.serveCommand().Flags())
			switch {
			case err == nil && c.want != "" || err != nil && err.Error() != c.want:
				t.Errorf("%v, want %s", err, c.want)
			case err == nil && !l.mailOn():
				t.Error("it is off")
			}
		})
	}
	p := program{now: time.Now, env: []string{"STEWARD_SMTP_URL=smtp://127.0.0.1:25?from=a@example.com"}}
	cmd := p.serveCommand()
	if err := cmd.Flags().Set("demo", "true"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.loadConfig(cmd.Flags()); err == nil || !strings.HasPrefix(err.Error(), "unsafe: --demo with smtp_url (STEWARD_SMTP_URL)") {
		t.Errorf("the demo writes e-mails: %v", err)
	}
}

// TestDoctorOnMail goes to the mail server as an operator does, and sends nothing.
func TestDoctorOnMail(t *testing.T) {
	for name, c := range map[string]struct {
		opt  fakesmtp.Options
		tls  bool // smtps://
		fail string
		how  fakesmtp.How
		want []string
	}{
		"in order": {
			opt: fakesmtp.Options{User: "u", Password: "p"},
			want: []string{
				"ok    mail       127.0.0.1:", "takes our e-mails, on this machine; they are from steward@example.com", "ok    mailboxes  23 people by e-mail",
			},
		},
		"a wrong password": {
			opt: fakesmtp.Options{User: "u", Password: "other"}, want: []string{"does not take our e-mails: smtp_535_5.7.8 (AUTH: 535)", "-> are user and password"},
		},
		"no sign-in":       {want: []string{"does not take our e-mails: no_auth", "-> the server has neither AUTH PLAIN nor LOGIN"}},
		"busy":             {fail: "greet", how: fakesmtp.Reply(421, "later"), want: []string{"smtp_421 (greeting: 421)", "-> RUNBOOK.md, E-mail"}},
		"gone":             {fail: "ehlo", how: fakesmtp.Drop(), want: []string{"no_connection (EHLO)", "-> can this machine reach the mail server", "smtps://"}},
		"not our own word": {tls: true, opt: fakesmtp.Options{Implicit: true}, want: []string{"certificate (STARTTLS)", "-> the name in smtp_url has to be"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakesmtp.New(c.opt)
			t.Cleanup(fake.Close)
			if c.fail != "" {
				fake.Fail(c.fail, -1, c.how)
			}
			dsn := "sqlite:" + t.TempDir() + "/steward.db"
			l := loadedConfig{config: defaults(), from: origins{}}
			l.Listen, l.People, l.DatabaseURL = "127.0.0.1:0", "sample/people.csv", secret{dsn}
			if err := startServer(t, l, &lines{}).stop(context.WithoutCancel(t.Context())); err != nil {
				t.Fatal(err)
			}
			scheme := map[bool]string{true: "smtps://", false: "smtp://"}[c.tls]
			out := &lines{}
			p := program{now: time.Now, out: out, err: out, env: []string{
				"STEWARD_SMTP_URL=" + scheme + "u:p@" + fake.Address() + "?from=steward@example.com", "STEWARD_ALLOW_LOOPBACK_PLATFORMS=true",
				"STEWARD_DATABASE_URL=" + dsn,
			}}
			if c.tls { // a server with TLS is no test's: it wants the portal's address
				p.env[1] = "STEWARD_PUBLIC_URL=https://127.0.0.1:1"
			}
			cmd := p.doctorCommand()
			cmd.SetArgs(nil)
			cmd.SetContext(t.Context())
			err := cmd.RunE(cmd, nil)
			if said := out.String(); (err == nil) != (name == "in order") && !c.tls {
				t.Errorf("%v\n%s", err, said)
			}
			for _, want := range c.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("no %q in\n%s", want, out.String())
				}
			}
			if n := len(fake.Mails()); n != 0 {
				t.Errorf("the doctor sent %d e-mails", n)
			}
		})
	}
}

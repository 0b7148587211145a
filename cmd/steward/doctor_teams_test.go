package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"steward/bot/surfacetest/faketeams"
	"steward/workflows"
)

// someKey is made once: it takes a while.
var someKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// writeCertificate makes a file with a key and a certificate of it that ends then.
func writeCertificate(t *testing.T, file string, end time.Time) {
	t.Helper()
	key, err := someKey()
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "steward"}, NotBefore: end.AddDate(-1, 0, 0), NotAfter: end}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// meet fills a database with the people of the sample, one of whom has a chat on Teams.
func meet(t *testing.T, fake *faketeams.Server, folder string) (user faketeams.User) {
	t.Helper()
	l := loadedConfig{config: defaults(), from: origins{}}
	l.Listen, l.People, l.DatabaseURL = "127.0.0.1:0", "sample/people.csv", secretOf(folder)
	a := startServer(t, l, io.Discard)
	user = fake.AddUser(faketeams.User{Name: "Ben Okafor", Email: "ben.okafor@example.com"})
	fake.Provide(user.ID, true)
	err := a.store.SaveConversation(t.Context(), workflows.Conversation{
		Account: workflows.Account{Surface: "teams", Tenant: user.Tenant, User: user.ID}, Place: fake.Chat(user.ID), Service: fake.ServiceURL(""),
		SeenAt: time.Now(),
	})
	gone := workflows.Conversation{Account: workflows.Account{Surface: "teams", Tenant: user.Tenant, User: "gone"}, Place: "a:1", SeenAt: time.Now()}
	if err := errors.Join(err, a.store.SaveConversation(t.Context(), gone), a.store.EndConversation(t.Context(), "teams", user.Tenant, "gone", "a:1", time.Now())); err != nil {
		t.Fatal(err)
	}
	if err := a.stop(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	return user
}

func secretOf(folder string) secret { return secret{"sqlite:" + filepath.Join(folder, "steward.db")} }

// TestDoctorOnTeams asks Microsoft through the command, as an operator does.
func TestDoctorOnTeams(t *testing.T) {
	const bySecret = "STEWARD_TEAMS_APP_SECRET=" + faketeams.Secret
	for name, c := range map[string]struct {
		env    []string
		opt    faketeams.Options
		end    time.Duration // of the certificate, from now
		status int           // of the server on this machine; 0 where there is none
		known  bool          // somebody has a chat
		setup  func(*faketeams.Server, faketeams.User)
		want   []string // lines of the answer, by their beginning
		not    string
	}{
		"everything is there": {
			env: []string{bySecret}, status: http.StatusUnauthorized, known: true,
			want: []string{
				"ok    teams      Microsoft gives us tokens for app " + faketeams.AppID + ", tenant " + faketeams.Tenant,
				"ok    connector  lets us read the chat heard of last", "ok    keys       can be read, 1 of 1 sign for Teams",
				"ok    endpoint   the messaging endpoint ends in /api/messages",
				"warn  chats      1 chat on Teams, 1 where the app was removed or blocked; 20 people cannot be written to: ", "and 10 more",
				"-> the Teams administrator installs the app for them with a setup policy",
			},
			not: "cert ",
		},
		"a wrong secret": {
			env: []string{"STEWARD_TEAMS_APP_SECRET=CANARY"}, status: http.StatusNotFound,
			want: []string{
				"fail  teams      Microsoft gives us no token: invalid_client AADSTS7000215", "-> the secret is wrong: is it the value, and not the id beside it",
				"warn  endpoint   http://127.0.0.1:", "-> restart steward serve with these settings",
			},
			not: "connector",
		},
		"another app": {
			env: []string{bySecret}, opt: faketeams.Options{AppID: "bbbbbbbb-bbbb-4ccc-8ddd-eeeeeeeeeeee"},
			want: []string{"fail  teams      Microsoft gives us no token: unauthorized_client AADSTS700016", "-> this tenant does not know the app"},
		},
		"a sign-in that does not answer": {
			env: []string{bySecret}, setup: func(s *faketeams.Server, _ faketeams.User) { s.Fail("token", -1, faketeams.DropBefore()) },
			want: []string{"fail  teams      Microsoft gives us no token: no answer: ", "-> can this machine reach Microsoft's sign-in? Behind a proxy"},
		},
		"a sign-in that is busy": {
			env: []string{bySecret}, setup: func(s *faketeams.Server, _ faketeams.User) { s.Fail("token", -1, faketeams.Status(503)) },
			want: []string{"fail  teams      Microsoft gives us no token: HTTP status 503", "-> are the app id, the tenant id and the secret those of one app registration"},
		},
		"no keys, and a server that starts": {
			env: []string{bySecret}, status: http.StatusServiceUnavailable,
			setup: func(s *faketeams.Server, _ faketeams.User) { s.Fail("keys", -1, faketeams.Status(500)) },
			want: []string{
				"fail  keys       the keys of what Teams sends cannot be read: read the key set: HTTP status 500", "-> can this machine reach Microsoft's login.botframework?",
				"is not ready",
			},
		},
		"a Connector that does not take the token": {
			env: []string{bySecret}, status: http.StatusOK, known: true,
			setup: func(s *faketeams.Server, _ faketeams.User) { s.Fail("member", -1, faketeams.Status(401)) },
			want: []string{
				"fail  connector  does not take our token, and nothing can be sent", "-> has Azure a bot with this app id, single tenant",
				"fail  endpoint   http://127.0.0.1:", "answers a stranger with status 200",
			},
		},
		"somebody who has removed the app": {
			env: []string{bySecret}, known: true,
			setup: func(s *faketeams.Server, u faketeams.User) { s.Provide(u.ID, false) },
			want:  []string{"warn  connector  does not let us read the chat heard of last: "},
		},
		"a sign-in that is busy, by certificate": {
			env: []string{"STEWARD_TEAMS_CERTIFICATE=cert.pem"}, end: 100 * 24 * time.Hour,
			setup: func(s *faketeams.Server, _ faketeams.User) { s.Fail("token", -1, faketeams.Status(503)) },
			want:  []string{"-> are the app id, the tenant id and the certificate those of one app registration"},
		},
		"a certificate that counts": {
			env: []string{"STEWARD_TEAMS_CERTIFICATE=cert.pem"}, end: 100 * 24 * time.Hour,
			want: []string{
				"ok    cert       ", "counts until ",
				"fail  teams      Microsoft gives us no token: invalid_client AADSTS700027", "-> the certificate is not one of the app's",
			},
		},
		"a certificate that ends soon": {
			env: []string{"STEWARD_TEAMS_CERTIFICATE=cert.pem"}, end: 10*24*time.Hour + time.Hour, want: []string{"warn  cert       ", "in 10 days", "-> make a new one"},
		},
		"a certificate that has ended": {
			env: []string{"STEWARD_TEAMS_CERTIFICATE=cert.pem"}, end: -time.Hour, want: []string{"fail  cert       ", "ended on ", "-> make a new one"},
		},
		"a certificate that is none": {
			env: []string{"STEWARD_TEAMS_CERTIFICATE=people.csv"}, want: []string{"fail  cert       ", "cannot be used: there is no private key in it"},
		},
		"a certificate that is not there": {
			env: []string{"STEWARD_TEAMS_CERTIFICATE=gone.pem"}, want: []string{"fail  cert       teams_certificate (STEWARD_TEAMS_CERTIFICATE): open ", "gone.pem: no such file"},
		},
		"a machine without an identity": {
			env:   []string{"STEWARD_TEAMS_MANAGED_IDENTITY=true", "IDENTITY_ENDPOINT=<origin>/metadata/identity/oauth2/token", "IDENTITY_HEADER=CANARY"},
			setup: func(s *faketeams.Server, _ faketeams.User) { s.Fail("identity", -1, faketeams.DropBefore()) },
			want:  []string{"fail  teams      Microsoft gives us no token: no answer: ", "-> does this run on a machine in Azure that has the identity?"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			fake := faketeams.New(c.opt)
			defer fake.Close()
			folder, user := t.TempDir(), faketeams.User{}
			if c.known {
				user = meet(t, fake, folder)
			}
			if err := os.WriteFile(filepath.Join(folder, "people.csv"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if c.end != 0 {
				writeCertificate(t, filepath.Join(folder, "cert.pem"), time.Now().Add(c.end))
			}
			if c.setup != nil {
				c.setup(fake, user)
			}
			listen := "127.0.0.1:1"
			if c.status != 0 {
				server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(c.status) }))
				defer server.Close()
				listen = strings.TrimPrefix(server.URL, "http://")
			}
			environ := []string{
				"STEWARD_DATABASE_URL=" + secretOf(folder).reveal(), "STEWARD_LISTEN=" + listen, "STEWARD_ALLOW_LOOPBACK_PLATFORMS=true",
				"STEWARD_TEAMS_APP_ID=" + faketeams.AppID, "STEWARD_TEAMS_TENANT_ID=" + faketeams.Tenant, "STEWARD_TEAMS_TOKEN_URL=" + fake.TokenURL(),
				"STEWARD_TEAMS_OPENID_METADATA_URL=" + fake.MetadataURL(), "STEWARD_TEAMS_TRUSTED_SERVICE_URLS=" + fake.ServiceURL(""),
			}
			for _, kv := range c.env {
				kv = strings.Replace(kv, "CERTIFICATE=", "CERTIFICATE="+folder+"/", 1)
				environ = append(environ, strings.Replace(kv, "<origin>", fake.Origin(), 1))
			}
			var out, errs strings.Builder
			p := program{in: strings.NewReader(""), out: &out, err: &errs, now: time.Now, env: environ}
			p.run(t.Context(), []string{"doctor"})
			for _, want := range c.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("it does not say %q:\n%s%s", want, &out, &errs)
				}
			}
			if c.not != "" && strings.Contains(out.String(), c.not) {
				t.Errorf("it says %q:\n%s", c.not, &out)
			}
			if strings.Contains(out.String()+errs.String(), "CANARY") {
				t.Errorf("a secret is told:\n%s%s", &out, &errs)
			}
			if calls := fake.Calls("create", "send", "reply", "update", "delete"); len(calls) > 0 {
				t.Errorf("the doctor writes: %+v", calls)
			}
		})
	}
}

// Keys that sign for other channels alone are as good as none.
func TestDoctorFindsNoKeyForTeams(t *testing.T) {
	key, err := someKey()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	mux.HandleFunc("/metadata", func(rw http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(rw, `{"jwks_uri":"%s/keys"}`, server.URL)
	})
	mux.HandleFunc("/keys", func(rw http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(rw, `{"keys":[{"kty":"RSA","kid":"one","e":"AQAB","n":"%s","endorsements":["webchat"]}]}`,
			base64.RawURLEncoding.EncodeToString(key.N.Bytes()))
	})
	x := &examination{program: program{now: time.Now}}
	x.l.TeamsMetadataURL, x.l.AllowLoopback = server.URL+"/metadata", true
	x.teamsKeys(t.Context())
	if len(x.found) != 1 || x.found[0].State != stateFail || x.found[0].Said != "of 1 key none may sign for Teams" {
		t.Errorf("it says %+v", x.found)
	}
}

// Where everybody can be written to, the doctor says so; where nobody is known, only that.
func TestDoctorCountsChats(t *testing.T) {
	c, err := openCore(t.Context(), loadedConfig{config: config{DatabaseURL: secretOf(t.TempDir())}, from: origins{}}, slog.New(slog.DiscardHandler), time.Now, coreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.close() }()
	x := &examination{program: program{now: time.Now}}
	x.teamsChats(t.Context(), c) // Teams is off
	x.l.TeamsAppID = faketeams.AppID
	x.teamsChats(t.Context(), c)
	chat := workflows.Conversation{Account: workflows.Account{Surface: "teams", User: "somebody"}, Place: "a:1", SeenAt: time.Now()}
	if err := c.store.SaveConversation(t.Context(), chat); err != nil {
		t.Fatal(err)
	}
	x.teamsChats(t.Context(), c)
	want := []string{"0 chats on Teams", "1 chat on Teams; everybody who reads there can be written to"}
	if len(x.found) != 2 || x.found[0].Said != want[0] || x.found[1].Said != want[1] || x.teamsChat.Place != "a:1" {
		t.Errorf("it says %+v", x.found)
	}
}

// A proxy in front is asked by its own name, and one that leads elsewhere is not followed.
func TestDoctorAsksThePublicAddress(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.Path != "/api/messages" || r.Header.Get("Authorization") != "" {
			t.Errorf("asked for %s %s", r.Method, r.URL.Path)
		}
		http.Redirect(rw, r, "/sign-in", http.StatusFound)
	}))
	defer server.Close()
	x := &examination{program: program{now: time.Now}}
	x.l.PublicURL, x.l.TeamsAppID = server.URL, faketeams.AppID
	x.teamsEndpoint(t.Context())
	if len(x.found) != 1 || x.found[0].State != stateFail || !strings.Contains(x.found[0].Said, "answers a stranger with status 302") {
		t.Errorf("it says %+v", x.found)
	}
}

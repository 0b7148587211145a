package main

import (
	"strings"
	"testing"
)

func TestLoopback(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:80": true, "[::1]:80": true, "localhost:80": true, "127.9.9.9:80": true, "[::ffff:127.0.0.1]:80": true,
		"0.0.0.0:80": false, ":80": false, "[::]:80": false, "10.0.0.1:80": false, "localhost.evil.example:80": false, "nonsense": false,
	} {
		if got := loopbackAddress(address); got != want {
			t.Errorf("%s: loopback %v, want %v", address, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	for key, want := range map[string]string{
		"listn": "listen", "Listen": "listen", "public-url": "public_url", "publicurl": "public_url", "STEWARD_LISTEN": "listen",
		"database": "database_url", "policy_dirs": "policy_dir", "zones": "zone", "zohe": "zone",
	} {
		if got := nearest(key); got != "; did you mean "+want+"?" {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
	if got := nearest("colour"); !strings.HasPrefix(got, "; known are listen, ") {
		t.Errorf("colour: %s", got)
	}
}

// Every setting has its three names, and they fit together.
func TestOptions(t *testing.T) {
	for _, o := range options() {
		if o.key == "" || o.flag == "" || o.usage == "" || o.env != "STEWARD_"+strings.ToUpper(o.key) {
			t.Errorf("setting %+v", o)
		}
	}
}

// Whatever is in the file, it is taken or refused with a sentence and a place.
func FuzzConfigFile(f *testing.F) {
	f.Add("listen: 127.0.0.1:8080\ndatabase_url: sqlite:x.db\n")
	f.Add("listn: 1\nlisten: [a]\n? x : y\n")
	f.Add("a: &a [*a]\nlog_level: loud\n")
	f.Add("\"\\x00\": \"\\u202e\"\n- x\n")
	f.Fuzz(func(t *testing.T, text string) {
		l := loadedConfig{config: defaults(), from: origins{}}
		problems := l.readText("x.yaml", []byte(text))
		for _, p := range problems {
			if !strings.HasPrefix(p, "x.yaml") {
				t.Errorf("a problem without its place: %q", p)
			}
		}
		if len(problems) == 0 {
			for _, p := range l.check() {
				if p == "" {
					t.Error("an empty problem")
				}
			}
		}
	})
}

package portal

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"steward/bot/card"
	"steward/workflows"
)

// visited finds out who comes, asks for a sign-in where the route needs one, bounds how much comes, and turns errors into
// pages.
func (p *Portal) visited(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, max(rt.body, maxBody))
		find := p.visitor
		if isLive(r) {
			find = p.onlooker
		}
		v, err := find(r)
		if err == nil && v.signedIn() && !rt.bare {
			v.Pulse, err = p.pulse(r, v)
		}
		if err != nil {
			p.broken(w, r, v, err)
			return
		}
		v.Flash = p.takeFlash(w, r)
		if err := p.enter(w, r, rt, v); err != nil {
			p.fail(w, r, v, err)
		}
	})
}

// pulse reads the pulse of the visitor's inbox, before anything else that the page shows: what changes while the page is
// made, its stream tells.
func (p *Portal) pulse(r *http.Request, v visit) (workflows.Pulse, error) {
	all, err := p.cfg.Watch.read.InboxPulses(r.Context(), []workflows.PersonID{v.Person.ID})
	return all[v.Person.ID], err
}

func (p *Portal) enter(w http.ResponseWriter, r *http.Request, rt route, v visit) error {
	if wait, ok := p.admit(r, rt, v); !ok {
		w.Header().Set("Retry-After", fmt.Sprint(int(wait.Seconds())+1))
		return errTooMany
	}
	if rt.open || v.signedIn() {
		return rt.serve(w, r, v)
	}
	if rt.bare {
		return p.piece(w, http.StatusUnauthorized, textSignedOut)
	}
	if r.Method == http.MethodPost {
		form, err := readForm(r)
		if err != nil {
			return err
		}
		return p.showSignIn(w, r, v, http.StatusUnauthorized, signInPage{Ended: true, Kept: typed(form)})
	}
	to := "/sign-in"
	if here := localPath(r.URL.RequestURI()); here != "" && here != "/" {
		to += "?to=" + url.QueryEscape(here)
	}
	return p.see(w, r, v, to, "")
}

// readForm reads what was posted: urlencoded, at most [maxBody], valid UTF-8; of a form with files what stands before the first of them.
// Line breaks become "\n".
func readForm(r *http.Request) (url.Values, error) {
	if withFiles(r) && r.PostForm == nil {
		_, err := readParts(r, nil)
		return r.PostForm, err
	}
	if err := r.ParseForm(); err != nil {
		if _, big := errors.AsType[*http.MaxBytesError](err); big {
			return nil, errTooLarge
		}
		return nil, errMalformed
	}
	for key, values := range r.PostForm {
		if !utf8.ValidString(key) {
			return nil, errMalformed
		}
		for i, s := range values {
			if !utf8.ValidString(s) {
				return nil, errMalformed
			}
			values[i] = strings.ReplaceAll(s, "\r\n", "\n")
		}
	}
	return r.PostForm, nil
}

// fieldPrefix keeps the keys of a form's fields apart from what the portal itself sends along.
const fieldPrefix = "f."

// kept is something that was typed, shown again where it could not be used.
type kept struct{ Label, Value string }

// typed lists what a person typed, so that no error loses it.
func typed(form url.Values) []kept {
	var out []kept
	for key, values := range form {
		name, ok := strings.CutPrefix(key, fieldPrefix)
		text := card.CleanLines(strings.Join(values, ", "))
		if ok && text != "" {
			out = append(out, kept{Label: card.Clean(name), Value: text})
		}
	}
	slices.SortFunc(out, func(a, b kept) int { return strings.Compare(a.Label, b.Label) })
	return out
}

// flash is a sentence shown once on the next page.
type flash string

// maxFlash keeps the cookie under the 4096 bytes that browsers take, in any script.
const maxFlash = 700

// see sends the browser to a page of ours, with a sentence to show there.
func (p *Portal) see(w http.ResponseWriter, r *http.Request, _ visit, path, say string) error {
	if say != "" {
		if r := []rune(say); len(r) > maxFlash {
			say = string(r[:maxFlash])
		}
		p.setCookie(w, "steward-said", base64.RawURLEncoding.EncodeToString([]byte(say)), flashLife)
	}
	http.Redirect(w, r, path, http.StatusSeeOther) //nolint:gosec // every caller gives a path of ours, or one that localPath let through
	return nil
}

// takeFlash reads the sentence and removes it from the browser. Only pages take it.
func (p *Portal) takeFlash(w http.ResponseWriter, r *http.Request) flash {
	if r.Method != http.MethodGet || isLive(r) || strings.HasPrefix(r.URL.Path, staticPath) {
		return ""
	}
	c := p.cookie(r, "steward-said")
	if c == "" {
		return ""
	}
	p.setCookie(w, "steward-said", "", 0)
	text, err := base64.RawURLEncoding.DecodeString(c)
	if err != nil || !utf8.Valid(text) {
		return ""
	}
	return flash(card.Clean(string(text)))
}

package portal_test

import (
	"context"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"steward/bot/portal"
	"steward/bot/surfacetest/portaltest"
	"steward/workflows"
)

// evidenceBook gives a bundle to whoever asks for what is there, and keeps who did.
type evidenceBook struct{ asked *[]string }

// Export implements portal.Evidence. There is no request AIR-9.
func (b evidenceBook) Export(_ context.Context, w io.Writer, by workflows.PersonID, via workflows.Via, s workflows.EvidenceScope, reason string) error {
	if len(s.Requests) > 0 && s.Requests[0] == "AIR-9" {
		return workflows.Refuse(workflows.CodeField, "Nothing was exported: there is no such request.")
	}
	*b.asked = append(*b.asked, string(by)+" by "+via.Surface+" from "+s.From+" of "+strings.Join(s.Standards, ",")+": "+reason)
	_, err := io.WriteString(w, "PK bundle")
	return err
}

// Proves implements portal.Evidence.
func (evidenceBook) Proves() (does, doesNot []string) {
	return []string{"That it is whole."}, []string{"That it is right."}
}

func TestEvidencePage(t *testing.T) {
	var asked []string
	h := newHouse(t, func(c *portal.Config) { c.Evidence = evidenceBook{&asked} })
	auditor := h.holder(t, workflows.InternalAuditor)
	form := func(more url.Values) url.Values {
		out := url.Values{"f.reason": {"Certification audit"}, "f.from": {"2026-01-01"}, "f.standard": {"42001"}}
		maps.Copy(out, more)
		return out
	}
	t.Run("compliance leads and internal auditors reach it from the navigation, nobody else does", func(t *testing.T) {
		for _, who := range []workflows.PersonID{helen, auditor} {
			page := get(t, h.at(t, who), "/evidence", 200)
			if text := page.Root.Words(); !strings.Contains(text, "That it is whole.") || !strings.Contains(text, "That it is right.") {
				t.Errorf("the page says:\n%s", text)
			}
			if linkOn(get(t, h.at(t, who), "/record", 200), "Evidence") != "/evidence" {
				t.Error("the navigation does not lead there")
			}
		}
		for _, who := range []workflows.PersonID{ana, ben, h.holder(t, workflows.Administrator)} {
			get(t, h.at(t, who), "/evidence", 404)
			post(t, h.at(t, who), "/evidence", form(nil), 404)
			if linkOn(get(t, h.at(t, who), "/", 200), "Evidence") != "" {
				t.Errorf("the navigation of %s leads there", who)
			}
		}
		if len(asked) > 0 {
			t.Errorf("exported: %v", asked)
		}
	})
	t.Run("a form gives a file, and who exported why is passed on", func(t *testing.T) {
		got, err := h.at(t, auditor).Post(t.Context(), "/evidence", form(nil))
		if err != nil {
			t.Fatal(err)
		}
		if got.Body != "PK bundle" || got.Header.Get("Content-Type") != "application/zip" || !strings.HasPrefix(got.Header.Get("Content-Disposition"), `attachment; filename="evidence-`) {
			t.Errorf("got %d %v %q", got.Status, got.Header, got.Body)
		}
		if want := string(auditor) + " by portal from 2026-01-01 of 42001: Certification audit"; len(asked) != 1 || asked[0] != want {
			t.Errorf("exported: %q, want %q", asked, want)
		}
	})
	t.Run("what is refused comes back as it was typed", func(t *testing.T) {
		for name, c := range map[string]struct {
			more url.Values
			want string
		}{
			"no reason":       {url.Values{"f.reason": {" "}}, "Say what the evidence is for."},
			"no number":       {url.Values{"f.sample": {"some"}}, "Give a whole number"},
			"no such request": {url.Values{"f.request": {"AIR-9"}}, "there is no such request"},
		} {
			page := post(t, h.at(t, helen), "/evidence", form(c.more), 422)
			if text := page.Root.Words(); !strings.Contains(text, c.want) {
				t.Errorf("%s: no %q in:\n%s", name, c.want, text)
			}
			if !strings.Contains(page.Body, `value="2026-01-01"`) {
				t.Errorf("%s: the first day is gone", name)
			}
		}
		if len(asked) != 1 {
			t.Errorf("exported: %q", asked)
		}
	})
	t.Run("the choice of a standard can be taken back", func(t *testing.T) {
		asked = nil
		chosen := func(p portaltest.Page) (values []string) {
			for _, in := range p.Root.Named("input") {
				if _, checked := in.Attr["checked"]; checked && in.Attr["name"] == "f.standard" {
					values = append(values, in.Attr["value"])
				}
			}
			return values
		}
		page := get(t, h.at(t, helen), "/evidence", 200)
		if !strings.Contains(flat(page.Root.Words()), "Both ISO/IEC 27001 ISO/IEC 42001") || !slices.Equal(chosen(page), []string{""}) {
			t.Errorf("chosen is %q on\n%s", chosen(page), page.Root.Words())
		}
		both := form(url.Values{"f.standard": {""}})
		refused := post(t, h.at(t, helen), "/evidence", form(url.Values{"f.standard": {""}, "f.reason": {""}}), 422)
		if !slices.Equal(chosen(refused), []string{""}) {
			t.Errorf("after a refusal chosen is %q", chosen(refused))
		}
		if got, err := h.at(t, helen).Post(t.Context(), "/evidence", both); err != nil || got.Body != "PK bundle" || len(asked) != 1 || !strings.Contains(asked[0], " of : ") {
			t.Errorf("exported: %q, %v", asked, err)
		}
	})
	t.Run("without a key there is no such page", func(t *testing.T) {
		h := newHouse(t, func(c *portal.Config) { c.Evidence = nil })
		get(t, h.at(t, helen), "/evidence", 404)
		if linkOn(get(t, h.at(t, helen), "/record", 200), "Evidence") != "" {
			t.Error("the navigation leads there")
		}
	})
}

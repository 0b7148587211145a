package portal_test

import (
	"errors"
	"strings"
	"testing"

	"steward/bot/portal"
	"steward/bot/surfacetest/portaltest"
)

func TestTexts(t *testing.T) {
	own := map[string]string{}
	var fault error
	h := newHouse(t, func(c *portal.Config) {
		c.Texts = portal.Texts{Kept: portal.Kept{Requests: 36, Copies: 12, People: 42}, Organisation: "Northwind <Ltd>", Contact: "privacy@northwind.example", Own: func(name string) (string, bool, error) {
			text, ok := own[name]
			return text, ok, fault
		}}
	})
	stranger := &portaltest.Browser{Handler: h.handler}
	t.Run("everybody reads them, filled in", func(t *testing.T) {
		for _, name := range portal.TextNames() {
			p := get(t, stranger, "/"+name, 200)
			says(t, p, "Northwind <Ltd>", "privacy@northwind.example")
			for _, left := range []string{"{organisation}", "{contact}", "{retention}"} {
				if strings.Contains(p.Body, left) {
					t.Errorf("/%s: %s is left", name, left)
				}
			}
			for _, other := range portal.TextNames() {
				if has := strings.Contains(p.Body, `<a href="/`+other+`">`); !has && other != name {
					t.Errorf("/%s does not lead to /%s", name, other)
				}
			}
			for _, word := range []string{"successfully", "please note", "compliant", "!"} {
				if strings.Contains(strings.ToLower(p.Root.First("main").Words()), word) {
					t.Errorf("/%s says %q", name, word)
				}
			}
		}
		says(t, get(t, stranger, "/privacy", 200), "New AI use: as long as the use goes on, and 3 years more", "life of the system + 3 years", "Forms that were begun and not sent: 30 days",
			"where in a chat a message is: 1 year", "as long as you work here, and 42 months more")
		says(t, get(t, stranger, "/worker-representatives", 200), "No watching of performance")
		says(t, get(t, stranger, "/about", 200), "Version v0.0.0-test")
		foot := get(t, stranger, "/sign-in", 200).Root.First("footer").Words()
		if !strings.Contains(foot, "Privacy") || !strings.Contains(foot, "Terms") {
			t.Errorf("the foot says %q", foot)
		}
	})
	t.Run("without a name and a contact they can be read, too", func(t *testing.T) {
		h := newHouse(t, nil)
		p := get(t, &portaltest.Browser{Handler: h.handler}, "/privacy", 200)
		says(t, p, "run by your company", "Ask whoever administers Steward")
	})
	t.Run("a text of one's own takes the place, and nothing in it becomes more than text", func(t *testing.T) {
		own["terms"] = "# Our <i>terms</i>\r\n\r\nFirst line\r\nsecond line\r\n\r\nAnother <script>alert(1)</script>\n## Part\n- one\n- two [x](https://evil.example)\n\n- three\nafter\n#\n{organisation} \u202eturned"
		p := get(t, stranger, "/terms", 200)
		main := p.Root.First("main")
		if main.First("h1").Words() != "Our <i>terms</i>" || len(main.Named("script", "i")) > 0 || len(main.Named("li")) != 3 || main.First("h2").Words() != "Part" {
			t.Errorf("the page:\n%s", p.Body)
		}
		if n := len(main.First("div").Named("p")); n != 3 {
			t.Errorf("%d paragraphs:\n%s", n, p.Body)
		}
		for _, a := range main.Named("a") {
			if !strings.HasPrefix(a.Attr["href"], "/") {
				t.Errorf("a link to %s", a.Attr["href"])
			}
		}
		says(t, p, "Northwind <Ltd> turned")
		own["about"] = "No title here."
		says(t, get(t, stranger, "/about", 200), "About Steward", "No title here.", "Version")
		own["privacy"] = ""
		get(t, stranger, "/privacy", 200)
	})
	t.Run("a file that cannot be read is our fault, and nothing is made up", func(t *testing.T) {
		fault = errors.New("open privacy.txt: permission denied")
		get(t, stranger, "/privacy", 500)
		fault = nil
	})
}

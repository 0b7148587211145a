package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"steward/workflows/policy"
)

// hand works a page as a person does: with the mouse, or with nothing but keys. It needs no script in the page.
type hand struct {
	*tab

	keys bool
}

// saying gives the expression of what can be pressed and begins with the words; what is in the content comes first.
func saying(words string) string {
	return fmt.Sprintf(`(() => {
		const all = ["details[open] form button", "main button, main a, main summary", "a, button, summary"]
			.flatMap((s) => [...document.querySelectorAll(s)]).filter((e) => e.checkVisibility());
		const one = all.find((e) => e.textContent.trim().startsWith(%q));
		if (!one) throw new Error("nothing says " + %q + " but " + all.map((e) => e.textContent.trim()).join(" | "));
		return one;
	})()`, words, words)
}

// box gives the expression of a field, or of one of its choices.
func box(field, value string) string {
	if value == "" {
		return fmt.Sprintf(`document.querySelector("main [name='%s']")`, field)
	}
	return fmt.Sprintf(`document.querySelector("main [name='%s'][value='%s']")`, field, value)
}

// press presses what says the words, which opens another page, and gives that page's status.
func (h hand) press(words string) int64 {
	h.t.Helper()
	return h.leads(h.pressed(saying(words)))
}

// unfold opens what says the words, on the same page.
func (h hand) unfold(words string) {
	h.t.Helper()
	h.run(h.pressed(saying(words)))
}

// pressed presses an element.
func (h hand) pressed(element string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		if h.keys {
			if err := h.reach(ctx, element); err != nil {
				return err
			}
			return typing(kb.Enter).Do(ctx)
		}
		return click(ctx, element)
	})
}

// click moves the mouse to the middle of an element and presses there.
func click(ctx context.Context, element string) error {
	found, failed, err := runtime.Evaluate(`(() => { const e = ` + element + `; e.scrollIntoView({ block: "center" }); return e; })()`).Do(ctx)
	if err != nil {
		return err
	}
	if failed != nil {
		return failed
	}
	quads, err := dom.GetContentQuads().WithObjectID(found.ObjectID).Do(ctx)
	if err != nil || len(quads) == 0 {
		return fmt.Errorf("%s is nowhere: %w", element, err)
	}
	q := quads[0]
	return chromedp.MouseClickXY((q[0]+q[4])/2, (q[1]+q[5])/2, chromedp.ButtonType(input.Left)).Do(ctx)
}

// typing presses one key after the other. What a page keeps from happening when a key goes down does not happen, as with a
// real keyboard: a key and its letter are one event.
func typing(keys string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		for _, r := range keys {
			events := kb.Encode(r)
			down := *events[0]
			if len(events) == 3 {
				down.Text, down.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
			}
			for _, e := range []*input.DispatchKeyEventParams{&down, events[len(events)-1]} {
				if err := e.Do(ctx); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// maxStops is how many times Tab is pressed before an element counts as out of reach.
const maxStops = 250

// reach goes to an element by Tab, and looks at every stop whether one can see where one is.
func (h hand) reach(ctx context.Context, element string) error {
	stop := `(() => {
		const want = ` + element + `, e = document.activeElement;
		if (e === want || want.type === "radio" && e.name === want.name) return "there";
		if (e === document.body || e === document.documentElement) return "";
		const s = getComputedStyle(e), r = e.getBoundingClientRect();
		if (s.outlineStyle === "none" || parseFloat(s.outlineWidth) < 2) return "nothing shows the focus of " + e.outerHTML.slice(0, 150);
		if (r.bottom <= 0 || r.top >= innerHeight) return "out of sight: " + e.outerHTML.slice(0, 150);
		const x = Math.min(Math.max((r.left + r.right) / 2, 0), innerWidth - 1), y = Math.min(Math.max((r.top + r.bottom) / 2, 0), innerHeight - 1);
		const top = document.elementFromPoint(x, y);
		if (top && !e.contains(top) && !top.contains(e)) return "covered by " + top.outerHTML.slice(0, 100) + ": " + e.outerHTML.slice(0, 150);
		return "";
	})()`
	for range maxStops {
		var said string
		if err := evaluate(stop, &said).Do(ctx); err != nil {
			return err
		}
		if said == "there" {
			return nil
		}
		if said != "" {
			h.t.Error(said)
		}
		if err := typing(kb.Tab).Do(ctx); err != nil {
			return err
		}
	}
	return fmt.Errorf("cannot be reached by Tab: %s", element)
}

// write types into a field.
func (h hand) write(field, text string) {
	h.t.Helper()
	element := box(field, "")
	h.run(chromedp.ActionFunc(func(ctx context.Context) error {
		var err error
		if h.keys {
			err = h.reach(ctx, element)
		} else {
			err = evaluate(element+".focus()", nil).Do(ctx)
		}
		if err != nil {
			return err
		}
		return typing(text).Do(ctx)
	}))
}

// choose takes one of the choices of a field.
func (h hand) choose(field, value string) {
	h.t.Helper()
	element := box(field, value)
	chosen := false
	h.js(element+".checked", &chosen)
	if chosen {
		return
	}
	if !h.keys {
		h.run(chromedp.ActionFunc(func(ctx context.Context) error { return click(ctx, element) }))
	} else {
		h.run(chromedp.ActionFunc(func(ctx context.Context) error { return h.reach(ctx, element) }))
		key := " "
		for range 10 {
			h.run(typing(key))
			h.js(element+".checked", &chosen)
			if chosen {
				break
			}
			key = kb.ArrowDown // among choices of which one counts the arrows walk
		}
	}
	if h.js(element+".checked", &chosen); !chosen {
		h.t.Fatalf("%s of %s is not chosen", value, field)
	}
}

// fill answers the questions of a page of a form, in the order in which they stand there.
func (h hand) fill(answers policy.Answers) {
	h.t.Helper()
	var fields []struct{ Name, Kind string }
	h.js(`(() => {
		const seen = new Set();
		return [...document.querySelectorAll("main form.form [name^='f.']")].filter((e) => !seen.has(e.name) && seen.add(e.name))
			.map((e) => ({ Name: e.name, Kind: e.matches("[type=radio], [type=checkbox]") ? "choice" : e.localName }));
	})()`, &fields)
	if len(fields) == 0 {
		h.t.Fatal("the page asks nothing")
	}
	for _, f := range fields {
		a, ok := answers[strings.TrimPrefix(f.Name, "f.")]
		switch {
		case !ok:
		case f.Kind == "choice":
			for _, one := range append(a.List, a.Text) {
				if one != "" {
					h.choose(f.Name, one)
				}
			}
		case f.Kind == "select":
			var label string
			h.js(fmt.Sprintf("%s.querySelector(`option[value='%s']`).label", box(f.Name, ""), a.Text), &label)
			h.write(f.Name, label)
			var value string
			if h.js(box(f.Name, "")+".value", &value); value != a.Text {
				h.t.Fatalf("%s is %q", f.Name, value)
			}
		default:
			h.write(f.Name, a.Text)
		}
	}
}

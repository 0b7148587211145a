package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp/kb"

	"steward/workflows/approval"
)

// walk is a walk through the demo, by one window in which one person after the other is acted.
type walk struct {
	hand

	app *app   // nil where the demo is a process of its own
	id  string // of the request that is asked for
}

// step is something a person does on the way. It begins wherever the step before ended.
type step struct {
	name string
	do   func(*walk)
}

// steps is the walk that the demo proposes, with a question on the way.
func steps() []step {
	return []step{
		{"ask as Ana", (*walk).ask},
		{"ask back as Ben", (*walk).askBack},
		{"answer as Ana", (*walk).answer},
		{"decide as Ben", (*walk).decide},
		{"see it move as Ana", (*walk).see},
		{"verify the record as Helen", (*walk).verify},
	}
}

// tour is the walk of the strip above the demo: each step begins by what the strip offers.
func tour() []step {
	return []step{
		{"ask", (*walk).askNow}, {"decide", (*walk).decideNow}, {"answer", (*walk).answerNow}, {"watch", (*walk).watchNow}, {"check", (*walk).checkNow},
	}
}

// TestBrowserWalk walks through the demo with scripts, without any, and with nothing but keys, on a desk and on a phone: the
// five steps that the strip proposes, and a longer walk with a question on the way.
func TestBrowserWalk(t *testing.T) {
	chrome := newChromium(t)
	for _, way := range []struct {
		name           string
		keys, noScript bool
		width          int64
		steps          []step
	}{
		{"the strip with scripts", false, false, 360, tour()},
		{"the strip without scripts", false, true, 1280, tour()},
		{"the strip by keys only", true, false, 1280, tour()},
		{"a question without scripts", false, true, 360, steps()},
		{"a question by keys only", true, false, 1280, steps()},
	} {
		t.Run(way.name, func(t *testing.T) {
			a := startBrowsed(t)
			w := &walk{hand: hand{chrome.tab(t, a.url()), way.keys}, app: a}
			w.size(way.width, 800)
			w.run(emulation.SetScriptExecutionDisabled(way.noScript))
			w.open("/")
			for _, s := range way.steps {
				s.do(w)
				w.calm(s.name)
				if t.Failed() {
					t.Fatalf("the step was: %s", s.name)
				}
			}
		})
	}
}

// TestBrowserStranger starts what the README names first, as a process of its own, and takes the five steps.
func TestBrowserStranger(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(readme), "\n    go run ./cmd/steward serve ")
	words, _, _ := strings.Cut(after, "\n")
	if words == "" {
		t.Fatal("the README does not say how to start")
	}
	chrome := newChromium(t)
	cmd, base := (&load{t: t, binary: buildBinary(t), args: strings.Fields(words)}).start()
	began := time.Now()
	w := &walk{hand: hand{tab: chrome.tab(t, base)}}
	w.open("/")
	for _, s := range tour() {
		s.do(w)
		w.calm(s.name)
	}
	t.Logf("the walk took %s", time.Since(began).Round(time.Second))
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("orderly stop: %v", err)
	}
}

// next follows what the strip offers for a step.
func (w *walk) next(n int) {
	w.t.Helper()
	w.says(".demo-count", fmt.Sprintf("Step %d of 5", n))
	w.leads(w.pressed(`document.querySelector(".demo-walk > .demo-go button, .demo-walk > .demo-go a")`))
}

func (w *walk) askNow() {
	w.next(1)
	w.says(".me-name", "Ana Ruiz")
	w.sends()
}

func (w *walk) decideNow() {
	w.next(2)
	w.says(".me-name", "Ben Okafor")
	w.unfold("Approve")
	w.press("Approve")
	w.says("#request", "Approved")
}

func (w *walk) answerNow() {
	w.next(3)
	w.press("Answer")
	w.write("f.answer", "No, only of those who have agreed.")
	w.press("Answer")
	w.says("#request", "No, only of those who have agreed.")
}

// watchNow lets a day pass: reminders fall due, and the inbox fills.
func (w *walk) watchNow() {
	w.next(4)
	before := w.clock()
	w.press("+1 day")
	if by := w.clock().Sub(before); by < 23*time.Hour || by > 25*time.Hour {
		w.t.Errorf("the clock moved by %s", by)
	}
	w.says("h1", "Inbox")
}

// clock reads the time that the strip shows.
func (w *walk) clock() time.Time {
	w.t.Helper()
	var shown string
	w.js(`document.querySelector("#demo time").dateTime`, &shown)
	at, err := time.Parse(time.RFC3339, shown)
	if err != nil {
		w.t.Fatal(err)
	}
	return at
}

func (w *walk) checkNow() {
	w.next(5)
	w.says("h1", "Record")
	w.press("Check it now")
	w.says(".demo-walk", "That was the walk, all 5 steps.")
	w.proves()
}

// act becomes somebody, by the list of people.
func (w *walk) act(name string) {
	w.t.Helper()
	if !strings.HasPrefix(w.at(), "/sign-in") {
		w.press("Act as somebody else")
	}
	w.press(initials(name) + name)
	w.says(".me-name", name)
}

// initials is what stands in the circle before a name.
func initials(name string) string {
	first, last, _ := strings.Cut(name, " ")
	return first[:1] + last[:1]
}

// says fails unless the first such element has the text.
func (w *walk) says(selector, text string) {
	w.t.Helper()
	var all string
	w.js(fmt.Sprintf(`[...document.querySelectorAll(%q)].map((e) => e.textContent).join("\n")`, selector), &all)
	if !strings.Contains(all, text) {
		w.t.Fatalf("%s at %s says %q, want %q", selector, w.at(), all, text)
	}
}

// ask fills in the form for a harmless use and sends it.
func (w *walk) ask() {
	w.act("Ana Ruiz")
	w.press("New")
	w.sends()
}

// sends begins with the choice of a form, fills it in and sends it.
func (w *walk) sends() {
	w.t.Helper()
	w.press("Begin")
	answers := harmlessUse()
	for w.fill(answers); ; w.fill(answers) {
		if status := w.press("Next"); status != 200 {
			w.t.Fatalf("a page of the form is answered with %d", status)
		}
		var done bool
		if w.js(`[...document.querySelectorAll("main button")].some((b) => b.textContent.trim() === "Send")`, &done); done {
			break
		}
	}
	w.press("Send")
	id, ok := strings.CutPrefix(w.at(), "/requests/")
	if !ok {
		w.t.Fatalf("after sending it is at %s", w.at())
	}
	w.id = id
	w.says("h1", "DeepL Write")
}

// opens goes to the request from the inbox.
func (w *walk) opens() {
	w.t.Helper()
	w.press("Inbox")
	row := fmt.Sprintf(`document.querySelector("#waiting a[href='/requests/%s']")`, w.id)
	if !w.keys {
		w.leads(w.pressed(row))
		return
	}
	for range 100 { // j goes from line to line
		w.run(typing("j"))
		var there bool
		if w.js(row+" === document.activeElement", &there); there {
			w.leads(typing(kb.Enter))
			return
		}
	}
	w.t.Fatal("j does not lead to the request")
}

func (w *walk) askBack() {
	w.act("Ben Okafor")
	w.opens()
	w.press("Ask")
	w.write("f.question", "Does anybody read it before it goes out?")
	w.press("Ask")
	w.says("#request", "Does anybody read it before it goes out?")
}

func (w *walk) answer() {
	w.act("Ana Ruiz")
	w.opens()
	w.press("Answer")
	w.write("f.answer", "I do, every line.")
	w.press("Answer")
	w.says("#request", "I do, every line.")
}

func (w *walk) decide() {
	w.act("Ben Okafor")
	w.opens()
	w.unfold("Approve")
	w.press("Approve")
	w.says("#request", "Approved")
}

// see looks at what came of it: in the request, and among the news of the inbox.
func (w *walk) see() {
	w.act("Ana Ruiz")
	w.open("/requests/" + w.id)
	w.says("#request .mark", "Approved")
	if r := w.app.read(w.t, w.id); r.Status != approval.StatusApproved || len(r.Questions) != 1 {
		w.t.Errorf("the request is %s with %d questions", r.Status, len(r.Questions))
	}
}

// verify proves the newest record of the request.
func (w *walk) verify() {
	w.act("Helen Marsh")
	w.open("/record?about=" + w.id)
	w.proves()
}

// proves opens the newest record of the list, computes its hash from the bytes that are shown, and checks the whole log.
func (w *walk) proves() {
	w.t.Helper()
	w.leads(w.pressed(`document.querySelector("#list tbody th a")`))
	var bytes, page string
	w.js(`document.querySelector("section[aria-labelledby=proof] > .bytes").textContent`, &bytes)
	w.js(`document.querySelector("main").textContent`, &page)
	if sum := sha256.Sum256(append([]byte{0}, bytes...)); !strings.Contains(page, hex.EncodeToString(sum[:])) {
		w.t.Errorf("the hash of the record is not that of its bytes: %x of %.100s", sum, bytes)
	}
	if w.app == nil {
		return
	}
	if report, err := w.app.store.Verify(w.t.Context(), nil); err != nil || !report.OK() {
		w.t.Errorf("the log does not fit: %v, %v", report.Problems, err)
	}
}

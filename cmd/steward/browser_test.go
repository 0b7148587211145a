package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// patience is how long one step in a browser may take. It is long, because the machine may be busy with other things.
const patience = time.Minute

// chromium is a running browser with a profile of its own, which is forgotten at the end.
type chromium struct{ ctx context.Context }

// newChromium starts Debian's Chromium. Where there is none the test is skipped, unless STEWARD_TEST_REQUIRE names it.
func newChromium(t *testing.T, more ...chromedp.ExecAllocatorOption) *chromium {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		lacking(t, "no chromium in the path")
	}
	flag := chromedp.Flag
	options := append([]chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Headless, chromedp.DisableGPU,
		flag("disable-background-networking", true), flag("disable-component-update", true), flag("disable-sync", true),
		flag("disable-default-apps", true), flag("disable-extensions", true), flag("disable-breakpad", true), flag("metrics-recording-only", true),
		flag("disable-dev-shm-usage", true), flag("disable-features", "Translate,OptimizationHints,MediaRouter"), flag("hide-scrollbars", true),
		flag("disable-renderer-backgrounding", true), flag("disable-backgrounding-occluded-windows", true), flag("disable-background-timer-throttling", true),
		flag("lang", "en-GB"), flag("accept-lang", "en-GB"), flag("force-color-profile", "srgb"), flag("password-store", "basic"),
		chromedp.WSURLReadTimeout(patience),
	}, more...)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, end := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	ctx, _ := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Logf("chromium did not end by itself: %v", err)
		}
		end()
	})
	if err := chromedp.Run(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return &chromium{ctx}
}

// lacking ends a test that cannot run here: skipped, or failed where it is required.
func lacking(t *testing.T, what string) {
	t.Helper()
	wanted := strings.FieldsFunc(os.Getenv("STEWARD_TEST_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' })
	if slices.Contains(wanted, "chromium") {
		t.Fatalf("STEWARD_TEST_REQUIRE asks for chromium: %s.", what)
	}
	t.Skipf("Skipped without a browser: %s.", what)
}

// tab is a window of somebody, with cookies of its own.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu       sync.Mutex
	troubles []string // what the console said and what the policy of the content refused
}

// observe runs in every document before its own scripts: it adds up what moved, and tells what the content policy refused.
const observe = `(() => {
	window.shifts = [];
	new PerformanceObserver((list) => {
		const box = (r) => [r.x, r.y, r.width, r.height].map(Math.round).join(" ");
		const tell = (s) => (s.node?.outerHTML ?? s.node?.textContent ?? "gone").slice(0, 90) + " from " + box(s.previousRect) + " to " + box(s.currentRect);
		const changed = (s) => !s.node || (s.node.parentElement?.closest("main") ?? s.node.closest?.("footer"));
		for (const e of list.getEntries()) {
			window.shifts.push({ value: e.value, of: e.sources.map(tell), others: e.sources.filter((s) => !changed(s)).map(tell) });
		}
	}).observe({ type: "layout-shift", buffered: true });
	document.addEventListener("securitypolicyviolation", (e) => console.error("content policy: " + e.violatedDirective + " " + e.blockedURI));
})()`

// tab opens a window on the program.
func (c *chromium) tab(t *testing.T, base string) *tab {
	t.Helper()
	var id target.ID
	if err := chromedp.Run(c.ctx, chromedp.ActionFunc(func(ctx context.Context) error {
		ctx = cdp.WithExecutor(ctx, chromedp.FromContext(ctx).Browser)
		jar, err := target.CreateBrowserContext().WithDisposeOnDetach(true).Do(ctx)
		if err == nil {
			id, err = target.CreateTarget("about:blank").WithBrowserContextID(jar).WithNewWindow(true).Do(ctx)
		}
		return err
	})); err != nil {
		t.Fatal(err)
	}
	ctx, end := chromedp.NewContext(c.ctx, chromedp.WithTargetID(id))
	w := &tab{t: t, ctx: ctx, base: base}
	t.Cleanup(end)
	chromedp.ListenTarget(ctx, w.heard)
	if err := chromedp.Run(ctx); err != nil { // as long as the context of the first run lasts, so long is the window listened to
		t.Fatal(err)
	}
	w.run(network.Enable(), log.Enable(), chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(observe).Do(ctx)
		return err
	}))
	w.size(1280, 900)
	return w
}

// heard notes what goes wrong in a page.
func (w *tab) heard(event any) {
	trouble := ""
	switch e := event.(type) {
	case *log.EventEntryAdded:
		refused := e.Entry.Source == log.SourceNetwork && strings.Contains(e.Entry.Text, "server responded with a status of 4")
		if !refused && (e.Entry.Level == log.LevelError || e.Entry.Level == log.LevelWarning) {
			trouble = e.Entry.Text + " " + e.Entry.URL
		}
	case *runtime.EventExceptionThrown:
		trouble = e.ExceptionDetails.Error()
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
			for _, a := range e.Args {
				trouble += string(a.Value) + a.Description
			}
		}
	}
	if trouble != "" {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.troubles = append(w.troubles, trouble)
	}
}

// calm gives what went wrong since it was last asked, and fails the test for it.
func (w *tab) calm(what string) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, trouble := range w.troubles {
		w.t.Errorf("%s: the console says %s", what, trouble)
	}
	w.troubles = nil
}

// try does something in the window, within a bounded time.
func (w *tab) try(actions ...chromedp.Action) error {
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, actions...)
}

func (w *tab) run(actions ...chromedp.Action) {
	w.t.Helper()
	if err := w.try(actions...); err != nil {
		w.t.Fatal(err)
	}
}

// leads does something that opens another page, waits until that is there and gives its status.
func (w *tab) leads(actions ...chromedp.Action) int64 {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	answer, err := chromedp.RunResponse(ctx, actions...)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer.Status
}

// open goes to an address and gives the status of its page.
func (w *tab) open(path string) int64 {
	w.t.Helper()
	if !strings.Contains(path, "://") {
		path = w.base + path
	}
	return w.leads(chromedp.Navigate(path))
}

// js evaluates an expression, or a promise of one, in the page.
func (w *tab) js(expression string, into any) {
	w.t.Helper()
	if err := w.try(evaluate(expression, into)); err != nil {
		w.t.Fatalf("%v, of %.200s", err, expression)
	}
}

func evaluate(expression string, into any) chromedp.Action {
	return chromedp.Evaluate(expression, into, func(p *runtime.EvaluateParams) *runtime.EvaluateParams {
		return p.WithAwaitPromise(true).WithUserGesture(true)
	})
}

// await waits until something holds in the page, which looks at it whenever it draws.
func (w *tab) await(what, holds string) {
	w.t.Helper()
	err := w.try(evaluate(`new Promise((done) => {
		const look = () => ((`+holds+`) ? done(true) : requestAnimationFrame(look));
		look();
	})`, nil))
	if err != nil {
		var at, text string
		_ = chromedp.Run(w.ctx, evaluate("location.href", &at), evaluate("document.body.innerText", &text))
		w.t.Fatalf("%s: %v, at %s:\n%s", what, err, at, text)
	}
}

// settled waits until the page has drawn what its scripts made of it.
func (w *tab) settled() {
	w.t.Helper()
	w.js(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))))`, nil)
}

// size gives the window a size in pixels; it has no scroll bars, as on a phone.
func (w *tab) size(width, height int64) {
	w.t.Helper()
	w.run(emulation.SetDeviceMetricsOverride(width, height, 1, false))
}

// scheme says whether the system is light or dark.
func (w *tab) scheme(name string) {
	w.t.Helper()
	w.run(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}))
}

// at gives the address of the page without the host.
func (w *tab) at() string {
	w.t.Helper()
	var at string
	w.js("location.pathname + location.search", &at)
	return at
}

// moved gives how far the page has moved by itself, and what did.
func (w *tab) moved() (sum float64, what string) {
	w.t.Helper()
	w.settled()
	var shifts []struct {
		Value float64  `json:"value"`
		Of    []string `json:"of"`
	}
	w.js("window.shifts", &shifts)
	for _, s := range shifts {
		sum += s.Value
		what += fmt.Sprintf("\n\t%.4f %s", s.Value, strings.Join(s.Of, "\n\t\t"))
	}
	return sum, what
}

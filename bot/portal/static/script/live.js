// Live updates. The page says in data-watch what it shows and how far it has seen it. While it is looked at, a stream tells
// what has changed; then the page is fetched again and its regions with data-live are put in. Nothing is put in under
// somebody's hands: where they are at it, they are asked.

const quiet = 200; // milliseconds in which further news join the first
const shown = 4000; // milliseconds for which a sentence stands
const longest = 60000; // milliseconds between two streams, about
const body = document.body;
let source = null;
let again = 0;
let failures = 0;
let over = body.dataset.watch === undefined;

function say(text, { bad = false, label = "", act = null } = {}) {
  const toast = document.getElementById("toast");
  if (!toast) return;
  toast.replaceChildren(Object.assign(document.createElement("span"), { textContent: text }));
  toast.classList.toggle("bad", bad);
  if (act) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: label });
    button.addEventListener("click", act);
    toast.append(button);
  }
  toast.hidden = false;
  clearTimeout(say.timer);
  if (!bad && !act) say.timer = setTimeout(() => { toast.hidden = true; }, shown);
}

function open() {
  if (over || source || document.hidden) return;
  source = new EventSource(`/events?${body.dataset.watch}`);
  source.addEventListener("open", () => { failures = 0; });
  source.addEventListener("changed", (event) => {
    const seen = new URLSearchParams(body.dataset.watch);
    for (const [id, mark] of Object.entries(JSON.parse(event.data))) seen.set(id, mark);
    body.dataset.watch = seen.toString();
    clearTimeout(again);
    again = setTimeout(refresh, quiet);
  });
  source.addEventListener("over", signedOut);
  source.addEventListener("error", () => {
    // The marks may be newer than the address of the stream: begin a new one, later each time, and not all at once.
    close();
    failures += 1;
    if (failures === 2) refresh(); // it may be the sign-in that has ended: the page says so
    setTimeout(open, Math.min(longest, 2000 * 2 ** Math.min(failures, 5)) * (0.5 + Math.random()));
  });
}

function close() {
  source?.close();
  source = null;
}

function signedOut() {
  over = true;
  close();
  say("Your sign-in has ended. What stands here is kept.", { bad: true, label: "Sign in", act: () => location.reload() });
}

// busy says that somebody is at something in a region: a box, or a question that is open.
function busy(region) {
  const at = document.activeElement;
  return region.querySelector("details.confirm[open], details.more[open]") !== null ||
    (region.contains(at) && at.matches("input, textarea, select"));
}

// place finds the same thing in the new region: what was focused or unfolded stays so.
const place = (region, element) => [...region.querySelectorAll(element.localName)].indexOf(element);

function put(old, next) {
  const at = old.contains(document.activeElement) ? document.activeElement : null;
  const href = at?.getAttribute("href");
  const index = at ? place(old, at) : -1;
  for (const unfolded of old.querySelectorAll("details[open]")) {
    const same = next.querySelectorAll("details")[place(old, unfolded)];
    if (same) same.open = true;
  }
  old.replaceWith(next);
  if (!at) return;
  const same = href ? next.querySelector(`a[href="${CSS.escape(href)}"]`) : null;
  (same ?? next.querySelectorAll(at.localName)[index])?.focus({ preventScroll: true });
}

async function refresh() {
  const regions = [...document.querySelectorAll("[data-live][id]")];
  if (over || regions.length === 0) return;
  let page;
  try {
    const answer = await fetch(location.href, { headers: { "Steward-Live": "1" }, cache: "no-store" });
    if (answer.redirected && new URL(answer.url).pathname === "/sign-in") return signedOut();
    if (!answer.ok) return;
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return; // there is no connection: the stream will say so too, and begins again
  }
  let news = false;
  for (const old of regions) {
    const next = page.getElementById(old.id);
    if (!next || plain(next).isEqualNode(plain(old))) continue;
    if (busy(old)) {
      say("This has changed meanwhile.", { label: "Show it", act: () => location.reload() });
      continue;
    }
    news ||= old.closest("main") !== null;
    put(old, document.importNode(next, true));
  }
  if (page.body.dataset.watch) body.dataset.watch = page.body.dataset.watch;
  if (news) say("Brought up to date.");
}

// plain is a region as it came: what the visitor unfolded is no difference, nor are the numbers that tell presses apart.
function plain(region) {
  const copy = region.cloneNode(true);
  for (const unfolded of copy.querySelectorAll("details[open]")) unfolded.open = false;
  for (const nonce of copy.querySelectorAll("input[name=nonce]")) nonce.remove();
  return copy;
}

document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
window.addEventListener("pagehide", close);
window.addEventListener("pageshow", open);
open();

// Drafts. What is typed into a form is kept a moment later, and what the policy makes of it is shown beside. The page says
// which revision it is of; one save is under way at a time, and sending waits for it. What cannot be kept stays in the page,
// is said, and is tried again.

const pause = 900; // milliseconds after the last key
const retry = 5000; // milliseconds until what could not be kept is tried again
const form = document.querySelector("form[data-keep]");

function drafts() {
  const line = form.querySelector("[data-kept]");
  const revision = form.elements.namedItem("revision");
  let timer = 0;
  let saving = null;
  let dirty = false;
  let stopped = false;

  const say = (text) => { if (line && line.textContent !== text) line.textContent = text; };

  async function keep() {
    dirty = false;
    let answer;
    try {
      answer = await fetch(form.dataset.keep, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
    } catch {
      return later("Not saved: no connection. It is tried again.");
    }
    if (answer.status === 429 || answer.status >= 500) return later("Not saved yet. It is tried again.");
    if (answer.status === 401) return stop("Not saved: your sign-in has ended. Sign in in another window, then go on here.");
    if (!answer.ok) {
      const plain = (answer.headers.get("Content-Type") ?? "").startsWith("text/plain");
      return stop(plain ? await answer.text() : "Not saved. Send the page to see why.");
    }
    const kept = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-revision]");
    revision.value = kept.dataset.revision;
    show(kept);
    say(dirty ? "" : "Saved");
  }

  function show(kept) {
    const beside = document.getElementById("beside");
    const now = kept.firstElementChild;
    if (!beside || !now || beside.firstElementChild?.isEqualNode(now)) return;
    const unfolded = [...beside.querySelectorAll("details")].map((d) => d.open);
    beside.replaceChildren(document.importNode(now, true));
    beside.querySelectorAll("details").forEach((d, i) => { d.open = unfolded[i] ?? d.open; });
  }

  function later(text) {
    say(text);
    dirty = true;
    plan(retry);
  }

  function stop(text) {
    stopped = true;
    say(text);
    line?.classList.add("error");
  }

  function plan(wait) {
    clearTimeout(timer);
    timer = setTimeout(() => { save(); }, wait);
  }

  function save() {
    clearTimeout(timer);
    if (stopped || saving || !dirty) return saving;
    saving = keep().finally(() => {
      saving = null;
      if (dirty) plan(pause);
    });
    return saving;
  }

  function typed() {
    if (stopped) return;
    dirty = true;
    say("");
    plan(pause);
  }

  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });

  // A page that is sent while it is being kept would be of an old revision: it waits for the answer.
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    dirty = false;
    if (!saving) return;
    event.preventDefault();
    const by = event.submitter;
    await saving;
    clearTimeout(timer);
    dirty = false;
    form.requestSubmit(by);
  });
}

if (form?.querySelector("[name=revision]")) drafts();

// Keys: j and k walk the lines of a list, / finds, n begins a request, g i and g r go, ? shows them all. A box in the list of
// keys turns them off in this browser. Everything they do can be done without them.

const off = "steward-keys-off";
const dialog = document.getElementById("keys");
const remembered = () => { try { return localStorage.getItem(off) === "1"; } catch { return false; } };

// lines gives the link of each line of the lists of a page, in order.
function lines() {
  return [...document.querySelectorAll("table[data-rows] tbody tr, ul[data-rows] > li")]
    .map((line) => line.querySelector("th a, a.row, a")).filter((a) => a && a.offsetParent !== null);
}

function walk(by) {
  const all = lines();
  if (all.length === 0) return;
  const here = all.findIndex((a) => a.closest("tr, li").contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1);
  all[next].focus();
  all[next].closest("tr, li").scrollIntoView({ block: "nearest" });
}

function typing(target) {
  return target.closest("input:not([type=checkbox]):not([type=radio]):not([type=submit]), textarea, select, [contenteditable]") !== null;
}

const places = { i: "/", r: "/requests" };
const second = 1500; // milliseconds in which the second key of g i and g r counts
let going = 0;

function press(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!(event.target instanceof Element) || typing(event.target) || document.querySelector("dialog[open]") || remembered()) return;
  if (going > 0) {
    clearTimeout(going);
    going = 0;
    if (places[event.key]) {
      event.preventDefault();
      location.assign(places[event.key]);
      return;
    }
  }
  const deeds = {
    j: () => walk(1),
    k: () => walk(-1),
    "/": () => (document.querySelector("main input[type=search]") ?? document.getElementById("find"))?.focus(),
    n: () => location.assign("/requests/new"),
    g: () => { going = setTimeout(() => { going = 0; }, second); },
    "?": () => dialog?.showModal(),
  };
  if (!Object.hasOwn(deeds, event.key)) return;
  event.preventDefault();
  deeds[event.key]();
}

if (dialog) {
  document.addEventListener("keydown", press);
  const box = document.getElementById("keys-on");
  box.checked = !remembered();
  box.addEventListener("change", () => {
    try { localStorage.setItem(off, box.checked ? "0" : "1"); } catch { /* this page keeps to it all the same */ }
  });
  for (const shown of document.querySelectorAll("[data-keys]")) {
    shown.hidden = false;
    if (shown.localName === "button") shown.addEventListener("click", () => dialog.showModal());
  }
}

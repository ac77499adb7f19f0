// What is typed into an item is never lost: kept on the device with every letter, given back after a reload, and saved as
// the server's draft when there is a pause and a network. Forms are sent by sending.js, which tells when it arrived.
const PREFIX = "sahut-draf:"; // offline.js removes what begins so at log-out
const OLDEST = 7 * 24 * 3_600_000; // ms
const PAUSE = 3_000; // ms without a letter before the server is told
const HURRY = 20_000; // ms a save may take
const person = document.body.dataset.person;
const FIELDS = "[data-item] textarea[name]:not([readonly])";

const fields = (root) => [...root.querySelectorAll(FIELDS)];
const nameOf = (area) => `${PREFIX}${person}:${area.closest("[data-item]").dataset.item}:${area.id}`;
const same = (one, other) => one.trim() === other.trim(); // the server keeps no space at the ends
const hour = (moment) => new Intl.DateTimeFormat("id-ID", { hour: "2-digit", minute: "2-digit" }).format(moment);

// ---- on the device -----------------------------------------------------------------------------------
function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

const forget = (area) => localStorage.removeItem(nameOf(area));

/** `base`: what the server held when the typing began; when it holds something else later, someone else wrote. */
function keep(area) {
  if (same(area.value, area.defaultValue)) return forget(area);
  try {
    return localStorage.setItem(nameOf(area), JSON.stringify({ text: area.value, base: area.defaultValue, at: Date.now() }));
  } catch {
    return say(area, "Penyimpanan perangkat penuh: simpan draf sebelum menutup halaman ini.");
  }
}

function throwOutOld() {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(PREFIX) && Date.now() - (read(name)?.at ?? 0) > OLDEST) localStorage.removeItem(name);
  }
}

// ---- words beneath the field -------------------------------------------------------------------------
function place(area) {
  const found = document.querySelector(`[data-draft-of="${area.id}"]`);
  if (found) return found;
  const made = Object.assign(document.createElement("div"), { className: "draft-note" });
  made.dataset.draftOf = area.id;
  made.setAttribute("role", "status");
  area.after(made);
  return made;
}

function button(words, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-link", textContent: words });
  made.addEventListener("click", act);
  return made;
}

function say(area, words, ...more) {
  const said = Object.assign(document.createElement("span"), { textContent: words });
  place(area).replaceChildren(said, ...more);
}

function put(area, text) {
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true })); // counters count, and the draft is kept
}

// ---- giving back -------------------------------------------------------------------------------------
function restore(area) {
  const kept = read(nameOf(area));
  if (!kept || same(kept.text, area.defaultValue)) return forget(area);
  const fold = area.closest("details");
  if (fold) fold.open = true;
  if (area.defaultValue && !same(kept.base, area.defaultValue)) return choose(area, kept);
  put(area, kept.text);
  return offerToDrop(area, kept.text);
}

function offerToDrop(area, text) {
  say(area, "Draf di perangkat ini dipulihkan ·", button("buang", () => {
    put(area, area.defaultValue);
    say(area, "Dibuang ·", button("kembalikan", () => { put(area, text); offerToDrop(area, text); }));
    area.focus();
  }));
}

/** The server holds a newer draft: both are shown, a person chooses, and nothing is overwritten before. */
function choose(area, kept) {
  const text = Object.assign(document.createElement("blockquote"), { className: "entry-text", dir: "auto", textContent: kept.text });
  const done = (words) => { delete area.dataset.undecided; say(area, words); area.focus(); };
  area.dataset.undecided = "1";
  say(
    area, `Ada dua draf. Di atas: yang terbaru di server. Di perangkat ini, ${hour(kept.at)}:`, text,
    button("Pakai draf perangkat ini", () => { done("Draf perangkat ini dipakai."); put(area, kept.text); }),
    button("Pakai draf server", () => { forget(area); done("Draf server dipakai."); }),
  );
}

// ---- on the server -----------------------------------------------------------------------------------
const waiting = new WeakMap();

function later(area, pause = PAUSE) {
  clearTimeout(waiting.get(area));
  waiting.set(area, setTimeout(() => save(area), pause));
}

async function save(area) {
  clearTimeout(waiting.get(area));
  const text = area.value;
  const idle = area.form.dataset.sending || area.dataset.saving || area.dataset.undecided;
  if (!area.dataset.draftTo || !area.isConnected || idle || !text.trim() || same(text, area.defaultValue)) return;
  if (!navigator.onLine) return say(area, "Tersimpan di perangkat ini.");
  area.dataset.saving = "1";
  try {
    await post(area);
    area.defaultValue = text;
    if (!area.dataset.undecided) keep(area); // forgotten, unless more was typed meanwhile
    say(area, `Draf tersimpan ${hour(Date.now())}.`);
  } catch (refusal) {
    say(area, `Baru tersimpan di perangkat ini. ${refusal instanceof Refusal ? refusal.message : ""}`);
  } finally {
    delete area.dataset.saving;
  }
  if (area.value !== text) later(area);
}

class Refusal extends Error {}

async function post(area) {
  const signal = AbortSignal.timeout(HURRY);
  const body = new FormData(area.form);
  body.set("base", area.defaultValue); // the server refuses to write over anything newer
  const answer = await fetch(area.dataset.draftTo, { method: "POST", body, headers: { "X-Sahut-Send": "1" }, signal });
  if (answer.status === 204) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  throw new Refusal(answer.status < 500 ? (page.querySelector(".fault-box p") ?? page.querySelector("h1"))?.textContent ?? "" : "");
}

// ---- start -------------------------------------------------------------------------------------------
document.addEventListener("input", (event) => {
  if (!event.target.matches(FIELDS) || event.target.dataset.undecided) return;
  keep(event.target);
  later(event.target);
});
document.addEventListener("focusout", (event) => { if (event.target.matches(FIELDS)) save(event.target); });
window.addEventListener("online", () => fields(document).forEach((area) => later(area, 0)));
document.addEventListener("sahut:stored", (event) => fields(event.target.closest("[data-item]"))
  .filter((area) => area.form === event.target).forEach(forget));
document.addEventListener("sahut:shown", (event) => fields(event.target).forEach(restore));
throwOutOld();
fields(document).forEach(restore);

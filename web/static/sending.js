// Forms with something typed in them are sent without leaving the page, so that a broken line, a refusal or an ended session
// leaves every letter where it stands. Without this script they are sent by the browser, as ever.
const HURRY = 20_000; // ms: then it counts as not sent, and a person decides

const typed = (form) => form.method === "post" && form.closest("[data-item]") && form.querySelector("textarea[name]");

function box(form) {
  const found = form.querySelector(".send-fault");
  if (found) return found;
  const made = document.createElement("div");
  made.className = "send-fault";
  made.setAttribute("role", "alert");
  const buttons = form.querySelector(".act-bar, button:not([type=button])");
  buttons.before(made);
  return made;
}

function tell(form, words, ...more) {
  const said = Object.assign(document.createElement("p"), { textContent: words });
  box(form).replaceChildren(said, ...more);
  box(form).classList.add("fault-box");
}

function again(form, submitter) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet", textContent: "Coba lagi" });
  made.addEventListener("click", () => form.requestSubmit(submitter));
  return made;
}

/** What the server's own page says, in its words, with its next step: back to this very page after a log-in. */
function explain(form, page) {
  const words = [...page.querySelectorAll(".fault-box p, .card-page h1, .card-page h1 + p")].map((part) => part.textContent.trim());
  const step = page.querySelector(".card-page a.btn-primary");
  const link = step && document.createElement("a");
  if (link) {
    const target = new URL(step.getAttribute("href"), location.origin);
    if (target.searchParams.has("lanjut")) target.searchParams.set("lanjut", location.pathname + location.search);
    Object.assign(link, { href: target.href, className: "btn btn-quiet", textContent: step.textContent });
  }
  const sure = words.map((word) => (/[.!?]$/.test(word) ? word : `${word}.`));
  tell(form, `${sure.join(" ") || "Belum bisa dikirim."} Tulisan Anda tetap di sini.`, ...(link ? [link] : []));
}

/** Words to look at again come with a button of their own: then the whole item is shown anew; else what the page says. */
function refused(form, page) {
  const fresh = page.querySelector("[data-item]:has(#periksa)");
  if (!fresh) return explain(form, page);
  form.closest("[data-item]").replaceWith(document.adoptNode(fresh));
  fresh.dispatchEvent(new Event("sahut:shown", { bubbles: true }));
  fresh.querySelector("#periksa").scrollIntoView({ block: "center" });
  return fresh.querySelector("#periksa a").focus();
}

async function send(form, submitter) {
  const body = new FormData(form, submitter);
  const address = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
  const signal = AbortSignal.timeout(HURRY);
  const headers = { "X-Sahut-Send": "1" };
  const answer = await fetch(address, { method: "POST", body, headers, signal });
  if (answer.status >= 500) throw new Error(String(answer.status));
  if (answer.status !== 204) return refused(form, new DOMParser().parseFromString(await answer.text(), "text/html"));
  form.dispatchEvent(new Event("sahut:stored", { bubbles: true }));
  return go(answer.headers.get("X-Sahut-Go"), new URL(address).hash);
}

/** Where the server sends on to; the place on the page is the form's, as a browser keeps it through a redirect. */
function go(target, place) {
  const there = new URL(target, location.origin);
  there.hash ||= place;
  const same = there.pathname + there.search === location.pathname + location.search;
  if (!same) return location.assign(there);
  location.replace(there); // the same address with another place is not loaded again by itself
  return location.reload();
}

async function attempt(form, submitter) {
  form.dataset.sending = "1";
  form.setAttribute("aria-busy", "true");
  form.querySelector(".send-fault")?.remove();
  try {
    await send(form, submitter);
  } catch {
    const why = navigator.onLine ? "server tidak menjawab" : "tidak ada jaringan";
    tell(form, `Belum terkirim: ${why}. Tulisan Anda tersimpan di perangkat ini.`, again(form, submitter));
  } finally {
    delete form.dataset.sending;
    delete form.dataset.sent; // sahut.js: a second tap counts again
    form.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !typed(event.target)) return;
  event.preventDefault();
  if (!event.target.dataset.sending) attempt(event.target, event.submitter);
});

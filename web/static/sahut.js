// Sahut's own script. Pages are whole without it; it adds speed: a second pane, keys, copying, fresh numbers.
"use strict";
(() => {
  const FRAGMENT = { headers: { "X-Sahut-Fragment": "1" }, credentials: "same-origin", redirect: "error" };
  const EVERY = 60_000; // ms between looks for something new
  const PATIENCE = 10 * 60_000; // without a person at the desk the looking stops, so that the session can end
  const wide = window.matchMedia("(min-width: 1024px)");
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const parse = (text) => new DOMParser().parseFromString(text, "text/html");

  async function part(address) {
    const answer = await fetch(address, FRAGMENT);
    if (!answer.ok) throw new Error(String(answer.status));
    return parse(await answer.text());
  }

  // ---- the pane beside the queue -------------------------------------------------------------------
  const pane = find("#panel");
  const paneShown = () => Boolean(pane) && wide.matches;

  function mark(code) {
    all(".row").forEach((row) => row.classList.toggle("is-open", row.id === `b-${code}`));
    const here = new URL(location.href);
    here.searchParams.set("butir", code);
    here.hash = "";
    history.replaceState(null, "", here);
  }

  async function open(link) {
    const code = link.closest(".row").id.slice(2);
    try {
      const article = find("article", await part(link.href));
      pane.replaceChildren(document.adoptNode(article));
      pane.scrollTop = 0;
      mark(code);
      prepare(pane);
      pane.dispatchEvent(new Event("sahut:shown", { bubbles: true }));
      return true;
    } catch {
      location.assign(link.href); // the whole page says what is the matter
      return false;
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest(".row-words a");
    if (!link || !paneShown() || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(link);
  });

  // ---- fresh numbers -------------------------------------------------------------------------------
  let lastSign = Date.now();
  ["pointerdown", "keydown", "scroll"].forEach((name) =>
    window.addEventListener(name, () => { lastSign = Date.now(); }, { passive: true, capture: true }));

  async function refresh() {
    const list = find("#daftar");
    if (!list || document.hidden || Date.now() - lastSign > PATIENCE) return;
    try {
      const fresh = await part(`${location.pathname}?${list.dataset.query}`);
      for (const id of ["tab", "liputan"]) {
        const now = find(`#${id}`);
        if (!now.contains(document.activeElement)) now.replaceWith(document.adoptNode(find(`#${id}`, fresh)));
      }
      const newest = (root) => find("#baris", root)?.firstElementChild?.id;
      if (newest(fresh) && newest(fresh) !== newest(document)) offer(fresh);
    } catch { /* no line: the numbers keep their age, and the next look may work */ }
  }

  function offer(fresh) {
    find("#segar").hidden = false;
    find("#segarkan").onclick = () => {
      const openRow = find(".row.is-open")?.id;
      find("#baris").replaceWith(document.adoptNode(find("#baris", fresh)));
      if (openRow) document.getElementById(openRow)?.classList.add("is-open");
      find("#segar").hidden = true;
      find(".row-words a")?.focus();
    };
  }

  // ---- small things in forms -----------------------------------------------------------------------
  const digits = new Intl.NumberFormat("id-ID");

  function count(area) {
    const shown = find(`[data-counter="${area.id}"]`);
    if (!shown) return;
    const spare = area.dataset.limit - area.value.length;
    area.setCustomValidity(spare < 0 ? `Terlalu panjang: kurangi ${digits.format(-spare)} huruf.` : "");
    shown.textContent = `${digits.format(area.value.length)}/${digits.format(area.dataset.limit)} huruf`;
    shown.classList.toggle("tone-warn", spare >= 0 && spare < area.dataset.limit / 10);
    shown.classList.toggle("tone-bad", spare < 0);
  }

  function copy(field) {
    if (navigator.clipboard) return navigator.clipboard.writeText(field.value);
    field.select(); // an address without https has no clipboard of the newer kind
    return Promise.resolve(document.execCommand("copy"));
  }

  async function copied(control) {
    const field = document.getElementById(control.dataset.copies);
    if (!field.value) return;
    await copy(field);
    const words = control.matches("button") && find("span", control);
    if (!words) return;
    words.textContent = "Tersalin";
    setTimeout(() => { words.textContent = "Salin"; }, 3000);
  }

  function prepare(root) {
    all("textarea[data-limit]", root).forEach((area) => {
      area.removeAttribute("maxlength"); // it would cut the end off what is pasted, without a word
      count(area);
      area.addEventListener("input", () => count(area));
    });
    all("[data-copies]", root).forEach((control) => {
      control.hidden = false; // without a script there is nothing it could do
      control.addEventListener("click", () => copied(control));
    });
    all("[data-focuses]", root).forEach((link) => link.addEventListener("click", (event) => {
      event.preventDefault();
      document.getElementById(link.dataset.focuses).focus();
    }));
    all("[data-opens]", root).forEach((link) => link.addEventListener("click", () => {
      document.getElementById(link.dataset.opens).open = true;
    }));
    countDown(root);
    prepareForms(root);
  }

  function prepareForms(root) {
    all("form", root).forEach((form) => form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault(); // a second tap on a slow line is not a second act
      form.dataset.sent = "1";
      setTimeout(() => { delete form.dataset.sent; }, 4000);
    }));
  }

  // ---- the answer: aids that read the page again without leaving it, and what becomes of it ---------
  const SENDING_EVERY = 3_000;
  const SENDING_LOOKS = 40;

  async function asked(button) {
    const answer = await fetch(button.formAction, {
      ...FRAGMENT, method: "POST", body: new FormData(button.form), headers: FRAGMENT.headers,
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return parse(await answer.text());
  }

  async function aid(event) {
    const button = event.target.closest("[data-fills], [data-shows]");
    if (!button || button.dataset.plain) return;
    event.preventDefault();
    try {
      const page = await asked(button);
      const { fills, shows } = button.dataset;
      if (shows) {
        find(`#${shows}`).replaceWith(document.adoptNode(find(`#${shows}`, page)));
        find(`#${shows}`).focus();
      } else {
        const area = find(`#${fills}`);
        area.value = find(`#${fills}`, page).value;
        area.dispatchEvent(new Event("input", { bubbles: true }));
        area.focus();
      }
    } catch {
      button.dataset.plain = "1"; // the whole page says what is the matter
      button.click();
    }
  }
  document.addEventListener("click", aid);

  function countDown(root) {
    const box = find("[data-until]", root);
    if (!box || box.dataset.watched) return;
    box.dataset.watched = "1";
    const moment = find("[data-countdown]", box);
    const due = Date.now() + (moment ? moment.dataset.countdown * 1000 : 0); // the phone's own clock may be wrong
    const tick = () => {
      if (!box.isConnected) return;
      const left = Math.ceil((due - Date.now()) / 1000);
      if (moment && left > 0) {
        moment.textContent = `${digits.format(left)} detik lagi`;
        setTimeout(tick, 500);
      } else follow(box, SENDING_LOOKS);
    };
    tick();
  }

  async function follow(box, looks) {
    if (!box.isConnected || looks <= 0) return;
    try {
      const page = await part(`/butir/${box.dataset.until}`);
      const fresh = find("#kiriman", page);
      if (!fresh || !fresh.dataset.until || fresh.textContent !== box.textContent) {
        const focused = box.contains(document.activeElement);
        if (!fresh) return box.remove();
        delete fresh.dataset.watched;
        const placed = document.adoptNode(fresh);
        box.replaceWith(placed);
        if (focused) { placed.tabIndex = -1; placed.focus(); }
        const state = find(".item-state", page);
        if (state && !fresh.dataset.until) find(".item-state")?.replaceWith(document.adoptNode(state));
        prepareForms(placed);
        box = placed;
      }
    } catch { /* no line: the next look may work */ }
    if (box.dataset.until) setTimeout(() => follow(box, looks - 1), SENDING_EVERY);
  }

  // ---- keys ----------------------------------------------------------------------------------------
  const STORE = "sahut-pintasan";
  const keysWanted = () => localStorage.getItem(STORE) !== "tidak";

  function step(by) {
    const links = all(".row-words a");
    if (!links.length) return;
    const at = links.findIndex((link) => link === document.activeElement || link.closest(".row.is-open, .row:target"));
    const focused = links.indexOf(document.activeElement);
    const next = Math.min(links.length - 1, Math.max(0, (focused >= 0 ? focused : at) + by));
    links[next].focus();
    links[next].closest(".row").scrollIntoView({ block: "nearest" });
  }

  function answer() {
    const area = find("#jawaban-teks");
    area?.focus();
    return Boolean(area);
  }

  function route() {
    const choice = find("#teruskan");
    if (choice) {
      choice.open = true;
      choice.scrollIntoView({ block: "nearest" });
      (find("input[name=unit_id], a", choice) || choice).focus();
    } else find("[data-route]")?.click();
  }

  function pick(number) {
    const target = find(`[data-key="${number}"]`);
    if (!target) return;
    const choice = target.closest("details");
    if (choice) choice.open = true;
    target.focus();
    target.click();
  }

  const KEYS = {
    j: () => step(1), k: () => step(-1), r: answer, t: route,
    n: () => find("[data-next]")?.click(),
    Enter: () => find(".triage-item") && pick(1),
    1: () => pick(1), 2: () => pick(2), 3: () => pick(3),
    "/": () => find("#cari")?.focus(),
    "?": () => find("#pintasan")?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || find("dialog[open]")) return;
    if (event.target.closest("input:not([type=radio]), textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "Enter" && event.target !== document.body) return; // a link or button has it
    if (!KEYS[event.key] || (event.key !== "?" && !keysWanted())) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  // ---- start ---------------------------------------------------------------------------------------
  prepare(document);
  document.addEventListener("sahut:shown", (event) => prepare(event.target)); // an item that was put in place of another
  const wanted = find("#pintasan-aktif");
  if (wanted) {
    wanted.checked = keysWanted();
    wanted.addEventListener("change", () => localStorage.setItem(STORE, wanted.checked ? "ya" : "tidak"));
  }
  document.addEventListener("click", (event) => {
    const menu = find(".menu[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
  if (pane) {
    const before = find(".row.is-open .row-words a");
    before?.closest(".row").scrollIntoView({ block: "nearest" });
    if (before && paneShown()) open(before);
    find(".row:target .row-words a")?.focus({ preventScroll: true });
    setInterval(refresh, EVERY);
  }
})();

// Who writes the answer just now: takes the pen when the field is opened, keeps it while one types, counts down.
"use strict";
(() => {
  const AGAIN = 60_000; // ms between two signs of life; the lock lasts five minutes
  let last = { where: "", at: 0 };

  async function sign(area) {
    const where = area.dataset.pen;
    if (last.where === where && Date.now() - last.at < AGAIN) return;
    last = { where, at: Date.now() };
    const body = new URLSearchParams(new FormData(area.form));
    body.delete("text"); // only the sign goes out, not the words
    try {
      const answer = await fetch(where, {
        method: "POST", body, credentials: "same-origin", redirect: "error", headers: { "X-Sahut-Fragment": "1" },
      });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#pena");
      if (fresh) document.querySelector("#pena")?.replaceWith(document.adoptNode(fresh));
      count();
    } catch { /* no line: writing goes on, the next sign may get through */ }
  }

  for (const name of ["focusin", "input"]) {
    document.addEventListener(name, (event) => {
      if (event.target.matches?.("textarea[data-pen]")) sign(event.target);
    });
  }

  function count() {
    const line = document.querySelector("#pena[data-seconds]");
    const shown = line?.querySelector("[data-left]");
    if (!shown) return;
    line.dataset.ends ??= Date.now() + line.dataset.seconds * 1000; // from here on: a phone's clock may be wrong
    const left = Math.max(0, Math.round((line.dataset.ends - Date.now()) / 1000));
    const seconds = String(left % 60).padStart(2, "0");
    shown.textContent = left ? `(${Math.floor(left / 60)}.${seconds} lagi)` : "(waktunya habis; Anda bisa menulis)";
  }

  // Names of colleagues after “@” in a note: chosen from the list that stands in the page.
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!area.matches?.("textarea[data-names]")) return;
    const list = document.getElementById(area.dataset.names);
    const typed = /(?:^|\s)@([\w.-]*)$/.exec(area.value.slice(0, area.selectionStart));
    for (const button of list.querySelectorAll("button")) {
      button.hidden = !typed || !button.textContent.toLowerCase().includes(typed[1].toLowerCase());
    }
    list.hidden = !typed;
  });
  document.addEventListener("click", (event) => {
    const name = event.target.closest?.("[data-login]");
    const area = name && document.querySelector(`textarea[data-names="${name.parentElement.id}"]`);
    if (!area) return;
    const at = area.selectionStart;
    const before = area.value.slice(0, at).replace(/@[\w.-]*$/, `@${name.dataset.login} `);
    area.value = before + area.value.slice(at);
    area.focus();
    area.setSelectionRange(before.length, before.length);
    name.parentElement.hidden = true;
  });

  setInterval(count, 1000);
  count();
})();

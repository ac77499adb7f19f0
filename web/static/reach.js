// Telling this very phone or computer: asks the browser for its push address and hands it to Sahut, or takes it back.
"use strict";
(() => {
  const box = document.querySelector("[data-reach]");
  if (!box || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  const [on, off] = [box.querySelector("[data-reach-on]"), box.querySelector("[data-reach-off]")];
  const says = box.querySelector("[role=status]");
  const address = box.dataset.reach;

  function bytes(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  }

  async function tell(method, subscription) {
    const answer = await fetch(address, {
      method, credentials: "same-origin", redirect: "error", body: JSON.stringify(subscription),
      headers: { "Content-Type": "application/json", "X-CSRFToken": box.dataset.token },
    });
    if (answer.ok) return;
    const told = await answer.json().catch(() => ({}));
    throw new Error(told.error || "Sahut sedang tidak menjawab. Coba lagi sebentar lagi.");
  }

  function show(subscription) {
    on.hidden = Boolean(subscription);
    off.hidden = !subscription;
  }

  async function turnOn(worker) {
    if (await Notification.requestPermission() !== "granted") throw new Error("Peramban ini tidak mengizinkan pemberitahuan. Ubah izinnya di pengaturan situs.");
    const { key } = await (await fetch(address, { credentials: "same-origin", redirect: "error" })).json();
    const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
    await tell("POST", subscription);
    return subscription;
  }

  async function turnOff(worker) {
    const subscription = await worker.pushManager.getSubscription();
    if (subscription) {
      await tell("DELETE", subscription);
      await subscription.unsubscribe();
    }
    return null;
  }

  async function act(work, worker, done) {
    says.textContent = "Sebentar …";
    try {
      show(await work(worker));
      says.textContent = done;
    } catch (refusal) {
      says.textContent = refusal.message;
    }
  }

  navigator.serviceWorker.getRegistration().then(async (worker) => {
    if (!worker) return; // this installation offers no page to install
    show(await worker.pushManager.getSubscription());
    box.hidden = false;
    on.addEventListener("click", () => act(turnOn, worker, "Perangkat ini terhubung. Pilih di bawah apa yang dikirim ke sini."));
    off.addEventListener("click", () => act(turnOff, worker, "Perangkat ini tidak lagi diberi tahu."));
  });
})();

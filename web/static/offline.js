// Sahut on a device: the service worker, the line that says there is no network, and what ends with the log-out.
const PAGES = "halaman-";
const DRAFTS = "sahut-draf:";
const line = document.getElementById("jaringan");
const read = Number(document.documentElement.dataset.read); // set by the worker on a page it had kept

const hour = (moment) => new Intl.DateTimeFormat("id-ID", { hour: "2-digit", minute: "2-digit" }).format(moment);

function again() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet";
  button.textContent = "Muat ulang";
  button.addEventListener("click", () => location.reload());
  return button;
}

function tell() {
  if (navigator.onLine && !read) return line.replaceChildren();
  const words = document.createElement("span");
  words.textContent = read ? `Tanpa jaringan · terbaca ${hour(read)}` : "Tanpa jaringan";
  return line.replaceChildren(words, ...(navigator.onLine ? [again()] : []));
}

for (const name of ["online", "offline"]) window.addEventListener(name, tell);
tell();

// ---- the end of a session ----------------------------------------------------------------------------
async function dropPages() {
  const names = "caches" in window ? await caches.keys() : []; // none on an address without https
  await Promise.all(names.filter((name) => name.startsWith(PAGES)).map((name) => caches.delete(name)));
}

function dropDrafts() {
  Object.keys(localStorage).filter((name) => name.startsWith(DRAFTS)).forEach((name) => localStorage.removeItem(name));
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-ends-session]")) return;
  dropDrafts();
  dropPages();
});
if (!document.body.dataset.person && location.pathname === "/masuk") dropPages();

if ("serviceWorker" in navigator) {
  window.addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {})); // works without, too
}

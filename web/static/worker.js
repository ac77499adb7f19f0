// The service worker. The server writes one line before this file: SAHUT = { files, offline, pages, icon, version }.
// Files come from the device, pages from the network; a page whose answer said that it may be kept (X-Sahut-Keep) is kept
// under the mark of the session it was shown to, and read from there when the network is away.
"use strict";

const FILES = `berkas-${SAHUT.version}`;
const PAGES = "halaman-"; // and the session's mark
const KEEP = "X-Sahut-Keep";
const AT = "X-Sahut-At";
const PATIENCE = 5_000; // ms for the network, when there is a kept page to show instead
const KEPT_FOR = 12 * 3_600_000; // ms: as long as a session lasts at most
const MOST = 60; // pages
const LOG_IN = "/masuk";
const LOG_OUT = "/keluar";

// ---- files -------------------------------------------------------------------------------------------
self.addEventListener("install", (event) => {
  const wanted = [...SAHUT.files, new Request(SAHUT.offline, { credentials: "omit" })]; // nobody's name on it
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(wanted)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name !== FILES);
    await Promise.all(old.map((name) => caches.delete(name))); // kept pages too: they ask for files of before
    await self.clients.claim();
  })());
});

async function file(request) {
  return (await caches.match(request, { cacheName: FILES })) ?? fetch(request);
}

// ---- pages -------------------------------------------------------------------------------------------
const keptNames = async () => (await caches.keys()).filter((name) => name.startsWith(PAGES));
const drop = async (but) =>
  Promise.all((await keptNames()).filter((name) => name !== but).map((name) => caches.delete(name)));

function keyOf(request) {
  const url = new URL(request.url);
  if (request.headers.has("X-Sahut-Fragment")) url.searchParams.set("bagian", "1"); // a part is not the page
  url.hash = "";
  return url.href;
}

const tooOld = (answer) => Date.now() - Number(answer.headers.get(AT)) > KEPT_FOR;

async function recall(key) {
  for (const name of await keptNames()) {
    const cache = await caches.open(name);
    const answer = await cache.match(key);
    if (answer && !tooOld(answer)) return answer;
    if (answer) await cache.delete(key);
  }
  return undefined;
}

async function keep(key, answer, mark) {
  const name = PAGES + mark;
  await drop(name); // another session's pages end with it
  const headers = new Headers(answer.headers);
  for (const stale of ["Content-Encoding", "Content-Length", KEEP]) headers.delete(stale);
  headers.set(AT, String(Date.now()));
  const cache = await caches.open(name);
  await cache.delete(key); // so that the order of keys is the order of reading
  await cache.put(key, new Response(await answer.text(), { headers }));
  await thin(cache);
}

async function thin(cache) {
  const keys = await cache.keys();
  for (const [place, key] of keys.entries()) {
    const spare = place < keys.length - MOST;
    if (spare || tooOld(await cache.match(key))) await cache.delete(key);
  }
}

async function forget(key) {
  for (const name of await keptNames()) await (await caches.open(name)).delete(key);
}

/** Learn from an answer: keep it, forget what was kept at its address, or forget everything. */
async function learn(request, answer) {
  const { pathname } = new URL(request.url);
  if (pathname === LOG_IN || pathname === LOG_OUT) return drop();
  if (request.method !== "GET" || answer.status >= 500) return undefined;
  const mark = SAHUT.pages && answer.ok && answer.headers.get(KEEP);
  return mark ? keep(keyOf(request), answer, mark) : forget(keyOf(request));
}

/** The kept page, saying on its first tag when it was read: offline.js shows it. */
async function dated(answer) {
  const text = await answer.text();
  return new Response(text.replace("<html ", `<html data-read="${answer.headers.get(AT)}" `), { headers: answer.headers });
}

const sleep = (ms) => new Promise((_, fail) => { setTimeout(fail, ms); });

async function page(event) {
  const { request } = event;
  const live = fetch(request);
  event.waitUntil(live.then((answer) => learn(request, answer.clone())).catch(() => {}));
  const kept = request.method === "GET" && SAHUT.pages ? await recall(keyOf(request)) : undefined;
  try {
    return await (kept ? Promise.race([live, sleep(PATIENCE)]) : live);
  } catch {
    if (kept) return dated(kept);
    if (request.mode !== "navigate") return Response.error();
    return caches.match(SAHUT.offline, { cacheName: FILES });
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (url.searchParams.has("v") && /^\/(static|bootstrap)\//.test(url.pathname)) event.respondWith(file(request));
  else if (request.mode === "navigate" || request.headers.has("X-Sahut-Fragment")) event.respondWith(page(event));
});

// ---- notices -----------------------------------------------------------------------------------------
/** A path of this very site; anything else leads to the start. */
function ownPath(link) {
  try {
    const url = new URL(link || "/", self.location.origin);
    return url.origin === self.location.origin ? url.pathname + url.search + url.hash : "/";
  } catch {
    return "/";
  }
}

function told(event) {
  try {
    return event.data.json() ?? {};
  } catch {
    return {}; // a browser may wake us without words; it wants a notice all the same
  }
}

self.addEventListener("push", (event) => {
  const { title, body, link } = told(event);
  const path = ownPath(link);
  event.waitUntil(self.registration.showNotification(String(title || "Sahut"), {
    body: String(body || "Ada yang baru untuk Anda."), icon: SAHUT.icon, lang: "id", tag: path, data: { path },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const path = ownPath(event.notification.data?.path);
  event.waitUntil((async () => {
    const [open] = await self.clients.matchAll({ type: "window" });
    if (!open) return self.clients.openWindow(path);
    await open.focus();
    return open.navigate(path);
  })());
});

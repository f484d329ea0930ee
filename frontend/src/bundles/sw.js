// The service worker. The server puts SHELL (addresses that every page needs), VERSION and OUTBOX before this text.
// Pages come from the network; a copy is shown only where there is none, and only of pages that the person who is logged
// in asked to have here (frontend/src/offline.js fills that cache, and empties it at the log-out).
import { flush, whoAmI } from "../queue/send.js";
import { fact, setFact } from "../queue/store.js";

const { SHELL, VERSION, OUTBOX } = self.LANTIAN;
const SHELL_CACHE = `lantian-shell-${VERSION}`;
const PAGES = "lantian-pages-";
const WAIT_MS = 12000; // for a page that lies here, on a line that is there and carries nothing
const EXACT = { ignoreVary: true }; // a copy was asked for by a script, with other headers than a page
const KEPT_MS = 3 * 24 * 3600 * 1000;

const news = new BroadcastChannel("lantian-queue");

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL_CACHE).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("lantian-shell-") && name !== SHELL_CACHE;
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});

const isFresh = (answer) => Date.now() - Date.parse(answer.headers.get("Date") ?? "") < KEPT_MS;

async function kept(request) {
  for (const name of await caches.keys()) {
    if (!name.startsWith(PAGES)) continue;
    const cache = await caches.open(name);
    const found = (await cache.match(request, EXACT)) ?? (await cache.match(request, { ...EXACT, ignoreSearch: true }));
    if (found && isFresh(found)) return { cache, found };
  }
  return null;
}

async function opened(request) {
  const there = await kept(request);
  const asked = fetch(request);
  try {
    const late = new Promise((_resolve, reject) => setTimeout(() => reject(new Error("late")), WAIT_MS));
    const answer = await (there ? Promise.race([asked, late]) : asked);
    // A page that lies here is brought up to date; an answer from elsewhere, as the log-in's, is not that page.
    if (there && answer.ok && !answer.redirected && answer.type === "basic") await there.cache.put(request.url, answer.clone());
    return answer;
  } catch {
    return there?.found ?? (await caches.match(OUTBOX)) ?? Response.error();
  }
}

async function asset(request) {
  return (await caches.match(request)) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(opened(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(asset(request));
});

// Copies of the pages that this person needs where there is no network, one after the other.
async function copy(person) {
  const before = await fact("copied");
  const told = await whoAmI("?pages");
  if (!told || told.person !== person || !told.pages.length) return;
  const cache = await caches.open(`${PAGES}${person}`);
  const copied = { person, at: Date.now(), pages: before?.person === person ? before.pages : [] };
  await setFact("copied", copied);
  const pages = [];
  for (const address of told.pages) {
    const answer = await fetch(address, { redirect: "error", headers: { "X-Copy": "1" } }).catch(() => null);
    if (!answer) return; // the network went, or the session: what lies here stays
    if (!answer.ok) continue;
    const [, title = address] = (await answer.clone().text()).match(/<title>([^<]*?)(?: · [^<]*)?<\/title>/) ?? [];
    if ((await fact("me"))?.person !== person) return; // logged out meanwhile
    await cache.put(address, answer);
    pages.push({ address, title });
    await setFact("copied", { ...copied, pages });
    news.postMessage("changed");
  }
  const wanted = new Set(told.pages.map((address) => new URL(address, self.location.origin).href));
  for (const old of await cache.keys()) if (!wanted.has(old.url)) await cache.delete(old);
}

self.addEventListener("message", (event) => {
  const person = event.data?.copyFor;
  if (!person) return;
  const once = (lock) => lock && copy(person); // another page may have asked already
  event.waitUntil(self.navigator.locks ? self.navigator.locks.request("lantian-copy", { ifAvailable: true }, once) : copy(person));
});

self.addEventListener("sync", (event) => {
  if (event.tag !== "lantian-queue") return;
  event.waitUntil(
    flush().then(({ left, login }) => {
      if (left && !login) throw new Error("left"); // the browser tries again later
    }),
  );
});

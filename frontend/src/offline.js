// Work without a network: forms marked data-queue are kept on the phone first and sent from there; pages that the person
// needs are copied; at the log-out the copies go. Where the page is not secure the browser allows none of it, and forms
// are sent as ever.
import { smaller } from "./queue/photo.js";
import { flush } from "./queue/send.js";
import { byKey, fact, freshKey, put, records, remove, setFact } from "./queue/store.js";

const bar = document.getElementById("lt-queue");
const words = JSON.parse(document.getElementById("queue-words")?.textContent ?? "{}");
const able = Boolean(bar && window.isSecureContext && "indexedDB" in window && "BroadcastChannel" in window);
const me = bar?.dataset.person ? { person: Number(bar.dataset.person), name: bar.dataset.name } : null;
const PAGES = "lantian-pages-";
const COPY_AFTER_MS = 15 * 60 * 1000;
const RETRY_MS = 30000;
let loginNeeded = false;

export const say = (name, values = {}) => (words[name] ?? "").replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");

function insecure() {
  for (const hint of document.querySelectorAll("[data-insecure]")) hint.hidden = false;
}

// The bar: what waits, what was refused, whether there is a network.

function line(text, href, label) {
  const part = document.createElement("span");
  part.textContent = text;
  if (!href) return part;
  const link = Object.assign(document.createElement("a"), { href, textContent: label ?? text });
  if (!label) return link;
  part.append(" ", link);
  return part;
}

async function draw() {
  const all = await records();
  const mine = all.filter((one) => !me || one.person === me.person);
  const waiting = mine.filter((one) => one.state === "waiting").length;
  // What was refused before the eyes of its person is mended in the form that stands there.
  const refused = mine.filter((one) => one.state === "refused" && !document.querySelector(`form[data-queued="${one.key}"]`)).length;
  const others = me ? all.filter((one) => one.person !== me.person && one.state !== "sent") : [];
  const lines = [];
  if (!navigator.onLine) lines.push(line(say("offline")));
  if (waiting && (loginNeeded || !me) && navigator.onLine) {
    lines.push(line(say("login", { n: waiting }), `${bar.dataset.login}?next=${encodeURIComponent(location.pathname)}`, say("log_in")));
  } else if (waiting) lines.push(line(say("waiting", { n: waiting }), bar.dataset.outbox));
  if (refused) lines.push(line(say("refused", { n: refused }), bar.dataset.outbox));
  if (others.length) lines.push(line(say("others", { n: others.length, name: [...new Set(others.map((one) => one.name))].join("、") })));
  bar.replaceChildren(...lines);
  bar.hidden = !lines.length;
  bar.classList.toggle("is-refused", refused > 0);
  for (const form of document.querySelectorAll("form[data-queue]")) noteHere(form, mine);
  return waiting;
}

// What waits for this very form, and what follows it on the page: an order that was accepted here can be answered here.
function noteHere(form, mine) {
  const url = addressOf(form);
  const here = mine.filter((one) => one.state === "waiting" && one.url === url);
  const note = form.querySelector("[data-queue-said]") ?? form.appendChild(Object.assign(document.createElement("p"), { className: "lt-hint" }));
  note.dataset.queueSaid = "";
  if (here.length) note.textContent = say("here", { n: here.length });
  else if (note.textContent) note.textContent = "";
  if (form.dataset.opens && here.length) {
    form.hidden = true;
    for (const part of document.querySelectorAll(form.dataset.opens)) part.hidden = false;
  }
}

async function tryAll(options) {
  const came = await flush(options);
  loginNeeded = Boolean(came.login);
  return came;
}

// A form is kept, then sent.

function addressOf(form) {
  const url = new URL(form.getAttribute("action") || location.pathname, location.href);
  return url.pathname + url.search;
}

async function made(form, button) {
  const data = new FormData(form);
  if (button?.name) data.append(button.name, button.value);
  const fields = [];
  const files = [];
  for (const [name, value] of data) {
    if (name === "csrfmiddlewaretoken" || name === "once") continue;
    if (typeof value === "string") fields.push([name, value]);
    else if (value.size) {
      const file = await smaller(value);
      files.push({ field: name, name: value.name, type: file.type, bytes: await file.arrayBuffer() });
    }
  }
  const before = form.dataset.queued ? await byKey(form.dataset.queued) : null;
  return {
    ...(before ? { n: before.n } : {}),
    key: freshKey(),
    ...me,
    url: addressOf(form),
    page: location.pathname,
    title: form.dataset.queue,
    step: button?.textContent.trim() ?? "",
    fields,
    files,
    made: Date.now(),
    state: "waiting",
    tries: 0,
    said: "",
  };
}

function shown(form, kind, text) {
  let place = form.querySelector("[data-queue-told]");
  if (!place) {
    place = document.createElement("div");
    place.dataset.queueTold = "";
    place.setAttribute("role", "alert");
    form.prepend(place);
  }
  place.className = `alert alert-${kind}`;
  place.textContent = text;
  place.scrollIntoView({ block: "nearest" });
}

// What is wrong stands at its field as well, and the first of them has the focus.
function mark(form, wrong = {}) {
  for (const old of form.querySelectorAll("[data-queue-wrong]")) old.remove();
  for (const field of form.querySelectorAll(".lt-field.is-wrong")) field.classList.remove("is-wrong");
  for (const [name, text] of Object.entries(wrong)) {
    const field = form.querySelector(`[name="${CSS.escape(name)}"], [name^="${CSS.escape(name)}_"]`)?.closest(".lt-field");
    if (!field) continue;
    const label = `${field.querySelector(".form-label")?.firstChild?.textContent.trim()}：`;
    field.classList.add("is-wrong");
    const said = Object.assign(document.createElement("p"), { className: "lt-wrong", textContent: text.startsWith(label) ? text.slice(label.length) : text });
    said.dataset.queueWrong = "";
    field.append(said);
  }
  form.querySelector(".lt-field.is-wrong :is(input, select, textarea)")?.focus();
}

// Whoever calls off a form that was refused is done with it.
async function callOff(form, link) {
  const record = await byKey(form.dataset.queued);
  if (record?.state === "refused") await remove(record.n);
  location.assign(link.href);
}

function go(address) {
  const to = new URL(address, location.href);
  if (to.pathname === location.pathname && to.search === location.search && to.hash) {
    location.hash = to.hash;
    location.reload();
  } else location.assign(to);
}

async function keep(form, button) {
  const buttons = [...form.querySelectorAll("[type=submit]")];
  for (const one of buttons) one.disabled = true;
  shown(form, "info", say("sending"));
  mark(form);
  try {
    const record = await put(await made(form, button));
    navigator.storage?.persist?.(); // asks the browser not to clear this when the phone runs short of room
    await tryAll({ follow: record.key });
    const now = await byKey(record.key);
    if (now.state === "sent") return go(now.done);
    if (now.state === "refused") {
      form.dataset.queued = now.key;
      shown(form, "danger", now.said);
      mark(form, now.wrong);
    } else {
      delete form.dataset.queued;
      form.reset();
      form.dispatchEvent(new Event("change", { bubbles: true }));
      const time = new Date(now.made).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      shown(form, "warning", say("kept", { time }));
      navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("lantian-queue")).catch(() => {});
    }
  } catch {
    shown(form, "danger", say("no_room"));
  } finally {
    for (const one of buttons) one.disabled = false;
  }
  await draw();
}

// A refused record comes back into its form, with its photos.
async function restore(form, key) {
  const record = await byKey(key);
  if (!record || record.state !== "refused" || record.person !== me?.person || record.url !== addressOf(form)) return;
  for (const [name, value] of record.fields) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === value || field.checked;
      else if (field.type !== "submit") field.value = value;
    }
  }
  for (const input of form.querySelectorAll("input[type=file]")) {
    const own = record.files.filter((file) => file.field === input.name);
    if (!own.length) continue;
    const carried = new DataTransfer();
    for (const file of own) carried.items.add(new File([file.bytes], file.name, { type: file.type }));
    input.files = carried.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  form.dataset.queued = key;
  mark(form, record.wrong);
  shown(form, "warning", `${record.said} ${say("restored", { n: record.files.length })}`);
}

// Copies of the pages that this person needs where there is no network; those of anybody else go.

async function clearPages(except) {
  for (const name of await caches.keys()) if (name.startsWith(PAGES) && name !== except) await caches.delete(name);
}

async function copyPages() {
  const before = await fact("copied");
  if (before?.person === me.person && Date.now() - before.at < COPY_AFTER_MS) return;
  const worker = await navigator.serviceWorker.ready; // it goes on when this page is left
  worker.active.postMessage({ copyFor: me.person });
}

async function leave(form) {
  const waiting = (await records()).filter((one) => one.person === me.person && one.state !== "sent").length;
  if (waiting && !confirm(say("leaving", { n: waiting }))) return;
  await clearPages();
  await setFact("copied", null);
  await setFact("me", null);
  form.dataset.left = "1";
  form.submit();
}

if (able) {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!me || form.method !== "post") return;
    if (form.matches("form[data-queue]")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      keep(form, event.submitter);
    } else if (addressOf(form) === bar.dataset.logout && !form.dataset.left) {
      event.preventDefault();
      event.stopImmediatePropagation();
      leave(form);
    }
  }, true);

  document.addEventListener("click", (event) => {
    const link = event.target.closest("form[data-queued] .card-footer a");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    callOff(link.closest("form"), link);
  });

  new BroadcastChannel("lantian-queue").addEventListener("message", () => draw());
  window.addEventListener("online", () => tryAll().then(draw));
  window.addEventListener("offline", draw);
  setInterval(async () => (await draw()) && navigator.onLine && tryAll(), RETRY_MS);

  const begin = async () => {
    if (me) {
      await setFact("me", me);
      await clearPages(`${PAGES}${me.person}`);
    }
    const key = new URLSearchParams(location.search).get("queued");
    for (const form of document.querySelectorAll("form[data-queue]")) {
      if (key) await restore(form, key);
      form.dataset.ready = "";
    }
    if ((await draw()) && navigator.onLine) await tryAll();
    await navigator.serviceWorker?.register(bar.dataset.worker, { scope: "/" });
    if (me && navigator.serviceWorker) await copyPages();
  };
  begin().catch(insecure); // a certificate that the phone does not trust, or a browser that keeps nothing
} else insecure();

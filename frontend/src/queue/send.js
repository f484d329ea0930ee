// Sends what waits, in the order it was made, each under a key of its own: the server takes a key once, so that a record
// whose answer was lost is sent again and not doubled. Runs in pages and in the service worker, one at a time.
import { put, records, remove } from "./store.js";

const ASK_MS = 15000;
const SEND_MS = 180000;
const SENT_KEPT_MS = 7 * 24 * 3600 * 1000;

const alone = (act) => (navigator.locks ? navigator.locks.request("lantian-queue", act) : act());

function asked(url, options, ms) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), ms);
  return fetch(url, { credentials: "same-origin", cache: "no-store", ...options, signal: stop.signal }).finally(() => clearTimeout(timer));
}

// Who the server takes us for, with a token for sending; null without network, false where one must log in.
export async function whoAmI(query = "") {
  const answer = await asked(`/outbox/me${query}`, {}, ASK_MS).catch(() => null);
  if (answer?.status === 401) return false;
  return answer?.ok ? answer.json().catch(() => null) : null;
}

function body(record) {
  const data = new FormData();
  for (const [name, value] of record.fields) data.append(name, value);
  for (const file of record.files) data.append(file.field, new File([file.bytes], file.name, { type: file.type }));
  data.append("once", record.key);
  data.append("noted_at", new Date(record.made).toISOString());
  return data;
}

const isJson = (answer) => /json/.test(answer.headers.get("Content-Type") ?? "");

// Sends one record and writes down what came of it; gives the words "sent", "refused", "later" or "login".
async function send(record, me, follow) {
  const headers = { "X-CSRFToken": me.token, "X-Queued": String(me.person) };
  if (follow) headers["X-Queued-Follow"] = "1";
  record.tries += 1;
  await put(record); // what may have reached the server is known as such, whatever happens now
  const answer = await asked(record.url, { method: "POST", body: body(record), headers }, SEND_MS).catch(() => null);
  if (answer?.status === 401) return "login";
  if (!answer || answer.status >= 500 || answer.status === 408 || answer.status === 429) {
    record.said = answer ? `HTTP ${answer.status}` : "";
    await put(record);
    return "later";
  }
  const told = isJson(answer) ? await answer.json().catch(() => null) : null;
  if (answer.ok && told?.done) {
    Object.assign(record, { state: "sent", done: told.done, said: told.said?.join(" ") ?? "", sent: Date.now(), files: [], fields: [] });
    await put(record);
    return "sent";
  }
  if (answer.ok && !told) {
    await put(record); // an answer that was cut off says nothing: the key tells whether it was taken
    return "later";
  }
  const words = told && [told.detail, ...Object.values(told.fields ?? {}).filter((one) => !told.detail.includes(one))];
  Object.assign(record, { state: "refused", said: [...new Set(words ?? [`HTTP ${answer.status}`])].join(" "), wrong: told?.fields ?? {}, gone: answer.status === 404 });
  await put(record);
  return "refused";
}

// Sends all that this person has waiting. `follow` names the record whose page waits for the answer.
export function flush({ follow } = {}) {
  return alone(async () => {
    const all = await records();
    for (const one of all) if (one.state === "sent" && Date.now() - one.sent > SENT_KEPT_MS) await remove(one.n);
    const waiting = all.filter((one) => one.state === "waiting");
    if (!waiting.length) return { left: 0 };
    const me = await whoAmI();
    if (!me) return { left: waiting.length, login: me === false };
    const stuck = new Set(); // what follows a record that could not be sent on the same page waits with it
    for (const record of waiting) {
      if (record.person !== me.person || stuck.has(record.page)) continue;
      const came = await send(record, me, record.key === follow);
      if (came === "login") return { left: waiting.length, login: true };
      if (came === "later" && !record.said) break; // no network: the others would fare no better
      if (came === "later") stuck.add(record.page);
    }
    const left = (await records()).filter((one) => one.state === "waiting" && one.person === me.person).length;
    return { left };
  }).finally(() => new BroadcastChannel("lantian-queue").postMessage("changed"));
}

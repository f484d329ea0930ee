// The page of what waits on this phone. It is shown without network and without a log-in: all on it is read from here.
import { say } from "./offline.js";
import { flush } from "./queue/send.js";
import { fact, records, remove } from "./queue/store.js";

const place = document.getElementById("outbox");

function made(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children.filter(Boolean));
  return node;
}

function drawn(record) {
  const when = new Date(record.made).toLocaleString([], { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
  const text = record.fields.find(([name, value]) => ["text", "phrase", "title", "reason"].includes(name) && value)?.[1];
  const back = `${record.page}?queued=${record.key}`;
  const buttons = made("div", { className: "lt-buttons" });
  if (record.state === "refused" && !record.gone) buttons.append(made("a", { className: "btn btn-primary", href: back, textContent: say("open") }));
  if (record.state === "sent") buttons.append(made("a", { className: "btn btn-sm", href: record.done, textContent: say("look") }));
  if (record.state !== "sent") {
    const drop = made("button", { className: "btn", type: "button", textContent: say("discard") });
    drop.addEventListener("click", async () => {
      const question = record.state === "waiting" && record.tries ? "discard_tried" : "discard_sure";
      if (!confirm(say(question))) return;
      await remove(record.n);
      await draw();
    });
    buttons.append(drop);
  }
  return made("li", { className: `is-${record.state}` },
    made("b", { textContent: record.title }),
    made("span", { className: "lt-outbox-state", textContent: say(`state_${record.state}`) }),
    made("small", { textContent: [when, record.step, record.files.length ? say("files", { n: record.files.length }) : ""].filter(Boolean).join(" · ") }),
    text && made("p", { textContent: text }),
    record.said && made("p", { className: record.state === "refused" ? "text-danger" : "text-secondary", textContent: record.gone ? say("gone") : record.said }),
    buttons,
  );
}

async function draw() {
  const owner = (await fact("me"))?.person;
  const all = (await records()).sort((a, b) => b.n - a.n);
  const mine = all.filter((one) => one.person === owner);
  const others = all.filter((one) => one.person !== owner && one.state !== "sent");
  const told = others.length ? say("others", { n: others.length, name: [...new Set(others.map((one) => one.name))].join("、") }) : "";
  place.querySelector("[data-outbox-said]").textContent = told || (mine.length ? "" : say("empty"));
  place.querySelector("[data-outbox-list]").replaceChildren(...mine.map(drawn));
  place.querySelector("[data-outbox-send]").hidden = !mine.some((one) => one.state === "waiting");
  const copied = await fact("copied");
  const pages = copied?.person === owner ? copied?.pages ?? [] : [];
  const lines = pages.map((one) => made("li", {}, made("a", { href: one.address, textContent: one.title })));
  place.querySelector("[data-outbox-pages]").replaceChildren(...(lines.length ? lines : [made("li", { className: "text-secondary", textContent: say("no_pages") })]));
  place.dataset.ready = "";
}

if (place && window.isSecureContext) {
  place.querySelector("[data-outbox-send]").addEventListener("click", (event) => {
    event.target.disabled = true;
    flush().finally(() => {
      event.target.disabled = false;
    });
  });
  new BroadcastChannel("lantian-queue").addEventListener("message", draw);
  draw();
}

// The guided tour of the first visit: a few stops, walked with buttons or arrow keys; Escape puts it away for good.
const form = document.querySelector("form[data-tour]");

function visibleStops() {
  return [...form.querySelectorAll("li")]
    .map((item) => ({ item, target: document.querySelector(item.dataset.target) }))
    .filter(({ target }) => target && target.getClientRects().length && getComputedStyle(target).visibility !== "hidden");
}

function button(text, kind, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `btn ${kind}`;
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function walk(stops) {
  const box = document.createElement("div");
  box.className = "lt-tour";
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-modal", "false");
  box.setAttribute("aria-labelledby", "tour-title");
  box.tabIndex = -1;
  document.body.append(box);
  const before = document.activeElement;
  let at = 0;

  const darken = () => document.querySelector(".lt-tour-lit")?.classList.remove("lt-tour-lit");
  const end = () => {
    darken();
    box.remove();
    before?.focus?.();
    fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => {}); // it comes again next time
  };
  const show = () => {
    darken();
    const { item, target } = stops[at];
    target.classList.add("lt-tour-lit");
    target.scrollIntoView({ block: "nearest" });
    const title = document.createElement("h2");
    title.id = "tour-title";
    title.textContent = item.dataset.title;
    const text = document.createElement("p");
    text.textContent = item.textContent;
    const place = document.createElement("small");
    place.textContent = `${at + 1}/${stops.length}`;
    const buttons = document.createElement("div");
    buttons.className = "lt-buttons";
    const last = at === stops.length - 1;
    buttons.append(place);
    if (!last) buttons.append(button(form.dataset.close, "btn-sm", end));
    if (at) buttons.append(button(form.dataset.back, "btn-sm", () => move(-1)));
    const on = button(last ? form.dataset.end : form.dataset.next, "btn-sm btn-primary", () => (last ? end() : move(1)));
    buttons.append(on);
    box.replaceChildren(title, text, buttons);
    const room = target.getBoundingClientRect();
    const left = Math.min(Math.max(12, room.left), innerWidth - box.offsetWidth - 12);
    const below = room.bottom + 12 + box.offsetHeight < innerHeight;
    const top = below ? room.bottom + 12 : Math.max(12, Math.min(room.top + 12, innerHeight - box.offsetHeight - 12));
    box.style.left = `${left + scrollX}px`;
    box.style.top = `${top + scrollY}px`;
    on.focus();
  };
  const move = (step) => {
    at = Math.min(Math.max(0, at + step), stops.length - 1);
    show();
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") end();
    else if (event.key === "ArrowRight") move(1);
    else if (event.key === "ArrowLeft") move(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  addEventListener("resize", () => box.isConnected && show());
  show();
}

if (form) {
  const stops = visibleStops();
  if (stops.length) walk(stops);
}

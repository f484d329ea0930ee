// The plans room: the drop zone of the import page, and the review page where source and tasks light each other up.

function dropZone(form) {
  const input = form.querySelector("input[type=file]");
  const name = form.querySelector("[data-drop-name]");
  const send = form.querySelector("[data-drop-send]");
  // Choosing a file sends the form; the button is for pages without script, and for a file chosen before it came.
  send.hidden = !input.files.length;
  const start = () => {
    if (!input.files.length) return;
    name.textContent = [...input.files].map((file) => file.name).join("、");
    if (!form.checkValidity()) {
      // something else is still to be filled in; the chosen files wait
      send.hidden = false;
      form.reportValidity();
      return;
    }
    form.classList.add("is-sending");
    form.requestSubmit();
  };
  input.addEventListener("change", start);
  for (const type of ["dragenter", "dragover"]) {
    form.addEventListener(type, (event) => {
      event.preventDefault();
      form.classList.add("is-over");
    });
  }
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) form.classList.remove("is-over");
  });
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("is-over");
    const dropped = event.dataTransfer.files;
    if (!dropped.length || (dropped.length > 1 && !input.multiple)) return;
    input.files = dropped;
    start();
  });
}

// "10-20,33-40" as pairs of numbers
function stretches(text) {
  return (text || "")
    .split(",")
    .filter(Boolean)
    .map((one) => one.split("-").map(Number));
}

function review(root) {
  const source = root.querySelector("[data-pane=source]");
  const pieces = [...source.querySelectorAll("[data-start]")].map((element) => ({
    element,
    start: Number(element.dataset.start),
    end: Number(element.dataset.end),
  }));
  let lit = [];

  const piecesOf = (text) => {
    const wanted = stretches(text);
    return pieces.filter((p) => wanted.some(([a, b]) => p.start < b && a < p.end)).map((p) => p.element);
  };

  const darken = () => {
    for (const element of lit) element.classList.remove("is-lit", "is-lit-field");
    lit = [];
  };

  const light = (elements, look = "is-lit") => {
    for (const element of elements) {
      element.classList.add(look);
      lit.push(element);
    }
  };

  const intoView = (element, pane) => {
    if (!element || !pane || pane.hidden || pane.offsetParent === null) return;
    const box = element.getBoundingClientRect();
    const frame = pane.getBoundingClientRect();
    if (box.top >= frame.top && box.bottom <= frame.bottom) return;
    pane.scrollTop += box.top - frame.top - Math.min(120, frame.height / 3);
  };

  // a task, a finding or a field is looked at: show its place in the document
  const look = (element) => {
    darken();
    const outer = element.closest(".pl-card, .pl-note");
    if (outer && outer !== element) light(piecesOf(outer.dataset.spans));
    const own = piecesOf(element.dataset.spans);
    light(own, outer && outer !== element ? "is-lit-field" : "is-lit");
    light([outer || element]);
    intoView(own[0], source);
  };

  // a piece of the document is looked at: show the task it belongs to
  const lookBack = (piece) => {
    const start = Number(piece.dataset.start);
    const end = Number(piece.dataset.end);
    let best = null;
    for (const card of root.querySelectorAll(".pl-card")) {
      for (const [a, b] of stretches(card.dataset.spans)) {
        if (a < end && start < b && (!best || b - a < best.size)) best = { card, size: b - a };
      }
    }
    darken();
    if (!best) return null;
    light(piecesOf(best.card.dataset.spans));
    light([best.card]);
    return best.card;
  };

  const marked = (target) => target.closest?.(".m-task, .m-field, .m-finding");
  const spanned = (target) => {
    const found = target.closest?.("[data-spans]");
    return found && found.dataset.spans ? found : target.closest?.(".pl-card, .pl-note");
  };

  for (const type of ["mouseover", "focusin"]) {
    root.addEventListener(type, (event) => {
      const piece = marked(event.target);
      if (piece && source.contains(piece)) {
        const card = lookBack(piece);
        if (card) intoView(card, root.querySelector("#pane-tasks"));
        return;
      }
      const element = spanned(event.target);
      if (element) look(element);
    });
  }

  const narrow = matchMedia("(max-width: 900px)");
  let shown = "tasks";
  const show = (name) => {
    const phone = narrow.matches;
    shown = name;
    for (const tab of root.querySelectorAll("[data-tab]")) {
      tab.setAttribute("aria-selected", String(tab.dataset.tab === name));
    }
    for (const pane of root.querySelectorAll("[data-pane]")) {
      pane.hidden = pane.dataset.pane !== name && (phone || pane.dataset.pane !== "source");
    }
  };

  const goTo = (id) => {
    const element = root.querySelector(`#${CSS.escape(id)}`);
    if (!element) return;
    if (element.classList.contains("pl-card")) show("tasks");
    element.closest("details")?.setAttribute("open", "");
    element.scrollIntoView({ block: "nearest" });
    element.focus({ preventScroll: true });
  };

  root.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-tab]");
    if (tab) show(tab.dataset.tab);
    const goto = event.target.closest("[data-goto]");
    if (goto) {
      if (goto.tagName === "A") event.preventDefault();
      goTo(goto.dataset.goto);
    }
    const piece = marked(event.target);
    if (piece && source.contains(piece)) {
      const card = lookBack(piece);
      if (card) goTo(card.id);
    }
  });

  // keys: j and k from task to task, Enter edits, Esc gives up, n to the next open finding
  const step = (selector, by) => {
    const all = [...root.querySelectorAll(selector)].filter((element) => element.offsetParent !== null);
    if (!all.length) return;
    const here = all.indexOf(document.activeElement?.closest(selector));
    const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : (here + by + all.length) % all.length;
    all[next].closest("details")?.setAttribute("open", "");
    all[next].scrollIntoView({ block: "nearest" });
    all[next].focus({ preventScroll: true });
  };
  const nextFinding = () => {
    root.querySelector("#review-findings")?.setAttribute("open", "");
    step(".pl-note:not(.is-decided)[id]", 1);
  };
  const closeForm = (form) => {
    const card = form.closest(".pl-card");
    const cancel = form.querySelector("[hx-get], [data-close-form]");
    if (cancel?.hasAttribute("data-close-form")) form.remove();
    else cancel?.click();
    card?.focus({ preventScroll: true });
  };
  const onKey = (event) => {
    if (!root.isConnected) return document.removeEventListener("keydown", onKey);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const form = event.target.closest?.(".pl-form");
    if (event.key === "Escape" && form) return closeForm(form);
    if (event.target.closest?.("input, textarea, select, button, a, summary, [contenteditable]")) return;
    if (event.key === "j" || event.key === "k") {
      show("tasks");
      step(".pl-card", event.key === "j" ? 1 : -1);
    } else if (event.key === "n") nextFinding();
    else if (event.key === "Enter" && event.target.matches?.(".pl-card")) event.target.querySelector(".pl-edit")?.click();
    else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", onKey);
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-next-finding]")) nextFinding();
    const close = event.target.closest("[data-close-form]");
    if (close) closeForm(close.closest(".pl-form"));
  });

  // on a wide screen the document always stands beside, so it has no tab of its own
  narrow.addEventListener("change", () => show(shown === "source" && !narrow.matches ? "tasks" : shown));
  show(shown);

  // a form that was just opened takes the cursor
  root.addEventListener("htmx:afterSwap", (event) => {
    const form = event.detail.target?.querySelector?.(".pl-form");
    if (!form || !event.detail.target.matches(".pl-form-slot, #review-add, #review-head, #review-goal-form")) return;
    form.scrollIntoView({ block: "nearest" });
    form.querySelector("input:not([type=hidden]), textarea, select")?.focus({ preventScroll: true });
  });
}

export function startPlans(document) {
  for (const form of document.querySelectorAll("[data-drop]:not([data-ready])")) {
    form.dataset.ready = "1";
    dropZone(form);
  }
  for (const root of document.querySelectorAll("[data-review]:not([data-ready])")) {
    root.dataset.ready = "1";
    review(root);
  }
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => startPlans(document));
else startPlans(document);

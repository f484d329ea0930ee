// The plans room: the drop zone of the import page, and the review page where source and tasks light each other up.

function dropZone(form) {
  const input = form.querySelector("input[type=file]");
  const name = form.querySelector("[data-drop-name]");
  const send = form.querySelector("[data-drop-send]");
  send.hidden = true; // choosing a file sends the form; the button is for pages without script
  const start = () => {
    if (!input.files.length) return;
    name.textContent = input.files[0].name;
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
    if (event.dataTransfer.files.length !== 1) return;
    input.files = event.dataTransfer.files;
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

  // on a wide screen the document always stands beside, so it has no tab of its own
  narrow.addEventListener("change", () => show(shown === "source" && !narrow.matches ? "tasks" : shown));
  show(shown);

  // a form that was just opened takes the cursor
  root.addEventListener("htmx:afterSwap", (event) => {
    const form = event.detail.target?.querySelector?.(".pl-form");
    if (!form || !event.detail.target.matches(".pl-form-slot, #review-add, #review-head")) return;
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

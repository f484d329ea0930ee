// What the frame needs of script: the side navigation on a phone, menus, keys, and htmx's small manners.
import "htmx.org";

const body = document.body;

function toggleSide(open) {
  body.classList.toggle("is-side-open", open);
  document.querySelector("[data-toggle-side]")?.setAttribute("aria-expanded", String(body.classList.contains("is-side-open")));
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-toggle-side]")) return toggleSide();
  if (!event.target.closest(".lt-side")) toggleSide(false);
  closeMenus(event.target.closest("details[data-menu]"));
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = document.querySelector('input[name="q"]');
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  }
  if (event.key === "Escape") {
    const menu = event.target.closest("details[data-menu][open]");
    closeMenus();
    menu?.querySelector("summary")?.focus();
    toggleSide(false);
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest("form[data-form]")?.requestSubmit();
});

// A form is sent once, however often the button is pressed; coming back with "back" gives the button back.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// The first field in error has the focus, so that a keyboard goes on where something is to be mended.
document.querySelector(".lt-field.is-wrong :is(input, select, textarea)")?.focus();

// Swapped results come with a filter bar of their own: the field that was being typed in keeps focus and caret.
let typed = null;
document.addEventListener("htmx:beforeSwap", () => {
  const field = document.activeElement;
  typed = field?.closest?.(".lt-filters") ? { name: field.name, at: field.selectionStart } : null;
});
document.addEventListener("htmx:afterSettle", () => {
  if (!typed) return;
  const field = document.querySelector(`.lt-filters [name="${CSS.escape(typed.name)}"]`);
  field?.focus();
  if (typed.at != null && field?.setSelectionRange) {
    try {
      field.setSelectionRange(typed.at, typed.at);
    } catch {
      // A date or a select has no caret.
    }
  }
  typed = null;
});

// Empty fields say nothing: they stay out of the address.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get" || !event.detail.elt.matches(".lt-filters")) return;
  const asked = event.detail.formData;
  for (const [name, value] of [...asked.entries()]) if (value === "") asked.delete(name);
});

// No answer from the server is said as well.
document.addEventListener("htmx:sendError", () => {
  const place = document.getElementById("messages");
  if (!place || !navigator.onLine || place.querySelector("[data-offline]")) return; // without network the bar says it
  const note = document.createElement("div");
  note.className = "alert alert-danger";
  note.dataset.offline = "";
  note.setAttribute("role", "alert");
  note.textContent = place.dataset.offlineText;
  place.append(note);
});
document.addEventListener("htmx:afterOnLoad", () => document.querySelector("[data-offline]")?.remove());

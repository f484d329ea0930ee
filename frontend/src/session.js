// One warning before a session ends: two minutes ahead, with a button that keeps it where that can be done.
const AHEAD = 120;
const box = document.getElementById("session");

if (box) {
  let idle = Date.now() + Number(box.dataset.idle) * 1000;
  const absolute = Date.now() + Number(box.dataset.absolute) * 1000;

  const look = () => {
    const end = Math.min(idle, absolute);
    box.hidden = end - Date.now() > AHEAD * 1000;
    const over = absolute <= idle;
    box.querySelector('[data-when="idle"]').hidden = over;
    box.querySelector('[data-when="absolute"]').hidden = !over;
    box.querySelector("form").hidden = over;
    if (end <= Date.now() && navigator.onLine) location.reload(); // to the log-in page, which says why
  };

  box.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new FormData(event.target);
    const answer = await fetch(box.dataset.stay, { method: "POST", body, redirect: "error" }).catch(() => null);
    if (!answer?.ok) return location.reload();
    idle = Date.now() + (await answer.json()).idle * 1000;
    look();
  });

  // What htmx asks for is use, except what the page asks for by itself.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.requestConfig.triggeringEvent?.isTrusted) idle = Date.now() + Number(box.dataset.idle) * 1000;
  });

  setInterval(look, 5000);
}

// Many things to tick, and a search field that narrows the list: <input data-narrows> before it. What is ticked stays.
function ready(root) {
  for (const search of root.querySelectorAll("[data-narrows]:not([data-ready])")) {
    search.hidden = false;
    search.dataset.ready = "";
  }
}

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-narrows]")) return;
  const asked = event.target.value.trim().toLowerCase();
  for (const label of event.target.parentNode.querySelectorAll("label")) {
    label.hidden = !label.querySelector("input").checked && !label.textContent.toLowerCase().includes(asked);
  }
});

// Enter looks for something; it does not send the form.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-narrows]")) event.preventDefault();
});

ready(document);
document.addEventListener("htmx:load", (event) => ready(event.detail.elt.parentNode ?? document));

// Large scripts and their styles come only with what needs them, once: <div data-needs="…/chart.js">.
export function fetchNeeds(root) {
  for (const place of root.querySelectorAll("[data-needs]")) {
    const { needs, needsStyle } = place.dataset;
    if (needsStyle && !document.querySelector(`link[href="${CSS.escape(needsStyle)}"]`)) {
      document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: needsStyle }));
    }
    if (!document.querySelector(`script[src="${CSS.escape(needs)}"]`)) {
      document.head.append(Object.assign(document.createElement("script"), { src: needs }));
    }
  }
}

fetchNeeds(document);
document.addEventListener("htmx:load", (event) => fetchNeeds(event.detail.elt.parentNode ?? document));

// The search box of a map: our own places by a few letters, by keyboard as well; what is chosen is flown to.
import { fromLonLat, transformExtent } from "ol/proj.js";

const PAUSE = 150;

export function find(place, map, show) {
  const root = place.closest("figure").querySelector("[data-find]");
  if (!root) return;
  const [field, list] = [root.querySelector("input"), root.querySelector("ul")];
  let waiting, asked = "", found = [], at = -1;

  function mark(next) {
    at = next;
    [...list.children].forEach((one, k) => one.setAttribute("aria-selected", String(k === at)));
    const on = list.children[at];
    field.setAttribute("aria-activedescendant", on?.id ?? "");
    on?.scrollIntoView({ block: "nearest" });
  }
  function close() {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    mark(-1);
  }
  function fill() {
    list.replaceChildren(
      ...found.map((one, k) => {
        const row = Object.assign(document.createElement("li"), { id: `${field.id}-${k}` });
        row.setAttribute("role", "option");
        const title = Object.assign(document.createElement("b"), { textContent: one.title });
        const more = Object.assign(document.createElement("small"), { textContent: `${one.kind} ${one.words}${one.at || one.box ? "" : ` · ${root.dataset.nowhere}`}` });
        row.append(title, more);
        row.addEventListener("mousedown", (event) => (event.preventDefault(), go(k)));
        return row;
      }),
    );
    if (!found.length) list.append(Object.assign(document.createElement("li"), { textContent: root.dataset.none }));
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    mark(found.length ? 0 : -1);
  }
  function go(k) {
    const one = found[k];
    if (!one) return;
    close();
    if (one.at) {
      const centre = fromLonLat(one.at);
      show(centre);
      map.getView().animate({ center: centre, zoom: Math.max(map.getView().getZoom(), 16), duration: 300 });
    } else if (one.box) map.getView().fit(transformExtent(one.box, "EPSG:4326", "EPSG:3857"), { padding: [24, 24, 24, 24], duration: 300 });
    else return window.location.assign(one.url);
    const said = place.closest("figure").querySelector("[data-map-said]");
    const link = Object.assign(document.createElement("a"), { href: one.url, textContent: `${one.title}  ${one.words}` });
    said.replaceChildren(link);
  }
  async function ask() {
    const text = field.value.trim();
    if (text === asked) return;
    asked = text;
    if (!text) return close();
    const answer = await fetch(`${root.dataset.find}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || text !== asked) return;
    found = (await answer.json()).found;
    fill();
  }
  field.addEventListener("input", () => (clearTimeout(waiting), (waiting = setTimeout(ask, PAUSE))));
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) (event.preventDefault(), mark((at + step + found.length) % found.length));
    else if (event.key === "Enter") (event.preventDefault(), go(at));
    else if (event.key === "Escape") close();
  });
  root.hidden = false;
}

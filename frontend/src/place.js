// A place in a form (core/place.py): the map is fetched when it is asked for, the phone's own place too.
import { fetchNeeds } from "./needs.js";

function pick(field, button) {
  const open = field.querySelector("figure");
  if (open) open.hidden = !open.hidden;
  else {
    const drawn = field.querySelector("template").content.cloneNode(true);
    const map = drawn.querySelector("[data-map]");
    Object.assign(map.dataset, { needs: field.dataset.script, needsStyle: field.dataset.style, outlineFrom: field.dataset.outlines });
    if (field.dataset.tiles) map.dataset.tiles = field.dataset.tiles;
    field.append(drawn);
    fetchNeeds(field);
    document.dispatchEvent(new Event("lantian:map"));
  }
  button.setAttribute("aria-expanded", String(!field.querySelector("figure").hidden));
}

function locate(field, button) {
  const said = field.querySelector("[data-place-said]");
  const none = () => (said.textContent = button.dataset.none);
  if (!window.isSecureContext || !navigator.geolocation) return none();
  navigator.geolocation.getCurrentPosition(({ coords }) => fill(field, coords.longitude, coords.latitude), none, {
    enableHighAccuracy: true,
    timeout: 10000,
    maximumAge: 30000,
  });
}

function fill(field, longitude, latitude) {
  field.querySelector("input").value = `${longitude.toFixed(6)}, ${latitude.toFixed(6)}`;
  field.querySelector("select").value = "wgs84";
  field.querySelector("input").dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-place-pick], [data-place-me]");
  const field = button?.closest("[data-place]");
  if (field) (button.matches("[data-place-pick]") ? pick : locate)(field, button);
});

// The map tells which place was clicked.
document.addEventListener("lantian:picked", (event) => {
  const field = event.target.closest("[data-place]");
  if (field) fill(field, ...event.detail);
});

// A place picked on a map: by a click, or the middle of the map by Enter. Whoever holds the map hears "lantian:picked".
import Feature from "ol/Feature.js";
import Point from "ol/geom/Point.js";
import { toLonLat } from "ol/proj.js";

export function pick(place, map, points) {
  const choose = (at) => {
    points.clear(true);
    points.addFeature(new Feature({ geometry: new Point(at), colour: "#c0392b", small: true }));
    place.dispatchEvent(new CustomEvent("lantian:picked", { bubbles: true, detail: toLonLat(at) }));
  };
  map.on("singleclick", (event) => choose(event.coordinate));
  place.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    choose(map.getView().getCenter());
  });
}

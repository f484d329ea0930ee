// Selecting by a polygon or a circle, and measuring ways and ground, on a map with a filter bar beside it.
import Feature from "ol/Feature.js";
import Circle from "ol/geom/Circle.js";
import Polygon from "ol/geom/Polygon.js";
import Draw from "ol/interaction/Draw.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorSource from "ol/source/Vector.js";
import { fromLonLat, toLonLat } from "ol/proj.js";
import { getArea, getDistance, getLength } from "ol/sphere.js";
import { Fill, Stroke, Style } from "ol/style.js";

const look = (colour) => new Style({ fill: new Fill({ color: `${colour}22` }), stroke: new Stroke({ color: colour, width: 2, lineDash: [6, 4] }) });

const KINDS = { within: "Polygon", near: "Circle", way: "LineString", ground: "Polygon" };

// What the filter asks for, drawn again: corners `x,y;x,y`, or a circle `x, y, metres`.
function asked(form) {
  const within = form()?.elements.within?.value, near = form()?.elements.near?.value;
  const drawn = [];
  if (within) drawn.push(new Polygon([within.split(";").map((one) => fromLonLat(one.split(",").map(Number)))]));
  const [x, y, metres] = (near ?? "").split(/[,，]/).map((one) => Number.parseFloat(one));
  if (Number.isFinite(metres)) drawn.push(new Circle(fromLonLat([x, y]), metres / Math.cos((y * Math.PI) / 180)));
  return drawn.map((geometry) => new Feature({ geometry }));
}

export function measure(place, map) {
  const tools = place.closest("figure").querySelector("[data-measure]");
  if (!tools) return () => {};
  const form = () => document.querySelector(tools.dataset.measure);
  const said = place.closest("figure").querySelector("[data-map-said]");
  const chosen = new VectorSource(), measured = new VectorSource();
  map.addLayer(new VectorLayer({ source: chosen, style: look("#c0392b"), zIndex: 4 }));
  map.addLayer(new VectorLayer({ source: measured, style: look("#6b3fa0"), zIndex: 4 }));
  let draw = null;

  const number = (value, digits) => value.toLocaleString(undefined, { maximumFractionDigits: digits });
  const tell = (geometry) => {
    const way = geometry.getType() === "LineString";
    said.textContent = way ? tools.dataset.way.replace("{m}", number(getLength(geometry), 0)) : tools.dataset.ground.replace("{m2}", number(getArea(geometry), 0)).replace("{km2}", number(getArea(geometry) / 1e6, 3));
  };
  function choose(tool, geometry) {
    const fields = form().elements;
    fields.within.value = fields.near.value = "";
    if (tool === "within") fields.within.value = geometry.getCoordinates()[0].slice(0, -1).map((one) => toLonLat(one).map((part) => part.toFixed(5)).join(",")).join(";");
    else {
      const centre = geometry.getCenter();
      const metres = getDistance(toLonLat(centre), toLonLat([centre[0] + geometry.getRadius(), centre[1]]));
      fields.near.value = `${toLonLat(centre).map((part) => part.toFixed(5)).join(", ")}, ${Math.round(metres)}`;
    }
    form().requestSubmit();
  }
  function use(tool) {
    if (draw) map.removeInteraction(draw);
    draw = null;
    place.dataset.tool = tool;
    for (const button of tools.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    if (!KINDS[tool]) return;
    const picks = tool === "within" || tool === "near";
    draw = new Draw({ source: picks ? chosen : measured, type: KINDS[tool] });
    draw.on("drawstart", ({ feature }) => {
      (picks ? chosen : measured).clear(true);
      if (!picks) feature.getGeometry().on("change", (event) => tell(event.target));
    });
    draw.on("drawend", ({ feature }) => setTimeout(() => {
      use("");
      if (picks) choose(tool, feature.getGeometry());
      else tell(feature.getGeometry());
    }));
    map.addInteraction(draw);
  }
  tools.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-tool]")?.dataset.tool;
    if (tool === "none") (measured.clear(), (said.textContent = ""), use(""));
    else if (tool) use(place.dataset.tool === tool ? "" : tool);
  });
  for (const one of [place, tools]) one.addEventListener("keydown", (event) => event.key === "Escape" && (draw?.abortDrawing(), use("")));
  const again = () => {
    chosen.clear(true);
    chosen.addFeatures(asked(form));
  };
  again();
  tools.hidden = false;
  return again;
}

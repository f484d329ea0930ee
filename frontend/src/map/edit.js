// Ground drawn on a map: polygons and circles (as polygons), and lines where they are asked for; moved by their corners,
// undone, taken away. What is drawn
// stands in a field of the form as GeoJSON in WGS 84, so that the form works as any other.
import Feature from "ol/Feature.js";
import GeoJSON from "ol/format/GeoJSON.js";
import GeometryCollection from "ol/geom/GeometryCollection.js";
import LineString from "ol/geom/LineString.js";
import MultiLineString from "ol/geom/MultiLineString.js";
import MultiPolygon from "ol/geom/MultiPolygon.js";
import Polygon, { fromCircle } from "ol/geom/Polygon.js";
import Draw from "ol/interaction/Draw.js";
import Modify from "ol/interaction/Modify.js";
import Snap from "ol/interaction/Snap.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorSource from "ol/source/Vector.js";
import { getArea, getLength } from "ol/sphere.js";
import { Fill, Stroke, Style } from "ol/style.js";

const CORNERS = 64;
const KEPT = 50; // steps that can be undone
const format = new GeoJSON({ dataProjection: "EPSG:4326", featureProjection: "EPSG:3857" });
const style = new Style({ fill: new Fill({ color: "rgba(192, 57, 43, 0.15)" }), stroke: new Stroke({ color: "#c0392b", width: 2 }) });

// The polygons and lines that a geometry is made of.
function partsOf(geometry) {
  if (geometry instanceof GeometryCollection) return geometry.getGeometries().flatMap(partsOf);
  if (geometry instanceof MultiPolygon) return geometry.getPolygons();
  if (geometry instanceof MultiLineString) return geometry.getLineStrings();
  return geometry instanceof Polygon || geometry instanceof LineString ? [geometry] : [];
}

// Several polygons or several lines are one geometry; both together a collection of two.
function whole(parts) {
  const polygons = parts.filter((one) => one instanceof Polygon);
  const lines = parts.filter((one) => one instanceof LineString);
  if (!lines.length) return new MultiPolygon(polygons);
  return polygons.length ? new GeometryCollection([new MultiLineString(lines), new MultiPolygon(polygons)]) : new MultiLineString(lines);
}

// What a field holds: GeoJSON, or nothing that can be drawn (coordinates typed line by line are the server's to read).
function read(text) {
  try {
    return partsOf(format.readGeometry(JSON.parse(text)));
  } catch {
    return [];
  }
}

export function edit(place, map, fit) {
  const field = document.querySelector(place.dataset.edit);
  const tools = place.closest("figure").querySelector("[data-tools]");
  const said = place.closest("figure").querySelector("[data-map-said]");
  const source = new VectorSource();
  map.addLayer(new VectorLayer({ source, style, zIndex: 5 }));
  const done = [];
  let draw = null;

  const written = () => {
    const parts = source.getFeatures().flatMap((one) => partsOf(one.getGeometry()));
    return parts.length ? format.writeGeometry(whole(parts), { decimals: 7, rightHanded: true }) : "";
  };
  const show = (text) => {
    source.clear(true);
    source.addFeatures(read(text).map((geometry) => new Feature({ geometry })));
  };
  const tell = () => {
    const parts = source.getFeatures().map((one) => one.getGeometry());
    const metres = parts.reduce((sum, one) => sum + getArea(one), 0);
    const way = parts.reduce((sum, one) => sum + (one instanceof LineString ? getLength(one) : 0), 0);
    if (way && !metres) said.textContent = said.dataset.way.replace("{m}", way.toLocaleString(undefined, { maximumFractionDigits: 0 }));
    else said.textContent = metres ? said.dataset.area.replace("{area}", (metres / 1e6).toLocaleString(undefined, { maximumFractionDigits: 3 })) : said.dataset.none;
  };
  const keep = () => {
    if (field.value === written()) return;
    done.push(field.value);
    done.splice(0, done.length - KEPT);
    field.value = written();
    tell();
    place.dispatchEvent(new CustomEvent("lantian:drawn", { bubbles: true, detail: source.getFeatures() }));
  };
  const undo = () => {
    if (draw?.sketch) return draw.removeLastPoint();
    if (!done.length) return;
    field.value = done.pop();
    show(field.value);
    tell();
  };

  function use(tool) {
    if (draw) map.removeInteraction(draw);
    draw = null;
    map.removeInteraction(snap);
    for (const button of tools.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    const type = { polygon: "Polygon", circle: "Circle", line: "LineString" }[tool];
    if (type) {
      draw = new Draw({ source, type });
      draw.on("drawstart", () => (draw.sketch = true));
      draw.on("drawabort", () => (draw.sketch = false));
      draw.on("drawend", ({ feature }) => {
        if (tool === "circle") feature.setGeometry(fromCircle(feature.getGeometry(), CORNERS));
        draw.sketch = false;
        setTimeout(() => (keep(), use("")));
      });
      map.addInteraction(draw);
    }
    map.addInteraction(snap);
    place.dataset.tool = tool;
  }

  const modify = new Modify({ source });
  modify.on("modifyend", keep);
  map.addInteraction(modify);
  const snap = new Snap({ source });
  map.on("singleclick", (event) => {
    if (place.dataset.tool !== "remove") return;
    const found = map.forEachFeatureAtPixel(event.pixel, (feature) => (source.hasFeature(feature) ? feature : undefined));
    if (!found) return;
    source.removeFeature(found);
    keep();
    use("");
  });
  tools.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-tool]")?.dataset.tool;
    if (tool === "undo") undo();
    else if (tool === "clear") (source.clear(), keep());
    else if (tool) use(place.dataset.tool === tool ? "" : tool);
  });
  document.addEventListener("keydown", (event) => {
    if (!place.isConnected || event.target.closest("input, textarea, select")) return;
    if (event.key === "Escape") (draw?.abortDrawing(), use(""));
    if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) (event.preventDefault(), undo());
  });
  field.addEventListener("change", () => (show(field.value), tell()));
  show(field.value);
  tell();
  use("");
  if (source.getFeatures().length) fit(source);
  tools.hidden = false;
}

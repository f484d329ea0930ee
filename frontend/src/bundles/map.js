// Draws what core/map.py describes: our own GeoJSON, and tiles only where the installation names an address.
import "ol/ol.css";
import Feature from "ol/Feature.js";
import Point from "ol/geom/Point.js";
import OpenMap from "ol/Map.js";
import View from "ol/View.js";
import ScaleLine from "ol/control/ScaleLine.js";
import Zoom from "ol/control/Zoom.js";
import { isEmpty } from "ol/extent.js";
import GeoJSON from "ol/format/GeoJSON.js";
import TileLayer from "ol/layer/Tile.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorSource from "ol/source/Vector.js";
import XYZ from "ol/source/XYZ.js";
import { transformExtent } from "ol/proj.js";
import { Circle, Fill, Stroke, Style, Text } from "ol/style.js";
import { edit } from "../map/edit.js";
import { find } from "../map/find.js";
import { measure } from "../map/measure.js";
import { pick } from "../map/pick.js";
import { offerPicture } from "../map/picture.js";

const reader = new GeoJSON({ featureProjection: "EPSG:3857", featureClass: Feature });
const drawn = new Map();

// The name of an area stands in its middle, or a line or two beside it where a point would cover it there.
const BESIDE = [0, 28, -28, 54, -54];
function besidePoints(feature, resolution, points) {
  const geometry = feature.getGeometry();
  const middle = (geometry.getInteriorPoint?.() ?? geometry.getInteriorPoints?.())?.getFirstCoordinate();
  if (!middle) return 0;
  const wide = 6 * (feature.get("title") ?? "").length + 14;
  const near = points.getFeatures().map((one) => one.getGeometry()).filter((one) => one instanceof Point).map((one) => {
    const [x, y] = one.getCoordinates();
    return [(x - middle[0]) / resolution, (middle[1] - y) / resolution];
  }).filter(([x]) => Math.abs(x) < wide);
  return BESIDE.find((down) => near.every(([, y]) => Math.abs(y - down) > 26)) ?? 0;
}

// Outlines of areas are quiet, those of zones have the colour of their kind.
function outlineStyle(feature, resolution, points) {
  const colour = feature.get("colour");
  return new Style({
    zIndex: colour ? 1 : 0, // where labels would overlap, those of zones stay
    fill: new Fill({ color: colour ? `${colour}1f` : "rgba(31, 111, 178, 0.05)" }),
    stroke: new Stroke({ color: colour ?? "#5b6776", width: colour ? 2 : 1 }),
    text: new Text({
      text: feature.get("title") ?? "", font: "12px sans-serif", fill: new Fill({ color: colour ?? "#5b6776" }),
      stroke: new Stroke({ color: "#ffffff", width: 3 }), overflow: true, offsetY: besidePoints(feature, resolution, points),
    }),
  });
}

function pointStyle(feature) {
  const small = feature.get("small");
  const label = feature.get("label");
  // Points and clusters are drawn wherever they lie; names of areas give way to them.
  return new Style({
    zIndex: small ? 1 : 2,
    image: new Circle({
      declutterMode: "obstacle",
      radius: small ? 9 : 14,
      fill: new Fill({ color: feature.get("colour") }),
      stroke: new Stroke({ color: "#1d2733", width: 1 }),
    }),
    text: label ? new Text({ text: label, font: `600 ${small ? 9 : 12}px sans-serif`, fill: new Fill({ color: feature.get("ink") }), declutterMode: "none" }) : undefined,
  });
}

const markStyle = new Style({ image: new Circle({ radius: 16, stroke: new Stroke({ color: "#c0392b", width: 3 }) }) });

const featuresOf = (text) => (text ? reader.readFeatures(JSON.parse(text)) : []);
const pointsOf = (place) => featuresOf(place.dataset.map ? document.querySelector(place.dataset.map)?.dataset.points : "");

function fit(map, outlines, points) {
  // What lies in one town is shown within it, not within the whole district.
  const spots = points.getFeatures().map((one) => one.getGeometry().getCoordinates());
  const within = (town) => spots.every((spot) => town.getGeometry().intersectsCoordinate(spot));
  const town = spots.length ? outlines.getFeaturesAtCoordinate(spots[0]).find(within) : undefined;
  const sources = town ? [new VectorSource({ features: [town] }), points] : [outlines, points];
  const extents = sources.map((source) => source.getExtent()).filter((extent) => extent && !isEmpty(extent));
  if (!extents.length) return map.getView().setCenter([12957000, 4853000]);
  const all = extents.reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]);
  map.getView().fit(all, { padding: [32, 32, 32, 32], maxZoom: 14 });
}

// Where points are too many for one page, those of the part that is looked at are fetched whenever it changes.
function follow(place, map, points) {
  const source = () => document.querySelector(place.dataset.map)?.dataset.source;
  if (!source()) return () => {};
  let last = "";
  const load = async () => {
    const address = new URL(source(), window.location.href);
    const extent = transformExtent(map.getView().calculateExtent(map.getSize()), "EPSG:3857", "EPSG:4326");
    address.searchParams.set("bbox", extent.map((part) => part.toFixed(5)).join(","));
    const asked = address.href;
    if (asked === last) return;
    last = asked;
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok || asked !== last) return;
    const found = reader.readFeatures(await answer.json());
    points.clear(true);
    points.addFeatures(found);
    place.dataset.shown = found.length;
  };
  map.on("moveend", load);
  map.once("postrender", load); // a map that nobody has moved yet tells of no move
  return load;
}

// Outlines that many pages show are fetched from an address of their own.
async function fetchOutlines(address, outlines, done) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  outlines.addFeatures(reader.readFeatures(await answer.json()));
  done();
}

function draw(place) {
  const words = JSON.parse(place.dataset.words ?? "{}");
  const outlines = new VectorSource({ features: featuresOf(place.dataset.outline) });
  const points = new VectorSource({ features: pointsOf(place) });
  const named = new VectorLayer({ source: outlines, style: (feature, resolution) => outlineStyle(feature, resolution, points), declutter: true });
  points.on("change", () => named.changed());
  const layers = [
    named,
    new VectorLayer({ source: points, style: pointStyle, declutter: true }),
  ];
  if (place.dataset.tiles) layers.unshift(new TileLayer({ source: new XYZ({ url: place.dataset.tiles }) }));
  const map = new OpenMap({
    target: place, layers, view: new View({ zoom: 10, maxZoom: 18 }),
    controls: [new Zoom({ zoomInTipLabel: words.in, zoomOutTipLabel: words.out }), new ScaleLine()], keyboardEventTarget: place,
  });
  fit(map, outlines, points);
  const told = place.parentElement.querySelector("[data-map-said]");
  const at = (event) => map.forEachFeatureAtPixel(event.pixel, (feature) => (feature.get("url") || feature.get("many") ? feature : undefined), { hitTolerance: 4 });
  map.on("pointermove", (event) => {
    const feature = event.dragging ? null : at(event);
    place.classList.toggle("is-over", Boolean(feature));
    if (told && feature) told.textContent = `${feature.get("title")}  ${feature.get("words") ?? ""}`;
  });
  map.on("click", (event) => {
    if (place.dataset.tool) return;
    const feature = at(event);
    if (feature?.get("many")) map.getView().animate({ center: feature.getGeometry().getCoordinates(), zoom: map.getView().getZoom() + 2, duration: 200 });
    else if (feature) window.location.assign(feature.get("url"));
  });
  const load = place.dataset.map ? follow(place, map, points) : () => {};
  const mark = new VectorSource();
  map.addLayer(new VectorLayer({ source: mark, style: markStyle, zIndex: 6 }));
  find(place, map, (at) => (mark.clear(true), mark.addFeature(new Feature(new Point(at)))));
  const again = measure(place, map);
  offerPicture(place, map);
  if (place.dataset.outlineFrom) fetchOutlines(place.dataset.outlineFrom, outlines, () => fit(map, outlines, points));
  if ("pick" in place.dataset) pick(place, map, points);
  if (place.dataset.edit) edit(place, map, (drawn) => fit(map, drawn, new VectorSource()));
  drawn.set(place, { map, points, refresh: () => (load(), again()) });
  place.dataset.ready = "";
}

function drawAll() {
  for (const [place, one] of drawn) {
    if (!place.isConnected) {
      one.map.setTarget(undefined);
      drawn.delete(place);
    }
  }
  for (const place of document.querySelectorAll("[data-map]")) {
    const one = drawn.get(place);
    if (!one) draw(place);
    else if (place.dataset.map && !document.querySelector(place.dataset.map)?.dataset.source) {
      // New values on the same map: where the reader has moved it stays.
      one.points.clear(true);
      one.points.addFeatures(pointsOf(place));
    } else one.refresh(); // another filter beside the same map
  }
}

// Paper is narrower than a desk: what is seen of a map is drawn smaller while it is printed.
const PAPER = 600; // px within a card on A4
function shrink(place, map) {
  const { clientWidth: width, clientHeight: height } = place;
  if (width > PAPER) resize(place, map, `${PAPER}px`, `${(height * PAPER) / width}px`);
}
function resize(place, map, width, height) {
  const view = map.getView(), was = map.getSize()?.[0];
  Object.assign(place.style, { width, height });
  map.updateSize();
  const is = map.getSize()?.[0];
  if (was && is) view.setResolution(view.getResolution() * (was / is));
  map.renderSync();
}
const onDrawn = (use) => () => [...drawn].filter(([place]) => place.isConnected).forEach(([place, { map }]) => use(place, map));
window.addEventListener("beforeprint", onDrawn(shrink));
window.addEventListener("afterprint", onDrawn((place, map) => place.style.width && resize(place, map, "", "")));

drawAll();
document.addEventListener("htmx:load", drawAll);
document.addEventListener("lantian:map", drawAll);

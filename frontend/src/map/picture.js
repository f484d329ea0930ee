// The map as a picture: title and day above, legend, scale, source and approval number below.
import { getPointResolution } from "ol/proj.js";

const FONT = "sans-serif";

function nice(metres) {
  const power = 10 ** Math.floor(Math.log10(metres));
  return [5, 2, 1].map((one) => one * power).find((one) => one <= metres);
}

export function picture(place, map) {
  const size = map.getSize(), line = 22, told = JSON.parse(place.dataset.picture);
  const legend = [...document.querySelectorAll("[data-legend] > li")].map((one) => ({ colour: one.dataset.colour, text: one.textContent.trim() }));
  const rows = Math.ceil(legend.length / 3);
  const canvas = Object.assign(document.createElement("canvas"), { width: size[0], height: size[1] + 64 + (rows + 2) * line });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const say = (text, x, y, font = `13px ${FONT}`) => ((pen.font = font), (pen.fillStyle = "#1d2733"), pen.fillText(text, x, y));
  say(told.title, 12, 28, `600 20px ${FONT}`);
  say(told.day, 12, 52);
  for (const one of place.querySelectorAll(".ol-layer canvas, canvas.ol-layer")) {
    const shift = one.style.transform.match(/^matrix\(([^)]+)\)$/)?.[1].split(",").map(Number) ?? [1, 0, 0, 1, 0, 0];
    pen.setTransform(...shift.slice(0, 4), shift[4], shift[5] + 64);
    pen.drawImage(one, 0, 0);
  }
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.strokeStyle = "#7b8794";
  pen.strokeRect(0.5, 64.5, size[0] - 1, size[1] - 1);
  const view = map.getView(), each = getPointResolution(view.getProjection(), view.getResolution(), view.getCenter());
  const metres = nice(each * 140), wide = metres / each, foot = size[1] + 64 - 14;
  pen.fillStyle = "#1d2733";
  pen.fillRect(12, foot, wide, 3);
  say(metres >= 1000 ? `${metres / 1000} km` : `${metres} m`, 12, foot - 5);
  legend.forEach((one, k) => {
    const x = 12 + (k % 3) * ((size[0] - 24) / 3), y = size[1] + 64 + line * (Math.floor(k / 3) + 1);
    pen.fillStyle = one.colour;
    pen.fillRect(x, y - 10, 12, 12);
    say(one.text, x + 18, y);
  });
  say(told.note, 12, canvas.height - 10);
  return canvas.toDataURL("image/png");
}

// What is printed is the picture alone, on one page.
function print(address) {
  const drawn = Object.assign(new Image(), { className: "so-picture", src: address, alt: "" });
  const done = () => (drawn.remove(), document.body.classList.remove("is-picture"));
  window.addEventListener("afterprint", done, { once: true });
  drawn.addEventListener("load", () => {
    document.body.append(drawn);
    document.body.classList.add("is-picture");
    window.print();
  });
}

export function offerPicture(place, map) {
  const keeps = document.querySelector("[data-map-png]"), prints = document.querySelector("[data-map-print]");
  if (!keeps || !prints || !place.dataset.picture) return;
  const drawn = (use) => () => {
    map.once("rendercomplete", () => use(picture(place, map)));
    map.renderSync();
  };
  keeps.addEventListener("click", drawn((href) => Object.assign(document.createElement("a"), { href, download: keeps.dataset.mapPng }).click()));
  prints.addEventListener("click", drawn(print));
  keeps.hidden = prints.hidden = false;
}

// Draws what core/chart.py describes. ECharts from its parts; on a canvas, as inline styles are forbidden.
import { BarChart, HeatmapChart, LineChart } from "echarts/charts";
import {
  CalendarComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  PolarComponent,
  TooltipComponent,
  VisualMapPiecewiseComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([
  BarChart, HeatmapChart, LineChart, CalendarComponent, GridComponent, LegendComponent, MarkLineComponent,
  PolarComponent, TooltipComponent, VisualMapPiecewiseComponent, CanvasRenderer,
]);

const COLOURS = ["#1f6fb2", "#c8641b", "#2b8a4b", "#8a4fb5", "#b3261e", "#0f8b8d", "#8a5a00", "#5b6776"];
const PRINT_WIDTH = 680;
const drawn = new Map();

const ink = () => {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  return { text: of("--lt-ink"), quiet: of("--lt-quiet"), line: of("--lt-line"), font: getComputedStyle(document.body).fontFamily };
};

const said = (series, index, words) => {
  const value = series.values[index];
  const number = value === null ? words.missing : `${value.toFixed(series.decimals)}${series.unit ? ` ${series.unit}` : ""}`;
  return [number, series.words?.[index]].filter(Boolean).join(" ");
};

function reading(chart, index) {
  const lines = chart.series.map((one) => `${one.name}  ${said(one, index, chart.words)}`);
  return [chart.at[index], ...lines].join("\n");
}

// Years that all places share are left out of the axis.
function shortened(chart) {
  if (!chart.timed) return chart.at;
  const years = new Set(chart.at.map((at) => at.slice(0, 4)));
  return years.size === 1 ? chart.at.map((at) => at.slice(5)) : chart.at;
}

// A value between two gaps has no line to lie on: it is drawn as a point.
function withPoints(values) {
  const gap = (k) => values[k] === null || values[k] === undefined;
  return values.map((value, k) => (!gap(k) && gap(k - 1) && gap(k + 1) ? { value, symbol: "circle", symbolSize: 5 } : value));
}

function pieces(shades) {
  return shades.map((shade, k) => {
    const next = shades[k + 1];
    return { gte: shade.above, ...(next ? { lt: next.above } : {}), color: shade.colour };
  });
}

const shadeOf = (chart, value) => chart.shades.filter((shade) => value >= shade.above).at(-1)?.colour ?? "#ffffff";

// Letters on a colour: dark or white, whichever is read better.
function on(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.3 ? "#1d2733" : "#ffffff";
}

const coloured = (chart, more = {}) => ({
  type: "piecewise", show: false, pieces: pieces(chart.shades), outOfRange: { color: "transparent" }, ...more,
});

function seriesOf(chart, units, one, k) {
  const line = (one.kind || chart.kind) === "line";
  // What is quiet stands behind the line before it, in its colour.
  const place = one.quiet ? chart.series.slice(0, k).filter((other) => !other.quiet).length - 1 : chart.series.slice(0, k).filter((other) => !other.quiet).length;
  const colour = one.colour ?? COLOURS[Math.max(place, 0) % COLOURS.length];
  const shared = { name: one.name, yAxisIndex: Math.max(units.indexOf(one.unit ?? ""), 0), color: colour, cursor: "default" };
  if (!line) {
    return { ...shared, type: "bar", data: one.values, barMaxWidth: 28, ...(chart.kind === "stack" ? { stack: "all" } : {}) };
  }
  const lineStyle = one.quiet ? { width: 1, opacity: 0.45 } : { width: 1.75, type: k < 4 ? "solid" : "dashed" };
  return { ...shared, type: "line", data: withPoints(one.values), symbol: "none", lineStyle, z: one.quiet ? 2 : 3, connectNulls: false };
}

function marked(chart, look) {
  if (!chart.limits.length) return {};
  return {
    markLine: {
      silent: true, symbol: "none", animation: false, lineStyle: { color: "#b3261e", type: "dashed", width: 1 },
      label: { position: "insideEndTop", color: look.text, fontSize: 11, formatter: (mark) => mark.name },
      data: chart.limits.map((limit) => ({ yAxis: limit.value, name: `${limit.label} ${limit.value}` })),
    },
  };
}

// The next number that an axis may end with.
function round(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((step) => value <= step * power) * power;
}

function axes(chart, look) {
  const units = [...new Set(chart.series.map((one) => one.unit ?? ""))].slice(0, 2);
  const highest = Math.max(...chart.limits.map((limit) => limit.value), 0);
  const series = chart.series.map((one, k) => seriesOf(chart, units, one, k));
  Object.assign(series[0], marked(chart, look));
  return {
    grid: { left: 8, right: units.length > 1 ? 8 : 16, top: chart.series.length > 1 ? 56 : 28, bottom: 4, containLabel: true },
    legend: { show: chart.series.length > 1, top: 0, left: 0, type: "scroll", itemWidth: 18, itemHeight: 8, textStyle: { color: look.text } },
    xAxis: {
      type: "category", data: shortened(chart), boundaryGap: chart.kind !== "line",
      axisLine: { lineStyle: { color: look.quiet } }, axisTick: { show: false }, axisLabel: { color: look.quiet, hideOverlap: true },
    },
    yAxis: units.map((unit, k) => ({
      type: "value", name: unit, nameTextStyle: { color: look.quiet, align: k ? "right" : "left" }, splitNumber: 4,
      axisLabel: { color: look.quiet }, splitLine: { show: k === 0, lineStyle: { color: look.line } },
      ...(k === 0 && highest ? { max: (range) => (range.max < highest ? round(highest * 1.08) : null) } : {}),
    })),
    tooltip: { trigger: "axis", formatter: ([first]) => reading(chart, first.dataIndex) },
    ...(chart.shades.length ? { visualMap: coloured(chart, { seriesIndex: 0, dimension: 1 }) } : {}),
    series,
  };
}

// On a phone a year is two halves, so that a day can be seen and touched.
function calendar(chart, look, width) {
  const [one] = chart.series;
  const years = [...new Set(chart.at.map((at) => at.slice(0, 4)))];
  const parts = years.flatMap((year) => (width < 620 ? [[`${year}-01-01`, `${year}-06-30`], [`${year}-07-01`, `${year}-12-31`]] : [[`${year}-01-01`, `${year}-12-31`]]));
  const weeks = width < 620 ? 27.5 : 54;
  const cell = Math.max(8, Math.min(20, Math.floor((width - 44) / weeks)));
  const tall = 7 * cell + 44;
  const days = chart.at
    .map((at, k) => ({ value: [at, one.values[k], k], label: { color: on(shadeOf(chart, one.values[k])) } }))
    .filter((day) => day.value[1] !== null);
  return {
    height: parts.length * tall + 4,
    option: {
      tooltip: { formatter: (item) => reading(chart, item.data.value[2]) },
      visualMap: coloured(chart, { dimension: 1 }),
      calendar: parts.map((range, k) => ({
        range, top: k * tall + 26, left: 36, cellSize: cell, splitLine: { lineStyle: { color: look.quiet, width: 1 } },
        itemStyle: { color: "#fff", borderColor: look.line },
        dayLabel: { firstDay: 1, nameMap: chart.words.week, color: look.quiet, fontSize: 11 },
        monthLabel: { nameMap: chart.words.months, color: look.quiet, fontSize: 11 },
        yearLabel: { show: years.length > 1 && range[0].endsWith("01-01"), position: "left", margin: 22, fontSize: 11, color: look.quiet },
      })),
      series: parts.map(([first, last], k) => ({
        type: "heatmap", coordinateSystem: "calendar", calendarIndex: k, cursor: "default",
        data: days.filter((day) => day.value[0] >= first && day.value[0] <= last),
        label: { show: cell >= 14 && Boolean(one.marks), fontSize: 10, formatter: (item) => one.marks[item.data.value[2]] },
        emphasis: { itemStyle: { borderColor: look.text, borderWidth: 1.5 } },
      })),
    },
  };
}

function heat(chart, look) {
  const rows = chart.series.map((one) => one.name);
  const data = chart.series.flatMap((one, y) => one.values.map((value, x) => [x, y, value]).filter(([, , value]) => value !== null));
  return {
    height: rows.length * 22 + 48,
    option: {
      grid: { left: 8, right: 16, top: 8, bottom: 4, containLabel: true },
      xAxis: { type: "category", data: shortened(chart), axisTick: { show: false }, axisLabel: { color: look.quiet, hideOverlap: true } },
      yAxis: { type: "category", data: rows, inverse: true, axisTick: { show: false }, axisLabel: { color: look.text } },
      tooltip: { formatter: ({ data: [x, y] }) => `${chart.at[x]}\n${rows[y]}  ${said(chart.series[y], x, chart.words)}` },
      visualMap: coloured(chart, { dimension: 2 }),
      series: [{ type: "heatmap", data, cursor: "default", itemStyle: { borderColor: "#fff", borderWidth: 1 } }],
    },
  };
}

function rose(chart, look) {
  return {
    polar: { radius: "72%" },
    legend: { show: !chart.shades.length, bottom: 0, type: "scroll", textStyle: { color: look.text } },
    angleAxis: { type: "category", data: chart.at, startAngle: 90 + 180 / chart.at.length, axisLabel: { color: look.text }, splitLine: { show: false } },
    radiusAxis: { axisLabel: { color: look.quiet }, splitLine: { lineStyle: { color: look.line } }, axisLine: { show: false } },
    tooltip: { trigger: "axis", formatter: ([first]) => reading(chart, first.dataIndex) },
    series: chart.series.map((one, k) => ({
      name: one.name, type: "bar", coordinateSystem: "polar", stack: "all", data: one.values, color: one.colour ?? COLOURS[k % COLOURS.length],
    })),
  };
}

function lookOf(chart, width) {
  const look = ink();
  const common = { animation: false, textStyle: { fontFamily: look.font, color: look.text } };
  const made = chart.kind === "calendar" ? calendar(chart, look, width) : chart.kind === "heat" ? heat(chart, look) : null;
  const option = made?.option ?? (chart.kind === "rose" ? rose(chart, look) : axes(chart, look));
  option.tooltip = { renderMode: "richText", confine: true, backgroundColor: "#fff", borderColor: look.quiet, textStyle: { color: look.text, fontSize: 12, lineHeight: 18 }, ...option.tooltip };
  return { height: made?.height, option: { ...common, ...option } };
}

function show(place, width) {
  const one = drawn.get(place);
  const { height, option } = lookOf(one.chart, width ?? place.clientWidth);
  if (height) place.style.height = `${height}px`;
  one.canvas.resize({ width: width ?? "auto", height: height ?? "auto" });
  one.canvas.setOption(option, true);
}

// Arrow keys move from value to value; what is read stands in the drawing and is said.
function step(place, key) {
  const one = drawn.get(place);
  const last = one.chart.at.length - 1;
  const to = { ArrowLeft: one.at - 1, ArrowRight: one.at + 1, Home: 0, End: last }[key];
  if (to === undefined) return false;
  one.at = Math.min(Math.max(to, 0), last);
  if (one.chart.kind !== "calendar" && one.chart.kind !== "heat") one.canvas.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: one.at });
  const told = place.parentElement.querySelector("[data-chart-said]");
  if (told) told.textContent = reading(one.chart, one.at);
  return true;
}

function draw(place) {
  const chart = JSON.parse(place.dataset.chart);
  drawn.set(place, { chart, canvas: echarts.init(place), at: -1 });
  show(place);
  place.addEventListener("keydown", (event) => {
    if (step(place, event.key)) event.preventDefault();
  });
  new ResizeObserver(() => {
    if (drawn.has(place) && Math.abs(place.clientWidth - drawn.get(place).canvas.getWidth()) > 1) show(place);
  }).observe(place);
  place.dataset.ready = "";
}

function drawAll() {
  for (const [place, one] of drawn) {
    if (place.isConnected) continue;
    one.canvas.dispose();
    drawn.delete(place);
  }
  for (const place of document.querySelectorAll("[data-chart]")) if (!drawn.has(place)) draw(place);
}

drawAll();
document.addEventListener("htmx:load", drawAll);

// On paper: the width of a page, and short tables open.
const opened = new Set();
window.addEventListener("beforeprint", () => {
  for (const [place, one] of drawn) {
    show(place, Math.min(place.clientWidth, PRINT_WIDTH));
    one.canvas.getZr().flush();
  }
  for (const table of document.querySelectorAll(".lt-chart-table[data-printed]:not([open])")) {
    table.open = true;
    opened.add(table);
  }
});
window.addEventListener("afterprint", () => {
  for (const place of drawn.keys()) show(place);
  for (const table of opened) table.open = false;
  opened.clear();
});

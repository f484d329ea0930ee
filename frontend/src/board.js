// Wall chart, timeline and calendar: full screen, a look for news every minute, printing, arrow keys in a grid.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fullscreen]");
  if (button) document.getElementById(button.dataset.fullscreen)?.requestFullscreen?.();
  if (event.target.closest("[data-print]")) window.print();
});

// A chart that hangs on a wall asks again by itself, but never from a hidden tab.
let seen = Date.now();
setInterval(() => {
  const chart = document.querySelector("[data-refresh]");
  if (!chart || document.visibilityState !== "visible") return;
  if (Date.now() - seen < 1000 * Number(chart.dataset.refresh)) return;
  seen = Date.now();
  chart.dispatchEvent(new CustomEvent("lantian:refresh"));
}, 1000);

// Arrow keys go from cell to cell: one stop for the tab key, as in a spreadsheet.
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const inner = (cell) => cell?.querySelector("a") ?? (cell?.tabIndex >= -1 && cell?.matches("[tabindex]") ? cell : null);

document.addEventListener("keydown", (event) => {
  const grid = event.target.closest("[data-grid]");
  const step = STEPS[event.key];
  if (!grid || !step || event.ctrlKey || event.metaKey || event.altKey) return;
  const cell = event.target.closest("td, th");
  const rows = [...grid.rows];
  let row = rows.indexOf(cell.parentElement);
  let column = cell.cellIndex;
  for (;;) {
    row += step[0];
    column += step[1];
    const next = rows[row]?.cells[column];
    if (!next) return;
    const target = inner(next);
    if (target) {
      event.preventDefault();
      return target.focus();
    }
  }
});

// Page up and page down turn the months of a calendar.
document.addEventListener("keydown", (event) => {
  if (!event.target.closest("[data-months]")) return;
  const rel = { PageUp: "prev", PageDown: "next" }[event.key];
  const link = rel && document.querySelector(`[data-step] a[rel=${rel}]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});

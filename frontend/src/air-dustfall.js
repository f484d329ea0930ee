// Grids of dustfall by keyboard: Enter and the arrows go down and up a column; a pasted column fills it downwards.
function column(field) {
  return [...field.closest("[data-dustfall]").querySelectorAll(`[data-grid="${field.dataset.grid}"]`)];
}

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("[data-dustfall] [data-grid]");
  if (!field || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const fields = column(field);
  const next = fields[fields.indexOf(field) + step];
  next?.focus();
  next?.select();
});

document.addEventListener("paste", (event) => {
  const field = event.target.closest?.("[data-dustfall] [data-grid]");
  const lines = event.clipboardData?.getData("text").replace(/\r?\n$/, "").split(/\r?\n/) ?? [];
  if (!field || lines.length < 2) return;
  event.preventDefault();
  const fields = column(field);
  const from = fields.indexOf(field);
  lines.slice(0, fields.length - from).forEach((line, k) => {
    fields[from + k].value = line.split("\t")[0].trim();
  });
});

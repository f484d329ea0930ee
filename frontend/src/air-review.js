// The review desk by keyboard: j and k go through the rows, x ticks, o opens, r goes to the reason.
document.addEventListener("keydown", (event) => {
  const desk = document.querySelector("[data-review-desk]");
  if (!desk || event.ctrlKey || event.metaKey || event.altKey || !"jkxor".includes(event.key)) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  const rows = [...desk.querySelectorAll("tbody tr")];
  const at = rows.findIndex((row) => row.classList.contains("is-current"));
  if (event.key === "r") desk.querySelector("[name=reason]")?.focus();
  else if (event.key === "x") rows[at]?.querySelector("[name=one]")?.click();
  else if (event.key === "o") rows[at]?.querySelectorAll("a")[1]?.click();
  else {
    const next = rows[event.key === "j" ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0)];
    rows[at]?.classList.remove("is-current");
    next?.classList.add("is-current");
    next?.scrollIntoView({ block: "nearest" });
  }
  event.preventDefault();
});

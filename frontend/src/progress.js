// The desk: a link with data-key is followed by that key, while nobody is typing (j next, k previous).
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !/^[a-z]$/.test(event.key)) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  document.querySelector(`a[data-key="${event.key}"]`)?.click();
});

// Answers from a phone: how many photos were taken, and where, as far as the browser may say it.
document.addEventListener("change", (event) => {
  if (!event.target.closest("[data-shots]")) return;
  const form = event.target.form;
  const names = [...form.querySelectorAll("[data-shots]")].flatMap((input) => [...input.files].map((file) => file.name));
  form.querySelector("[data-shots-said]").textContent = names.length ? `${names.length} · ${names.join("、")}` : "";
  if (names.length) locate(form);
});

function locate(form) {
  const said = form.querySelector("[data-place-said]");
  if (!window.isSecureContext || !navigator.geolocation) {
    if (said) said.textContent = said.dataset.none;
    return;
  }
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      form.elements.longitude.value = coords.longitude.toFixed(6);
      form.elements.latitude.value = coords.latitude.toFixed(6);
      if (said) said.textContent = `${said.dataset.at} ${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`;
    },
    () => {
      if (said) said.textContent = said.dataset.none;
    },
    { enableHighAccuracy: true, timeout: 10000, maximumAge: 30000 },
  );
}

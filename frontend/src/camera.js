// Photos from a phone: how many were taken, when, and where, as far as the browser may say it.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-place]");
  if (!form || (event.target !== form && event.target.type !== "file")) return;
  const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
  const said = form.querySelector("[data-shots-said]");
  if (said) said.textContent = files.length ? `${files.length} · ${files.map((file) => file.name).join("、")}` : "";
  if (!files.length) return;
  locate(form);
  // What the camera itself wrote into the photo goes before; a browser that leaves it out loses no time by it.
  const taken = form.elements.taken_at;
  if (taken && !taken.value) taken.value = local(new Date(Math.max(...files.map((file) => file.lastModified))));
});

function local(at) {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

function locate(form) {
  const said = form.querySelector("[data-place-said]");
  if (!form.elements.accuracy) return;
  const none = () => {
    if (said) said.textContent = said.dataset.none;
  };
  if (!window.isSecureContext || !navigator.geolocation) return none();
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const accuracy = Math.round(coords.accuracy);
      form.elements.longitude.value = coords.longitude.toFixed(6);
      form.elements.latitude.value = coords.latitude.toFixed(6);
      form.elements.accuracy.value = accuracy;
      const place = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`;
      if (said) said.textContent = `${said.dataset.at} ${place} ±${accuracy} m`;
    },
    none,
    { enableHighAccuracy: true, timeout: 10000, maximumAge: 30000 },
  );
}

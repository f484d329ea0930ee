// Uploads one file after the other, so that many photos never make one request too large, and shows how far it is.
// Without script the form is sent as it stands.
import htmx from "htmx.org";

function send(form, file, told) {
  const data = new FormData();
  data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.append("files", file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request", "true"); // the answer is the part of the page alone
    request.upload.addEventListener("progress", (event) => event.lengthComputable && told(event.loaded / event.total));
    request.addEventListener("load", () => (request.status < 400 ? resolve(request.responseText) : reject(new Error(String(request.status)))));
    request.addEventListener("error", () => reject(new Error("network")));
    request.send(data);
  });
}

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("[data-files]");
}

async function upload(form, files) {
  const bar = form.querySelector("progress");
  const state = form.querySelector("[data-state]");
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  bar.hidden = false;
  const refused = [];
  let last = null;
  try {
    for (const [index, file] of files.entries()) {
      state.textContent = `${index + 1} / ${files.length}　${file.name}`;
      last = parsed(await send(form, file, (share) => (bar.value = (100 * (index + share)) / files.length)));
      refused.push(...(last?.querySelectorAll(".alert-danger li") ?? []));
    }
  } catch {
    state.textContent = state.dataset.failed;
    button.disabled = false;
    bar.hidden = true;
    if (!last) return;
  }
  if (!last) return;
  // Every answer tells of its own file; what any of them refused is shown together.
  const alert = last.querySelector(".alert-danger") ?? (refused.length ? document.createElement("div") : null);
  if (alert) {
    alert.className = "alert alert-danger";
    alert.setAttribute("role", "alert");
    const list = alert.querySelector("ul") ?? alert.appendChild(document.createElement("ul"));
    list.className = "lt-plain";
    list.replaceChildren(...refused);
    last.prepend(alert);
  }
  const place = document.getElementById(form.dataset.target);
  place.replaceWith(last);
  htmx.process(last);
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-upload]");
  if (!form) return;
  const files = [...form.elements.files.files];
  if (!files.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  upload(form, files);
}, true);

document.addEventListener("change", (event) => {
  const camera = event.target.closest("[data-camera]");
  if (camera?.files.length) upload(camera.closest("form"), [...camera.files]);
});

// Evidence in bulk: a folder that is chosen or dropped is packed into one zip file (stored, names in UTF-8), so that the
// server has a single door for archives. Without script the page takes a zip file.

const CRC = new Uint32Array(256).map((_zero, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crcOf(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = CRC[(c ^ byte) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

// The fields that a member's own header and its line of the directory share.
function shared(crc, size, length) {
  const view = new DataView(new ArrayBuffer(26));
  view.setUint16(0, 20, true);
  view.setUint16(2, 0x0800, true); // the name is UTF-8
  view.setUint16(8, 0x21, true); // 1 January 1980: the camera's own time is in the picture
  view.setUint32(10, crc, true);
  view.setUint32(14, size, true);
  view.setUint32(18, size, true);
  view.setUint16(22, length, true);
  return view;
}

async function packed(files) {
  const parts = [];
  const directory = [];
  let at = 0;
  for (const { path, file } of files) {
    const name = new TextEncoder().encode(path);
    const crc = crcOf(new Uint8Array(await file.arrayBuffer()));
    const told = shared(crc, file.size, name.length).buffer;
    parts.push(new Uint8Array([0x50, 0x4b, 3, 4]), told, name, file);
    const rest = new DataView(new ArrayBuffer(14));
    rest.setUint32(10, at, true);
    directory.push(new Uint8Array([0x50, 0x4b, 1, 2, 20, 0]), told, rest.buffer, name);
    at += 30 + name.length + file.size;
  }
  const size = directory.reduce((sum, part) => sum + part.byteLength, 0);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, files.length, true);
  end.setUint16(10, files.length, true);
  end.setUint32(12, size, true);
  end.setUint32(16, at, true);
  return new Blob([...parts, ...directory, end.buffer], { type: "application/zip" });
}

async function below(entry, path) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    return [{ path: `${path}${entry.name}`, file }];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return found;
    for (const one of some) found.push(...(await below(one, `${path}${entry.name}/`)));
  }
}

function batch(form) {
  const input = form.querySelector("input[name=file]");
  const pick = form.querySelector("[data-batch-pick]");
  const told = form.querySelector("[data-batch-name]");
  const most = Number(form.dataset.most);
  form.querySelector("[data-batch-folder]").hidden = false;
  const show = () => {
    told.textContent = [...input.files].map((file) => file.name).join("、");
  };
  const pack = async (files) => {
    if (!files.length) return;
    if (files.reduce((sum, one) => sum + one.file.size, 0) > most) {
      told.textContent = told.dataset.large;
      return;
    }
    told.textContent = `${told.dataset.packing}…`;
    const made = new DataTransfer();
    made.items.add(new File([await packed(files)], `${files[0].path.split("/")[0]}.zip`, { type: "application/zip" }));
    input.files = made.files;
    show();
  };
  input.addEventListener("change", show);
  pick.addEventListener("change", () => pack([...pick.files].map((file) => ({ path: file.webkitRelativePath, file }))));
  for (const type of ["dragenter", "dragover"]) form.addEventListener(type, (event) => event.preventDefault());
  form.addEventListener("drop", async (event) => {
    event.preventDefault();
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
    const [file] = event.dataTransfer.files;
    if (entries.length === 1 && entries[0].isFile && file.name.toLowerCase().endsWith(".zip")) {
      input.files = event.dataTransfer.files;
      show();
      return;
    }
    pack((await Promise.all(entries.map((entry) => below(entry, "")))).flat());
  });
  form.dataset.ready = "";
}

function start() {
  for (const form of document.querySelectorAll("[data-batch]:not([data-ready])")) batch(form);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();

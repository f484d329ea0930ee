// Makes a large photo smaller before it is kept on the phone. What the camera wrote into it (time, place) is evidence and
// moves over untouched, but for the turn: the new picture stands upright already.
const LONGEST = 2560;
const LARGE = 1024 * 1024;

function segments(bytes) {
  const view = new DataView(bytes);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return [];
  const found = [];
  let at = 2;
  while (at + 4 <= view.byteLength && view.getUint8(at) === 0xff && view.getUint8(at + 1) !== 0xda) {
    const length = view.getUint16(at + 2) + 2;
    found.push({ marker: view.getUint8(at + 1), at, length });
    at += length;
  }
  return found;
}

// The Exif segment of a JPEG with its turn (tag 0x0112 of the first directory) set to "upright"; null where there is none.
export function exifOf(bytes) {
  const found = segments(bytes).find(({ marker, at }) => marker === 0xe1 && new TextDecoder().decode(new Uint8Array(bytes, at + 4, 4)) === "Exif");
  if (!found) return null;
  const copy = bytes.slice(found.at, found.at + found.length);
  const view = new DataView(copy, 10);
  const little = view.getUint16(0) === 0x4949;
  const directory = view.getUint32(4, little);
  for (let n = 0; n < view.getUint16(directory, little); n += 1) {
    const entry = directory + 2 + 12 * n;
    if (view.getUint16(entry, little) === 0x0112) view.setUint16(entry + 8, 1, little);
  }
  return copy;
}

export async function smaller(file) {
  if (file.type !== "image/jpeg" || file.size < LARGE) return file;
  try {
    const exif = exifOf(await file.arrayBuffer());
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const drawn = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    if (!drawn || drawn.size >= file.size) return file;
    const parts = exif ? [drawn.slice(0, 2), exif, drawn.slice(2)] : [drawn];
    return new File(parts, file.name, { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file; // a picture that this browser cannot draw is sent as it is
  }
}

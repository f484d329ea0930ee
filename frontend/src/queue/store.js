// What this phone keeps until the server has it: records with their photos, in the browser's own database.
let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("lantian", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("records", { keyPath: "n", autoIncrement: true });
      asked.result.createObjectStore("facts", { keyPath: "name" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => {
      opened = undefined;
      reject(asked.error);
    };
  });
  return opened;
}

// What `act` asks for, once the whole transaction lies on the disk.
async function within(name, mode, act) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(name, mode, { durability: "strict" });
    const asked = act(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

export const records = () => within("records", "readonly", (store) => store.getAll());
export const remove = (n) => within("records", "readwrite", (store) => store.delete(n));

export async function put(record) {
  record.n = await within("records", "readwrite", (store) => store.put(record));
  return record;
}

export const byKey = async (key) => (await records()).find((one) => one.key === key);

// Small facts beside the records: who uses this phone (`me`), which pages lie here (`pages`).
export const fact = async (name) => (await within("facts", "readonly", (store) => store.get(name)))?.value;
export const setFact = (name, value) => within("facts", "readwrite", (store) => store.put({ name, value }));

export function freshKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What the telephone keeps: visits, the bytes of photographs by their SHA-256, and the pack, in IndexedDB. A row is there before the page says so.
const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";

export default function store(app) {
  let db;

  const wait = (r) => new Promise((ok, no) => {
    r.onsuccess = () => ok(r.result);
    r.onerror = () => no(r.error);
  });

  // change runs fn on stores in one transaction and waits until it is written.
  const change = (names, fn) => new Promise((ok, no) => {
    const tx = db.transaction(names, "readwrite", { durability: "strict" });
    tx.oncomplete = () => ok();
    tx.onerror = tx.onabort = () => no(tx.error ?? new DOMException("aborted", "AbortError"));
    fn(...names.map((n) => tx.objectStore(n)));
  });

  app.openStore = async () => {
    const r = indexedDB.open("huzhi-field", 1);
    r.onupgradeneeded = () => {
      r.result.createObjectStore("visits", { keyPath: "id" });
      r.result.createObjectStore("blobs", { keyPath: "sha" }).createIndex("visit", "visit");
      r.result.createObjectStore("kept", { keyPath: "name" });
    };
    db = await wait(r);
  };

  const read = (name) => db.transaction(name).objectStore(name);
  app.visits = () => wait(read("visits").getAll());
  app.visit = (id) => wait(read("visits").get(id));
  app.blob = (sha) => wait(read("blobs").get(sha));
  app.blobsOf = (visit) => wait(read("blobs").index("visit").getAll(visit));
  app.kept = async (name) => (await wait(read("kept").get(name)))?.value;
  app.keep = (name, value) => change(["kept"], (s) => s.put({ name, value }));
  // putVisit writes a visit as it stands on the screen; which version the office holds is known better by what was sent last.
  app.putVisit = (v) => change(["visits"], (s) => {
    const r = s.get(v.id);
    r.onsuccess = () => { v.base = Math.max(v.base, r.result?.base ?? 0); s.put(v); };
  });
  // update changes a visit as it stands now: nothing that was written meanwhile is lost.
  app.update = (id, fn) => change(["visits"], (s) => {
    const r = s.get(id);
    r.onsuccess = () => { if (r.result) s.put(fn(r.result)); };
  });
  app.putBlob = (b) => change(["blobs"], (s) => s.put(b));
  app.putPhoto = (v, b) => change(["visits", "blobs"], (visits, blobs) => { blobs.put(b); visits.put(v); }); // both or neither
  app.dropVisit = (id) => change(["visits"], (s) => s.delete(id));
  app.dropBlob = (sha) => change(["blobs"], (s) => s.delete(sha));
  app.dropKept = () => change(["kept"], (s) => s.clear());

  // hash is the SHA-256 of bytes, in hexadecimal digits.
  app.hash = async (bytes) => [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((b) => b.toString(16).padStart(2, "0")).join("");

  // newID is an identifier as the office makes them: it sorts by time, the rest is chance.
  app.newID = () => {
    const b = crypto.getRandomValues(new Uint8Array(16));
    let ms = Date.now();
    for (let i = 5; i >= 0; i--) {
      b[i] = ms % 256;
      ms = Math.floor(ms / 256);
    }
    let out = "", bits = 0, held = 0;
    for (const x of b) {
      held = (held << 8) | x;
      for (bits += 8; bits >= 5; ) {
        bits -= 5;
        out += LETTERS[(held >> bits) & 31];
      }
      held &= (1 << bits) - 1;
    }
    return out + LETTERS[(held << (5 - bits)) & 31];
  };

  // room is how many bytes may still be kept; Infinity where the browser does not say.
  app.room = async () => {
    const e = await navigator.storage?.estimate?.();
    return e?.quota ? e.quota - e.usage : Infinity;
  };

  // wipe takes away what the office has already, and the pack. What was not sent stays: it is nowhere else; so does the page, which holds no
  // matter, for whoever signs in again.
  app.wipe = async () => {
    for (const v of await app.visits()) {
      if (v.dirty) continue;
      for (const b of await app.blobsOf(v.id)) await app.dropBlob(b.sha);
      await app.dropVisit(v.id);
    }
    await app.dropKept();
  };
}

// What the telephone keeps: visits, the bytes of photographs by their SHA-256, and the pack, in IndexedDB. A row is there before the page says so.
//
// What says anything of a matter is locked (AES-GCM). The key is the person's, comes from the office after signing in and cannot be read out of the
// browser; it is dropped when the session has ended. What was not sent then stays on the telephone, unreadable, until the same person signs in again.
const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";

export default function store(app) {
  let db, key;

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

  // One after the other: what is locked later is also written later.
  let line = Promise.resolve();
  const inLine = (fn) => { const done = line.then(fn); line = done.catch(() => {}); return done; };

  app.openStore = async () => {
    const r = indexedDB.open("huzhi-field", 1);
    r.onupgradeneeded = () => {
      r.result.createObjectStore("visits", { keyPath: "id" });
      r.result.createObjectStore("blobs", { keyPath: "sha" }).createIndex("visit", "visit");
      r.result.createObjectStore("kept", { keyPath: "name" });
    };
    db = await wait(r);
    const kept = await app.kept("key");
    key = kept?.user === app.user ? kept.key : null;
  };

  // ---- the lock
  app.locked = () => !key;
  app.unlock = async (user, secret) => {
    if (user !== app.user) return;
    const made = await crypto.subtle.importKey("raw", Uint8Array.from(atob(secret), (c) => c.charCodeAt(0)), "AES-GCM", false, ["encrypt", "decrypt"]);
    await app.keep("key", { user, key: made });
    key = made;
  };
  const lock = async (bytes) => {
    if (!key) throw new Error(app.t("field.app.locked"));
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
  };
  const unlock = (box) => crypto.subtle.decrypt({ name: "AES-GCM", iv: box.iv }, key, box.data);
  const lockJSON = (o) => lock(new TextEncoder().encode(JSON.stringify(o)));
  const unlockJSON = async (box) => JSON.parse(new TextDecoder().decode(await unlock(box)));

  // A visit's row says whose it is, whether it waits and when; what was seen is in its box.
  const sealed = (v) => { // what stands in v now, whatever is typed meanwhile
    const { record, note, earlier, error, ...row } = v;
    const inside = lockJSON({ record, note, earlier, error });
    return inside.then((box) => ({ ...row, failed: Boolean(error), box }));
  };
  const opened = async (row) => {
    if (!row?.box || !key || row.owner !== app.user) return row;
    const { box, failed, ...v } = row;
    const inside = await unlockJSON(box);
    return { ...v, ...inside, error: failed ? inside.error : "" };
  };

  const read = (name) => db.transaction(name).objectStore(name);
  app.rows = () => wait(read("visits").getAll()); // without what is in the boxes
  app.visits = async () => Promise.all((await app.rows()).map(opened));
  app.visit = async (id) => opened(await wait(read("visits").get(id)));
  app.blob = (sha) => wait(read("blobs").get(sha));
  app.blobsOf = (visit) => wait(read("blobs").index("visit").getAll(visit));
  app.bytes = (b) => unlock(b.box);
  app.kept = async (name) => (await wait(read("kept").get(name)))?.value;
  app.keep = (name, value) => change(["kept"], (s) => s.put({ name, value }));
  app.keepPack = async (pack) => app.keep("pack", await lockJSON(pack));
  app.keptPack = async () => { const box = await app.kept("pack"); return box && key ? unlockJSON(box).catch(() => null) : null; };

  // putVisit writes a visit as it stands on the screen; which version the office holds is known better by what was sent last.
  app.putVisit = (v) => inLine(async () => {
    const row = await sealed(v);
    await change(["visits"], (s) => {
      const r = s.get(v.id);
      r.onsuccess = () => { v.base = row.base = Math.max(row.base, r.result?.base ?? 0); s.put(row); };
    });
  });
  // mark changes what a visit's row says as it stands now; what is in the box stays as it is.
  app.mark = (id, fn) => inLine(() => change(["visits"], (s) => {
    const r = s.get(id);
    r.onsuccess = () => { if (r.result) s.put({ ...r.result, ...fn(r.result) }); };
  }));
  app.markBlob = (sha, sent) => change(["blobs"], (s) => {
    const r = s.get(sha);
    r.onsuccess = () => { if (r.result) s.put({ ...r.result, sent }); };
  });
  app.putPhoto = (v, { bytes, ...b }) => inLine(async () => { // both or neither
    const [row, box] = [await sealed(v), await lock(bytes)];
    await change(["visits", "blobs"], (visits, blobs) => { blobs.put({ ...b, size: bytes.byteLength, box }); visits.put(row); });
  });
  app.dropVisit = (id) => change(["visits"], (s) => s.delete(id));
  app.dropBlob = (sha) => change(["blobs"], (s) => s.delete(sha));

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

  // wipe takes away what the office has already, the pack, and the key. What was not sent stays, locked: it is nowhere else; so does the page, which
  // holds no matter, for whoever signs in again.
  app.wipe = async () => {
    await line;
    key = null;
    await change(["kept"], (s) => { s.clear(); s.put({ name: "ended", value: true }); });
    for (const v of await app.rows()) {
      if (v.dirty) continue;
      for (const b of await app.blobsOf(v.id)) await app.dropBlob(b.sha);
      await app.dropVisit(v.id);
    }
  };
}

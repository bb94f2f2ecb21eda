// Sending: bytes first, each by its hash, then the record that names them. Whatever was cut off is sent again; the office knows it by its hash.
export default function sync(app) {
  const DAY = 24 * 3600 * 1000;
  let sending = false, again = false;
  app.signedOut = false;

  // files are the hashes that a record names.
  app.files = (record) => {
    const out = [];
    for (const p of record.parties) {
      for (const f of p.findings) for (const x of f.photos) out.push(x.sha256);
      if (p.sign?.image) out.push(p.sign.image);
    }
    return [...new Set(out)];
  };

  // queue is what waits, for the bar on top.
  app.queue = async () => {
    const q = { items: 0, drafts: 0, refused: 0, rivals: 0, others: 0, old: false };
    for (const v of await app.rows()) {
      if (!v.dirty) { if (v.rival) q.rivals++; continue; }
      if (v.owner !== app.user) { q.others++; continue; }
      if (Date.now() - Date.parse(v.since) > DAY) q.old = true;
      if (v.failed) q.refused++;
      if (!v.queued) { q.drafts++; continue; }
      q.items += 1 + (await app.blobsOf(v.id)).filter((b) => !b.sent).length;
    }
    return q;
  };

  const post = (path, body, type) => fetch(path, { method: "POST", body, headers: { "Content-Type": type }, credentials: "same-origin", redirect: "manual", cache: "no-store" });
  class SignedOut extends Error {}
  const heard = async (answer) => {
    if (answer.status === 401 || answer.type === "opaqueredirect") throw new SignedOut();
    if (answer.status >= 500) throw new Error(String(answer.status)); // the office's own trouble: it waits
    const said = await answer.json(); // an answer that was cut off is none: it is sent again
    if (answer.ok || said.code || said.rival) return said;
    throw new Error(String(answer.status)); // somebody else answered: a gate of the network, not the office
  };

  const sendBlob = async (b) => {
    const answer = await post(`/api/field/blobs/${b.sha}`, await app.bytes(b), b.type || "application/octet-stream");
    const said = await heard(answer);
    if (!answer.ok) return said.text ?? String(answer.status);
    await app.markBlob(b.sha, true);
    return "";
  };

  // refused keeps what the office said of a visit with it; a change that was made meanwhile has not been heard of yet.
  const refused = async (id, stamp, why) => {
    const v = await app.visit(id);
    if (v && v.stamp === stamp) await app.putVisit(Object.assign(v, { error: why, queued: false }));
  };

  const sendVisit = async (id, tries = 2) => {
    const v = await app.visit(id);
    for (const sha of app.files(v.record)) {
      const b = await app.blob(sha);
      if (!b || b.sent) continue;
      const wrong = await sendBlob(b);
      app.changed();
      if (wrong) return refused(id, v.stamp, wrong);
    }
    const stamp = v.stamp;
    const answer = await post(`/api/field/visits/${id}`, JSON.stringify({ base: v.base, sent_at: new Date().toISOString(), record: v.record }), "application/json");
    const said = await heard(answer);
    if (answer.ok || (answer.status === 409 && said.rival)) {
      let same = false; // nothing was changed while it was on its way
      await app.mark(id, (x) => {
        same = x.stamp === stamp;
        return { base: said.version, sent: new Date().toISOString(), failed: false, skew: said.skew_ms, ...(same && { dirty: false, queued: false, rival: Boolean(said.rival), since: "" }) };
      });
      if (same) for (const b of await app.blobsOf(id)) if (b.sent) await app.dropBlob(b.sha);
      return;
    }
    if (said.blobs?.length && tries > 0) { // the office does not have them after all
      for (const sha of said.blobs) {
        if (await app.blob(sha)) await app.markBlob(sha, false);
      }
      return sendVisit(id, tries - 1);
    }
    const why = [said.text, ...(said.fields ?? []).map((f) => f.text)].filter(Boolean).join("\n");
    await refused(id, stamp, why || String(answer.status));
  };

  // send sends everything that waits. One page sends at a time.
  app.send = async () => {
    if (sending) { again = true; return; }
    sending = true;
    try {
      do {
        again = false;
        await (navigator.locks ? navigator.locks.request("huzhi-field-send", sendAll) : sendAll());
      } while (again);
      app.lost = false;
    } catch (err) {
      if (err instanceof SignedOut) await app.ended();
      else app.lost = true; // no network: it stays, and is tried again
    } finally {
      sending = false;
    }
    app.changed();
  };
  const sendAll = async () => {
    if (app.locked()) return; // what is locked waits for who can open it
    for (const v of await app.rows()) if (v.dirty && v.queued && v.owner === app.user) await sendVisit(v.id);
  };
  app.sending = () => sending;

  // ended: the office ended the session, or the person signed out. What the office has is taken off the telephone; what was never sent stays, locked, and is said.
  app.ended = async () => {
    app.signedOut = true;
    app.pack = null;
    await app.wipe();
    app.changed();
    app.draw();
  };

  // fetchPack takes along what the office gives, and makes the page open without a network. The office hears in this way that the telephone is in use, and
  // the telephone whether its session was ended.
  let asked = 0;
  app.fetchPack = async () => {
    asked = Date.now();
    try {
      if (app.locked()) {
        const answer = await fetch("/api/field/key", { credentials: "same-origin", cache: "no-store", redirect: "manual" });
        const said = await heard(answer);
        if (!answer.ok) return;
        await app.unlock(said.user, said.key);
      }
      const answer = await fetch("/api/field/pack", { credentials: "same-origin", cache: "no-store", redirect: "manual" });
      const pack = await heard(answer);
      if (!answer.ok) return;
      pack.clock = Date.now() - Date.parse(pack.now); // how far this clock is ahead
      await app.keepPack(pack);
      await app.keep("ended", false);
      app.pack = pack;
      app.signedOut = false;
      await app.cachePage();
    } catch (err) {
      if (err instanceof SignedOut) await app.ended();
    }
    app.changed();
  };
  app.cachePage = async () => {
    const shell = await caches.open("huzhi-field-shell");
    const names = ["/field", ...app.scripts, ...[app.wasm, app.exec, app.scanner].filter(Boolean), ...[...document.querySelectorAll("link[href], script[src]")].map((x) => x.getAttribute("href") ?? x.getAttribute("src"))];
    for (const name of names) {
      if (name !== "/field" && (await shell.match(name))) continue;
      const answer = await fetch(name, { redirect: "error" });
      if (answer.ok) await shell.put(name, answer);
    }
    await app.keep("ready", new Date().toISOString());
  };

  // tidy takes visits off that the office has had for a day.
  app.tidy = async () => {
    for (const v of await app.rows()) if (!v.dirty && Date.now() - Date.parse(v.sent) > DAY) await app.dropVisit(v.id);
  };

  addEventListener("online", () => { app.fetchPack(); app.send(); });
  addEventListener("offline", () => app.changed());
  const EVERY = 5 * 60 * 1000; // that often the office is asked for the pack while somebody looks at the page
  const tick = () => {
    if (!navigator.onLine || app.signedOut) return;
    if (!document.hidden && Date.now() - asked > EVERY) app.fetchPack();
    app.send();
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });
  setInterval(tick, 60000);

  // signOut ends the session here and at the office. Without a network it ends here: the key is gone.
  app.signOut = async () => {
    await fetch("/logout", { method: "POST", credentials: "same-origin", redirect: "manual" }).catch(() => {});
    await app.ended();
  };
}

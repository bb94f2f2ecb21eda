// Calls that ring, on every page of who takes them: shown at once; one that this person has answered opens its form, unless something is being written.
(() => {
  "use strict";
  const ring = document.querySelector("[data-ring]");
  if (!ring) return;
  const all = (sel, root) => [...root.querySelectorAll(sel)];
  const names = (root) => all("[data-ring-id]", root).map((x) => x.dataset.ringId + x.className).join();
  const form = document.querySelector("[data-callform] form");
  const here = form && form.elements["phone_call"] ? form.elements["phone_call"].value : "";
  const known = (root) => { for (const x of all("[data-ring-id]", root)) if (here && x.dataset.ringId === here) x.remove(); };
  let typed = false;
  const store = (() => { try { return sessionStorage; } catch { return null; } })();
  const opened = (id) => !store || (store.getItem("huzhi.rung") || "").includes(id); // each call opens its form once; after that it only stands there
  const open = (id) => { if (store && !opened(id)) store.setItem("huzhi.rung", ((store.getItem("huzhi.rung") || "") + " " + id).slice(-600)); };
  if (here) open(here);
  document.addEventListener("input", () => { typed = true; }, true);
  document.addEventListener("huzhi:typed", () => { typed = true; });
  const listen = async () => {
    try {
      const res = await fetch(ring.dataset.ring, { credentials: "same-origin", headers: { "X-Partial": "1" }, redirect: "manual" });
      if (res.ok) {
        const doc = new DOMParser().parseFromString(await res.text(), "text/html");
        known(doc);
        const mine = doc.querySelector("[data-ring-mine]");
        if (mine && !typed && !opened(mine.dataset.ringId)) { open(mine.dataset.ringId); location.assign(mine.querySelector("a").href); return; }
        if (names(ring) !== names(doc)) ring.replaceChildren(...doc.body.childNodes);
      }
    } catch { /* the connection is lost: the next time */ }
    setTimeout(listen, document.hidden ? 10000 : 2000);
  };
  known(ring);
  listen();
})();

// The form of a call: what stands beside it, the knowledge base, drafts that survive, keys. The form works without it.
(() => {
  "use strict";
  const $ = (sel, root = document) => root.querySelector(sel);
  const all = (sel, root = document) => [...root.querySelectorAll(sel)];
  const composing = (e) => e.isComposing || e.keyCode === 229;

  const box = $("[data-callform]");
  const form = box && $("form", box);
  if (!form) return;

  const value = (name) => { const x = form.elements[name]; return x ? x.value : ""; };
  const id = value("id");
  const user = document.body.dataset.user || "";
  const prefix = "huzhi.draft." + user + ".call-";
  const key = prefix + id;
  const store = (() => { try { localStorage.setItem("huzhi.t", "1"); localStorage.removeItem("huzhi.t"); return localStorage; } catch { return null; } })();
  const skip = new Set(["do", "look"]);
  const entries = () => [...new FormData(form)].filter(([name, v]) => !skip.has(name) && typeof v === "string");
  const body = () => new URLSearchParams(entries());

  // What was typed: restored from this browser where it is newer than the page, kept with each stroke, sent every few seconds.
  const fill = (pairs) => {
    const given = new Map();
    for (const [name, v] of pairs) given.set(name, v);
    for (const x of form.elements) {
      if (!x.name || skip.has(x.name) || x.name === "id" || ["submit", "button", "file"].includes(x.type)) continue;
      if (x.type === "radio" || x.type === "checkbox") x.checked = given.get(x.name) === x.value;
      else if (given.has(x.name)) x.value = given.get(x.name);
    }
  };
  let kept = null;
  if (store) try { kept = JSON.parse(store.getItem(key)); } catch { store.removeItem(key); }
  if (kept && Array.isArray(kept.form) && !$("[data-error-summary]")) { fill(kept.form); document.dispatchEvent(new Event("huzhi:typed")); }

  const note = $("[data-offline]");
  let offline = false, unsaved = false, saving = false, seq = kept && kept.seq ? kept.seq : Date.now();
  const say = (lost) => {
    offline = lost;
    if (!note) return;
    note.hidden = !lost;
    note.textContent = lost ? note.dataset.words : "";
  };
  const keep = () => {
    if (!store) return;
    try { store.setItem(key, JSON.stringify({ at: Date.now(), seq, form: entries() })); } catch { /* the browser's store is full */ }
  };
  const send = async () => {
    if (saving || !unsaved) return !unsaved;
    saving = true;
    unsaved = false;
    const data = body();
    data.set("seq", String(seq));
    try {
      const res = await fetch(box.dataset.save, { method: "POST", body: data, credentials: "same-origin", redirect: "manual" });
      const held = res.ok || [403, 409, 413, 422].includes(res.status); // anything else may pass: the session, the server
      if (!held) unsaved = true;
      say(!held);
    } catch {
      unsaved = true;
      say(true);
    }
    saving = false;
    return !unsaved;
  };
  setInterval(send, 3000);
  addEventListener("online", send);
  addEventListener("offline", () => say(true));
  const changed = () => {
    unsaved = true;
    seq = Math.max(seq + 1, Date.now());
    keep();
    if (!location.search.includes("draft=" + id)) history.replaceState(null, "", "/hotline/new?draft=" + id);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);

  // Sending: not into a dead line. The page waits, and what was typed stays.
  form.addEventListener("submit", (e) => {
    if (e.submitter && e.submitter.hasAttribute("formaction")) {
      if (e.submitter.value !== "discard") { keep(); return; }
      unsaved = false; // thrown away: here too
      kept = null;
      if (store) store.removeItem(key);
      return;
    }
    if (offline) {
      e.preventDefault();
      e.stopImmediatePropagation();
      unsaved = true;
      send().then((ok) => { if (ok) form.requestSubmit(); });
      return;
    }
    sessionStorage.setItem("huzhi.sent", key);
  }, true);

  // Other calls that only this browser has.
  const drafts = $("[data-drafts]");
  if (drafts && store) {
    const list = Object.keys(store).filter((k) => k.startsWith(prefix) && k !== key);
    const known = all("a", drafts).map((a) => a.getAttribute("href"));
    const fresh = list.map((k) => "/hotline/new?draft=" + k.slice(prefix.length)).filter((href) => !known.includes(href));
    if (fresh.length) {
      const p = document.createElement("p");
      p.className = "drafts-here";
      p.append(drafts.dataset.words + " ");
      fresh.forEach((href, i) => { const a = document.createElement("a"); a.href = href; a.textContent = String(i + 1); p.append(a, " "); });
      drafts.append(p);
    }
  }

  // Parts of the page that follow what is typed. An answer that comes late is dropped.
  const follow = (address, target, wait, done) => {
    let timer, asked, last = null;
    const ask = async () => {
      const data = body();
      data.set("look", value("look"));
      const text = data.toString();
      if (text === last) return;
      last = text;
      if (asked) asked.abort();
      asked = new AbortController();
      try {
        const res = await fetch(address, { method: "POST", body: data, signal: asked.signal, credentials: "same-origin", redirect: "manual" });
        if (!res.ok) return;
        const doc = new DOMParser().parseFromString(await res.text(), "text/html");
        target.replaceChildren(...doc.body.childNodes);
        if (done) done();
      } catch (err) {
        if (err.name !== "AbortError") { last = null; say(true); unsaved = true; }
      }
    };
    return (now) => { clearTimeout(timer); timer = setTimeout(ask, now ? 0 : wait); };
  };
  const besideBox = $("[data-beside-box]");
  const shelfBox = $("[data-shelf-box]");
  const beside = follow(box.dataset.beside, besideBox, 120);
  const shelf = follow(box.dataset.shelf, shelfBox, 60);
  const look = form.elements["look"];
  const sides = new Set(["caller_phone", "respondent", "patent_no", "url"]);
  form.addEventListener("input", (e) => {
    if (e.isComposing) return;
    if (sides.has(e.target.name)) beside();
    if (e.target.name === "look" || e.target.name === "patent_no") shelf();
  });
  form.addEventListener("compositionend", (e) => {
    if (sides.has(e.target.name)) beside();
    if (e.target === look) shelf();
  });
  form.addEventListener("change", (e) => { if (e.target.name === "topic") shelf(true); });
  if (kept) { beside(true); shelf(true); }

  // An article's answer goes into the answer: into an empty one, or below what stands there. It never replaces anything.
  const answer = form.elements["answer"];
  const put = (area, text) => {
    if (area.value.trim() === "") area.value = text;
    else if (!area.value.includes(text)) area.value = area.value.replace(/\n+$/, "") + "\n" + text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const use = (hit) => {
    form.elements["article"].value = hit.dataset.use;
    const used = $("[data-used]");
    used.classList.remove("visually-hidden");
    $("[data-used-name]", used).textContent = hit.dataset.question;
    $("[data-used-next]", used).textContent = hit.dataset.next;
    put(answer, hit.dataset.answer);
    answer.focus();
  };
  const joined = $("[data-joined]");
  const join = (to, name) => {
    form.elements["join"].value = to;
    joined.classList.toggle("visually-hidden", !to);
    $("[data-joined-name]", joined).textContent = name;
    changed();
  };
  form.addEventListener("click", (e) => {
    const b = e.target.closest("button");
    if (!b || e.ctrlKey || e.metaKey) return;
    const mine = b.matches("[data-use], [data-join-to], [data-unjoin], [data-template], [data-look]");
    if (!mine) return;
    e.preventDefault();
    if (b.dataset.use) use(b);
    else if (b.dataset.joinTo) join(b.dataset.joinTo, b.dataset.joinName);
    else if (b.hasAttribute("data-unjoin")) join("", "");
    else if (b.dataset.template) { const area = form.elements[b.dataset.into]; put(area, b.dataset.template); area.focus(); }
    else shelf(true);
  });

  // Keys. None while an input method composes, none of a letter.
  form.addEventListener("keydown", (e) => {
    if (composing(e) || e.ctrlKey || e.metaKey || e.altKey) return;
    const t = e.target;
    const hits = all("[data-use]", shelfBox);
    if ((t === look || t.matches("[data-use]")) && (e.key === "ArrowDown" || e.key === "ArrowUp") && hits.length) {
      e.preventDefault();
      const at = hits.indexOf(t) + (e.key === "ArrowDown" ? 1 : -1);
      if (at < 0) look.focus(); else hits[Math.min(at, hits.length - 1)].focus();
    } else if (e.key === "Escape" && t.matches("[data-use]")) {
      look.focus();
    } else if (e.key === "Enter" && t === look) {
      e.preventDefault();
      if (hits.length) use(hits[0]);
    } else if (e.key === "Enter" && t.matches("input, select")) { // on to the next question; only Ctrl+Enter saves
      e.preventDefault();
      const seen = (x) => x.tabIndex >= 0 && !x.disabled && x.offsetParent !== null && !x.matches("button, summary") && (x.type !== "radio" || x.checked || !all(`input[name="${x.name}"]`, form).some((y) => y.checked));
      const fields = [...form.elements].filter(seen);
      const next = fields.slice(fields.indexOf(t) + 1).find((x) => x.name !== t.name);
      if (next) next.focus();
    }
  });
  document.addEventListener("keydown", (e) => {
    if (composing(e) || e.ctrlKey || e.metaKey || e.altKey || e.shiftKey) return;
    if (e.key === "F2") { e.preventDefault(); look.focus(); look.select(); }
    else if (e.key === "F4") {
      e.preventDefault();
      if (form.elements["join"].value) { join("", ""); return; }
      const focused = document.activeElement && document.activeElement.closest(".near");
      const first = (focused && $("[data-join-to]", focused)) || $("[data-join-to]", besideBox);
      if (first) join(first.dataset.joinTo, first.dataset.joinName);
    } else if (e.key === "F8") {
      e.preventDefault();
      keep();
      send().then(() => location.assign("/hotline/new"));
    }
  });

  // The skeletons follow the kind: which of them fit, the server says.
  const kinds = form.elements["kind"];
  let kind = kinds.value;
  form.addEventListener("change", (e) => {
    if (e.target.name !== "kind" || kinds.value === kind) return;
    kind = kinds.value;
    const data = body();
    fetch("/hotline/form", { method: "POST", body: data, credentials: "same-origin", redirect: "manual" }).then((res) => res.ok ? res.text() : "").then((html) => {
      const doc = new DOMParser().parseFromString(html, "text/html");
      const fresh = $(".skeletons", doc), old = $(".skeletons", form);
      if (fresh && old) old.replaceWith(fresh);
    }).catch(() => say(true));
  });
})();

// What the pages gain with a script; each of them works without it. No style, no markup is made from strings.
(() => {
  "use strict";
  const $ = (sel, root = document) => root.querySelector(sel);
  const all = (sel, root = document) => [...root.querySelectorAll(sel)];
  const typing = (e) => e.isComposing || e.keyCode === 229;
  const inField = (t) => t instanceof Element && t.closest("input, textarea, select, [contenteditable]");

  // Work that goes on in steps: each page sends the next.
  const auto = $("form[data-auto]");
  if (auto) setTimeout(() => auto.requestSubmit(), 400);

  // Keys: "/" goes to the search, Ctrl+Enter sends a marked form, digits choose in a marked group.
  document.addEventListener("keydown", (e) => {
    if (typing(e)) return;
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) {
      const form = (e.target instanceof Element && e.target.closest("form[data-hotkey-submit]")) || (!inField(e.target) && $("form[data-hotkey-submit]"));
      if (form) {
        e.preventDefault();
        form.requestSubmit();
      }
      return;
    }
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const field = inField(e.target);
    if (e.key === "/" && !field) {
      const q = $("#q");
      if (q) {
        e.preventDefault();
        q.focus();
        q.select();
      }
    } else if (/^[1-9]$/.test(e.key) && (!field || e.target.type === "radio")) {
      const group = (e.target instanceof Element && e.target.closest("[data-digits]")) || (!field && $("[data-digits]"));
      const radio = group && all("input[type=radio]", group)[Number(e.key) - 1];
      if (radio && !radio.disabled) {
        e.preventDefault();
        radio.checked = true;
        radio.focus();
        radio.dispatchEvent(new Event("change", { bubbles: true }));
      }
    } else if (e.key === "Escape") {
      for (const m of all("details[data-menu][open]")) {
        m.open = false;
        if (m.contains(document.activeElement)) $("summary", m).focus();
      }
    }
  });

  // Menus close when something else is pressed; only one stands open.
  document.addEventListener("click", (e) => {
    for (const m of all("details[data-menu][open]")) if (!m.contains(e.target)) m.open = false;
  });

  // Theme: shown at once, told to the server behind it.
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (!form.matches("[data-theme-form]") || !e.submitter) return;
    e.preventDefault();
    const theme = e.submitter.value;
    const data = new FormData(form, e.submitter);
    document.documentElement.setAttribute("data-bs-theme", theme);
    const meta = $('meta[name="color-scheme"]');
    if (meta) meta.content = theme === "auto" ? "light dark" : theme;
    for (const b of all("button", form)) {
      b.classList.toggle("active", b === e.submitter);
      b.setAttribute("aria-pressed", String(b === e.submitter));
    }
    const menu = form.closest("details");
    const shown = menu && $("summary .icon", menu);
    if (shown) shown.replaceWith($(".icon", e.submitter).cloneNode(true));
    if (menu) menu.open = false;
    fetch(form.action, { method: "POST", body: new URLSearchParams(data), redirect: "manual", credentials: "same-origin" }).catch(() => form.submit());
  });

  // A form is sent once: its buttons rest until the page comes back.
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (e.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      e.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    form.classList.add("is-sending");
    setTimeout(() => {
      for (const b of all("button, input[type=submit]", form)) if (!b.disabled) { b.disabled = true; b.dataset.rest = "1"; }
    }, 0);
    setTimeout(() => wake(form), 15000);
  });
  const wake = (form) => {
    delete form.dataset.sent;
    form.classList.remove("is-sending");
    for (const b of all("[data-rest]", form)) { b.disabled = false; delete b.dataset.rest; }
  };
  addEventListener("pageshow", () => { for (const f of all("form[data-sent]")) wake(f); });

  // An empty filter is left out of the address.
  document.addEventListener("submit", (e) => {
    if (!e.target.matches("form[data-filter]")) return;
    const empty = [...e.target.elements].filter((x) => x.name && !x.disabled && x.value === "");
    for (const x of empty) x.disabled = true;
    setTimeout(() => { for (const x of empty) x.disabled = false; }, 0);
  });

  // Search as you type, never while an input method is composing.
  const search = $("form[data-search]");
  if (search) {
    const q = $("input[type=search]", search), box = $(".top-hits", search);
    let wait, asked, last = "";
    q.setAttribute("role", "combobox");
    q.setAttribute("aria-expanded", "false");
    q.setAttribute("aria-controls", box.id);
    const close = () => { box.hidden = true; q.setAttribute("aria-expanded", "false"); };
    const open = () => { box.hidden = false; q.setAttribute("aria-expanded", "true"); };
    const say = (text) => { const p = document.createElement("p"); p.className = "hits-none"; p.textContent = text; box.replaceChildren(p); open(); };
    const ask = async () => {
      const text = q.value.trim();
      if (text === last) { if (text && box.childElementCount) open(); return; }
      last = text;
      if (asked) asked.abort();
      if (!text) { box.replaceChildren(); close(); return; }
      asked = new AbortController();
      try {
        const url = new URL(search.action);
        url.search = new URLSearchParams({ q: text, partial: "1" });
        const res = await fetch(url, { signal: asked.signal, credentials: "same-origin", headers: { "X-Partial": "1" } });
        if (!res.ok || res.redirected) throw new Error(String(res.status));
        const html = await res.text();
        if (q.value.trim() !== text) return;
        const doc = new DOMParser().parseFromString(html, "text/html");
        box.replaceChildren(...doc.body.childNodes);
        if (!box.childElementCount) say(search.dataset.none); else open();
      } catch (err) {
        if (err.name !== "AbortError") { last = ""; say(search.dataset.fail); }
      }
    };
    const later = () => { clearTimeout(wait); wait = setTimeout(ask, 160); };
    q.addEventListener("input", (e) => { if (!e.isComposing) later(); });
    q.addEventListener("compositionend", later);
    q.addEventListener("click", () => { if (q.value.trim() && box.childElementCount) open(); });
    search.addEventListener("keydown", (e) => {
      if (typing(e)) return;
      if (e.key === "Escape") { close(); q.focus(); return; }
      if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
      const hits = all("[data-hit]", box);
      if (!hits.length) return;
      e.preventDefault();
      open();
      const at = hits.indexOf(document.activeElement) + (e.key === "ArrowDown" ? 1 : -1);
      if (at < 0) q.focus(); else hits[Math.min(at, hits.length - 1)].focus();
    });
    document.addEventListener("click", (e) => { if (!search.contains(e.target)) close(); });
    search.addEventListener("focusout", (e) => { if (e.relatedTarget && !search.contains(e.relatedTarget)) close(); });
  }

  // Drafts: what is typed into a marked form is kept in this browser until it was sent.
  const store = (() => { try { localStorage.setItem("huzhi.t", "1"); localStorage.removeItem("huzhi.t"); return localStorage; } catch { return null; } })();
  const user = document.body.dataset.user || "";
  const prefix = "huzhi.draft.";
  const drop = (k) => store && store.removeItem(k);
  if (store) {
    const sent = sessionStorage.getItem("huzhi.sent");
    if (sent) {
      sessionStorage.removeItem("huzhi.sent");
      if (user && !$("[data-error-summary]") && $("[data-flash=success]")) drop(sent);
    }
    const old = Date.now() - 14 * 864e5;
    for (const k of Object.keys(store)) {
      if (!k.startsWith(prefix)) continue;
      try { if (JSON.parse(store.getItem(k)).at < old) drop(k); } catch { drop(k); }
    }
  }
  const kept = (form) => [...form.elements].filter((x) => x.name && !x.readOnly && !["hidden", "password", "file", "submit", "button"].includes(x.type));
  const snapshot = (form) => kept(form).map((x) => [x.name, /^(radio|checkbox)$/.test(x.type) ? [x.value, x.checked] : x.value]);
  const restore = (form, fields) => {
    const left = kept(form);
    for (const [name, v] of fields) {
      const i = left.findIndex((x) => x.name === name && (!Array.isArray(v) || x.value === v[0]));
      if (i < 0) continue;
      const [x] = left.splice(i, 1);
      if (Array.isArray(v)) x.checked = v[1]; else x.value = v;
      x.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };
  for (const form of store && user ? all("form[data-draft]") : []) {
    const key = prefix + user + "." + form.dataset.draft;
    const note = $("[data-draft-note]", form);
    const first = JSON.stringify(snapshot(form));
    const link = (text, act) => { const b = document.createElement("button"); b.type = "button"; b.textContent = text; b.addEventListener("click", act); return b; };
    let draft = null;
    try { draft = JSON.parse(store.getItem(key)); } catch { drop(key); }
    if (draft && note && JSON.stringify(draft.fields) !== first && !$("[data-error-summary]", form.parentElement)) {
      const at = new Date(draft.at), two = (n) => String(n).padStart(2, "0");
      const when = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
      note.replaceChildren(note.dataset.found.replace("{0}", when),
        link(note.dataset.restore, () => { restore(form, draft.fields); note.replaceChildren(); }),
        link(note.dataset.drop, () => { drop(key); note.replaceChildren(); }));
    }
    let wait;
    form.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(() => {
        try {
          store.setItem(key, JSON.stringify({ at: Date.now(), fields: snapshot(form) }));
          if (note) note.replaceChildren(note.dataset.kept);
        } catch { /* the browser's store is full: nothing is lost that was not before */ }
      }, 600);
    });
    form.addEventListener("submit", () => { clearTimeout(wait); sessionStorage.setItem("huzhi.sent", key); });
  }
  document.addEventListener("submit", (e) => {
    if (!e.target.matches("[data-logout]") || !store) return;
    for (const k of Object.keys(store)) if (k.startsWith(prefix)) drop(k);
  });

  // Where somebody signs in nobody is signed in: the field app's key, pack and what the office has already go, as when the session has ended (field-store.js).
  if (location.pathname === "/login" && window.indexedDB?.databases) indexedDB.databases().then((list) => {
    if (!list.some((x) => x.name === "huzhi-field")) return;
    const r = indexedDB.open("huzhi-field");
    r.onsuccess = () => {
      const db = r.result;
      if (!db.objectStoreNames.contains("kept")) return;
      const kept = db.transaction("kept", "readwrite").objectStore("kept");
      kept.clear();
      kept.put({ name: "ended", value: true });
    };
  });

  // Ticked rows: one box ticks all, Shift ticks a range, the bar shows while something is ticked.
  for (const bar of all("form[data-bulk]")) {
    const boxes = () => all("input[type=checkbox][value]").filter((x) => x.form === bar && !x.dataset.tickAll && x.name !== "whole");
    const count = $(".bulk-count", bar);
    let lastBox = null;
    const show = () => {
      const on = boxes().filter((x) => x.checked).length;
      bar.hidden = on === 0;
      count.textContent = bar.dataset.words.replace("{0}", String(on));
      for (const a of all("[data-tick-all]")) { a.checked = on > 0 && on === boxes().length; a.indeterminate = on > 0 && on < boxes().length; }
    };
    document.addEventListener("change", (e) => {
      if (e.target.matches("[data-tick-all]")) for (const x of boxes()) x.checked = e.target.checked;
      if (e.target.form === bar || e.target.matches("[data-tick-all]")) show();
    });
    document.addEventListener("click", (e) => {
      const list = boxes(), i = list.indexOf(e.target);
      if (i < 0) return;
      if (e.shiftKey && lastBox) {
        const j = list.indexOf(lastBox);
        for (const x of list.slice(Math.min(i, j), Math.max(i, j) + 1)) x.checked = e.target.checked;
        show();
      }
      lastBox = e.target;
    });
    show();
  }

  // A question that is asked only with some answers of another one is hidden with the rest. The server asks no more of it then.
  for (const x of all("form [data-when]")) {
    const row = x.closest(".frow"), form = x.closest("form");
    const show = () => {
      const on = form.elements[x.dataset.when];
      row.hidden = !on || !x.dataset.is.split(" ").includes(on.value);
    };
    form.addEventListener("change", show);
    show();
  }

  // What was wrong comes first.
  const wrong = $("[data-error-summary]");
  if (wrong) wrong.focus();

  // Printing.
  for (const b of all("[data-print]")) { b.hidden = false; b.addEventListener("click", () => print()); }
  let folded = [];
  addEventListener("beforeprint", () => { folded = all("details.chart-fold:not([open])"); for (const d of folded) d.open = true; });
  addEventListener("afterprint", () => { for (const d of folded) d.open = false; });
})();

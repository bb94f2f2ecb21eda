// The pieces that the field app's screens are made of.
export default function parts(app) {
  // h makes an element: h("p", {class: "x", onclick: fn}, "text", child).
  const h = (tag, attrs, ...children) => {
    const el = document.createElement(tag);
    for (const [k, v] of Object.entries(attrs ?? {})) {
      if (v === undefined || v === null || v === false) continue;
      if (k.startsWith("on")) el.addEventListener(k.slice(2), v);
      else if (k in el && k !== "list" && k !== "form") el[k] = v;
      else el.setAttribute(k, v === true ? "" : v);
    }
    if (attrs?.class) el.className = attrs.class;
    el.append(...children.flat(9).filter((c) => c !== undefined && c !== null && c !== false && c !== ""));
    return el;
  };
  app.h = h;

  let last = 0;
  const named = (label, input, hint, wide) => {
    input.id ||= `x${++last}`;
    const note = hint && h("span", { class: "fapp-hint", id: `${input.id}-h` }, hint);
    if (note) input.setAttribute("aria-describedby", note.id);
    return h("div", { class: wide ? "fapp-field fapp-wide" : "fapp-field" }, h("label", { htmlFor: input.id }, label), input, note);
  };

  // The fields write what is typed into an object at once, and say so.
  app.text = (o, key, label, x = {}) => {
    const input = h(x.rows ? "textarea" : "input", {
      class: "form-control", value: o[key] ?? "", rows: x.rows, type: x.rows ? undefined : x.type ?? "text", inputMode: x.inputmode, maxLength: x.max ?? 300,
      autocomplete: "off", name: key, required: x.required, oninput: () => { o[key] = input.value; x.changed?.(); },
    });
    return named(label, input, x.hint, x.rows);
  };
  app.number = (o, key, label, x = {}) => {
    const by = x.by ?? 1;
    const input = h("input", {
      class: "form-control", name: key, inputMode: by === 1 ? "numeric" : "decimal", autocomplete: "off", value: o[key] ? String(o[key] / by) : "",
      oninput: () => {
        const n = Number(input.value.replace(/[,，\s]/g, ""));
        input.setAttribute("aria-invalid", String(!Number.isFinite(n) || n < 0));
        if (Number.isFinite(n) && n >= 0) { o[key] = Math.round(n * by); x.changed?.(); }
      },
    });
    return named(label, input, x.hint);
  };
  app.day = (o, key, label, x = {}) => {
    const input = h("input", { class: "form-control", type: "date", name: key, value: o[key] ?? "", onchange: () => { o[key] = input.value; x.changed?.(); } });
    return named(label, input, x.hint);
  };
  app.choose = (o, key, label, options, x = {}) => {
    const input = h("select", { class: "form-select", name: key, onchange: () => { o[key] = x.read ? x.read(input.value) : input.value; x.changed?.(); } },
      options.map(([value, text, off]) => h("option", { value, selected: String(value) === String((x.show ? x.show(o[key]) : o[key]) ?? ""), disabled: off }, text)));
    return named(label, input, x.hint);
  };
  app.tick = (label, on, changed, name) => {
    const input = h("input", { type: "checkbox", class: "form-check-input", checked: on, name, onchange: () => changed(input.checked) });
    return h("label", { class: "fapp-tick" }, input, h("span", null, label));
  };
  app.button = (label, look, fn, x = {}) => h("button", { type: "button", class: `btn fapp-btn ${look}`, onclick: fn, disabled: x.off, name: x.name, "data-do": x.does }, label);
  app.card = (title, ...children) => h("section", { class: "card fapp-card" }, title && h("h2", null, title), ...children);
  app.tag = (tone, text) => h("span", { class: `fapp-tag fapp-${tone}` }, text);
  app.note = (tone, text, ...more) => h("p", { class: `fapp-note fapp-${tone}`, role: tone === "late" ? "alert" : "status" }, text, ...more);

  // camera is a button that takes photographs, or takes them from the telephone's album.
  app.camera = (label, take, x = {}) => {
    const input = h("input", {
      type: "file", accept: "image/*", multiple: true, class: "visually-hidden", name: "photo", "data-take": x.does,
      onchange: async () => { const files = [...input.files]; input.value = ""; await take(files); },
    });
    if (!x.album) input.setAttribute("capture", "environment");
    return h("label", { class: `btn fapp-btn fapp-camera ${x.look ?? "btn-primary"}` }, label, input);
  };

  const two = (n) => String(n).padStart(2, "0");
  app.time = (s) => {
    if (!s) return "–";
    const d = new Date(s);
    return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${two(d.getHours())}:${two(d.getMinutes())}`;
  };
  app.size = (n) => (n >= 1 << 20 ? `${(n / (1 << 20)).toFixed(1)} MB` : `${Math.ceil(n / 1024)} kB`);

  // where is the place of the telephone, or null: nothing waits for it long.
  app.where = () => new Promise((ok) => {
    if (!navigator.geolocation) return ok(null);
    const late = setTimeout(() => ok(null), 4000);
    navigator.geolocation.getCurrentPosition((p) => {
      clearTimeout(late);
      ok({ latitude: p.coords.latitude, longitude: p.coords.longitude, accuracy: Math.round(p.coords.accuracy), at: new Date(p.timestamp).toISOString() });
    }, () => { clearTimeout(late); ok(null); }, { enableHighAccuracy: true, maximumAge: 60000, timeout: 4000 });
  });

  // signature is a field to sign on; done gets the picture.
  app.signature = (done) => {
    const pad = h("canvas", { class: "fapp-sign", width: 640, height: 280, role: "img", "aria-label": app.t("field.app.sign.pad") });
    const pen = pad.getContext("2d");
    let drawn = false, down = false;
    const blank = () => {
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, pad.width, pad.height);
      Object.assign(pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
      drawn = false;
    };
    const at = (e) => { const r = pad.getBoundingClientRect(); return [((e.clientX - r.left) * pad.width) / r.width, ((e.clientY - r.top) * pad.height) / r.height]; };
    pad.addEventListener("pointerdown", (e) => { down = true; pad.setPointerCapture(e.pointerId); pen.beginPath(); pen.moveTo(...at(e)); });
    pad.addEventListener("pointermove", (e) => { if (!down) return; drawn = true; pen.lineTo(...at(e)); pen.stroke(); });
    for (const end of ["pointerup", "pointercancel"]) pad.addEventListener(end, () => { down = false; });
    blank();
    const said = app.note("late", app.t("field.app.sign.empty"));
    said.hidden = true;
    return h("div", null, pad, said, h("div", { class: "fapp-row" },
      app.button(app.t("field.app.sign.clear"), "", blank),
      app.button(app.t("field.app.sign.done"), "btn-primary", () => { if (!drawn) { said.hidden = false; return; } pad.toBlob(done, "image/png"); }, { does: "signed" })));
  };
}

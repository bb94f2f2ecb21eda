// What a party reads before it signs, and takes with it: the record of its shop in Chinese, as the paper will say it. The paper itself gets its number at the office.
export default function read(app) {
  const zh = (key, ...args) => ((app.chinese ?? app.words)[key] ?? key).replace(/\{(\d)\}/g, (whole, n) => (n in args ? String(args[n]) : whole));
  const { h, t } = app;
  const money = (fen) => (fen / 100).toFixed(2);
  const result = (f) => zh(`visit.result.${(f.decision === "overrule" ? f.verdict : f.answer) || "CHECK"}`);

  // lines is the record of a party, a line each.
  const lines = (v, p) => {
    const r = v.record, office = app.pack?.offices?.find((o) => o.code === r.jurisdiction);
    const officers = (office?.officers ?? []).filter((o) => r.officers.includes(o.id)).map((o) => zh("field.read.officer", o.name, o.certificate));
    const out = [zh("field.read.title")];
    const add = (key, ...args) => { if (args[0] || args[0] === 0) out.push(zh(`field.read.${key}`, ...args)); };
    add("party", [p.name, p.address, p.person, p.phone].filter(Boolean).join("，"));
    add("time", app.time(r.began_at));
    add("place", [r.name, r.address].filter(Boolean).join("，"));
    add("officers", officers.join("、") || r.officers.length);
    if (r.shown) out.push(zh("field.read.shown"));
    p.findings.forEach((f, i) => {
      out.push(zh("field.read.finding", i + 1, f.facts.product || zh("field.read.product"), zh(`visit.medium.${f.facts.medium}`), [f.facts.text, f.number].filter(Boolean).join(" "), result(f)));
      if (f.decision === "overrule") out.push(zh("field.read.overruled", f.reason));
      if (f.note) out.push(f.note);
      if (f.photos.length) out.push(zh("field.read.photos", f.photos.length, f.photos.map((x) => x.sha256.slice(0, 16)).join("、")));
    });
    if (!p.findings.length) out.push(zh("field.read.none"));
    p.goods.forEach((g, i) => out.push(zh("field.read.goods", i + 1, [g.item, g.model].filter(Boolean).join(" "), `${g.quantity}${g.unit}`, money(g.unit_price), g.kept || "–")));
    p.measures.forEach((m, i) => out.push(zh("field.read.measure", i + 1, zh(`visit.measure.${m.kind}`), m.text)));
    add("statement", p.statement);
    if (p.sign) out.push(zh(`field.read.sign.${p.sign.how}`, p.sign.name || "–", p.sign.witness, app.time(p.sign.at)));
    out.push(zh("field.read.end"));
    return out;
  };

  // readOf is the text to be read before signing.
  app.readOf = (v, p) => {
    const box = h("div", { class: "fapp-read", tabIndex: 0, role: "region", lang: "zh-CN", "aria-label": t("field.app.sign.text") });
    box.again = () => box.replaceChildren(...lines(v, p).map((s) => h("p", null, s)));
    box.again();
    return box;
  };

  // copyOf gives the party its copy at once, as a file: by what the telephone shares with, else saved.
  app.copyOf = (v, p) => app.button(t("field.app.copy"), "", async () => {
    const file = new File(["\ufeff" + lines(v, p).join("\r\n")], `${p.name || "record"}.txt`, { type: "text/plain" });
    if (navigator.canShare?.({ files: [file] })) { await navigator.share({ files: [file] }).catch(() => {}); return; }
    const url = URL.createObjectURL(file);
    h("a", { href: url, download: file.name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  }, { does: "copy" });
}

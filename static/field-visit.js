// The screens of the field app: the day, a visit, one shop of it, one finding. Where one stands is in the address (#v/…/p/…/f/…), so that
// "back" works and a page that was killed opens where it was.
export default function visit(app) {
  const { h, t } = app;
  const now = () => new Date().toISOString();
  const find = (list, id) => list.find((x) => x.id === id);
  let open, soon; // the visit on the screen: written at every key

  // touch writes a visit after a change. Whoever changes what a party has signed takes the signature off.
  const touch = (v = open, party) => {
    if (party?.sign) party.sign = null;
    Object.assign(v, { dirty: true, stamp: app.newID(), since: v.since || now(), error: "" });
    clearTimeout(soon);
    soon = setTimeout(() => app.changed(), 500); // the bar on top says what waits
    return app.putVisit(v).catch((err) => { app.fault = t("field.app.full.lost", err.message); app.changed(); });
  };

  const start = async (task) => {
    const where = app.where();
    const v = {
      id: task?.id ?? app.newID(), owner: app.user, ownerName: app.name, base: task?.version ?? 0, dirty: false, queued: false, error: "", since: "", sent: "", note: task?.note ?? "", earlier: task?.earlier ?? [],
      record: task?.record ?? {
        jurisdiction: task?.jurisdiction ?? app.pack?.home ?? "", place: task?.place ?? app.pack?.home ?? "", kind: task?.kind ?? "market", name: task?.name ?? "", address: task?.address ?? "",
        officers: task?.officers?.length ? task.officers : [app.user], shown: false, began_at: now(), ended_at: "0001-01-01T00:00:00Z", position: null, checklist: [], parties: [], note: "", finished: false, paper: false,
        device: navigator.userAgent.slice(0, 300),
      },
    };
    const had = await app.visit(v.id);
    if (!had || (!had.dirty && had.base < v.base)) {
      await touch(v);
      where.then(async (p) => {
        if (!p) return;
        const x = open?.id === v.id ? open : await app.visit(v.id);
        if (!x || x.record.position) return;
        x.record.position = p;
        x.stamp = app.newID();
        await app.putVisit(x).catch(() => {});
      });
    }
    location.hash = `v/${v.id}`;
  };

  // ---- the day
  const stateOf = (v) => {
    if (v.dirty && v.error) return app.tag("late", t("field.app.state.refused"));
    if (v.dirty && v.queued) return app.tag("soon", t("field.app.state.waiting"));
    if (v.dirty) return app.tag("run", t("field.app.state.draft"));
    if (v.rival) return app.tag("late", t("field.app.state.rival"));
    return app.tag("done", t("field.app.state.sent"));
  };
  const count = (v, what) => v.record.parties.reduce((n, p) => n + (what === "photos" ? p.findings.reduce((m, f) => m + f.photos.length, 0) : p[what].length), 0);

  const home = async () => {
    if (app.locked()) return [app.note("soon", t("field.app.locked"))];
    const visits = (await app.visits()).sort((a, b) => (a.id < b.id ? 1 : -1));
    const mine = visits.filter((v) => v.owner === app.user), others = visits.filter((v) => v.owner !== app.user && v.dirty);
    const begun = new Set(mine.map((v) => v.id));
    const tasks = (app.pack?.tasks ?? []).filter((x) => !begun.has(x.id) || mine.some((v) => v.id === x.id && !v.dirty && v.base < x.version));
    return [
      app.button(t("field.app.start"), "btn-primary fapp-big", () => start(), { does: "start" }),
      tasks.length > 0 && app.card(t("field.app.tasks"), tasks.map((x) => h("article", { class: "fapp-item" },
        h("h3", null, x.name), h("p", { class: "fapp-sub" }, `${x.on} · ${t(`visit.kind.${x.kind}`)} · ${x.address || placeName(x.place)}`), x.note && h("p", null, x.note),
        earlier(x.earlier), app.button(t("field.app.go"), "", () => start(x), { name: x.id, does: "task" })))),
      mine.length > 0 && app.card(t("field.app.mine"), mine.map((v) => h("article", { class: "fapp-item", "data-visit": v.id },
        h("h3", null, v.record.name || t("field.app.unnamed"), " ", stateOf(v)),
        h("p", { class: "fapp-sub" }, `${app.time(v.record.began_at)} · ${t("field.app.counts", v.record.parties.length, count(v, "findings"), count(v, "photos"))}`),
        v.error && app.note("late", v.error), v.rival && !v.dirty && app.note("late", t("field.app.rival"), " ", h("a", { href: `/visits/${v.id}` }, t("field.app.desk"))),
        v.skew && Math.abs(v.skew) > 120000 ? app.note("soon", t("field.app.skew", Math.round(v.skew / 60000))) : null,
        h("div", { class: "fapp-row" }, app.button(t("field.app.open"), "", () => { location.hash = `v/${v.id}`; }, { does: "open" }),
          v.dirty && app.button(t("field.app.export"), "", () => save(v)), !v.dirty && h("a", { class: "btn fapp-btn", href: `/visits/${v.id}` }, t("field.app.desk")))))),
      others.length > 0 && app.card(t("field.app.others"), others.map((v) => h("p", null, t("field.app.others.of", v.ownerName, app.time(v.since))))),
      h("p", { class: "fapp-sub" }, app.pack ? t("field.app.pack", app.time(app.pack.now)) : t("field.app.pack.none"), " ", t(app.readyAt ? "field.app.ready" : "field.app.ready.not")),
      h("p", null, h("a", { href: "/visits" }, t("field.app.desk.all"))),
      h("details", { class: "fapp-more" }, h("summary", { "data-do": "out" }, t("field.app.out")), h("p", null, t("field.app.out.text")), app.button(t("field.app.out.yes"), "", app.signOut, { does: "sign-out" })),
    ];
  };
  const earlier = (list) => list?.length > 0 && h("details", { class: "fapp-more" }, h("summary", null, t("field.app.earlier", list.length)),
    h("ul", null, list.map((e) => h("li", null, `${e.on} · ${e.party} · ${e.product} ${e.number} · ${t(`visit.result.${e.result}`)}`))));
  const placeName = (code) => app.pack?.places?.find((p) => p.code === code)?.name ?? code;

  // save gives a visit out as a file, photographs and all, for when it cannot be sent.
  const save = async (v) => {
    const files = [];
    for (const b of await app.blobsOf(v.id)) {
      let s = "";
      for (const x of new Uint8Array(await app.bytes(b))) s += String.fromCharCode(x);
      files.push({ sha256: b.sha, media_type: b.type, base64: btoa(s) });
    }
    const url = URL.createObjectURL(new Blob([JSON.stringify({ id: v.id, base: v.base, record: v.record, files })], { type: "application/json" }));
    h("a", { href: url, download: `huzhi-${v.id}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  };

  // ---- a visit
  const visitScreen = (v) => {
    const r = v.record, changed = () => touch(v), redraw = () => touch(v).then(app.draw);
    if (r.finished) return finishedScreen(v);
    const office = app.pack?.offices?.find((o) => o.code === r.jurisdiction), people = office?.officers ?? [];
    const offices = (app.pack?.offices ?? [{ code: r.jurisdiction, name: r.jurisdiction }]).map((o) => [o.code, o.name]);
    // Parties come after the first step; it opens the way without drawing anew what is being typed into.
    const gate = () => { const ok = r.shown && r.officers.length >= 2 && r.name.trim(); first.hidden = ok; for (const x of after) x.hidden = !ok; };
    const invalid = people.filter((p) => r.officers.includes(p.id) && !p.valid);
    const first = app.note("soon", t("field.app.first"));
    const after = [partiesCard(v), endCard(v, changed)];
    gate();
    return [
      back("", t("field.app.home")),
      v.error && app.note("late", v.error),
      app.card(t("field.app.step.who"),
        h("fieldset", { class: "fapp-set" }, h("legend", null, t("field.app.officers")), people.map((p) => app.tick(`${p.name}（${p.certificate || "–"}，${t("field.app.until", p.until || "–")}）`, r.officers.includes(p.id),
          (on) => { r.officers = on ? [...new Set([...r.officers, p.id])] : r.officers.filter((x) => x !== p.id || p.id === app.user); redraw(); }, `officer-${p.id}`))),
        invalid.map((p) => app.note("late", t("field.app.certificate.bad", p.name))),
        app.tick(t("field.app.shown"), r.shown, (on) => { r.shown = on; redraw(); }, "shown"),
        app.text(r, "name", t("field.app.place.name"), { changed: () => { changed(); gate(); }, required: true }),
        app.choose(r, "kind", t("field.app.kind"), ["market", "shop", "factory", "exhibition", "warehouse"].map((k) => [k, t(`visit.kind.${k}`)]), { changed: () => { r.checklist = []; redraw(); } }),
        app.text(r, "address", t("field.app.address"), { changed }),
        offices.length > 1 && v.base === 0 && app.choose(r, "jurisdiction", t("field.app.office"), offices, { changed: redraw }),
        app.choose(r, "place", t("field.app.county"), (app.pack?.places ?? []).map((p) => [p.code, p.name]), { changed }),
        h("p", { class: "fapp-sub" }, t("field.app.began", app.time(r.began_at)), " ", r.position ? t("field.app.position", r.position.latitude.toFixed(5), r.position.longitude.toFixed(5), r.position.accuracy) : t("field.app.position.none"))),
      v.note && app.note("run", v.note), earlier(v.earlier),
      checklist(v),
      first, after,
      v.base === 0 && !v.sent && h("details", { class: "fapp-more" }, h("summary", null, t("field.app.discard")), h("p", null, t("field.app.discard.text")),
        app.button(t("field.app.discard.yes"), "btn-danger", () => discard(v))),
    ];
  };
  const partiesCard = (v) => {
    const r = v.record;
    return app.card(t("field.app.step.parties"),
        r.parties.map((p) => h("article", { class: "fapp-item", "data-party": p.id }, h("h3", null, p.name || t("field.app.unnamed"), " ", signTag(p)),
          h("p", { class: "fapp-sub" }, `${p.address} ${t("field.app.counts.party", p.findings.length, p.goods.length)}`),
          h("div", { class: "fapp-row" }, app.button(t("field.app.open"), "", () => { location.hash = `v/${v.id}/p/${p.id}`; }, { does: "party" }),
            app.camera(t("field.app.shoot"), (files) => shoot(v, p, null, files), { does: "shoot" })))),
        app.button(t("field.app.party.add"), "fapp-big", () => {
          const p = { id: app.newID(), name: r.parties.length === 0 && r.kind !== "market" ? r.name : "", address: "", person: "", phone: "", findings: [], goods: [], measures: [], statement: "", sign: null };
          r.parties.push(p);
          touch(v).then(() => { location.hash = `v/${v.id}/p/${p.id}`; });
        }, { does: "add-party" }));
  };
  const endCard = (v, changed) => app.card(t("field.app.step.end"), app.text(v.record, "note", t("field.app.note"), { rows: 3, max: 5000, changed }), missing(v).map((m) => app.note("soon", m)),
        app.button(t("field.app.finish"), "btn-primary fapp-big", () => finish(v), { off: missing(v).length > 0, does: "finish" }),
        app.button(t("field.app.send.open"), "", () => { v.queued = true; touch(v).then(() => app.send()); }, { does: "send-open" }));
  const signTag = (p) => (p.sign ? app.tag("done", t(p.sign.how === "refused" ? "field.app.sign.refused" : "field.app.sign.yes")) : app.tag("soon", t("field.app.sign.not")));
  const missing = (v) => {
    const out = [], r = v.record;
    if (!r.parties.length) out.push(t("field.app.missing.party"));
    for (const p of r.parties) {
      const name = p.name || t("field.app.unnamed");
      if (!p.name) out.push(t("field.app.missing.name"));
      if (p.findings.some((f) => !f.decision)) out.push(t("field.app.missing.decision", name));
      if (!p.sign) out.push(t("field.app.missing.sign", name));
    }
    return out;
  };
  const finish = async (v) => {
    v.record.finished = true;
    v.record.ended_at = now();
    v.queued = true;
    await touch(v);
    location.hash = "";
    app.send();
  };
  const discard = async (v) => {
    for (const b of await app.blobsOf(v.id)) await app.dropBlob(b.sha);
    await app.dropVisit(v.id);
    location.hash = "";
  };
  const finishedScreen = (v) => [
    back("", t("field.app.home")), h("h2", null, v.record.name, " ", stateOf(v)), v.error && app.note("late", v.error),
    v.record.parties.map((p) => app.card(p.name, h("p", { class: "fapp-sub" }, t("field.app.counts.party", p.findings.length, p.goods.length)), p.findings.map((f) => photoRow(v, f)), app.copyOf(v, p))),
    v.dirty && app.button(t("field.app.again"), "", () => { v.record.finished = false; v.queued = false; touch(v).then(app.draw); }, { does: "again" }),
    !v.dirty && h("a", { class: "btn fapp-btn", href: `/visits/${v.id}` }, t("field.app.desk")),
  ];
  const checklist = (v) => {
    const r = v.record, items = app.pack?.lists?.[r.kind] ?? [], say = app.lang === "en" ? "EN" : "ZH";
    if (!items.length) return null;
    return h("details", { class: "card fapp-card fapp-more", open: false }, h("summary", null, t("field.app.checklist", r.checklist.length, items.length)), items.map((x) => {
      const had = r.checklist.find((c) => c.item === x.id), text = (o) => o[say.toLowerCase()] ?? o[say];
      return h("fieldset", { class: "fapp-set" }, h("legend", null, text(x.text), h("span", { class: "fapp-hint" }, text(x.cite))),
        ["yes", "no", "none"].map((a) => h("label", { class: "fapp-tick" }, h("input", { type: "radio", name: `c-${x.id}`, checked: had?.answer === a, onchange: () => {
          r.checklist = [...r.checklist.filter((c) => c.item !== x.id), { item: x.id, answer: a, note: "" }];
          touch(v);
        } }), h("span", null, t(`visit.answer.${a}`)))));
    }));
  };
  const back = (hash, label) => h("a", { class: "fapp-back", href: `#${hash}` }, `‹ ${label}`);

  // ---- one shop
  const partyScreen = (v, p) => {
    const paper = p.sign ? null : app.readOf(v, p); // what is signed is what was read: it follows what is typed
    const changed = () => { touch(v, p); paper?.again(); }, redraw = () => touch(v, p).then(app.draw);
    return [
      back(`v/${v.id}`, v.record.name || t("field.app.unnamed")),
      app.card(t("field.app.party"), app.text(p, "name", t("field.app.party.name"), { changed, required: true }), app.text(p, "address", t("field.app.party.address"), { changed }),
        app.text(p, "person", t("field.app.party.person"), { changed }), app.text(p, "phone", t("field.app.party.phone"), { changed, type: "tel", inputmode: "tel", max: 60 })),
      app.card(t("field.app.findings"), p.findings.map((f) => h("article", { class: "fapp-item" }, h("h3", null, f.facts.product || f.number || t("field.app.unnamed"), " ", f.decision ? app.tag(toneOf(resultOf(f)), t(`visit.result.${resultOf(f)}`)) : app.tag("soon", t("field.app.undecided"))),
        photoRow(v, f), app.button(t("field.app.open"), "", () => { location.hash = `v/${v.id}/p/${p.id}/f/${f.id}`; }, { does: "finding" }))),
        h("div", { class: "fapp-row" }, app.camera(t("field.app.shoot"), (files) => shoot(v, p, null, files), { does: "shoot" }),
          app.button(t("field.app.finding.add"), "", async () => { const f = blank(v, p); await touch(v, p); location.hash = `v/${v.id}/p/${p.id}/f/${f.id}`; }, { does: "add-finding" }))),
      app.card(t("field.app.goods"), p.goods.map((g, i) => h("div", { class: "fapp-item fapp-grid" }, app.text(g, "item", t("field.app.goods.item"), { changed }), app.text(g, "model", t("field.app.goods.model"), { changed }),
        app.number(g, "quantity", t("field.app.goods.quantity"), { changed }), app.text(g, "unit", t("field.app.goods.unit"), { changed, max: 20 }),
        app.number(g, "unit_price", t("field.app.goods.price"), { changed, by: 100 }), app.text(g, "kept", t("field.app.goods.kept"), { changed }),
        app.button(t("field.app.remove"), "", () => { p.goods.splice(i, 1); redraw(); }))),
        app.button(t("field.app.goods.add"), "", () => { p.goods.push({ item: p.findings.at(-1)?.facts.product ?? "", model: "", quantity: 0, unit: t("field.app.goods.unit.usual"), unit_price: 0, kept: "", remark: "" }); redraw(); }, { does: "add-goods" })),
      app.card(t("field.app.measures"), p.measures.map((m, i) => h("div", { class: "fapp-item" },
        app.choose(m, "kind", t("field.app.measure"), ["sampling", "preserve", "correction"].map((k) => [k, t(`visit.measure.${k}`)]), { changed: redraw }),
        app.text(m, "text", t("field.app.measure.text"), { rows: 3, max: 5000, changed }),
        m.kind === "preserve" && app.text(m, "approved", t("field.app.measure.approved"), { changed, max: 100, hint: t("field.app.measure.approved.hint") }),
        app.button(t("field.app.remove"), "", () => { p.measures.splice(i, 1); redraw(); }))),
        app.button(t("field.app.measure.add"), "", () => { p.measures.push({ kind: "correction", text: "", approved: "", at: now() }); redraw(); }, { does: "add-measure" })),
      app.card(t("field.app.sign"), app.text(p, "statement", t("field.app.statement"), { rows: 3, max: 5000, changed }), p.sign ? signed(v, p) : signing(v, p, paper)),
      v.record.parties.length > 0 && h("details", { class: "fapp-more" }, h("summary", null, t("field.app.party.remove")), h("p", null, t("field.app.party.remove.text")),
        app.button(t("field.app.remove"), "btn-danger", () => { v.record.parties = v.record.parties.filter((x) => x.id !== p.id); touch(v).then(() => { location.hash = `v/${v.id}`; }); })),
    ];
  };
  const signed = (v, p) => [app.copyOf(v, p), app.note("done", t(p.sign.how === "refused" ? "field.app.sign.refused.by" : "field.app.sign.by", p.sign.name || p.sign.witness, app.time(p.sign.at))),
    app.button(t("field.app.sign.again"), "", () => { p.sign = null; touch(v).then(app.draw); })];
  const signing = (v, p, paper) => {
    const s = p.draftSign ?? { name: p.person, witness: "", reason: "" };
    const refuse = h("details", { class: "fapp-more" }, h("summary", { "data-do": "refuse" }, t("field.app.sign.refuse")), app.text(s, "witness", t("field.app.sign.witness"), { required: true }), app.text(s, "reason", t("field.app.sign.reason")),
      app.button(t("field.app.sign.refuse.save"), "btn-danger", () => {
        if (!s.witness.trim()) return;
        p.sign = { how: "refused", name: s.name, image: "", witness: s.witness, reason: s.reason, at: now() };
        touch(v).then(app.draw);
      }, { does: "refused" }));
    return [h("p", { class: "fapp-sub" }, t("field.app.sign.read")), paper, app.text(s, "name", t("field.app.sign.name")), app.signature(async (picture) => {
      const bytes = await picture.arrayBuffer(), sha = await app.hash(bytes);
      p.sign = { how: "screen", name: s.name, image: sha, witness: "", reason: "", at: now() };
      await putPhoto(v, { sha, bytes, type: "image/png" });
      app.draw();
    }), refuse];
  };

  // ---- one finding
  const blank = (v, p) => {
    const f = { id: app.newID(), at: now(), number: "", how: "", facts: { medium: "product", text: "", role: v.record.kind === "factory" ? "maker" : "seller", party: p.name, product: "", produced_on: "", sold_on: "", matches: "", permission: null, shows_valid_own_patent: null, forged_paper: false, unaware: null, lawful_source: null },
      answer: "", rules: "", decision: "", verdict: "", reason: "", note: "", photos: [] };
    p.findings.push(f);
    return f;
  };
  // shoot takes photographs into a finding, a new one where none is given. The bytes are kept as the camera made them.
  const shoot = async (v, p, f, files) => {
    if (!files.length) return;
    const fresh = !f;
    f ??= blank(v, p);
    const position = await app.where();
    for (const file of files) {
      if (file.size > (app.pack?.file_most ?? 25 << 20)) { app.fault = t("field.app.photo.large", file.name, app.size(app.pack?.file_most ?? 25 << 20)); continue; }
      if ((await app.room()) < file.size + (20 << 20)) { app.fault = t("field.app.full.photo", file.name); continue; }
      const bytes = await file.arrayBuffer().catch(() => null);
      if (!bytes) { app.fault = t("field.app.photo.unread", file.name); continue; }
      const sha = await app.hash(bytes);
      if (p.sign) p.sign = null;
      if (!f.photos.some((x) => x.sha256 === sha)) f.photos.push({ sha256: sha, name: file.name, media_type: file.type, size: file.size, taken_at: now(), position, caption: "" });
      await putPhoto(v, { sha, bytes, type: file.type });
    }
    if (fresh) location.hash = `v/${v.id}/p/${p.id}/f/${f.id}`;
    else app.draw();
    app.changed();
  };
  // putPhoto writes the bytes and the visit that names them together.
  const putPhoto = async (v, b) => {
    Object.assign(v, { dirty: true, stamp: app.newID(), since: v.since || now(), error: "" });
    try {
      await app.putPhoto(v, { ...b, visit: v.id, sent: false, at: now() });
    } catch (err) {
      app.fault = t("field.app.full.lost", err.message);
      for (const p of v.record.parties) for (const f of p.findings) f.photos = f.photos.filter((x) => x.sha256 !== b.sha);
      app.changed();
    }
  };
  const photoRow = (v, f) => {
    const row = h("ul", { class: "fapp-photos" });
    app.blobsOf(v.id).then((blobs) => {
      for (const x of f.photos) {
        const b = blobs.find((y) => y.sha === x.sha256);
        const item = h("li", { "data-sha": x.sha256, "data-state": !b || b.sent ? "sent" : "kept" },
          app.tag(!b || b.sent ? "done" : "soon", t(!b || b.sent ? "field.app.photo.sent" : "field.app.photo.kept")));
        row.append(item);
        if (b) app.bytes(b).then((bytes) => {
          const url = URL.createObjectURL(new Blob([bytes], { type: b.type }));
          item.prepend(h("img", { src: url, alt: x.caption || x.name, onload: () => URL.revokeObjectURL(url) }));
        }).catch(() => {});
      }
    });
    return row;
  };
  const resultOf = (f) => (f.decision === "overrule" ? f.verdict : f.answer) || "CHECK";
  const toneOf = (r) => ({ OK: "done", DEFECT: "soon", CHECK: "run", SUSPECT: "late" })[r] ?? "stop";
  const three = (key, f, changed) => app.choose(f.facts, key, t(`field.app.fact.${key}`), [["", t("field.app.unasked")], ["true", t("visit.answer.yes")], ["false", t("visit.answer.no")]],
    { changed, read: (s) => (s === "" ? null : s === "true"), show: (x) => (x === null || x === undefined ? "" : String(x)) });

  const findingScreen = (v, p, f) => {
    const answer = h("div", { class: "fapp-answer", "aria-live": "polite" });
    let turn = 0;
    const judge = async () => {
      const mine = ++turn, said = await app.check(f);
      if (mine !== turn) return;
      const [register, registers] = [said?.register?.found ? said.register : undefined, said?.registers?.filter((r) => r.found) ?? []]; // by what it was judged
      if (said && (f.answer !== said.result || f.rules !== said.rules || JSON.stringify([f.facts.register, f.facts.registers ?? []]) !== JSON.stringify([register, registers]))) {
        // An answer that an officer has decided on is not put another in its place: the decision is asked for anew.
        if (f.answer && f.decision && f.answer !== said.result) f.decision = "";
        Object.assign(f, { answer: said.result, rules: said.rules });
        Object.assign(f.facts, { register, registers });
        await touch(v, p);
      }
      const lang = app.lang === "en" ? "en" : "zh";
      answer.replaceChildren(...(said ? [h("p", null, app.tag(toneOf(said.result), t(`visit.result.${said.result}`))),
        h("ul", null, [...said.findings].map((x) => h("li", null, x.number && said.registers?.length ? h("strong", null, `${x.number} `) : "", x.reason[lang], h("span", { class: "fapp-hint" }, t("field.app.cite", x.cite.split(" / ")[lang === "en" ? 1 : 0], x.row)), x.order && h("span", { class: "fapp-hint" }, x.order[lang])))),
        said.unless?.length ? h("details", { class: "fapp-more" }, h("summary", null, t("field.app.unless")), h("ul", null, [...said.unless].map((x) => h("li", null, x[lang])))) : ""] : [app.note("run", t("field.app.check.later"))]));
    };
    const changed = () => { f.decision = ""; touch(v, p); judge(); };
    const number = app.text(f, "number", t("field.app.number"), { max: 200, hint: t("field.app.number.hint"), changed: () => { f.how ||= "typed"; changed(); } });
    number.querySelector("input").addEventListener("paste", () => { f.how = "pasted"; });
    const overrule = { verdict: f.verdict, reason: f.reason };
    judge();
    return [
      back(`v/${v.id}/p/${p.id}`, p.name || t("field.app.unnamed")),
      app.card(t("field.app.photos"), photoRow(v, f), h("div", { class: "fapp-row" }, app.camera(t("field.app.shoot"), (files) => shoot(v, p, f, files), { does: "photo" }), app.camera(t("field.app.album"), (files) => shoot(v, p, f, files), { album: true, look: "", does: "album" }))),
      app.card(t("field.app.mark"), app.text(f.facts, "product", t("field.app.product"), { changed }), number,
        app.camera(t("field.app.scan"), async ([file]) => {
          const said = file && (await app.scan(file).catch(() => ""));
          if (said) { Object.assign(f, { number: said.slice(0, 200), how: "scanned", decision: "" }); await touch(v, p); app.draw(); } else { app.fault = t("field.app.scan.none"); app.changed(); }
        }, { look: "", does: "scan" }),
        app.text(f.facts, "text", t("field.app.text"), { rows: 3, max: 5000, hint: t("field.app.text.hint"), changed }),
        h("div", { class: "fapp-grid" }, app.choose(f.facts, "medium", t("field.app.medium"), ["product", "packaging", "manual", "web", "advertisement", "contract"].map((x) => [x, t(`visit.medium.${x}`)]), { changed }),
          app.choose(f.facts, "role", t("field.app.role"), ["maker", "patentee", "licensee", "seller", "advertiser"].map((x) => [x, t(`visit.role.${x}`)]), { changed }),
          app.day(f.facts, "produced_on", t("field.app.produced_on"), { changed }), app.day(f.facts, "sold_on", t("field.app.sold_on"), { changed })),
        h("details", { class: "fapp-more" }, h("summary", null, t("field.app.facts")), h("div", { class: "fapp-grid" },
          app.choose(f.facts, "matches", t("field.app.matches"), [["", t("field.app.unasked")], ...["yes", "no", "unclear"].map((x) => [x, t(`visit.matches.${x}`)])], { changed }),
          ["permission", "shows_valid_own_patent", "unaware", "lawful_source"].map((k) => three(k, f, changed))),
          app.tick(t("field.app.fact.forged_paper"), f.facts.forged_paper, (on) => { f.facts.forged_paper = on; changed(); }, "forged_paper"))),
      app.card(t("field.app.answer"), answer, f.decision && app.note("done", t(`field.app.decided.${f.decision}`, t(`visit.result.${resultOf(f)}`))),
        app.button(t("field.app.confirm"), "btn-primary", () => { f.decision = "confirm"; f.verdict = ""; f.reason = ""; touch(v, p).then(app.draw); }, { does: "confirm" }),
        h("details", { class: "fapp-more" }, h("summary", null, t("field.app.overrule")), app.choose(overrule, "verdict", t("field.app.verdict"), [["", "–"], ...["OK", "DEFECT", "CHECK", "SUSPECT"].map((x) => [x, t(`visit.result.${x}`)])]),
          app.text(overrule, "reason", t("field.app.reason"), { rows: 2, max: 2000 }),
          app.button(t("field.app.overrule.save"), "", () => { if (!overrule.verdict || !overrule.reason.trim()) return; Object.assign(f, overrule, { decision: "overrule" }); touch(v, p).then(app.draw); }, { does: "overrule" }))),
      app.card(null, app.text(f, "note", t("field.app.note"), { rows: 3, max: 5000, changed: () => touch(v, p) }),
        h("details", { class: "fapp-more" }, h("summary", null, t("field.app.finding.remove")), app.button(t("field.app.remove"), "btn-danger", () => { p.findings = p.findings.filter((x) => x.id !== f.id); touch(v, p).then(() => { location.hash = `v/${v.id}/p/${p.id}`; }); }))),
    ];
  };

  // ---- the frame: what waits stands on top of every screen
  const bar = h("header", { class: "fapp-bar" }), screen = h("div", { class: "fapp-screen" });
  app.changed = async () => {
    const q = await app.queue(), room = await app.room();
    bar.replaceChildren(h("div", { class: "fapp-row" },
      h("strong", { class: "fapp-waits", role: "status", "data-waits": q.items }, q.items ? t(q.items === 1 ? "field.app.waits.one" : "field.app.waits.other", q.items) : t("field.app.waits.none")),
      app.tag(navigator.onLine && !app.lost ? "done" : "stop", t(app.sending() ? "field.app.sending" : navigator.onLine && !app.lost ? "field.app.online" : "field.app.offline")),
      app.button(t("field.app.send"), "btn-primary", () => app.send(), { off: !q.items || app.sending(), does: "send" })),
      q.drafts ? h("p", { class: "fapp-sub" }, t("field.app.drafts", q.drafts)) : "", q.refused ? app.note("late", t("field.app.refused", q.refused)) : "", q.rivals ? app.note("late", t("field.app.rivals", q.rivals)) : "",
      q.old ? app.note("late", t("field.app.old")) : "", room < 100 << 20 ? app.note("late", t("field.app.full", app.size(room))) : "",
      app.pack && Math.abs(app.pack.clock) > 120000 ? app.note("soon", t("field.app.clock", Math.round(app.pack.clock / 60000))) : "",
      app.fault ? app.note("late", app.fault, " ", app.button(t("field.app.seen"), "", () => { app.fault = ""; app.changed(); })) : "",
      app.signedOut ? app.note("late", t("field.app.ended"), " ", h("a", { href: "/login?next=/field" }, t("field.app.signin"))) : "");
    if (!location.hash || app.shown?.record.finished) app.draw(true); // where states stand
  };
  app.draw = async (still) => {
    const [, id, , pid, , fid] = location.hash.slice(1).split("/");
    if (id && (open?.id !== id || !open.dirty || open.queued)) open = await app.visit(id);
    if (app.signedOut) open = undefined;
    const v = id && open?.record && open.owner === app.user ? open : null, p = v && pid ? find(v.record.parties, pid) : null, f = p && fid ? find(p.findings, fid) : null;
    app.shown = v;
    const parts = app.signedOut ? [] : f && !v.record.finished ? findingScreen(v, p, f) : p && !v.record.finished ? partyScreen(v, p) : v ? visitScreen(v) : await home();
    screen.replaceChildren(...[parts].flat(9).filter(Boolean));
    if (!still) scrollTo(0, 0);
  };
  addEventListener("hashchange", () => app.draw());

  app.open = async () => {
    await app.openStore();
    app.root.replaceChildren(h("h1", { class: "visually-hidden" }, t("field.app.title")), bar, screen);
    if (app.locked() && navigator.onLine && !(await app.kept("ended"))) await app.fetchPack(); // the first time, or another person's turn
    app.pack = await app.keptPack();
    app.readyAt = await app.kept("ready");
    app.signedOut = Boolean(await app.kept("ended")); // nothing is shown until somebody has signed in
    navigator.storage?.persist?.();
    await app.changed();
    await app.draw();
    app.root.dataset.open = "1";
    if ("serviceWorker" in navigator) navigator.serviceWorker.register(app.worker, { scope: "/field", updateViaCache: "none" }).catch(() => {});
    await app.tidy();
    await app.fetchPack();
    app.readyAt = await app.kept("ready");
    await app.send();
    app.draw(true);
  };
}

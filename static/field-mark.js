// The marking check on the telephone: the same Go source as on the server, compiled to WebAssembly. Where it cannot be loaded the office checks when the record comes.
export default function mark(app) {
  let ready;
  app.loadMark = () => (ready ??= (async () => {
    if (!app.mark) return null;
    await import(app.exec);
    const go = new globalThis.Go();
    const made = await WebAssembly.instantiate(await (await fetch(app.wasm)).arrayBuffer(), go.importObject);
    go.run(made.instance); // it stays, and answers
    return globalThis.huzhiCheckMark ?? null;
  })().catch(() => null));

  // check is the answer for facts, or null. What the pack's extract of the register says of the number is held against the mark.
  app.check = async (facts) => {
    const fn = await app.loadMark();
    if (!fn) return null;
    const known = new Map((app.pack?.register ?? []).map((r) => [keyOf(r.number), r]));
    const numbers = globalThis.huzhiNumbers?.(facts.text) ?? [];
    const register = facts.register ?? numbers.map((n) => known.get(keyOf(n.number))).find(Boolean);
    return fn({ ...facts, register }) ?? null;
  };
  const keyOf = (number) => String(number ?? "").replace(/[^0-9]/g, "").replace(/^(\d{8}|\d{12})\d?$/, "$1");
}

// The marking check on the telephone: the same Go source as on the server, compiled to WebAssembly. Where it cannot be loaded the office checks when the record comes.
// And the reading of codes: the browser's own reader where it has one, else the one that came with the page.
export default function mark(app) {
  let ready, reader;
  app.loadMark = () => (ready ??= (async () => {
    if (!app.mark) return null;
    const file = fetch(app.wasm); // it is compiled while it comes in
    await import(app.exec);
    const go = new globalThis.Go();
    const made = await WebAssembly.instantiateStreaming(file, go.importObject);
    go.run(made.instance); // it stays, and answers
    return globalThis.huzhiCheckMark ?? null;
  })().catch(() => null));

  // check is the answer for a finding, or null. What the pack's extract of the register says of its numbers is held against the mark, and is kept with the
  // facts: by what it was judged here.
  app.check = async (f) => {
    const fn = await app.loadMark();
    if (!fn) return null;
    const text = globalThis.huzhiWithNumber(f.facts.text, f.number);
    const known = new Map((app.pack?.register ?? []).map((r) => [keyOf(r.number), r]));
    const [register, ...registers] = [...globalThis.huzhiNumbers(text)].map((n) => known.get(n.key) ?? { number: n.number, found: null });
    const facts = { ...f.facts, text, register, registers };
    return { ...fn(facts), register, registers };
  };
  const keyOf = (number) => String(number ?? "").replace(/[^0-9Xx]/g, "").replace(/^(\d{8}|\d{12})[0-9Xx]?$/, "$1");

  // scan is what a code on a picture says, or "". A large picture is tried smaller too: readers like codes of a middling size.
  app.scan = async (file) => {
    const picture = await createImageBitmap(file);
    if ("BarcodeDetector" in globalThis) {
      const found = await new BarcodeDetector().detect(picture).catch(() => []);
      if (found.length) return found[0].rawValue;
    }
    await (reader ??= import(app.scanner));
    const Z = globalThis.ZXing;
    for (const most of [1600, 900, 450]) {
      const by = Math.min(1, most / Math.max(picture.width, picture.height));
      const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * by), height: Math.round(picture.height * by) });
      const pen = canvas.getContext("2d", { willReadFrequently: true });
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const { data } = pen.getImageData(0, 0, canvas.width, canvas.height), grey = new Uint8ClampedArray(canvas.width * canvas.height);
      for (let i = 0; i < grey.length; i++) grey[i] = (data[4 * i] + 2 * data[4 * i + 1] + data[4 * i + 2]) / 4;
      try {
        const source = new Z.RGBLuminanceSource(grey, canvas.width, canvas.height);
        return new Z.MultiFormatReader().decode(new Z.BinaryBitmap(new Z.HybridBinarizer(source)), new Map([[Z.DecodeHintType.TRY_HARDER, true]])).getText();
      } catch { /* not at this size */ }
    }
    return "";
  };
}

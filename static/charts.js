// Draws the charts of a dashboard from the tables under them: the table is the one truth, and says where each bar leads. Without this script the tables stand alone.
(() => {
  "use strict";
  if (!window.echarts) return;
  const all = (sel, root = document) => [...root.querySelectorAll(sel)];
  const number = (text) => { const n = Number(text.replace(/[,\s%+]/g, "").replace("−", "-")); return Number.isFinite(n) ? n : null; };
  const words = (el) => el.textContent.trim();

  // A chart's lines of figures: names along one side, and for each drawn column its head, its values and where they lead.
  const read = (box) => {
    const table = box.parentElement.querySelector("table");
    const rows = all("tbody tr", table).slice(0, 30);
    const heads = all("thead th", table).slice(1);
    return {
      title: box.getAttribute("aria-label"),
      inks: box.dataset.inks.split(" ").map(Number),
      names: rows.map((r) => words(r.cells[0])),
      series: box.dataset.series.split(" ").map((i) => ({
        name: words(heads[i]),
        values: rows.map((r) => number(words(r.cells[Number(i) + 1]))),
        links: rows.map((r) => { const a = r.cells[Number(i) + 1].querySelector("a"); return a ? a.href : ""; }),
      })),
    };
  };

  const inks = (paper) => {
    const probe = document.createElement("span");
    document.body.append(probe);
    const ink = (name) => { probe.className = "dash-ink ink-" + name + (paper ? " dash-paper" : ""); return getComputedStyle(probe).color; };
    const out = { bars: [1, 2, 3, 4, 5].map(ink), text: ink("text"), line: ink("line"), strong: ink("strong"), ground: ink("ground") };
    probe.remove();
    return out;
  };

  const option = (kind, data, ink, moves) => {
    const names = { type: "category", data: data.names, axisLabel: { color: ink.text, hideOverlap: true }, axisLine: { lineStyle: { color: ink.line } }, axisTick: { show: false }, inverse: kind === "bars" };
    const values = { type: "value", minInterval: 1, axisLabel: { color: ink.text }, splitLine: { lineStyle: { color: ink.line } } };
    return {
      animation: moves, color: data.inks.map((i) => ink.bars[i - 1]), backgroundColor: ink.ground, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      aria: { enabled: true, label: { enabled: false }, decal: { show: data.series.length > 1 && kind !== "lines" } },
      legend: { top: 4, textStyle: { color: ink.text }, itemHeight: 10 },
      grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: kind === "lines" ? "line" : "shadow" }, backgroundColor: ink.ground, borderColor: ink.line, textStyle: { color: ink.strong } },
      xAxis: kind === "bars" ? values : names, yAxis: kind === "bars" ? names : values,
      series: data.series.map((s, i) => ({
        name: s.name, data: s.values, type: kind === "lines" ? "line" : "bar", stack: kind === "stack" ? "all" : undefined, barMaxWidth: 22, cursor: "pointer",
        symbol: ["circle", "rect", "triangle", "diamond", "pin"][i % 5], symbolSize: 7, lineStyle: { type: i % 2 ? "dashed" : "solid" },
      })),
    };
  };

  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const charts = all("[data-chart]").map((box) => {
    const data = read(box);
    box.hidden = false;
    if (box.dataset.chart === "bars") box.classList.toggle("dash-tall", data.names.length > 10);
    const chart = echarts.init(box, null, { renderer: "svg" });
    chart.on("click", (e) => { const to = (data.series[e.seriesIndex] || { links: [] }).links[e.dataIndex]; if (to) location.assign(to); });
    return { box, data, chart };
  });
  const draw = (paper = false, moves = false) => {
    const ink = inks(paper);
    for (const x of charts) x.chart.setOption(option(x.box.dataset.chart, x.data, ink, moves && !still.matches), true);
  };
  draw(false, true);

  // The colours follow the page, the size follows the window, and on paper it is light.
  new MutationObserver(() => draw()).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw());
  const size = new ResizeObserver(() => { for (const x of charts) x.chart.resize(); });
  for (const x of charts) size.observe(x.box);
  addEventListener("beforeprint", () => { draw(true); for (const x of charts) x.chart.resize({ width: 640, height: 230 }); });
  addEventListener("afterprint", () => { draw(); for (const x of charts) x.chart.resize({ width: "auto", height: "auto" }); });

  // A chart as a PNG file, twice as fine as on the screen, with its title.
  const picture = (x) => {
    const svg = new Image();
    svg.addEventListener("load", () => {
      const scale = 2, head = 36, canvas = document.createElement("canvas"), ink = inks(false);
      canvas.width = x.chart.getWidth() * scale;
      canvas.height = (x.chart.getHeight() + head) * scale;
      const g = canvas.getContext("2d");
      g.scale(scale, scale);
      g.fillStyle = ink.ground;
      g.fillRect(0, 0, canvas.width, canvas.height);
      g.fillStyle = ink.strong;
      g.font = "600 16px " + getComputedStyle(document.body).fontFamily;
      g.fillText(x.data.title, 16, 25);
      g.drawImage(svg, 0, head, x.chart.getWidth(), x.chart.getHeight());
      canvas.toBlob((blob) => {
        const a = document.createElement("a");
        a.href = URL.createObjectURL(blob);
        a.download = x.data.title + ".png";
        a.click();
        setTimeout(() => URL.revokeObjectURL(a.href), 1000);
      }, "image/png");
    });
    svg.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(x.box.querySelector("svg")));
  };
  for (const b of all("[data-png]")) {
    const x = charts.find((y) => y.box.closest(".dash-part") === b.closest(".dash-part"));
    if (!x) continue;
    b.hidden = false;
    b.addEventListener("click", () => picture(x));
  }
})();

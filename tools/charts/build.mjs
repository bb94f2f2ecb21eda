// Builds static/vendor/echarts.min.js, its licences and its lines in SHA256SUMS: npm ci --ignore-scripts && npm run build
// With --check nothing is written: it ends with status 1 where the file in static/vendor is not what is built here.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const vendor = new URL("../../static/vendor/", import.meta.url);
const out = await build({
  entryPoints: ["charts.mjs"], absWorkingDir: new URL(".", import.meta.url).pathname,
  bundle: true, minify: true, format: "iife", globalName: "echarts", target: "es2020", charset: "utf8", legalComments: "eof", write: false,
});
const from = (name) => readFileSync(new URL(`node_modules/${name}`, import.meta.url), "utf8").trim();
const files = {
  "echarts.min.js": out.outputFiles[0].text,
  "LICENSE.echarts.txt": [
    "echarts.min.js is built of Apache ECharts, of zrender, and of tslib; see tools/charts.",
    from("echarts/NOTICE"), from("echarts/LICENSE"), from("echarts/licenses/LICENSE-d3"), "zrender:", from("zrender/LICENSE"), "tslib:", from("tslib/LICENSE.txt"),
  ].join("\n\n----\n\n") + "\n",
};

const sums = new URL("SHA256SUMS", vendor);
const lines = new Map(readFileSync(sums, "utf8").trim().split("\n").map((l) => [l.slice(66), l]));
for (const [name, text] of Object.entries(files)) {
  const line = createHash("sha256").update(text).digest("hex") + "  " + name;
  if (process.argv.includes("--check")) {
    if (lines.get(name) !== line) {
      console.error(`static/vendor/${name} is not what tools/charts builds`);
      process.exit(1);
    }
    continue;
  }
  writeFileSync(new URL(name, vendor), text);
  lines.set(name, line);
}
if (!process.argv.includes("--check")) {
  writeFileSync(sums, [...lines.keys()].sort().map((k) => lines.get(k) + "\n").join(""));
}

// The field app starts here: it reads what the page was given, loads its parts, and draws. Plain modules, no framework; no markup is made from strings.
const root = document.getElementById("field");
const app = { root, ...JSON.parse(root.dataset.field) };

// t is a sentence of the catalogue with {0}, {1} … replaced.
app.t = (key, ...args) => (app.words[key] ?? key).replace(/\{(\d)\}/g, (whole, n) => (n in args ? String(args[n]) : whole));

try {
  for (const at of app.scripts) (await import(at)).default(app);
  await app.open();
} catch (err) {
  const p = document.createElement("p");
  p.className = "fapp-note fapp-late";
  p.setAttribute("role", "alert");
  p.textContent = app.t("field.app.broken", err?.message ?? err);
  root.append(p);
}

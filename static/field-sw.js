// The service worker of the field app: the page and its files open without a network. Records and photographs are not its business; the page
// keeps those itself (field-store.js). It stands under a name that never changes.
"use strict";
const SHELL = "huzhi-field-shell";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (e) => e.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (e.request.mode === "navigate" && url.pathname === "/field") e.respondWith(page(e.request));
  else if (url.pathname.startsWith("/static/")) e.respondWith(asset(e.request)); // an address there never changes its content
});

// page asks the office first. Without a network, or when the office does not answer, it is the page as it was last seen.
async function page(request) {
  const shell = await caches.open(SHELL);
  try {
    const answer = await fetch(request);
    if (answer.ok && answer.type === "basic" && !answer.redirected) await shell.put("/field", answer.clone());
    return answer;
  } catch (lost) {
    const kept = await shell.match("/field");
    if (kept) return kept;
    throw lost;
  }
}

async function asset(request) {
  const kept = await caches.match(request);
  return kept || fetch(request);
}

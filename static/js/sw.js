/* Service worker of the applicants' pages. VERSI and KULIT are written before it by the server. */
const LURING = "/sertifikasi/saya/luring", PRIBADI = "pribadi", LAMBAT = 6000;
const copy = (key) => caches.match(key, { ignoreVary: true });

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(VERSI).then((shell) =>
    Promise.all([shell.addAll(KULIT), shell.add(new Request(LURING, { credentials: "omit" }))])));
});
/* Older shells stay while pages of theirs are kept; signing out removes all. */
addEventListener("activate", (event) => event.waitUntil((async () => {
  await clients.claim();
  if (await caches.has(PRIBADI)) { return; }
  await Promise.all((await caches.keys()).map((name) => name !== VERSI && caches.delete(name)));
})()));

async function asset(request) {
  return await copy(request) || fetch(request);
}
async function page(request) {
  const keep = await caches.has(PRIBADI);
  const net = fetch(request).then(async (answer) => {
    if (keep && answer.status === 200 && !answer.redirected) { await (await caches.open(PRIBADI)).put(request.url, answer.clone()); }
    return answer;
  });
  const failed = net.catch(() => 0);
  const first = await Promise.race([failed, new Promise((done) => setTimeout(done, LAMBAT))]);
  return first || await copy(request.url) || await failed || copy(LURING);
}
addEventListener("fetch", (event) => {
  const request = event.request, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || request.headers.get("HX-Request")) { return; }
  if (url.pathname.startsWith("/static/")) { event.respondWith(asset(request)); }
  else if (request.mode === "navigate") { event.respondWith(page(request)); }
});
addEventListener("sync", (event) => event.waitUntil(clients.matchAll().then((pages) => pages.forEach((one) => one.postMessage("kirim")))));

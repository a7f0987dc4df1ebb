/* Service worker of the applicants' pages. VERSI and KULIT are written before it by the server. */
const LURING = "/sertifikasi/saya/luring", PRIBADI = "pribadi";
const copy = (key) => caches.match(key, { ignoreVary: true });

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(VERSI).then((shell) => shell.addAll([...KULIT, new Request(LURING, { credentials: "omit" })])));
});
/* Older shells stay while pages of theirs are kept; signing out removes all. */
addEventListener("activate", (event) => event.waitUntil((async () => {
  await clients.claim();
  if (await caches.has(PRIBADI)) { return; }
  await Promise.all((await caches.keys()).map((name) => name !== VERSI && caches.delete(name)));
})()));

const asset = async (request) => await copy(request) || fetch(request);
/* From the net, within six seconds; else what the phone keeps of it. */
async function page(request) {
  const keep = await caches.has(PRIBADI), late = new Promise((done) => setTimeout(done, 6000));
  const net = fetch(request).then(async (answer) => {
    if (keep && answer.status === 200 && !answer.redirected) { await (await caches.open(PRIBADI)).put(request.url, answer.clone()).catch(() => 0); }
    return answer;
  }).catch(() => 0);
  return await Promise.race([net, late]) || await copy(request.url) || await net || copy(LURING);
}
addEventListener("fetch", (event) => {
  const request = event.request, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || request.headers.get("HX-Request")) { return; }
  if (url.pathname.startsWith("/static/")) { event.respondWith(asset(request)); }
  else if (request.mode === "navigate") { event.respondWith(page(request)); }
});
addEventListener("sync", (event) => event.waitUntil(clients.matchAll().then((pages) => pages.forEach((one) => one.postMessage("kirim")))));

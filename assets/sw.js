// The technician's service worker (scope /tech): pages come from the network, and when there is none, from the pictures of themselves
// that /js/field.js has kept; styles, scripts, icons and fonts come from the cache then.
const PAGES = "estate-pages";
const STATIC = "estate-static";
const PATIENCE = 6000;
const KEPT = /^\/(assets|css|js|fonts|brand)\/|^\/(icons\.svg|favicon\.ico|manifest\.webmanifest)$/;

const nothing = () =>
  new Response("<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><p>网络已断开，此页尚未保存在手机上 · Offline; this page is not on the phone yet<p><a href='/tech'>返回 · Back</a>",
    { status: 503, headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": "default-src 'none'" } });

const path = (url) => url.pathname.replace(/\/$/, "");

async function page(request, url) {
  const kept = await (await caches.open(PAGES)).match(path(url));
  const live = fetch(request);
  const slow = new Promise((done) => setTimeout(done, PATIENCE, kept));
  try {
    return (await (kept ? Promise.race([live, slow]) : live)) || (await live);
  } catch {
    // A page that is not on the phone leads to the queue, which lists the jobs that are.
    const other = await (await caches.open(PAGES)).match("/tech/queue");
    return kept || (other ? Response.redirect("/tech/queue") : nothing());
  } finally {
    live.catch(() => {});
  }
}

async function part(request) {
  try {
    const live = await fetch(request);
    if (live.status === 200) await (await caches.open(STATIC)).put(request, live.clone());
    return live;
  } catch (error) {
    const kept = await (await caches.open(STATIC)).match(request, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin) return;
  // Whoever signs out leaves no page of residents behind; steps that were not sent stay.
  if (url.pathname === "/session/end") event.waitUntil(caches.delete(PAGES));
  if (event.request.method !== "GET") return;
  if (event.request.mode === "navigate") event.respondWith(page(event.request, url));
  else if (KEPT.test(url.pathname)) event.respondWith(part(event.request));
});

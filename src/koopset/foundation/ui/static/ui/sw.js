/* The service worker: what works without a line, and pushes. The server puts `self.KOOPSET` before it (portal/views/installed.py).
   Which pages are kept, and whose a page is, only the server says, by headers (foundation/ui/offline.py). One login at a time. */
"use strict";
const SITE = self.KOOPSET;
const STATIC = "ks-static-" + SITE.version, STATE = "ks-state", PAGES = "ks-pages-";
const WHO = "X-Koopset-Who", SESSION = "X-Koopset-Session", KEEP = "X-Koopset-Keep", KEPT_AT = "X-Koopset-Kept-At", NOBODY = "-";
const MOST_PAGES = 40, PATIENCE = 8000;

/* What is remembered lies in a cache too: it is there in the page and here. */
async function recall(name) {
  const found = await (await caches.open(STATE)).match("/_state/" + name);
  return found ? found.json() : null;
}
async function remember(name, value) {
  const state = await caches.open(STATE);
  if (value === null) await state.delete("/_state/" + name);
  else await state.put("/_state/" + name, new Response(JSON.stringify(value)));
}

/* Whose phone it is now: the pages of another login go before anything is shown. What changes it, and what keeps pages, goes one by
   one; an answer that was asked for before the login changed (the epoch) changes nothing back. */
let turn = Promise.resolve(), epoch = 0;
function inTurn(work) {
  turn = turn.then(work, work);
  return turn;
}
function became(who, began, session) {
  return inTurn(async () => {
    if (!(began === epoch || await recall("who") === who)) return;
    await becomes(who);
    if (session && await recall("session") !== session) await remember("session", session);
  });
}
async function becomes(who) {
  if (await recall("who") !== who) {
    epoch += 1;
    await dropPages(who);
    await remember("start", null);
    await remember("who", who);
  }
  const owner = await recall("owner");
  if (who !== NOBODY && owner !== who) {
    await dropForms((form) => form.who !== who);
    await remember("sent", null);
    if (owner) await unsubscribe();
    await remember("owner", who);
  }
}
async function dropPages(except) {
  for (const name of await caches.keys()) if (name.startsWith(PAGES) && name !== PAGES + except) await caches.delete(name);
}
async function unsubscribe() {
  const found = self.registration.pushManager && await self.registration.pushManager.getSubscription();
  if (found) await found.unsubscribe();
}

/* Pages: from the line while there is one; the last seen otherwise. */
async function keep(request, response) {
  const who = response.headers.get(WHO);
  if (!who || who === NOBODY || !response.headers.get(KEEP) || response.status !== 200 || response.redirected) return;
  const headers = new Headers(response.headers);
  headers.set(KEPT_AT, new Date().toISOString());
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  const copy = new Response(await response.blob(), { headers: headers });
  const address = new URL(request.url).pathname + new URL(request.url).search;
  await inTurn(async () => {
    if (await recall("who") !== who) return; /* signed out while it was read */
    const pages = await caches.open(PAGES + who);
    await pages.put(address, copy);
    if (headers.get(KEEP) === "start") await remember("start", address);
    const all = await pages.keys();
    for (const old of all.slice(0, Math.max(0, all.length - MOST_PAGES))) await pages.delete(old);
  });
}
async function kept(address) {
  const who = await recall("who");
  if (!who || who === NOBODY) return null;
  return (await (await caches.open(PAGES + who)).match(address)) || null;
}
function dated(html, at) { return html.replace(/<body(?=[\s>])/, '<body data-kept-at="' + at + '"'); }
async function shown(url) {
  const address = url.pathname + url.search, start = await recall("start");
  const found = await kept(address);
  if (found) return new Response(dated(await found.text(), found.headers.get(KEPT_AT)), { headers: found.headers });
  const leads = start && (address === "/" || start.startsWith(url.pathname) && /^\/o\/\d+\/start\/$/.test(url.pathname));
  if (leads && await kept(start)) return Response.redirect(start, 302);
  return (await caches.match(SITE.offline)) || Response.error();
}
async function page(event) {
  const url = new URL(event.request.url), began = epoch, copy = await kept(url.pathname + url.search);
  const asked = fetch(event.request).then(async (response) => {
    if (response.status >= 502 && response.status <= 504) throw new Error("no site behind the proxy");
    const who = response.headers.get(WHO);
    if (who) await became(who, began, response.headers.get(SESSION));
    event.waitUntil(keep(event.request, response.clone()).catch(() => {}));
    return response;
  });
  const answers = [asked];
  if (copy) answers.push(new Promise((done, failed) => setTimeout(() => failed(new Error("slow")), PATIENCE)));
  try { return await Promise.race(answers); } catch (error) { asked.catch(() => {}); return shown(url); }
}
async function warm(addresses) {
  if (!await settle()) return;
  for (const address of addresses.slice(0, 12)) {
    try {
      const request = new Request(address, { credentials: "same-origin" }), began = epoch, response = await fetch(request);
      if (response.headers.get(WHO)) await became(response.headers.get(WHO), began, response.headers.get(SESSION));
      await keep(request, response);
    } catch (error) { return; }
  }
}

/* Files: a name by content never changes, others are asked for while there is a line. */
async function file(request) {
  const byContent = /\.[0-9a-f]{12}\.\w+$/.test(new URL(request.url).pathname);
  const found = byContent && await caches.match(request);
  if (found) return found;
  try {
    const response = await fetch(request);
    if (response.status === 200) await (await caches.open(STATIC)).put(request, response.clone());
    return response;
  } catch (error) { return (await caches.match(request, { ignoreSearch: true })) || Response.error(); }
}

/* Signing out empties the phone, with a line or without; and once more when the site has said so: until then it answers as before. */
function forget() {
  return inTurn(async () => {
    epoch += 1;
    await dropPages("");
    await dropForms(() => true);
    for (const name of ["start", "owner", "sent", "session"]) await remember(name, null);
    await remember("who", NOBODY);
  });
}
async function signOut(request) {
  await Promise.race([flush(), new Promise((done) => setTimeout(done, 4000))]).catch(() => {});
  const session = await recall("session");
  if (session) await owe(session);
  await forget();
  await unsubscribe().catch(() => {});
  let answer = null;
  try { answer = await fetch(request); } catch (error) { /* no line */ }
  if (answer && (answer.ok || answer.type === "opaqueredirect")) await owe(null);
  else if (self.registration.sync) await self.registration.sync.register("ks-forms").catch(() => {});
  await forget();
  return answer || shown(new URL(request.url));
}

/* A sign-out that the site has not heard of: the mark of its session. It goes out before anything else of this device, and while it cannot,
   nothing does: whoever has signed out is not signed in again by a line that came back. Another session is not ended by it. */
let owed; /* null: nothing; undefined: not looked up yet */
async function owe(session) {
  owed = session;
  await remember("out", session);
}
async function owes() {
  const found = owed === undefined ? await recall("out") : owed;
  if (owed === undefined) owed = found;
  return owed;
}
let settling = null;
function settle() {
  if (owed === null) return Promise.resolve(true);
  if (!settling) settling = sayOut().finally(() => { settling = null; });
  return settling;
}
async function sayOut() {
  const session = await owes();
  if (session === null) return true;
  const stop = new AbortController(), timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    for (let left = 2; left; left--) {
      const now = await token(stop.signal);
      if (now.session !== session) break; /* it has ended by itself, or somebody has signed in since */
      const answer = await fetch(SITE.out, {
        method: "POST", credentials: "same-origin", signal: stop.signal, headers: { "X-CSRFToken": now.csrf }, body: new URLSearchParams({ session: session })
      });
      if (answer.status >= 500) return false;
      if (answer.status !== 403) break; /* 403: the token was of another moment */
    }
  } catch (error) { return false; } finally { clearTimeout(timer); }
  await owe(null);
  await tell({ type: "out" });
  return true;
}
owes();

function handled(event, url) {
  const request = event.request;
  if (request.method === "POST" && request.mode === "navigate") return fetch(request).catch(() => shown(new URL("/_not-sent", self.location.origin)));
  if (request.method === "GET" && request.mode === "navigate") return page(event);
  return null;
}
async function afterwards(event, url) {
  if (await settle()) return handled(event, url) || fetch(event.request);
  return event.request.mode === "navigate" ? shown(url) : Response.error();
}
self.addEventListener("fetch", (event) => {
  const request = event.request, url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST" && url.pathname === SITE.logout) event.respondWith(signOut(request));
  else if (request.method === "GET" && request.mode !== "navigate" && url.pathname.startsWith(SITE.static)) event.respondWith(file(request));
  else if (owed !== null) event.respondWith(afterwards(event, url));
  else {
    const answer = handled(event, url);
    if (answer) event.respondWith(answer);
  }
});

/* Kept forms: each is sent with its key, so twice is once; only for the login that filled it in. */
async function forms() {
  const state = await caches.open(STATE), found = [];
  for (const request of await state.keys()) if (new URL(request.url).pathname.startsWith("/_form/")) found.push(await (await state.match(request)).json());
  return found.sort((one, other) => one.at - other.at);
}
async function dropForms(which) {
  const state = await caches.open(STATE);
  for (const form of await forms()) if (which(form)) await state.delete("/_form/" + form.id);
}
async function tell(said) {
  for (const client of await self.clients.matchAll({ type: "window" })) client.postMessage(said);
}
let flushing = null;
function flush() {
  if (!flushing) flushing = send().finally(() => { flushing = null; });
  return flushing;
}
async function token(signal) {
  return (await fetch(SITE.token, { credentials: "same-origin", cache: "no-store", signal: signal })).json();
}
async function send() {
  if (!await settle()) return;
  const waiting = (await forms()).filter((form) => !form.refused);
  if (!waiting.length) return;
  const now = await token();
  for (const form of waiting) {
    if (form.who !== now.who) continue;
    const response = await fetch(form.url, {
      method: "POST", credentials: "same-origin", redirect: "manual", body: new URLSearchParams(form.fields),
      headers: { "Idempotency-Key": form.id, "X-CSRFToken": now.csrf, [WHO]: form.who }
    });
    if (response.ok) {
      await dropForms((one) => one.id === form.id);
      await remember("sent", (await recall("sent") || []).concat({ who: form.who, title: form.title })); /* until a page has said it */
      await tell({ type: "sent", title: form.title });
    } else if ([400, 404, 405, 413, 422].includes(response.status)) {
      form.refused = true;
      await (await caches.open(STATE)).put("/_form/" + form.id, new Response(JSON.stringify(form)));
      await tell({ type: "refused", title: form.title, page: form.page });
    }
  }
}
self.addEventListener("sync", (event) => { if (event.tag === "ks-forms") event.waitUntil(flush()); });
self.addEventListener("message", (event) => {
  const said = event.data || {};
  if (said.type === "skip") self.skipWaiting();
  if (said.type === "warm") event.waitUntil(warm(said.addresses));
  if (said.type === "flush") event.waitUntil(flush().catch(() => {}).then(() => event.source && event.source.postMessage({ type: "flushed" })));
});

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(STATIC).then((files) => Promise.all([
    files.addAll(SITE.files.map((name) => new Request(name, { cache: "reload" }))),
    files.add(new Request(SITE.offline, { cache: "reload", credentials: "omit" }))
  ])));
});
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    /* Kept pages may name files of the version before: it stays until the next. */
    const before = (await recall("versions")) || [], stay = [STATIC, before.find((name) => name !== STATIC)];
    for (const name of await caches.keys()) if (name.startsWith("ks-static-") && !stay.includes(name)) await caches.delete(name);
    await remember("versions", stay);
    await self.clients.claim();
  })());
});

/* Pushes: a title and where it leads. */
self.addEventListener("push", (event) => {
  let said = {};
  try { said = event.data.json(); } catch (error) { /* shown all the same: a browser demands it */ }
  event.waitUntil(self.registration.showNotification(said.title || SITE.name, { tag: said.tag, icon: SITE.icon, badge: SITE.icon, lang: "ru", data: { url: said.url || "/" } }));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, self.location.origin);
  if (url.origin !== self.location.origin) return;
  event.waitUntil(self.clients.matchAll({ type: "window" }).then((open) => open.length && open[0].navigate ? open[0].focus().then((one) => one.navigate(url.href)).catch(() => self.clients.openWindow(url.href)) : self.clients.openWindow(url.href)));
});
self.addEventListener("pushsubscriptionchange", (event) => {
  if (!event.oldSubscription) return;
  event.waitUntil((async () => {
    if (!await settle()) return;
    const made = (await self.registration.pushManager.subscribe(event.oldSubscription.options)).toJSON(), now = await token();
    if (now.who === await recall("owner")) await fetch(SITE.devices, { method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": now.csrf }, body: new URLSearchParams({ endpoint: made.endpoint, p256dh: made.keys.p256dh, auth: made.keys.auth }) });
  })());
});

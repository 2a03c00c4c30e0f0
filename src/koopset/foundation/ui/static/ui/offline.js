/* The page beside its service worker: says since when a kept page is, keeps marked forms without a line, offers an update. */
(function () {
  "use strict";
  var box = document.getElementById("ks-offline");
  if (!box || !("serviceWorker" in navigator) || !window.caches) return;
  var words = box.dataset, body = document.body, who = body.dataset.who || "-", english = document.documentElement.lang === "en";
  var STATE = "ks-state", FIELD = "once", workers = navigator.serviceWorker, pressed = false, controlled = !!workers.controller;
  var stale = !!body.dataset.keptAt || !!document.querySelector("[data-kept-list]"); /* shown without a line */
  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }
  function say(text, level) { document.dispatchEvent(new CustomEvent("ks:toast", { detail: { text: text, level: level || "success" } })); }
  function tell(message) { if (workers.controller) workers.controller.postMessage(message); }
  function typed() { return !!document.querySelector("form[data-changed]"); }
  function moment(at) {
    var language = english ? "en-GB" : "ru-RU", date = new Date(at);
    return date.toLocaleDateString(language, { day: "numeric", month: "long" }) + ", " + date.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  }

  /* One line above the page: that there is no line, since when this is, what waits to be sent. */
  function bar(name, text) {
    var main = document.getElementById("main"), old = document.querySelector("[data-offline-bar=" + name + "]");
    if (old) old.remove();
    if (!text || !main) return;
    var made = box.content.querySelector("[data-bar]").cloneNode(true);
    made.dataset.offlineBar = name;
    made.querySelector("[data-text]").textContent = text;
    main.prepend(made);
  }
  if (body.dataset.keptAt) bar("kept", words.kept.replace("{at}", moment(body.dataset.keptAt).replace(/ /g, "\u00a0")));

  /* A sign-out that the site has not heard of yet. */
  function signedOut() {
    return state().then(function (store) { return store.match("/_state/out"); }).then(function (found) { bar("out", found && who === "-" ? words.out : ""); });
  }

  /* Kept forms. */
  function state() { return caches.open(STATE); }
  function forms() {
    return state().then(function (store) {
      return store.keys().then(function (keys) {
        return Promise.all(keys.filter(function (one) { return new URL(one.url).pathname.indexOf("/_form/") === 0; }).map(function (one) { return store.match(one).then(function (found) { return found.json(); }); }));
      });
    }).then(function (found) { return found.filter(function (one) { return one.who === who; }); });
  }
  function waiting() {
    return forms().then(function (found) {
      var names = found.filter(function (one) { return !one.refused; }).map(function (one) { return one.title; });
      bar("waiting", names.length ? words.waiting.replace("{what}", names.join(", ")) : "");
      return names.length;
    });
  }
  function once(form) {
    var field = form.querySelector("input[name=" + FIELD + "]");
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden"; field.name = FIELD;
      form.appendChild(field);
    }
    field.value = crypto.randomUUID();
  }
  /* By its attributes: a field named «action» or «method» hides the form's own. */
  function target(form) { return new URL(form.getAttribute("action") || "", location.href).href; }
  function posts(form) { return (form.getAttribute("method") || "").toLowerCase() === "post"; }
  function keep(form, submitter) {
    var fields = Array.from(new FormData(form, submitter || undefined)).filter(function (pair) { return typeof pair[1] === "string" && pair[0] !== "csrfmiddlewaretoken" && pair[0] !== FIELD; });
    var entry = { id: form.querySelector("input[name=" + FIELD + "]").value, at: Date.now(), who: who, url: target(form), page: location.pathname, title: form.dataset.keepForm, fields: fields };
    return state().then(function (store) { return store.put("/_form/" + entry.id, new Response(JSON.stringify(entry))); }).then(function () {
      delete form.dataset.changed;
      once(form);
      say(words.formKept, "warning");
      return waiting();
    }).then(function () { return workers.ready; }).then(function (registration) { if (registration.sync) return registration.sync.register("ks-forms"); }).catch(function () { /* it is sent when the line is seen by a page */ });
  }
  function line() {
    if (!navigator.onLine) return Promise.resolve(false);
    var stop = new AbortController(), timer = setTimeout(function () { stop.abort(); }, 5000);
    return fetch(words.token, { cache: "no-store", credentials: "same-origin", signal: stop.signal }).then(function (answer) { clearTimeout(timer); return answer.ok; }, function () { return false; });
  }
  document.addEventListener("submit", function (event) {
    var form = event.target, submitter = event.submitter;
    if (!posts(form) || target(form).indexOf(words.logout) >= 0 || form.hasAttribute("data-theme-form") || !workers.controller) return;
    if (!form.hasAttribute("data-keep-form")) {
      if (navigator.onLine) return;
      event.preventDefault(); event.stopImmediatePropagation();
      say(words.notNow, "warning");
      return;
    }
    if (form.dataset.reached) { delete form.dataset.reached; return; }
    event.preventDefault(); event.stopImmediatePropagation();
    line().then(function (there) {
      if (!there) return keep(form, submitter);
      form.dataset.reached = "1";
      form.requestSubmit(submitter);
    });
  }, true);

  /* What was sent behind the page is said once, by a page that stays: perhaps when the application is next opened. */
  function sayWhatWasSent() {
    return state().then(function (store) {
      return store.match("/_state/sent").then(function (found) { return found ? found.json() : []; }).then(function (found) {
        return store.delete("/_state/sent").then(function (mine) { return mine ? found : []; });
      });
    }).then(function (found) {
      found.filter(function (one) { return one.who === who; }).forEach(function (one) { say(words.formSent.replace("{what}", one.title)); });
    });
  }

  /* A kept form that was not taken comes back into its page, to be put right. */
  function restore() {
    forms().then(function (found) {
      found.filter(function (one) { return one.refused && one.page === location.pathname; }).forEach(function (entry) {
        var form = all("form[data-keep-form]").find(function (one) { return target(one) === entry.url && same(one, entry.fields); });
        if (form) {
          entry.fields.forEach(function (pair) { var field = form.elements[pair[0]]; if (field && field.type !== "hidden" && "value" in field) field.value = pair[1]; });
          form.dataset.changed = "1";
        }
        say(words.formRefused.replace("{what}", entry.title), "error");
        state().then(function (store) { return store.delete("/_form/" + entry.id); });
      });
    });
  }
  function same(form, fields) {
    return fields.every(function (pair) { var field = form.elements[pair[0]]; return field && (field.type !== "hidden" || field.value === pair[1]); });
  }

  workers.addEventListener("message", function (event) {
    var said = event.data || {};
    if (said.type === "sent") {
      if (stale) say(words.formSent.replace("{what}", said.title)); else sayWhatWasSent();
      waiting().then(function (count) { if (!count) cameBackNow(); }); /* not every browser says "online" to a page opened without a line */
    }
    if (said.type === "out") signedOut();
    if (said.type === "flushed" && cameBack) cameBackNow();
    if (said.type === "refused") { waiting(); if (said.page === location.pathname) restore(); else say(words.formRefused.replace("{what}", said.title), "error"); }
  });
  /* A page shown without a line is asked for anew when there is one: a browser says "online" too early and too often, so the line is
     tried first; never before what waits is sent, and never while its person is already on the way to another page. */
  var left = 0, TRIES = 5, cameBack = false;
  function leaving() { return Date.now() - left < 10000; }
  function cameBackNow() { cameBack = false; if (stale) renew(TRIES); }
  function renew(more) {
    line().then(function (there) {
      if (typed()) return;
      if (there && !leaving()) location.reload();
      else if (more && navigator.onLine) setTimeout(renew, 3000, more - 1);
    });
  }
  window.addEventListener("beforeunload", function () { left = Date.now(); });
  window.addEventListener("online", function () {
    cameBack = stale;
    tell({ type: "flush" });
  });

  /* An update is offered, never pressed upon anybody: what is typed stays. */
  function offer(registration) {
    var toasts = document.getElementById("toasts");
    if (!registration.waiting || !controlled || !toasts || document.querySelector("[data-update]")) return;
    var made = box.content.querySelector("[data-update-toast]").cloneNode(true);
    made.querySelector("[data-update]").addEventListener("click", function () {
      if (typed()) { say(words.typed, "warning"); return; }
      pressed = true;
      registration.waiting.postMessage({ type: "skip" });
    });
    made.querySelector("[data-close]").addEventListener("click", function () { made.remove(); document.dispatchEvent(new CustomEvent("ks:gone")); });
    toasts.appendChild(made);
  }
  workers.addEventListener("controllerchange", function () {
    if (pressed) { location.reload(); return; }
    if (!controlled) { controlled = true; warm(); }
  });
  function warm() {
    if (who === "-" || body.dataset.keptAt) return;
    var addresses = all("[data-keep] a[href], a[data-keep][href]").map(function (one) { return one.getAttribute("href"); }).filter(function (one) { return one.charAt(0) === "/" && !/[.\/]pdf/.test(one); });
    tell({ type: "warm", addresses: [location.pathname + location.search].concat(addresses) });
  }

  workers.register(words.worker, { scope: "/" }).then(function (registration) {
    if (!registration) return;
    offer(registration);
    registration.addEventListener("updatefound", function () {
      var coming = registration.installing;
      coming.addEventListener("statechange", function () { if (coming.state === "installed") offer(registration); });
    });
    document.addEventListener("visibilitychange", function () { if (!document.hidden && navigator.onLine) registration.update().catch(function () {}); });
  }, function () { /* the site works without it */ });
  all("form[data-keep-form]").forEach(once);
  signedOut();
  if (who !== "-") {
    restore();
    if (!stale) sayWhatWasSent();
    waiting().then(function (count) { if (count && navigator.onLine) tell({ type: "flush" }); });
    if (controlled && document.querySelector("[data-keep]")) setTimeout(warm, 1500);
  }

  /* The page for when nothing is kept: what else there is. */
  var list = document.querySelector("[data-kept-list]");
  if (list) {
    caches.keys().then(function (names) {
      return Promise.all(names.filter(function (one) { return one.indexOf("ks-pages-") === 0; }).map(function (name) { return caches.open(name).then(function (store) { return store.keys().then(function (keys) { return Promise.all(keys.map(function (key) { return store.match(key).then(function (found) { return found.text(); }).then(function (html) { return [new URL(key.url), new DOMParser().parseFromString(html, "text/html").title.split(" — ")[0]]; }); })); }); }); }));
    }).then(function (found) {
      found.flat().forEach(function (one) {
        var item = document.createElement("li"), link = document.createElement("a");
        link.href = one[0].pathname + one[0].search; link.textContent = one[1]; link.className = "ks-line";
        item.appendChild(link); list.appendChild(item);
      });
      list.closest("[data-kept-box]").hidden = !list.children.length;
    });
  }

  window.addEventListener("beforeinstallprompt", function (event) {
    event.preventDefault();
    window.ksInstall = event;
    document.dispatchEvent(new CustomEvent("ks:install"));
  });
})();

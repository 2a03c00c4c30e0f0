/* The page of choices: notices on this device, and the site as an application. */
(function () {
  "use strict";
  var box = document.querySelector("[data-push]"), english = document.documentElement.lang === "en";
  function part(name) { return document.querySelector("[data-" + name + "]"); }
  function show(name, yes) { part(name).hidden = !yes; }
  function bytes(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(raw, function (one) { return one.charCodeAt(0); });
  }
  function fault(text) { part("push-fault").textContent = text; show("push-fault", !!text); }
  /* A button that had the focus gives it to the one that took its place. */
  function gone(before) { document.dispatchEvent(new CustomEvent("ks:gone", { detail: { before: before } })); }
  function draw(subscription) {
    var at = document.activeElement;
    show("push-cannot", false);
    show("push-denied", Notification.permission === "denied");
    show("push-on", !subscription && Notification.permission !== "denied");
    show("push-here", !!subscription);
    show("push-off", !!subscription);
    if (at && at.hidden) gone(part(subscription ? "push-off" : "push-on"));
  }
  function tell(subscription) {
    var found = subscription.toJSON();
    return fetch(box.dataset.pushUrl, {
      method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": document.body.dataset.csrf },
      body: new URLSearchParams({ endpoint: found.endpoint, p256dh: found.keys.p256dh, auth: found.keys.auth })
    }).then(function (answer) {
      if (answer.ok) return;
      return answer.json().then(function (said) { return subscription.unsubscribe().then(function () { throw new Error(said.text); }); });
    });
  }
  if (box && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
    navigator.serviceWorker.ready.then(function (registration) {
      function redraw() { return registration.pushManager.getSubscription().then(draw); }
      part("push-on").addEventListener("click", function () {
        fault("");
        Notification.requestPermission().then(function (answer) {
          if (answer !== "granted") return redraw();
          return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(box.dataset.pushKey) }).then(tell).then(function () { location.reload(); });
        }).catch(function (error) {
          redraw();
          fault(error.name === "Error" ? error.message : english ? "The browser did not allow it. Try once more later or in another browser." : "Браузер не дал подключить уведомления. Попробуйте позже или в другом браузере.");
        });
      });
      part("push-off").addEventListener("click", function () {
        registration.pushManager.getSubscription().then(function (found) { return found && found.unsubscribe(); }).then(redraw);
      });
      redraw();
    });
  }

  /* An application. */
  function installable() { if (window.ksInstall) { show("install", true); show("install-how", false); } }
  if (window.matchMedia("(display-mode: standalone)").matches || navigator.standalone) { show("install-how", false); show("installed", true); }
  document.addEventListener("ks:install", installable);
  installable();
  part("install").addEventListener("click", function () {
    window.ksInstall.prompt();
    window.ksInstall.userChoice.then(function () { show("install", false); gone(); });
  });
})();

/* The pages of a vote beside a line that breaks: what was chosen stays, what was sent is sent again under the same key, speakers' time runs. */
(function () {
  "use strict";
  var english = document.documentElement.lang === "en", down = false, retry = null;
  function all(selector, from) { return Array.prototype.slice.call((from || document).querySelectorAll(selector)); }
  function line(there) {
    var bar = document.getElementById("no-line");
    down = !there;
    if (bar) bar.hidden = there;
  }

  /* Marks that are chosen and not sent, by the form they are in. */
  function chosen() {
    var found = {};
    all("form[data-vote]").forEach(function (form) {
      if (!form.dataset.touched) return;
      found[form.dataset.vote] = {
        once: form.querySelector("[name=once]").value,
        marks: all("input:checked", form).map(function (one) { return [one.name, one.value]; })
      };
    });
    return found;
  }
  function choose(kept) {
    all("form[data-vote]").forEach(function (form) {
      var own = kept[form.dataset.vote];
      if (!own) return;
      form.dataset.touched = "1";
      form.querySelector("[name=once]").value = own.once;
      own.marks.forEach(function (pair) {
        all("input", form).forEach(function (one) { if (one.name === pair[0] && one.value === pair[1]) one.checked = true; });
      });
    });
  }
  document.addEventListener("change", function (event) {
    var form = event.target.closest && event.target.closest("form[data-vote]");
    if (form) form.dataset.touched = "1";
  });

  var kept = {};
  document.addEventListener("htmx:beforeSwap", function (event) {
    kept = chosen();
    var from = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (from && from.dataset && from.dataset.vote && event.detail.xhr.status < 400) delete kept[from.dataset.vote]; /* taken */
  });
  document.addEventListener("htmx:afterSwap", function () { choose(kept); clock(); });

  /* A vote that did not get through is sent again by itself, under its key; the page's own questions just go on. */
  document.addEventListener("htmx:sendError", function (event) {
    line(false);
    later(event.detail.elt);
  });
  document.addEventListener("htmx:responseError", function (event) {
    var form = ours(event.detail.elt);
    if (!form) return;
    if (event.detail.xhr.status >= 500) later(form); /* the site is busy with the very same vote */
    else location.reload();
  });
  function ours(part) { return part && part.closest ? part.closest("form[data-vote]") : null; }
  function later(part) {
    var form = ours(part);
    if (!form) return;
    clearTimeout(retry);
    retry = setTimeout(again, 3000, form.dataset.vote);
  }
  function again(name) {
    var now = all("form[data-vote]").filter(function (one) { return one.dataset.vote === name; })[0];
    if (now && !now.classList.contains("htmx-request")) now.requestSubmit();
  }
  /* Without any line a vote waits for it: the browser says when it is back. */
  var waiting = "";
  window.addEventListener("submit", function (event) {
    if (!event.target.dataset.vote || navigator.onLine) return;
    event.preventDefault(); event.stopImmediatePropagation();
    waiting = event.target.dataset.vote;
    line(false);
  }, true);
  window.addEventListener("online", function () { if (waiting) again(waiting); waiting = ""; });
  document.addEventListener("htmx:afterRequest", function (event) { if (event.detail.xhr && event.detail.xhr.status) line(true); });
  window.addEventListener("offline", function () { line(false); });

  /* The time of a speech. */
  function clock() {
    all("[data-until]").forEach(function (one) {
      var left = Math.round((Date.parse(one.dataset.until) - Date.now()) / 1000), over = left < 0, size = Math.abs(left);
      if (isNaN(left)) return;
      var text = Math.floor(size / 60) + ":" + ("0" + size % 60).slice(-2);
      one.textContent = over ? (english ? "time is over, +" : "время вышло, +") + text : (english ? "left " : "осталось ") + text;
      one.classList.toggle("vt-over", over);
    });
  }
  setInterval(clock, 1000);
  clock();

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-fullscreen]");
    var part = button && document.getElementById(button.dataset.fullscreen);
    if (part && part.requestFullscreen) part.requestFullscreen();
  });
})();

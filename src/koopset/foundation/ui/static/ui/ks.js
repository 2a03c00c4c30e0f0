/* The small things a page does in the browser. Everything works without this file; it only makes it quicker. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  function all(selector, from) { return Array.prototype.slice.call((from || document).querySelectorAll(selector)); }
  function on(type, selector, act) {
    document.addEventListener(type, function (event) {
      var found = event.target.closest ? event.target.closest(selector) : null;
      if (found) act(event, found);
    });
  }
  function csrf() {
    var field = document.querySelector("input[name=csrfmiddlewaretoken]");
    return document.body.dataset.csrf || (field ? field.value : "");
  }

  /* Theme: at once, and kept by the server in a cookie. */
  on("submit", "[data-theme-form]", function (event, form) {
    var pressed = event.submitter;
    if (!pressed || !window.fetch) return;
    event.preventDefault();
    root.dataset.bsTheme = pressed.value;
    all("[data-theme-form] button[name=theme]").forEach(function (one) { one.setAttribute("aria-pressed", String(one.value === pressed.value)); });
    var data = new FormData(form);
    data.set("theme", pressed.value);
    fetch(form.action, { method: "POST", body: data, headers: { "X-Quiet": "1" }, credentials: "same-origin" });
    document.dispatchEvent(new CustomEvent("ks:theme"));
  });

  /* Where the focus goes when the part that had it is taken away: to what had it before, or to the content. */
  function giveBack(before) {
    function lost() { var at = document.activeElement; return !at || at === document.body || !at.checkVisibility(); }
    if (!lost()) return;
    if (before && before.isConnected) before.focus();
    if (lost()) { var main = document.getElementById("main"); if (main) main.focus({ preventScroll: true }); }
  }

  /* Menus: one open at a time; Escape, a press outside and the Tab key that leaves it close it. */
  ["click", "focusin"].forEach(function (type) {
    document.addEventListener(type, function (event) {
      all("details[data-menu][open]").forEach(function (menu) { if (!menu.contains(event.target)) menu.open = false; });
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    all("details[data-menu][open]").forEach(function (menu) {
      menu.open = false;
      var head = menu.querySelector("summary");
      if (head && menu.contains(document.activeElement)) head.focus();
    });
  });
  on("click", "details[data-menu] [data-close]", function (event, button) {
    var menu = button.closest("details");
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  /* The way past the menu and the lines of a summary of errors: the focus goes there, the address stays as it was. With a part of the page
     in it, a form that comes back refused would begin at that part and not at its summary. */
  on("click", ".ks-skip, .ks-errors a[href^='#']", function (event, link) {
    var there = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (there && there.type === "hidden") there = document.querySelector("[data-stands-for='" + there.id + "']");
    if (!there) return;
    event.preventDefault();
    there.focus();
    there.scrollIntoView({ block: "nearest" });
  });

  /* Toasts: what went well leaves by itself, a refusal stays until it is closed. */
  function toast(node) {
    var close = node.querySelector("[data-close]"), before = null;
    node.addEventListener("focusin", function (event) { if (event.relatedTarget && !node.contains(event.relatedTarget)) before = event.relatedTarget; });
    if (close) {
      close.hidden = false;
      close.addEventListener("click", function () { node.remove(); giveBack(before); });
    }
    if (node.dataset.toast !== "error" && node.dataset.toast !== "warning") {
      var wait = node.querySelector("a") ? 12000 : 6000, timer;
      var start = function () { stop(); if (!node.contains(document.activeElement)) timer = setTimeout(function () { node.remove(); }, wait); };
      var stop = function () { clearTimeout(timer); };
      node.addEventListener("mouseenter", stop); node.addEventListener("mouseleave", start);
      node.addEventListener("focusin", stop); node.addEventListener("focusout", function () { setTimeout(start); });
      start();
    }
  }
  /* A page keeps room for them: what has the focus must not stay behind one. */
  function room() {
    var box = document.getElementById("toasts"), at = document.activeElement;
    root.style.setProperty("--ks-toasts", (box.children.length ? box.offsetHeight : 0) + "px");
    if (box.children.length && at && at !== document.body && !at.matches("main") && !box.contains(at) && at.getBoundingClientRect().bottom > box.getBoundingClientRect().top) at.scrollIntoView({ block: "nearest" });
  }
  function say(text, level) {
    var box = document.getElementById("toasts");
    if (!box) return;
    var node = document.createElement("div");
    node.className = "ks-toast ks-toast-" + (level || "success");
    node.dataset.toast = level || "success";
    var words = document.createElement("span");
    words.textContent = text;
    node.appendChild(words);
    box.appendChild(node);
    toast(node);
  }
  document.addEventListener("ks:gone", function (event) { giveBack(event.detail && event.detail.before); });
  document.addEventListener("ks:toast", function (event) { say(event.detail.text || event.detail.value, event.detail.level); });

  /* Copy: a payment code, a link. */
  on("click", "[data-copy]", function (event, button) {
    navigator.clipboard.writeText(button.dataset.copy).then(function () { say(button.dataset.copied || "✓"); });
  });

  /* A file dropped on its zone, and its name shown there. */
  function size(bytes) {
    var units = root.lang === "en" ? ["KB", "MB"] : ["КБ", "МБ"];
    return bytes < 1048576 ? Math.max(1, Math.round(bytes / 1024)) + "\u00a0" + units[0] : (bytes / 1048576).toFixed(1).replace(".", root.lang === "en" ? "." : ",") + "\u00a0" + units[1];
  }
  on("change", "[data-drop] input[type=file]", function (event, input) {
    var zone = input.closest("[data-drop]"), name = zone.querySelector("[data-drop-name]");
    if (!name || !input.files.length) return;
    zone.classList.remove("is-wrong");
    name.textContent = Array.prototype.map.call(input.files, function (file) { return file.name + ", " + size(file.size); }).join("; ");
  });
  /* A photo taken at once takes the place of a file that was chosen before it, and the other way round. */
  on("change", "[data-camera] input[type=file]", function (event, input) {
    var chosen = document.getElementById(input.closest("[data-camera]").dataset.camera), name = chosen.closest("[data-drop]").querySelector("[data-drop-name]");
    if (!input.files.length) return;
    chosen.value = "";
    name.textContent = input.files[0].name + ", " + size(input.files[0].size);
  });
  on("change", "[data-drop] input[type=file]", function (event, input) {
    var camera = document.querySelector("[data-camera='" + input.id + "'] input");
    if (camera && input.files.length) camera.value = "";
  });
  ["dragover", "dragenter"].forEach(function (type) {
    on(type, "[data-drop]", function (event, zone) { event.preventDefault(); zone.classList.add("is-over"); });
  });
  on("dragleave", "[data-drop]", function (event, zone) { if (!zone.contains(event.relatedTarget)) zone.classList.remove("is-over"); });
  on("drop", "[data-drop]", function (event, zone) {
    var input = zone.querySelector("input[type=file]");
    event.preventDefault();
    zone.classList.remove("is-over");
    if (input && event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });

  /* A draft of a long form is kept on this device until the form is sent; leaving a changed form warns. */
  var PREFIX = "ks-draft:", DRAFT_DAYS = 14;
  function kept(field) { return field.name && field.name !== "csrfmiddlewaretoken" && ["file", "password", "hidden", "submit", "button"].indexOf(field.type) < 0; }
  function values(form) {
    return Array.prototype.filter.call(form.elements, kept).map(function (field) {
      return [field.name, field.type === "checkbox" || field.type === "radio" ? (field.checked ? field.value : null) : field.value, field.type];
    });
  }
  function restore(form, saved) {
    var fields = Array.prototype.filter.call(form.elements, kept);
    saved.forEach(function (one, number) {
      var field = fields[number];
      if (!field || field.name !== one[0]) return;
      if (one[2] === "checkbox" || one[2] === "radio") field.checked = one[1] !== null && field.value === one[1];
      else field.value = one[1];
    });
  }
  function drafts(form) {
    var key = PREFIX + location.pathname + ":" + form.dataset.draft, timer;
    try {
      var found = JSON.parse(localStorage.getItem(key) || "null");
      if (found && !form.querySelector(".is-invalid, .ks-errors")) {
        if (Date.now() - found.at < DRAFT_DAYS * 86400000) { restore(form, found.values); form.dataset.changed = "1"; }
        else localStorage.removeItem(key);
      }
    } catch (error) { return; }
    form.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(function () { try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), values: values(form) })); } catch (error) { /* full or forbidden: the form still works */ } }, 400);
    });
    form.addEventListener("submit", function () { clearTimeout(timer); localStorage.removeItem(key); });
  }
  on("input", "form[data-guard]", function (event, form) { form.dataset.changed = "1"; });
  on("submit", "form", function (event, form) {
    delete form.dataset.changed;
    /* A second press must not send twice; htmx asks for itself. By its attribute: a field named «method» hides the form's own. */
    if ((form.getAttribute("method") || "").toLowerCase() === "post" && !form.hasAttribute("hx-post") && !form.hasAttribute("data-theme-form")) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      if (event.submitter) event.submitter.classList.add("is-busy");
      setTimeout(function () { delete form.dataset.sent; }, 8000);
    }
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) all("form").forEach(function (form) { delete form.dataset.sent; all(".is-busy", form).forEach(function (one) { one.classList.remove("is-busy"); }); });
  });
  window.addEventListener("beforeunload", function (event) {
    if (document.querySelector("form[data-guard][data-changed]:not([data-draft])")) event.preventDefault();
  });

  /* Stepper: − and + around a number. */
  on("click", "[data-step]", function (event, button) {
    var input = button.closest(".ks-stepper").querySelector("input");
    var step = parseFloat(input.step || "1") * parseFloat(button.dataset.step);
    var next = (parseFloat(String(input.value).replace(",", ".")) || 0) + step;
    if (input.min !== "" && next < parseFloat(input.min)) next = parseFloat(input.min);
    if (input.max !== "" && next > parseFloat(input.max)) next = parseFloat(input.max);
    input.value = String(+next.toFixed(6));
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });

  /* All the marks of a table at once. */
  on("change", "[data-check-all]", function (event, box) {
    all("input[type=checkbox][name='" + box.dataset.checkAll + "']", box.form || document).forEach(function (one) { one.checked = box.checked; });
  });

  /* Printing is a button only where there is something to press it with. */
  on("click", "[data-print]", function () { window.print(); });

  /* Charts are drawn when they come into view; until then, and without the script, the table says the same. */
  var loading = null;
  function library(box) {
    if (window.uPlot) return Promise.resolve();
    if (!loading) {
      loading = new Promise(function (done, failed) {
        var sheet = document.createElement("link"), script = document.createElement("script");
        sheet.rel = "stylesheet"; sheet.href = box.dataset.css;
        script.src = box.dataset.js; script.onload = done; script.onerror = failed;
        document.head.appendChild(sheet); document.head.appendChild(script);
      });
    }
    return loading;
  }
  function colour(role, from) {
    var name = { act: "--ks-act", wait: "--ks-wait", over: "--ks-over", quiet: "--ks-line-strong", ink: "--ks-ink" }[role] || "--ks-act";
    return getComputedStyle(from).getPropertyValue(name).trim();
  }
  function draw(box) {
    var source = document.getElementById(box.dataset.chart);
    if (!source) return;
    var data = JSON.parse(source.textContent), count = data.labels.length, tip;
    var look = getComputedStyle(box), ink = look.getPropertyValue("--ks-ink-3").trim(), line = look.getPropertyValue("--ks-line").trim();
    var font = "13px " + look.fontFamily, bars = data.kind === "bars", many = data.series.length;
    box.hidden = false;
    box.textContent = "";
    if (many > 1) {
      var legend = document.createElement("ul");
      legend.className = "ks-chart-legend";
      data.series.forEach(function (one) {
        var item = document.createElement("li"), dot = document.createElement("span");
        dot.className = "ks-dot ks-dot-" + one.role;
        item.appendChild(dot); item.appendChild(document.createTextNode(one.label)); legend.appendChild(item);
      });
      var old = box.parentNode.querySelector(".ks-chart-legend");
      if (old) old.remove();
      box.parentNode.insertBefore(legend, box);
    }
    function short(value) {
      var english = root.lang === "en", size = Math.abs(value), unit = "";
      if (size >= 1e6) { value /= 1e6; unit = english ? " m" : " млн"; }
      else if (size >= 1e4) { value /= 1e3; unit = english ? " k" : " тыс."; }
      var text = String(+value.toFixed(2));
      return (english ? text : text.replace(".", ",")) + unit;
    }
    var widest = Math.max.apply(null, data.labels.map(function (one) { return one.length; })) * 8 + 20;
    var series = [{}].concat(data.series.map(function (one, number) {
      var tone = colour(one.role, box);
      var own = { label: one.label, stroke: tone, width: 2, points: { show: !bars && count < 32 } };
      if (bars) {
        own.fill = tone; own.width = 0;
        own.paths = function (plot, index, from, to) {
          var path = new Path2D(), step = plot.valToPos(1, "x", true) - plot.valToPos(0, "x", true), wide = Math.max(1, step * 0.7 / many);
          for (var at = from; at <= to; at++) {
            var value = plot.data[index][at];
            if (value == null) continue;
            var left = plot.valToPos(at, "x", true) - step * 0.35 + wide * number, top = plot.valToPos(value, "y", true), zero = plot.valToPos(0, "y", true);
            path.rect(left, Math.min(top, zero), Math.max(1, wide - 2), Math.abs(zero - top));
          }
          return { fill: path, stroke: null };
        };
      }
      return own;
    }));
    var plot = new window.uPlot({
      width: box.clientWidth, height: 240, legend: { show: false }, cursor: { y: false, points: { show: !bars }, drag: { x: false, y: false } }, padding: [8, 8, 0, 0],
      scales: { x: { time: false, range: function () { return [-0.5, count - 0.5]; } }, y: { range: function (u, low, high) { return [Math.min(0, low || 0), (high || 1) * 1.08]; } } },
      axes: [
        { stroke: ink, font: font, grid: { show: false }, ticks: { show: false }, splits: function () { var wide = Math.max(1, Math.ceil(count * widest / Math.max(1, box.clientWidth - 72))), at = []; for (var n = 0; n < count; n += wide) at.push(n); return at; }, values: function (u, splits) { return splits.map(function (n) { return data.labels[n]; }); } },
        { stroke: ink, font: font, size: 64, grid: { stroke: line, width: 1 }, ticks: { show: false }, values: function (u, splits) { return splits.map(function (one) { return short(one); }); } }
      ],
      series: series,
      hooks: { setCursor: [function (u) {
        var at = u.cursor.idx;
        if (at == null || u.cursor.left < 0) { tip.hidden = true; return; }
        tip.hidden = false;
        tip.textContent = data.labels[at] + ": " + data.series.map(function (one) { return (many > 1 ? one.label + " " : "") + one.texts[at]; }).join(", ");
        tip.style.top = "0";
        tip.style.left = Math.max(0, Math.min(u.cursor.left + 64 - tip.offsetWidth / 2, box.clientWidth - tip.offsetWidth)) + "px";
      }] }
    }, [data.labels.map(function (_, n) { return n; })].concat(data.series.map(function (one) { return one.values; })), box);
    tip = document.createElement("div");
    tip.className = "ks-chart-tip";
    tip.hidden = true;
    box.appendChild(tip);
    box._plot = plot;
  }
  function chart(box) {
    if (box._watched) return;
    box._watched = true;
    var begin = function () { library(box).then(function () { draw(box); }, function () { /* the table stays */ }); };
    if (!window.IntersectionObserver) { begin(); return; }
    var watch = new IntersectionObserver(function (seen) {
      if (seen.some(function (one) { return one.isIntersecting; })) { watch.disconnect(); begin(); }
    }, { rootMargin: "200px" });
    watch.observe(box.parentNode);
  }
  function redraw() { if (window.uPlot) all("[data-chart]").forEach(function (box) { if (box._plot) { box._plot.destroy(); draw(box); } }); }
  var resizing;
  window.addEventListener("resize", function () { clearTimeout(resizing); resizing = setTimeout(redraw, 150); });
  document.addEventListener("ks:theme", redraw);

  /* The browser brings the caret of a long field into sight and leaves the rest behind the bar below. */
  document.addEventListener("focusin", function (event) { if (event.target.tagName === "TEXTAREA") event.target.scrollIntoView({ block: "nearest", behavior: "instant" }); });

  function begin(part) {
    if (part === document && document.getElementById("toasts") && window.ResizeObserver) new ResizeObserver(room).observe(document.getElementById("toasts"));
    all("[data-toast]", part).forEach(toast);
    all("[data-copy], .ks-confirm [data-close], [data-js-only]", part).forEach(function (one) { one.hidden = false; });
    all("form[data-draft]", part).forEach(drafts);
    all("[data-chart]", part).forEach(chart);
    var first = part.querySelector("[data-focus]");
    if (!first) return;
    first.focus();
    if (location.hash) window.addEventListener("load", function () { setTimeout(function () { first.focus(); }); }); /* the browser goes to the named part last */
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", function () { begin(document); });
  else begin(document);

  /* htmx: the token with every request, new parts made alive, a refusal said in words. */
  document.addEventListener("htmx:configRequest", function (event) { if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrf(); });
  document.addEventListener("htmx:load", function (event) { if (event.detail.elt !== document.body) begin(event.detail.elt); });
  /* A part that is renewed under the hands of a person (the progress of long work) keeps what was unfolded in it, and the focus. */
  var STOPS = "a[href], button, input, select, textarea, summary, [tabindex]", renewed = null;
  document.addEventListener("htmx:beforeSwap", function (event) {
    var part = event.detail.target, at = document.activeElement;
    renewed = part && at && at !== document.body && part.contains(at) ? {
      part: part, stop: all(STOPS, part).indexOf(at), name: at.textContent, open: all("details", part).map(function (one) { return one.open; })
    } : null;
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    var was = renewed, part = event.target;
    if (!was || was.part.isConnected && was.part !== part) return;
    renewed = null;
    all("details", part).forEach(function (one, number) { if (was.open[number]) one.open = true; });
    var same = all(STOPS, part)[was.stop];
    giveBack(same && same.textContent === was.name ? same : all(STOPS, part)[0]);
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    /* A refused form comes back with 422: it must be shown, not thrown away. */
    if (event.detail.xhr.status === 422) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  /* A part that comes by itself after its page (data-quiet) keeps what stands in its place without a word. */
  function quiet(event) { return event.detail && event.detail.elt && event.detail.elt.hasAttribute("data-quiet"); }
  function trouble(event) { if (!quiet(event)) say(root.lang === "en" ? "No connection. Check the internet and try once more." : "Нет связи. Проверьте интернет и попробуйте ещё раз.", "error"); }
  document.addEventListener("htmx:sendError", trouble);
  document.addEventListener("htmx:responseError", function (event) { if (!quiet(event)) say(root.lang === "en" ? "It did not work. Refresh the page and try once more." : "Не получилось. Обновите страницу и попробуйте ещё раз.", "error"); });
})();

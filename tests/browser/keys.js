/* For the keyboard hand of the journeys: counts the stops of the Tab key and looks at each that gets the focus. It moves nothing. */
(function () {
  "use strict";
  if (window.ksKeys) return;
  var CAN = "a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [contenteditable=''], [contenteditable=true], [tabindex]";
  var faults = [], plain = new WeakMap(), last = null, used = false, left = false;

  function seen(one) { return one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0; }
  function entry(radio) {
    var group = Array.from(document.querySelectorAll("input[type=radio]")).filter(function (one) {
      return one.name === radio.name && one.form === radio.form && !one.disabled && seen(one);
    });
    return group.find(function (one) { return one.checked; }) || group[0];
  }
  function stop(one) {
    if (one.tabIndex < 0 || one.disabled || one.matches(":disabled") || !seen(one)) return false;
    if (one.tagName === "SUMMARY" && one !== one.parentNode.querySelector(":scope > summary")) return false;
    return !(one.type === "radio" && one.name && one !== entry(one));
  }
  function order() {
    return Array.from(document.querySelectorAll(CAN)).filter(stop);
  }
  function say(one) {
    if (!one || one === document.body) return "nothing";
    var name = (one.getAttribute("aria-label") || (one.labels && one.labels[0] && one.labels[0].textContent) || one.textContent || one.name || "").replace(/\s+/g, " ").trim();
    return one.tagName.toLowerCase() + (one.className && typeof one.className === "string" ? "." + one.className.split(" ")[0] : "") + " «" + name.slice(0, 60) + "»";
  }

  /* What shows the focus: the stop itself, or what is drawn around it. */
  function drawn(one) {
    var found = [], at = one;
    for (var up = 0; at && at !== document.body && up < 3; up++, at = at.parentElement) {
      var style = getComputedStyle(at), box = at.getBoundingClientRect();
      if (at === one && (+style.opacity === 0 || box.width < 4 || box.height < 4)) continue;
      found.push([at, (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) ? style.outlineStyle + style.outlineWidth + style.outlineColor : "") + "|" + style.boxShadow]);
    }
    return found;
  }
  function remember() {
    order().forEach(function (one) {
      if (one !== document.activeElement && !plain.has(one)) plain.set(one, drawn(one).map(function (pair) { return pair[1]; }));
    });
  }
  function covered(box, holder) {
    /* Points just inside the corners and the middle; what is larger than the window need only be partly seen. */
    var hits = 0, wide = window.innerWidth, high = window.innerHeight, points = [];
    var left = Math.max(box.left, 0) + 2, right = Math.min(box.right, wide) - 2, top = Math.max(box.top, 0) + 2, bottom = Math.min(box.bottom, high) - 2;
    if (right < left || bottom < top) return "outside the window";
    [[left, top], [right, top], [(left + right) / 2, (top + bottom) / 2], [left, bottom], [right, bottom]].forEach(function (at) {
      var hit = document.elementFromPoint(at[0], at[1]);
      points.push(hit);
      if (hit && (holder.contains(hit) || hit.contains(holder))) hits++;
    });
    if (hits >= 3) return null;
    var over = points.find(function (hit) { return hit && !holder.contains(hit) && !hit.contains(holder); });
    return "behind " + say(over);
  }
  function look() {
    var one = document.activeElement;
    if (!one || one === document.body || one.matches("main")) return;
    var before = plain.get(one), now = drawn(one), holder = null;
    now.forEach(function (pair, number) {
      if (holder) return;
      var was = before ? before[number] : "|none";
      if (pair[1] !== was && pair[1].split("|")[0] + pair[1].split("|")[1] !== "none") holder = pair[0];
    });
    if (!holder) { faults.push(say(one) + " does not show that it has the focus"); return; }
    var text = covered(holder.getBoundingClientRect(), holder);
    if (text) faults.push(say(one) + " has the focus " + text);
  }

  window.ksKeys = {
    say: say,
    entry: entry,
    active: function () { return say(document.activeElement); },
    count: function () { remember(); return order().length; },
    fresh: function () { remember(); return !used && document.activeElement === document.body; },
    /* How many times to press Tab, negative for Shift+Tab; null where no key comes. */
    away: function (to) {
      remember();
      var all = order(), there = all.indexOf(to), at = document.activeElement, here = all.indexOf(at);
      if (there < 0) return null;
      if (here >= 0) return there - here;
      if (at === document.body) return there + 1;
      here = all.filter(function (one) { return one.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING; }).length;
      return there >= here ? there - here + 1 : there - here;
    },
    skipHelps: function (to, least) {
      var main = document.getElementById("main"), before = order().filter(function (one) { return main.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING; });
      return main.contains(to) && before.length >= least;
    },
    leaving: function () { return left; },
    take: function () { used = true; last = say(document.activeElement); return faults.splice(0); },
    /* Every stop in turn, by script: what each page of the house is asked; the journeys press the keys. */
    walk: function () {
      remember();
      var all = order();
      if (!all.length || !all[0].matches(".ks-skip")) faults.push("the first stop is not the way past the menu but " + say(all[0]));
      all.forEach(function (one) {
        if (one.tabIndex > 0) faults.push(say(one) + " jumps the queue");
        one.focus({ focusVisible: true });
        if (document.activeElement !== one) faults.push(say(one) + " does not take the focus"); else look();
      });
      document.activeElement.blur();
      window.scrollTo(0, 0);
      return faults.splice(0);
    },
    lost: function () { return used && document.activeElement === document.body ? last || "a key" : null; }
  };
  /* Heard last, when the page has had its say. */
  window.addEventListener("submit", function (event) { if (!event.defaultPrevented && !event.target.hasAttribute("hx-get")) left = true; });
  window.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (link && !event.defaultPrevented && !link.hasAttribute("download") && !link.target && String(link.getAttribute("href")).charAt(0) !== "#") left = true;
  });
  window.addEventListener("keyup", function (event) { if (event.key === "Tab" || event.key.indexOf("Arrow") === 0) look(); }, true);
})();

/* Marking corners on the picture of a plan: a press adds one, the form takes them in the pixels of the picture. By keyboard
   a cross goes over the picture: arrows move it, with Shift by longer steps, Enter or Space marks, Backspace takes the last corner back. */
(function () {
  "use strict";
  var svg = document.querySelector("[data-draw]"), form = document.querySelector("[data-draw-form]");
  if (!svg || !form) return;
  var scale = parseFloat(svg.dataset.scale), field = form.querySelector("[name=points]");
  var line = svg.querySelector("[data-draw-line]"), dots = svg.querySelector("[data-draw-dots]");
  var count = form.querySelector("[data-draw-count]"), space = "http://www.w3.org/2000/svg";
  var cross = svg.querySelector("[data-draw-cross]"), place = document.querySelector("[data-draw-place]"), told;
  var size = svg.viewBox.baseVal, at = { across: 0.5, down: 0.5 }, STEP = 0.005, LONG = 10;
  var ways = { ArrowLeft: ["across", -1], ArrowRight: ["across", 1], ArrowUp: ["down", -1], ArrowDown: ["down", 1] };
  var points = [];
  try { points = JSON.parse(field.value || "[]"); } catch (error) { points = []; }

  function show() {
    field.value = points.length ? JSON.stringify(points) : "";
    line.setAttribute("points", points.map(function (p) { return p[0] * scale + "," + p[1] * scale; }).join(" "));
    dots.replaceChildren();
    points.forEach(function (p) {
      var dot = document.createElementNS(space, "circle");
      dot.setAttribute("cx", p[0] * scale);
      dot.setAttribute("cy", p[1] * scale);
      dot.setAttribute("r", 6);
      dots.append(dot);
    });
    count.textContent = count.dataset.text + " " + points.length;
  }

  function mark(x, y) { points.push([Math.round(x / scale), Math.round(y / scale)]); show(); }
  function back() { points.pop(); show(); }
  function move() {
    cross.setAttribute("transform", "translate(" + at.across * size.width + " " + at.down * size.height + ")");
    svg.dataset.across = at.across;
    svg.dataset.down = at.down;
  }
  function inView() { cross.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  /* Where the cross stands is said when it rests, or every step would be read out. */
  function tell() {
    clearTimeout(told);
    told = setTimeout(function () {
      place.textContent = place.dataset.text.replace("{across}", Math.round(at.across * 100)).replace("{down}", Math.round(at.down * 100));
    }, 400);
  }

  svg.addEventListener("click", function (event) {
    var pressed = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    at = { across: pressed.x / size.width, down: pressed.y / size.height };
    move();
    mark(pressed.x, pressed.y);
  });
  svg.addEventListener("focus", inView);
  svg.addEventListener("keydown", function (event) {
    var way = ways[event.key];
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (way) {
      at[way[0]] = Math.min(1, Math.max(0, +(at[way[0]] + way[1] * STEP * (event.shiftKey ? LONG : 1)).toFixed(4)));
      move();
      inView();
      tell();
    } else if (event.key === "Enter" || event.key === " ") mark(at.across * size.width, at.down * size.height);
    else if (event.key === "Backspace" || event.key === "Delete") back();
    else return;
    event.preventDefault();
  });
  form.querySelector("[data-draw-undo]").addEventListener("click", back);
  move();
  show();
})();

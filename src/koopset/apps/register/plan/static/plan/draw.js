/* Marking corners on the picture of a plan: a press adds one, the form takes them in the pixels of the picture. */
(function () {
  "use strict";
  var svg = document.querySelector("[data-draw]"), form = document.querySelector("[data-draw-form]");
  if (!svg || !form) return;
  var scale = parseFloat(svg.dataset.scale), field = form.querySelector("[name=points]");
  var line = svg.querySelector("[data-draw-line]"), dots = svg.querySelector("[data-draw-dots]");
  var count = form.querySelector("[data-draw-count]"), space = "http://www.w3.org/2000/svg";
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

  svg.addEventListener("click", function (event) {
    var place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    points.push([Math.round(place.x / scale), Math.round(place.y / scale)]);
    show();
  });
  form.querySelector("[data-draw-undo]").addEventListener("click", function () { points.pop(); show(); });
  show();
})();

// The live camera, where the browser itself reads codes (BarcodeDetector). Without it the page has a photo and a text: nothing is lost.
(() => {
  "use strict";
  const box = document.querySelector("[data-camera-scan]");
  if (!box || !("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
  const video = box.querySelector("video");
  const word = box.querySelector("[data-camera-word]");
  const start = box.querySelector("[data-camera-start]");
  const stop = box.querySelector("[data-camera-stop]");
  const token = box.querySelector("[name=csrfmiddlewaretoken]").value;
  const refused = new Set();
  let stream = null;
  let busy = false;

  const say = (text) => { word.textContent = text; };

  const end = () => {
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = null;
    video.hidden = true;
    stop.hidden = true;
    start.hidden = false;
  };

  const send = async (code) => {
    busy = true;
    try {
      const body = new URLSearchParams({ code });
      const answer = await fetch(box.dataset.cameraScan, {
        method: "POST", body, headers: { "X-CSRFToken": token, Accept: "application/json" }, redirect: "error",
      });
      const said = await answer.json();
      if (said.url) { end(); window.location.assign(said.url); return; }
      refused.add(code);
      say(said.error || "");
    } catch {
      end();
      say(box.dataset.wordOffline);
    } finally {
      busy = false;
    }
  };

  const look = async (detector) => {
    if (!stream) return;
    if (!busy && video.readyState >= 2) {
      try {
        for (const found of await detector.detect(video)) {
          if (!refused.has(found.rawValue)) { await send(found.rawValue); break; }
        }
      } catch { /* a frame that cannot be read: the next one may be */ }
    }
    if (stream) window.setTimeout(look, 200, detector);
  };

  start.addEventListener("click", async () => {
    refused.clear();
    try {
      const formats = await window.BarcodeDetector.getSupportedFormats();
      if (!formats.includes("qr_code")) throw new Error("no codes");
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    } catch {
      say(box.dataset.wordDenied);
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    start.hidden = true;
    stop.hidden = false;
    stop.focus();
    say(box.dataset.wordSearching);
    await video.play().catch(() => {});
    look(new window.BarcodeDetector({ formats: ["qr_code"] }));
  });
  stop.addEventListener("click", () => { end(); say(""); start.focus(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) end(); });
  window.addEventListener("pagehide", end);
  box.hidden = false;
})();

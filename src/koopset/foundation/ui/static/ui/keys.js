/* Passkeys: shown where this browser and this address can have them, and what went wrong said in words.
   The talk with the device itself is allauth's (mfa/js/webauthn.js), which reads its data from the page. */
(function () {
  "use strict";
  var byNumber = /^[\d.]+$|^\[/.test(location.hostname);
  var able = Boolean(window.PublicKeyCredential) && window.isSecureContext && !byNumber;

  function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }

  document.addEventListener("DOMContentLoaded", function () {
    each("[data-passkey]", function (one) { one.hidden = !able; });
    each("[data-no-passkey]", function (one) { one.hidden = able; });
    each("[data-passkey-start]", function (one) {
      one.addEventListener("click", function () {
        each("[data-passkey-failed]", function (two) { two.hidden = true; });
        // The form is sent by a script, which is no leaving of it unsaved.
        if (one.form) delete one.form.dataset.changed;
      });
    });
  });

  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    each("[data-passkey-failed]", function (one) { one.hidden = false; });
  });
})();

/* 红烛 · small helps. Every page works without this file; it only saves steps.
   Floor: Chromium 86. Hooks are data-<verb> attributes, never classes. */
(function () {
  "use strict";

  function typing(element) {
    return !!element && (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.isContentEditable);
  }

  /* `/` goes to the search field, Esc leaves whatever field one is in. */
  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !typing(document.activeElement)) {
      const field = document.querySelector("[data-find]");
      if (field && field.offsetParent !== null) {
        event.preventDefault();
        field.focus();
        field.select();
      }
    } else if (event.key === "Escape" && typing(document.activeElement)) {
      document.activeElement.blur();
    }
  });

  /* A second press on a form that is on its way does nothing. The buttons are greyed a moment later,
     because a disabled button would not send its own name and value. */
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-again")) return;
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      return;
    }
    window.setTimeout(function () {
      if (event.defaultPrevented) return;
      form.setAttribute("data-sent", "");
      form.querySelectorAll("button:not([type=button])").forEach(function (button) {
        button.setAttribute("aria-disabled", "true");
      });
    }, 0);
  });
  /* Coming back with the back button: the form may be sent again. */
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      form.removeAttribute("data-sent");
      form.querySelectorAll("[aria-disabled]").forEach(function (button) {
        button.removeAttribute("aria-disabled");
      });
    });
  });

  function copied(button) {
    const word = button.querySelector("[data-word]") || button;
    if (!button.hasAttribute("data-was")) button.setAttribute("data-was", word.textContent);
    word.textContent = button.getAttribute("data-done");
    window.setTimeout(function () {
      word.textContent = button.getAttribute("data-was");
    }, 2000);
  }

  /* The clipboard needs https; a plain-http office network gets the older way. */
  function copyOldWay(text) {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "hz-hide";
    area.readOnly = true;
    document.body.appendChild(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  function copy(button) {
    const source = document.querySelector(button.getAttribute("data-copy"));
    if (!source) return;
    const text = "value" in source ? source.value : source.innerText;
    const back = document.activeElement;
    const old = function () {
      if (copyOldWay(text)) copied(button);
      if (back) back.focus();
    };
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(function () { copied(button); }, old);
    } else {
      old();
    }
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-print], [data-copy]");
    if (!button) return;
    if (button.hasAttribute("data-print")) window.print();
    else copy(button);
  });

  /* A filter form that changes as one picks; its button stays for those without script. */
  document.addEventListener("change", function (event) {
    const form = event.target.form;
    if (form && form.hasAttribute("data-auto") && event.target.tagName === "SELECT") form.submit();
  });

  /* Esc and a tap outside close the phone's menu, which is a plain :target without script. */
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && location.hash === "#more") location.hash = "#main";
  });

  function start(root) {
    root.querySelectorAll("[data-print][hidden], [data-copy][hidden]").forEach(function (button) {
      button.hidden = false;
    });
    const wrong = root.querySelector("[data-errors]");
    if (wrong) wrong.focus();
  }
  function ready() {
    start(document);
    document.body.addEventListener("htmx:load", function (event) { start(event.target); });
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();

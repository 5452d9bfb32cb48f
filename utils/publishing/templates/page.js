(function () {
  var root = document.documentElement;
  var system = matchMedia("(prefers-color-scheme: dark)");
  var theme = document.getElementById("toggle-theme");
  function isDark() { return root.dataset.theme ? root.dataset.theme === "dark" : system.matches; }
  function nameTheme() { theme.textContent = isDark() ? "Light theme" : "Dark theme"; }
  theme.hidden = false;
  theme.addEventListener("click", function () {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("report-theme", root.dataset.theme); } catch (error) { /* kept for this page alone */ }
    nameTheme();
  });
  system.addEventListener("change", nameTheme);
  nameTheme();

  var code = document.getElementById("toggle-code");
  var folds = document.querySelectorAll("details.code");
  function anyFolded() { return Array.prototype.some.call(folds, function (fold) { return !fold.open; }); }
  function nameCode() { code.textContent = anyFolded() ? "Show all code" : "Hide all code"; }
  if (code && folds.length) {
    code.hidden = false;
    code.addEventListener("click", function () {
      var open = anyFolded();
      folds.forEach(function (fold) { fold.open = open; });
      nameCode();
    });
    folds.forEach(function (fold) { fold.addEventListener("toggle", nameCode); });
  }

  var toc = document.querySelector(".toc details");
  if (toc && matchMedia("(max-width: 63.99rem)").matches) { toc.open = false; }

  // Only a box that does scroll needs a stop for the keyboard.
  function markScrolling() {
    document.querySelectorAll(".scroll, .cell pre").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth + 1) { box.setAttribute("tabindex", "0"); } else { box.removeAttribute("tabindex"); }
    });
  }
  markScrolling();
  addEventListener("load", markScrolling);
  addEventListener("resize", markScrolling);
  folds.forEach(function (fold) { fold.addEventListener("toggle", markScrolling); });
})();

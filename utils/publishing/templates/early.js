(function () {
  var chosen = null;
  try { chosen = localStorage.getItem("report-theme"); } catch (error) { /* storage may be closed to files */ }
  if (chosen === "dark" || chosen === "light") { document.documentElement.dataset.theme = chosen; }
  // Asked to be covered, a page is so before its answers are drawn; what a reader then does about it is in guess.js.
  if (location.hash === "#guess") { document.documentElement.dataset.covered = ""; }
})();

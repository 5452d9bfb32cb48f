(function () {
  var chosen = null;
  try { chosen = localStorage.getItem("report-theme"); } catch (error) { /* storage may be closed to files */ }
  if (chosen === "dark" || chosen === "light") { document.documentElement.dataset.theme = chosen; }
})();

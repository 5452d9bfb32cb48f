(function () {
  var root = document.documentElement;
  var system = matchMedia("(prefers-color-scheme: dark)");
  var theme = document.getElementById("toggle-theme");
  function isDark() { return root.dataset.theme ? root.dataset.theme === "dark" : system.matches; }
  function markTheme() { theme.setAttribute("aria-pressed", String(isDark())); }
  theme.hidden = false;
  theme.addEventListener("click", function () {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("report-theme", root.dataset.theme); } catch (error) { /* kept for this page alone */ }
    markTheme();
  });
  system.addEventListener("change", markTheme);
  markTheme();

  var code = document.getElementById("toggle-code");
  var folds = document.querySelectorAll("details.code");
  function isOpen() { return Array.prototype.every.call(folds, function (fold) { return fold.open; }); }
  function markCode() { code.setAttribute("aria-pressed", String(isOpen())); }
  if (code && folds.length) {
    code.hidden = false;
    code.addEventListener("click", function () {
      var open = !isOpen();
      folds.forEach(function (fold) { fold.open = open; });
      markCode();
    });
    folds.forEach(function (fold) { fold.addEventListener("toggle", markCode); });
    markCode();
  }

  var toc = document.querySelector(".toc details");
  if (toc && matchMedia("(max-width: 63.99rem)").matches) { toc.open = false; }

  // Only a box that does scroll needs a stop for the keyboard. Not every browser lays out what a closed fold holds.
  function markScrolling() {
    var boxes = Array.from(document.querySelectorAll(".scroll, main pre"));
    var wide = boxes.map(function (box) { return box.scrollWidth > box.clientWidth + 1; });
    boxes.forEach(function (box, place) {
      if (wide[place]) { box.setAttribute("tabindex", "0"); } else { box.removeAttribute("tabindex"); }
    });
  }
  markScrolling();
  addEventListener("load", markScrolling);
  addEventListener("resize", markScrolling);
  addEventListener("toggle", markScrolling, true); // of any fold: the event does not bubble

  // Each figure can be taken away: its data, the drawing, or an image of it, all made of what the page holds.
  function save(content, name) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
  }
  function writeDrawing(figure) {
    var copy = figure.querySelector(".drawing").cloneNode(true);
    var faces = document.querySelector("style").textContent.match(/@font-face\{[^}]*\}/g) || [];
    var look = document.createElementNS(copy.namespaceURI, "style");
    look.textContent = faces.join("") + "*{stroke-linejoin:round;stroke-linecap:butt}text{font-family:'DejaVu Sans',Verdana,sans-serif}";
    var title = document.createElementNS(copy.namespaceURI, "title");
    title.textContent = figure.querySelector("[role=img]").getAttribute("aria-label");
    copy.prepend(title, look);
    ["class", "aria-hidden", "focusable"].forEach(function (name) { copy.removeAttribute(name); });
    return new XMLSerializer().serializeToString(copy).replace(/var\(--([0-9a-f]{6})\)/g, "#$1");
  }
  function saveImage(figure, name) {
    var image = new Image();
    image.onload = function () {
      var canvas = document.createElement("canvas");
      canvas.width = 2 * image.width;
      canvas.height = 2 * image.height;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(function (content) { save(content, name); });
    };
    image.src = "data:image/svg+xml," + encodeURIComponent(writeDrawing(figure));
  }
  var page = decodeURIComponent(location.pathname.split("/").pop()).replace(/\.html?$/, "") || "page";
  document.querySelectorAll("figure.drawn").forEach(function (figure, place) {
    var bar = document.createElement("div");
    var data = figure.querySelector("template.data");
    var name = page + "-figure-" + (place + 1);
    function offer(kind, what, act) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = kind;
      button.setAttribute("aria-label", kind + ": save " + what + " of figure " + (place + 1));
      button.addEventListener("click", act);
      bar.append(button);
    }
    bar.className = "take";
    bar.append("Save");
    if (data) { offer("CSV", "the data", function () { save(new Blob([data.content.textContent], {type: "text/csv"}), name + ".csv"); }); }
    offer("SVG", "the drawing", function () { save(new Blob([writeDrawing(figure)], {type: "image/svg+xml"}), name + ".svg"); });
    offer("PNG", "an image", function () { saveImage(figure, name + ".png"); });
    figure.append(bar);
  });
})();

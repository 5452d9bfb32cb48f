// Tells of any day of a record, as a reader points at it, taps on it or walks along the days: see utils/figures/forms.py.
(function () {
  "use strict";
  const DAY = 86400000; // ms
  const STATES = {
    counted: "counted", partial: "counted in part, late reports to come", closed: "closed", unreported: "not reported",
    not_yet_reported: "not yet reported",
  };
  const words = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  let parts = 0;

  function readTable(text) {
    const [head, ...rows] = text.trim().split("\n").map(function (line) {
      return Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), function (cell) {
        return cell[1] === undefined ? cell[2] : cell[1].replaceAll('""', '"');
      });
    });
    return rows.map(function (row) { return Object.fromEntries(head.map(function (name, place) { return [name, row[place] || ""]; })); });
  }

  function describe(row, several) {
    const count = row.count === "" ? "no count" : Number(row.count).toLocaleString("en-US");
    const whose = [row.source, several || !row.source ? row.scope : ""].filter(Boolean).join(", ");
    return (whose ? whose + ": " : "") + count + ", " + (STATES[row.state] || row.state) + (row.note ? " (" + row.note + ")" : "");
  }

  function start(figure) {
    const data = figure.querySelector("template.data");
    if (!data) { return; }
    const rows = readTable(data.content.textContent), byDay = new Map();
    rows.forEach(function (row) { byDay.set(row.day, [...(byDay.get(row.day) || []), row]); });
    const days = [...byDay.keys()].sort();
    const scopes = new Set(rows.map(function (row) { return row.source + row.scope; }));
    const several = scopes.size > new Set(rows.map(function (row) { return row.source; })).size; // of one source
    const id = "by-day-" + (parts += 1), box = document.createElement("div");
    box.className = "by-day";
    box.innerHTML = '<label>Day by day</label><input type="range" min="0" step="1"><output></output>';
    const [label, slider, told] = box.children;
    slider.id = label.htmlFor = id;
    told.htmlFor = id;
    slider.max = days.length - 1;
    slider.value = days.length - 1;
    slider.setAttribute("aria-valuetext", words.format(Date.parse(days[days.length - 1])));
    told.setAttribute("aria-live", "off"); // the slider says it
    told.textContent = "Point at a day, tap on it, or walk along the days.";
    const drawings = Array.from(figure.querySelectorAll("svg[data-days]"), function (svg) {
      const panels = JSON.parse(svg.getAttribute("data-days"));
      const lines = panels.map(function () { return svg.appendChild(document.createElementNS(svg.namespaceURI, "path")); });
      lines.forEach(function (line) { line.setAttribute("class", "day-line"); });
      return { svg: svg, panels: panels, lines: lines };
    });

    function show() {
      const day = days[slider.value], at = Date.parse(day) / DAY;
      const name = document.createElement("b");
      name.textContent = words.format(at * DAY) + ".";
      told.replaceChildren(name, " " + byDay.get(day).map(function (row) { return describe(row, several); }).join("; ") + ".");
      slider.setAttribute("aria-valuetext", told.textContent);
      drawings.forEach(function (drawing) {
        drawing.panels.forEach(function (panel, place) {
          const [left, top, right, bottom, first, last] = panel;
          const x = left + (right - left) * (at - first) / (last - first);
          drawing.lines[place].setAttribute("d", "M" + x.toFixed(1) + " " + top + "V" + bottom);
        });
      });
    }
    slider.addEventListener("input", show);
    drawings.forEach(function (drawing) {
      function point(event) {
        const frame = drawing.svg.getBoundingClientRect(), view = drawing.svg.viewBox.baseVal;
        const [left, , right, , first, last] = drawing.panels[0];
        const x = (event.clientX - frame.left) * view.width / frame.width;
        const at = Math.round(first + (last - first) * (x - left) / (right - left));
        const place = days.indexOf(new Date(at * DAY).toISOString().slice(0, 10));
        if (place >= 0) { slider.value = place; show(); }
      }
      drawing.svg.addEventListener("pointermove", point);
      drawing.svg.addEventListener("pointerdown", point);
    });
    figure.querySelector(".figure-box").after(box);
  }

  document.querySelectorAll("figure.drawn:has(svg[data-days])").forEach(start);
})();

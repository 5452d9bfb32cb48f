// Redraws the answer to a reader's own what-if from a grid of answers: see utils/forecasts/what_if_grid.py for its rule.
(function () {
  "use strict";
  if (!window.DecompressionStream) { return; } // an old browser keeps the table
  const SVG = "http://www.w3.org/2000/svg";
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const LIVE_DELAY = 400; // ms without a move, after which a screen reader is told the answer
  let parts = 0;

  // Numbers and words ---------------------------------------------------------------------------------------------------

  function formatPercent(p) {
    if (p >= 0 && p < 0.005) { return "under 1\u00a0%"; }
    if (p > 0.995 && p <= 1) { return "over 99\u00a0%"; }
    return Math.floor(100 * p + 0.5) + "\u00a0%";
  }
  function formatNumber(value) { return value.toLocaleString("en-US", { maximumFractionDigits: 10 }); }
  function formatSome(n, noun) { return formatNumber(n) + " " + noun + (n === 1 ? "" : "s"); }

  // The grid ------------------------------------------------------------------------------------------------------------

  async function unpack(text, width, scale) {
    const bytes = Uint8Array.from(atob(text), function (c) { return c.charCodeAt(0); });
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const planes = new Uint8Array(await new Response(stream).arrayBuffer());
    const n = planes.length / 2, values = new Float64Array(n);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const step = planes[i] | (planes[n + i] << 8);
      sum = (i % width ? sum : 0) + (step > 32767 ? step - 65536 : step);
      values[i] = sum / scale;
    }
    return values;
  }

  // Slopes of a monotone cubic through (x, y), as Fritsch and Butland give them.
  function findSlopes(x, y) {
    const n = x.length, h = [], d = [], m = new Array(n).fill(0);
    for (let i = 0; i < n - 1; i++) { h.push(x[i + 1] - x[i]); d.push((y[i + 1] - y[i]) / h[i]); }
    if (n === 2) { return [d[0], d[0]]; }
    for (let i = 1; i < n - 1; i++) {
      if (d[i - 1] * d[i] > 0) {
        const a = 2 * h[i] + h[i - 1], b = h[i] + 2 * h[i - 1];
        m[i] = (a + b) / (a / d[i - 1] + b / d[i]);
      }
    }
    function end(h0, h1, d0, d1) {
      const slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1);
      if (Math.sign(slope) !== Math.sign(d0)) { return 0; }
      return Math.sign(d0) !== Math.sign(d1) && Math.abs(slope) > 3 * Math.abs(d0) ? 3 * d0 : slope;
    }
    m[0] = end(h[0], h[1], d[0], d[1]);
    m[n - 1] = end(h[n - 2], h[n - 3], d[n - 2], d[n - 3]);
    return m;
  }
  function interpolate(x, y, at) {
    let i = 0;
    while (i < x.length - 2 && at >= x[i + 1]) { i++; }
    const m = findSlopes(x, y), h = x[i + 1] - x[i], t = (at - x[i]) / h;
    return y[i] * (1 + 2 * t) * (1 - t) * (1 - t) + m[i] * h * t * (1 - t) * (1 - t)
      + y[i + 1] * t * t * (3 - 2 * t) - m[i + 1] * h * t * t * (1 - t);
  }

  // The curves over the days up to the last one, without the shift and with it.
  function readGrid(data, count, chosen) {
    const logs = data.logs, width = data.days.length, n = chosen.last + 1;
    const size = { t: data.thresholds.length, r: data.ratios.length, s: data.speeds.length };
    const at = { t: Math.log(chosen.threshold), r: Math.log(chosen.ratio), s: Math.log(chosen.speed) };
    const plain = [], shifted = [];
    for (let day = 0; day < n; day++) {
      const without = [], given = [];
      for (let t = 0; t < size.t; t++) {
        without.push(count.plain[(chosen.definition * size.t + t) * width + day]);
        const bySpeed = [];
        for (let s = 0; s < size.s; s++) {
          const byRatio = [];
          for (let r = 0; r < size.r; r++) {
            byRatio.push(count.given[(((chosen.definition * size.r + r) * size.s + s) * size.t + t) * width + day]);
          }
          bySpeed.push(interpolate(logs.ratios, byRatio, at.r));
        }
        given.push(interpolate(logs.speeds, bySpeed, at.s));
      }
      const p0 = interpolate(logs.thresholds, without, at.t), p1 = interpolate(logs.thresholds, given, at.t);
      plain.push(p0);
      shifted.push(p0 + chosen.probability * (day + 1) / n * (p1 - p0));
    }
    for (const curve of [plain, shifted]) {
      if (data.definitions[chosen.definition].lastDayOnly) { curve.fill(0, 0, n - 1); }
      for (let day = n - 2; day >= 0; day--) { curve[day] = Math.min(curve[day], curve[day + 1]); }
    }
    return { plain: plain, shifted: shifted };
  }

  // Elements ------------------------------------------------------------------------------------------------------------

  function make(name, attributes, children) {
    const drawn = /^(svg|g|line|path|circle|text|title)$/.test(name);
    const element = drawn ? document.createElementNS(SVG, name) : document.createElement(name);
    for (const key in attributes || {}) { element.setAttribute(key, attributes[key]); }
    element.append(...(children || []));
    return element;
  }

  function addSelect(form, id, label, options, start) {
    const select = make("select", { id: id }, options.map(function (words, place) { return make("option", { value: place }, [words]); }));
    select.value = start;
    form.append(make("div", { class: "play-field" }, [make("label", { for: id }, [label]), select]));
    return { read: function () { return Number(select.value); }, reset: function () { select.value = start; } };
  }

  // A native slider over a list of values; what it stands at is written beside it and told in words.
  function addSlider(form, id, label, stops, start, words) {
    const nearest = stops.reduce(function (best, stop, place) {
      return Math.abs(stop - start) < Math.abs(stops[best] - start) ? place : best;
    }, 0);
    const input = make("input", { id: id, type: "range", min: 0, max: stops.length - 1, step: 1 });
    const value = make("output", { for: id, id: id + "-value", "aria-live": "off" });
    function name() {
      value.textContent = words(stops[input.value]);
      input.setAttribute("aria-valuetext", value.textContent);
    }
    input.disabled = stops.length < 2;
    input.value = nearest;
    input.addEventListener("input", name);
    name();
    form.append(make("div", { class: "play-field" }, [make("label", { for: id }, [label]), value, input]));
    return { read: function () { return stops[input.value]; }, reset: function () { input.value = nearest; name(); } };
  }

  // Pictures ------------------------------------------------------------------------------------------------------------

  function drawCurves(box, days, curves) {
    const width = Math.max(280, box.clientWidth), height = Math.round(Math.min(300, Math.max(210, width * 0.5)));
    const left = 44, right = 14, top = 14, bottom = 30, n = curves.plain.length;
    function x(day) { return left + (width - left - right) * day / n; } // a day ends one step to the right
    function y(p) { return top + (height - top - bottom) * (1 - p); }
    const svg = make("svg", { width: width, height: height, viewBox: "0 0 " + width + " " + height, role: "img" });
    for (const p of [0, 0.25, 0.5, 0.75, 1]) {
      svg.append(make("line", { class: "grid", x1: left, x2: width - right, y1: y(p), y2: y(p) }));
      svg.append(make("text", { x: left - 6, y: y(p) + 4, "text-anchor": "end" }, [100 * p + "%"]));
    }
    let free = 0; // where the next label of a day may begin
    days.slice(0, n).forEach(function (day, place) {
      const parts = day.split("-").map(Number);
      if (place && parts[2] !== 1 && n > 45 || n > 20 && n <= 45 && place && parts[2] % 10 !== 1) { return; }
      if (x(place) < free || x(place) > width - 40) { return; }
      svg.append(make("line", { class: "tick", x1: x(place), x2: x(place), y1: y(0), y2: y(0) + 5 }));
      svg.append(make("text", { x: x(place), y: height - 8 }, [parts[2] + " " + MONTHS[parts[1] - 1]]));
      free = x(place) + 56;
    });
    for (const name of ["plain", "shifted"]) {
      let path = "M" + x(0) + " " + y(0);
      curves[name].forEach(function (p, day) { path += "V" + y(p).toFixed(1) + "H" + x(day + 1).toFixed(1); });
      svg.append(make("path", { class: name, d: path }));
    }
    box.replaceChildren(svg);
    return svg;
  }

  function drawDots(box, plain, shifted) {
    const svg = make("svg", { viewBox: "0 0 200 200", role: "img" });
    const low = Math.min(plain, shifted);
    for (let dot = 0; dot < 100; dot++) {
      const kind = dot < low ? "met" : dot < shifted ? "met added" : dot < plain ? "lost" : "never";
      svg.append(make("circle", { class: kind, cx: 10 + 20 * (dot % 10), cy: 10 + 20 * Math.floor(dot / 10), r: 6.5 }));
    }
    box.replaceChildren(svg);
    return svg;
  }

  // The part of the page ------------------------------------------------------------------------------------------------

  async function start(script) {
    const data = JSON.parse(script.textContent);
    data.logs = {};
    for (const axis of ["thresholds", "ratios", "speeds"]) { data.logs[axis] = data[axis].map(Math.log); }
    const counts = await Promise.all(data.counts.map(async function (count) {
      const curves = await Promise.all([count.plain, count.given].map(function (text) { return unpack(text, data.days.length, data.scale); }));
      return { label: count.label, subject: count.subject, plain: curves[0], given: curves[1] };
    }));
    const id = "play-" + (parts += 1), begin = data.start, last = data.days.length - 1;
    const live = make("div", { class: "play-live" }), form = make("form", { class: "play-controls" });
    const asked = make("fieldset", {}, [make("legend", {}, ["What is asked"])]);
    const shift = make("fieldset", {}, [make("legend", {}, ["One shift that may come"])]);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    const controls = {
      count: addSelect(asked, id + "-count", "Whose count", counts.map(function (count) { return count.label; }), 0),
      definition: addSelect(asked, id + "-definition", data.below ? "Fallen below" : "Reached",
        data.definitions.map(function (definition) { return definition.words; }), begin.definition),
      threshold: addSlider(asked, id + "-threshold", "Threshold", data.stops.threshold, begin.threshold,
        function (value) { return formatNumber(value) + " a day"; }),
      last: addSlider(asked, id + "-last", "Closes", data.days.map(function (_, place) { return place; }), last,
        function (value) { return data.ends[value]; }),
      probability: addSlider(shift, id + "-probability", "Probability that it comes by then", data.stops.probability, begin.probability,
        function (value) { return Math.round(100 * value) + "\u00a0%"; }),
      ratio: addSlider(shift, id + "-ratio", "It multiplies the count by", data.stops.ratio, begin.ratio,
        function (value) { return value === 1 ? "1, no change" : formatNumber(value); }),
      speed: addSlider(shift, id + "-speed", "Time to its full effect", data.stops.speed, begin.speed,
        function (value) { return formatSome(value, "day"); }),
    };
    const again = make("button", { type: "button" }, ["Start again"]);
    again.addEventListener("click", function () { for (const name in controls) { controls[name].reset(); } show(); });
    shift.append(again);
    form.append(asked, shift);
    const question = make("p", { class: "answer-question" }), answer = make("p", { class: "answer-sentence" });
    const curves = make("div", { class: "play-curves" }), dots = make("div", { class: "play-dots" });
    const key = make("p", { class: "note" }), told = make("p", { class: "unseen", role: "status" });
    live.append(question, answer, form, make("div", { class: "play-answer" }, [make("div", { class: "play-pictures" }, [curves, dots]), key]), told);

    let waiting = 0;
    function show() {
      const chosen = {};
      for (const name in controls) { chosen[name] = controls[name].read(); }
      const count = counts[chosen.count], read = readGrid(data, count, chosen);
      const plain = read.plain[chosen.last], shifted = read.shifted[chosen.last], end = data.ends[chosen.last];
      question.textContent = "Do " + count.subject + " " + data.verb + " " + formatNumber(chosen.threshold) + " a day "
        + data.definitions[chosen.definition].words + " " + end + "?";
      answer.replaceChildren(make("b", {}, [formatPercent(shifted)]), "; without a shift " + formatPercent(plain) + ".");
      const ahead = chosen.last + 1, rate = chosen.probability / ahead;
      key.textContent = "Solid line: the probability that it has happened by each day, if the shift may come; dashed: without a shift. "
        + "Dots: of 100 paths, filled for those that meet it, ringed where the shift decides. "
        + (chosen.probability ? "A " + Math.round(100 * chosen.probability) + "\u00a0% probability " + end + " is one in "
          + formatNumber(Math.round(1 / rate)) + " on each of " + formatSome(ahead, "day") + "." : "");
      const filled = Math.round(100 * shifted), before = Math.round(100 * plain);
      drawCurves(curves, data.days, read).setAttribute("aria-label",
        "Two rising curves by day: with the shift to " + formatPercent(shifted) + ", without it to " + formatPercent(plain) + ".");
      drawDots(dots, before, filled).setAttribute("aria-label", filled + " of 100 dots filled; without a shift " + before + ".");
      clearTimeout(waiting);
      waiting = setTimeout(function () { told.textContent = question.textContent + " " + answer.textContent; }, LIVE_DELAY);
    }
    form.addEventListener("input", show);
    const part = script.closest(".play");
    part.prepend(live);
    part.querySelectorAll("details").forEach(function (tables) { tables.open = false; });
    let width = 0; // a picture is drawn for its room
    new ResizeObserver(function () { if (curves.clientWidth !== width) { width = curves.clientWidth; show(); } }).observe(curves);
    show();
    clearTimeout(waiting); // nothing is told before a reader moves something
  }

  document.querySelectorAll("script.play-data").forEach(start);
})();

// Takes a reader's own probabilities, keeps them in this browser alone, covers the answers on request, and scores what has come out.
(function () {
  "use strict";
  const STORE = "report-guesses";
  const root = document.documentElement, refreshers = [];
  const canCover = CSS.supports("selector(:has(a))"); // what the style sheet covers by
  let held = {}, refused = false, parts = 0;

  // Keep ----------------------------------------------------------------------------------------------------------------

  function load() {
    let text = null;
    try { text = localStorage.getItem(STORE); } catch (error) { refused = true; return; }
    try { held = Object(JSON.parse(text)); } catch (error) { held = {}; }
  }
  function save() {
    try {
      if (Object.keys(held).length) { localStorage.setItem(STORE, JSON.stringify(held)); } else { localStorage.removeItem(STORE); }
      refused = false;
    } catch (error) { refused = true; }
  }
  function find(key) {
    const guess = Object.hasOwn(held, key) ? held[key] : null;
    return typeof guess === "number" && guess >= 0 && guess <= 1 ? guess : null;
  }

  // Numbers and words ---------------------------------------------------------------------------------------------------

  function writeGuess(p) { return Number((100 * p).toPrecision(4)) + "\u00a0%"; }
  function readGuess(text) { // in per cent; null where nothing is written, NaN for what is no such number
    const plain = text.trim().replace(/%$/, "").trim().replace(",", ".");
    const number = plain === "" ? null : Number(plain);
    return number === null ? null : number >= 0 && number <= 100 ? number / 100 : NaN;
  }
  function score(p, came) {
    const given = came ? p : 1 - p;
    return [((1 - given) ** 2).toFixed(3), given ? Math.abs(Math.log2(given)).toFixed(2) : "no bound"];
  }

  // Elements ------------------------------------------------------------------------------------------------------------

  function make(name, attributes, children) {
    const element = document.createElement(name);
    for (const key in attributes || {}) { element.setAttribute(key, attributes[key]); }
    element.append(...(children || []));
    return element;
  }

  // A field a question; `changed` is told whether a guess was kept just now.
  function makeForm(questions, changed) {
    const id = "guess-" + (parts += 1), form = make("form", { class: "guess-form", novalidate: "" });
    const told = make("p", { class: "note guess-told", id: id + "-told", role: "status" });
    const keep = make("button", { type: "submit" }, ["Keep my guess"]), drop = make("button", { type: "button" }, ["Delete my guess"]);
    const inputs = questions.map(function (question, place) {
      const input = make("input", { id: id + "-" + place, type: "text", inputmode: "decimal", autocomplete: "off", size: 5, placeholder: "0 to 100" });
      const label = make("label", { for: input.id }, [question.words, make("span", { class: "unseen" }, [" Your probability in per cent"])]);
      form.append(make("div", { class: "guess-field" }, [label, make("span", { class: "guess-input" }, [input, "\u00a0%"])]));
      return input;
    });
    form.append(make("div", { class: "guess-buttons" }, [keep, drop]), told);

    function refresh() {
      questions.forEach(function (question, place) {
        const guess = find(question.key);
        inputs[place].value = guess === null ? "" : writeGuess(guess).replace("\u00a0%", "");
        mark(inputs[place], true);
      });
      drop.hidden = questions.every(function (question) { return find(question.key) === null; });
    }
    function mark(input, right) {
      if (right) { input.removeAttribute("aria-invalid"); input.removeAttribute("aria-describedby"); return; }
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", told.id);
    }
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      const written = inputs.map(function (input) { return readGuess(input.value); });
      let wrong = written.findIndex(Number.isNaN);
      if (wrong < 0 && written.every(function (guess) { return guess === null; })) { wrong = 0; }
      inputs.forEach(function (input, place) { mark(input, place !== wrong); });
      if (wrong >= 0) {
        told.textContent = "Write a number from 0 to 100, such as 30.";
        inputs[wrong].focus();
        return;
      }
      written.forEach(function (guess, place) { if (guess !== null) { held[questions[place].key] = guess; } });
      save();
      refresh();
      told.textContent = refused ? "This browser lets the page keep nothing: your guess lasts until you leave the page."
        : "Kept in this browser alone, and sent nowhere.";
      changed(true);
    });
    drop.addEventListener("click", function () {
      questions.forEach(function (question) { delete held[question.key]; });
      save();
      refresh();
      told.textContent = "Deleted.";
      inputs[0].focus();
      changed(false);
    });
    refreshers.push(function () { refresh(); changed(false); });
    refresh();
    return form;
  }

  // Before the answers --------------------------------------------------------------------------------------------------

  function startAsking(section, questions) {
    const fold = section.querySelector("details"), way = section.querySelector("summary span");
    const cover = make("button", { type: "button", class: "guess-cover" });
    const form = makeForm(questions, function (kept) { if (kept) { setCovered(false); } tell(); });
    function isCovered() { return "covered" in root.dataset; }
    function setCovered(on) { if (on) { root.dataset.covered = ""; } else { delete root.dataset.covered; } }
    function countKept() { return questions.filter(function (question) { return find(question.key) !== null; }).length; }
    function tell() {
      const kept = countKept();
      way.textContent = isCovered() ? "the answers are covered until you keep a guess"
        : kept ? "yours is kept " + (refused ? "until you leave the page" : "in this browser") : "write your own probability before you read on";
      cover.textContent = isCovered() ? "Show the answers" : "Cover the answers until I have guessed";
      cover.hidden = !isCovered() && (kept > 0 || !canCover);
    }
    function coverIfAsked() {
      if (location.hash !== "#guess") { return; }
      setCovered(canCover && countKept() < questions.length);
      fold.open = true;
    }
    cover.addEventListener("click", function () {
      setCovered(!isCovered());
      tell();
      form.querySelector(".guess-told").textContent = "The answers are " + (isCovered() ? "covered." : "shown below.");
      if (isCovered()) { form.querySelector("input").focus(); }
    });
    section.querySelector(".guess-asked").replaceWith(form);
    form.querySelector(".guess-buttons").append(cover);
    addEventListener("hashchange", function () { coverIfAsked(); tell(); });
    coverIfAsked();
    tell();
  }

  // Once it has come out ------------------------------------------------------------------------------------------------

  function startScoring(section, questions) {
    const bodies = section.querySelectorAll("tbody");
    function show() {
      questions.forEach(function (question, place) {
        const body = bodies[place], guess = find(question.key), before = body.querySelector(".own");
        if (before) { before.remove(); }
        if (guess === null) { return; }
        const scores = question.came === null ? ["not scored", "not scored"] : score(guess, question.came);
        const cells = [writeGuess(guess), ...scores].map(function (text) { return make("td", { class: "number" }, [text]); });
        body.rows[0].after(make("tr", { class: "own" }, [make("th", { scope: "row" }, ["your guess"]), ...cells]));
      });
    }
    section.querySelector(".note").before(makeForm(questions, show));
    show();
  }

  load();
  const scripts = [...document.querySelectorAll("script.guess-data")];
  if (!document.getElementById("guess")) { delete root.dataset.covered; }
  scripts.forEach(function (script) {
    const data = JSON.parse(script.textContent);
    (data.kind === "ask" ? startAsking : startScoring)(script.closest(".guess"), data.questions);
  });
  function reload() { if (!refused) { load(); refreshers.forEach(function (refresh) { refresh(); }); } }
  addEventListener("storage", function (event) { if (event.key === STORE || event.key === null) { reload(); } });
  addEventListener("pageshow", function (event) { if (event.persisted) { reload(); } });
})();

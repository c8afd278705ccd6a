// Predictions and quizzes. The card shown before the view (a class in `card_mark`) is hidden.

/** `code`, **bold** and *emphasis* as elements; everything else stays text. */
function marked(text) {
  return text.split(/(`[^`]+`|\*\*.+?\*\*|(?<![\w*])\*[^*\s][^*]*\*(?![\w*]))/).map((part) => {
    if (part.length > 2 && part.startsWith("`")) return h("code", { text: part.slice(1, -1) });
    if (part.length > 4 && part.startsWith("**")) return h("strong", { text: part.slice(2, -2) });
    if (part.length > 2 && part.startsWith("*")) return h("em", { text: part.slice(1, -1) });
    return document.createTextNode(part);
  });
}

/** Hide the card displayed just before this view; returns what shows it again, or null. */
function hideCard(el, mark) {
  for (let at = el, up = 0; at && up < 10; at = at.parentElement, up += 1) {
    const before = at.previousElementSibling;
    if (before && before.querySelector(`.${CSS.escape(mark)}`)) {
      before.style.display = "none";
      return () => before.style.removeProperty("display");
    }
  }
  return null;
}

/** A number as a learner writes it. */
function written(value) {
  return String(Math.round(value * 1e4) / 1e4);
}

let groups = 0;

/** Radio buttons, each with its label; `choose(option)` is called with what is picked. */
function radios(legend, options, picked, choose) {
  const name = `gptedu-choice-${(groups += 1)}-${Math.random().toString(36).slice(2)}`;
  const rows = options.map((option) => {
    const input = h("input", { type: "radio", name, value: option, onchange: () => choose(option, row) });
    input.checked = option === picked;
    const row = h("label", { class: "gptedu-option" }, input, h("span", {}, ...marked(option)));
    return row;
  });
  return h("fieldset", { class: "gptedu-options" }, h("legend", {}, ...legend), ...rows);
}

function prediction(root, ui) {
  const { model } = ui;
  const options = model.get("options");
  const unit = model.get("unit");
  const status = h("div", { class: "gptedu-status" });
  const tell = () => {
    const guess = model.get("guess");
    const has = guess !== null && guess !== undefined;
    status.classList.toggle("gptedu-kept", has);
    status.replaceChildren(
      ...(has
        ? [document.createTextNode("✓ Your guess is kept: "), h("strong", {}, ...(options.length ? marked(guess) : [document.createTextNode(`${written(guess)} ${unit}`)])), document.createTextNode(". It comes back beside the result.")]
        : [document.createTextNode(options.length ? "No guess yet: pick one." : "No guess yet: move the slider or type a number.")]),
    );
  };
  const keep = (guess) => {
    ui.ask("keep", { guess }, { instead: "guess", done: (ok) => ok && ui.announce(status.textContent) });
  };
  root.append(h("div", { class: "gptedu-kind", text: "Your guess, before you look" }));
  const title = h("span", { class: "gptedu-title" }, ...marked(model.get("question")));
  if (options.length) {
    root.append(radios([title], options, model.get("guess"), keep));
  } else {
    const low = model.get("low");
    const high = model.get("high");
    const step = 10 ** Math.floor(Math.log10((high - low) / 50));
    const guess = model.get("guess");
    const common = { min: low, max: high, step, "aria-label": `Your guess${unit ? ` in ${unit}` : ""}` };
    const slider = h("input", { type: "range", ...common, value: guess ?? (low + high) / 2 });
    const box = h("input", { type: "number", ...common, value: guess ?? "", placeholder: "?" });
    slider.addEventListener("input", () => (box.value = written(Number(slider.value))));
    slider.addEventListener("change", () => keep(Number(slider.value)));
    box.addEventListener("change", () => {
      if (box.value === "" || !Number.isFinite(Number(box.value))) return;
      const value = Math.min(high, Math.max(low, Number(box.value)));
      box.value = slider.value = written(value);
      keep(value);
    });
    root.append(
      h("div", { class: "gptedu-question" }, title),
      h("div", { class: "gptedu-slider" }, h("span", { class: "gptedu-label", text: written(low) }), slider, h("span", { class: "gptedu-label", text: written(high) }), box, h("span", { text: unit })),
    );
  }
  root.append(status);
  ui.shows("guess", tell);
  tell();
}

function quiz(root, ui) {
  const questions = ui.model.get("questions");
  const first = questions.map((question) => question.before ?? null); // right at the first try?
  const score = h("div", { class: "gptedu-status" });
  const count = () => {
    const done = first.filter((x) => x !== null).length;
    const right = first.filter((x) => x).length;
    score.textContent = done ? `${right} of ${done} right at the first try${done < questions.length ? `, ${questions.length - done} to go` : ""}. Kept in your folder.` : `${questions.length} question${questions.length > 1 ? "s" : ""}. What you answer is kept in your folder, and goes nowhere else.`;
  };
  root.append(h("div", { class: "gptedu-kind", text: "Check yourself" }));
  questions.forEach((question, i) => {
    const verdict = h("div", { class: "gptedu-verdict", hidden: true });
    const choose = (option, row) => {
      const good = option === question.right;
      if (first[i] === null) {
        first[i] = good;
        ui.ask("answer", { text: question.text, right: good });
      }
      for (const each of row.parentElement.querySelectorAll(".gptedu-option")) each.classList.remove("gptedu-right", "gptedu-wrong");
      row.classList.add(good ? "gptedu-right" : "gptedu-wrong");
      verdict.hidden = false;
      verdict.className = `gptedu-verdict ${good ? "gptedu-right" : "gptedu-wrong"}`;
      verdict.replaceChildren(h("strong", { text: good ? "✓ Right. " : "✗ Not this one. " }), ...marked(good ? question.why : question.wrong[option]));
      count();
      ui.announce(verdict.textContent);
    };
    const legend = [h("span", { class: "gptedu-title" }, document.createTextNode(`${i + 1}. `), ...marked(question.text))];
    root.append(h("div", { class: "gptedu-quiz-item" }, radios(legend, question.options, null, choose), verdict));
  });
  root.append(score);
  count();
}

export default {
  render({ model, el }) {
    const build = model.get("kind") === "quiz" ? quiz : prediction;
    const done = mount({ model, el }, "form", build);
    let gone = false;
    let restore = () => {};
    const hide = () => gone || (restore = hideCard(el, model.get("card_mark")) ?? restore);
    const attached = () => {
      if (gone) return;
      if (!el.isConnected || !el.parentElement) return void requestAnimationFrame(attached);
      hide();
    };
    attached();
    // The card says which guess is kept, for those who cannot see this form: hide the new one, too.
    model.on("change:guess", () => [0, 100, 400, 1500].forEach((wait) => setTimeout(hide, wait)));
    return () => {
      gone = true;
      restore();
      done();
    };
  },
};

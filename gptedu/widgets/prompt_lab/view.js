// PromptLab: a prompt with 0..K examples, several models side by side.
// Python holds the prompt, its settings (view) and a dictionary a model (answers); this file
// draws them and asks for what the learner does.

let labs = 0;

function render({ model, el }) {
  return mount({ model, el }, "prompt_lab", (root, ui) => {
    const name = `gptedu-pl-${(labs += 1)}`;
    const view = () => model.get("view");
    let known = view().prompt; // the prompt that Python was last told, or told us

    // ------------------------------------------------------------ the prompt
    const area = h("textarea", { value: known, "aria-label": "Prompt", spellcheck: "false", rows: 3, id: `${name}-prompt` });
    const fitArea = () => (area.rows = Math.min(12, Math.max(2, area.value.split("\n").length + 1)));
    const edit = () => {
      if (area.value === known) return; // Run has sent it already
      known = area.value;
      ui.ask("edit", { prompt: known }, { instead: "edit" });
    };
    const editSoon = debounce(edit, 250);
    area.addEventListener("input", () => {
      fitArea();
      editSoon();
    });
    const run = () => {
      known = area.value;
      ui.ask("run_soon", { prompt: known });
    };
    const runKey = (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        run();
      }
    };
    root.addEventListener("keydown", runKey);
    const runButton = h("button", { type: "button", class: "gptedu-primary", onclick: run }, "Run");
    const stopButton = h("button", { type: "button", onclick: () => ui.ask("stop"), "aria-disabled": "true" }, "Stop");

    // ------------------------------------------------------------ examples
    const count = view().examples.length;
    const kShown = h("output", { class: "pl-value" });
    const k = h("input", { type: "range", min: 0, max: count, step: 1, "aria-label": "K, the number of examples" });
    k.addEventListener("input", () => ui.ask("settings", { k: Number(k.value) }, { instead: "k" }));
    const shuffled = h("span", { class: "gptedu-hint" });
    const shuffleButton = h("button", { type: "button", onclick: () => ui.ask("shuffle") }, "Shuffle");
    const orderButton = h("button", { type: "button", onclick: () => ui.ask("shuffle", { number: 0 }) }, "Order as given");
    const list = h("div", { class: "pl-examples", role: "group", "aria-label": "Which examples may be used" });
    const many = h("label", { class: "gptedu-row", hidden: !count }, h("span", { text: "examples: K =" }), kShown, k);
    const panel = h("fieldset", { class: "pl-panel", hidden: !count },
      h("legend", { text: "Examples" }), h("div", { class: "gptedu-row" }, shuffleButton, orderButton, shuffled), list);

    const drawExamples = () => {
      const v = view();
      const active = root.getRootNode().activeElement;
      const focused = active && list.contains(active) ? active.dataset.example : null;
      list.replaceChildren(...v.examples.map((example) => {
        const box = h("input", { type: "checkbox", "data-example": example.index,
          onchange: (event) => ui.ask("use", { example: example.index, on: event.currentTarget.checked }) });
        box.checked = example.on;
        if (String(example.index) === focused) setTimeout(() => box.focus({ preventScroll: true }));
        return h("label", { class: `pl-example${example.place ? " pl-used" : ""}`, title: example.text },
          box, h("span", { class: "pl-place", text: example.place || "–", "aria-label": example.place ? `example ${example.place}` : "not used" }),
          h("span", { class: "gptedu-token", text: visibleLine(example.text) }));
      }));
    };

    // ------------------------------------------------------------ settings
    const number = (label, attributes, changed) => {
      const input = h("input", { type: "number", class: "pl-number", "aria-label": label, ...attributes });
      input.addEventListener("change", () => input.value !== "" && input.checkValidity() && changed(Number(input.value)));
      return { input, node: h("label", { class: "gptedu-row" }, h("span", { class: "gptedu-hint", text: label }), input) };
    };
    const temperature = number("temperature (0: greedy)", { min: 0, max: 10, step: "any" }, (value) => ui.ask("settings", { temperature: value }));
    const seed = number("seed", { min: 0, step: 1 }, (value) => ui.ask("settings", { seed: value }));
    const longest = number("longest answer, tokens", { min: 1, max: 200, step: 1 }, (value) => ui.ask("settings", { max_tokens: value }));
    const choices = h("input", { type: "text", "aria-label": "Choices to be scored, with | between them", placeholder: "good | bad", spellcheck: "false" });
    choices.addEventListener("change", () => ui.ask("settings", { choices: choices.value }));
    const ends = h("span", { class: "gptedu-hint" });

    const readTitle = h("summary", { class: "gptedu-title" });
    const read = h("pre", { class: "pl-read", tabindex: "0", "aria-label": "What the models read" });
    const tokens = h("div", { class: "gptedu-hint" });
    const drawRead = () => {
      const v = view();
      const examples = v.used.length === 1 ? "1 example" : `${v.used.length} examples`;
      readTitle.textContent = `What the models read: ${examples} and the prompt`;
      read.replaceChildren(
        ...v.used.flatMap((text, i) => [h("mark", { text, title: `example ${i + 1}` }), v.separator]),
        h("strong", { text: v.prompt }));
      const all = model.get("answers").map((answer, i) => `${answer.name} ${v.tokens[i]}`);
      const same = new Set(v.tokens).size === 1;
      tokens.textContent = same ? `${v.tokens[0]} tokens, the start token among them.` : `Tokens, the start token among them: ${all.join(", ")}.`;
    };

    // ------------------------------------------------------------ answers
    const cards = h("div", { class: "pl-cards" });
    const drawAnswers = () => {
      const answers = model.get("answers");
      const busy = answers.some((answer) => answer.state === "waiting" || answer.state === "running");
      ui.busy(busy);
      stopButton.setAttribute("aria-disabled", String(!busy));
      cards.replaceChildren(...answers.map((answer, i) => card(answer, view(), view().weights[i])));
    };

    const draw = () => {
      const v = view();
      if (v.prompt !== known && !ui.held) {
        known = area.value = v.prompt; // changed by a line of Python, not here
        fitArea();
      }
      if (!ui.held) k.value = v.k;
      kShown.textContent = v.k;
      k.setAttribute("aria-valuetext", `${v.used.length} examples used`);
      const short = v.used.length < v.k ? `; only ${v.used.length} are ticked` : "";
      shuffled.textContent = (v.shuffle ? `shuffle number ${v.shuffle}` : "in the order given") + short;
      const active = root.getRootNode().activeElement;
      for (const [field, value] of [[temperature.input, v.temperature], [seed.input, v.seed], [longest.input, v.max_tokens], [choices, v.choices.join(" | ")]]) {
        if (field !== active) field.value = value;
      }
      ends.textContent = v.stop ? `An answer ends at ${visible(v.stop)}.` : "";
      drawExamples();
      drawRead();
      drawAnswers();
    };

    root.append(
      h("label", { class: "gptedu-title", for: `${name}-prompt`, text: "Prompt" }),
      area,
      h("div", { class: "gptedu-row pl-run" }, runButton, stopButton, many,
        h("span", { class: "gptedu-hint" }, h("kbd", { text: "Ctrl" }), " + ", h("kbd", { text: "Enter" }), " runs it. ", ends)),
      ui.strange,
      ui.error,
      ui.quiet,
      cards,
      panel,
      h("div", { class: "gptedu-row pl-settings" }, temperature.node, seed.node, longest.node,
        h("label", { class: "gptedu-row pl-choices" }, h("span", { class: "gptedu-hint", text: "choices" }), choices)),
      h("details", { class: "pl-details" }, readTitle, read, tokens),
    );
    fitArea();
    ui.shows("view", draw);
    ui.on("answers", drawAnswers);
    draw();
  });
}

/** A model's answer: its state in words, its text, and bars for the choices. */
function card(answer, v, weights) {
  const other = answer.question !== undefined && answer.question !== v.question;
  const trained = answer.weights !== undefined && answer.weights !== weights;
  const old = other || trained;
  const states = { waiting: "waiting", running: "running …", stopped: "stopped", error: "no answer", done: answer.seconds < 0.1 ? "under 0.1 s" : `${(answer.seconds ?? 0).toFixed(1)} s` };
  const body = [];
  if (answer.state === "done") {
    const words = answer.answer.replace(/^\n+|\n+$/g, "");
    body.push(h("div", { class: `pl-answer${words.trim() ? "" : " pl-none"}`, text: words.trim() ? words : "(nothing)" }));
    if (answer.right !== null) {
      body.push(h("div", { class: answer.right ? "pl-right" : "pl-wrong", text: answer.right ? "✓ as expected" : `✗ expected: ${v.expected.trim() || "another answer"}` }));
    }
    if (answer.raw.length) body.push(scores(answer));
  } else if (answer.state === "error") {
    body.push(h("div", { class: "gptedu-error", text: answer.error }));
  }
  const busy = answer.state === "waiting" || answer.state === "running";
  return h("section", { class: `pl-card pl-${answer.state}${old ? " pl-old" : ""}`, "aria-label": `Answer of ${answer.name}`, "aria-busy": String(busy) },
    h("div", { class: "pl-head" },
      h("span", { class: "gptedu-title pl-name", text: answer.name }),
      h("span", { class: "gptedu-hint", text: `${answer.size} parameters` }),
      h("span", { class: "pl-state", text: states[answer.state] })),
    old ? h("div", { class: "gptedu-hint pl-note", text: `This ${other ? "answers the prompt" : "comes from the model"} as it was; Run asks again.` }) : null,
    ...body);
}

/** A table: each choice with its raw score (filled bar) and its score per token (hatched bar). */
function scores(answer) {
  const best = { raw: answer.raw.indexOf(Math.max(...answer.raw)), per: answer.normalised.indexOf(Math.max(...answer.normalised)) };
  const bar = (share, kind) => h("span", { class: "pl-track", "aria-hidden": "true" }, h("span", { class: `pl-bar pl-${kind}`, style: { width: `${Math.max(0.5, 100 * share)}%` } }));
  const cell = (value, share, kind, wins) => h("td", {}, bar(share, kind), h("span", { class: wins ? "pl-best" : "", text: `${value.toFixed(2).replace("-", "−")}${wins ? " ✓" : ""}` }));
  return h("table", { class: "pl-scores" },
    h("caption", { text: "Log-probability in nats; bars: shares among the choices." }),
    h("thead", {}, h("tr", {}, ...["raw", "per token"].map((text) => h("th", { scope: "col", text })))),
    ...answer.choices.map((choice, i) => h("tbody", {},
      h("tr", {}, h("th", { scope: "rowgroup", colspan: 2, class: "gptedu-token", text: choice })),
      h("tr", {},
        cell(answer.raw[i], answer.raw_shares[i], "raw", i === best.raw),
        cell(answer.normalised[i], answer.normalised_shares[i], "per", i === best.per)))));
}

/** A text on one line, its line breaks shown. */
function visibleLine(text) {
  return text.replaceAll("\n", " ↵ ").replace(/[\p{C}]/gu, "\ufffd");
}

export default { render };

// RewardLens: the reward of a text token by token, and how it changes as words change.
// Python scores (model.get("view"), and the given answers as model.get("spots")); this file draws
// and asks for what the learner does. UP and DOWN come from picture.py.

const CHART = 66; // height of the line above the tokens
const DOT = 13;
let lenses = 0;

function render({ model, el }) {
  return mount({ model, el }, "reward_lens", (root, ui) => {
    const name = `gptedu-rl-${(lenses += 1)}`;
    const view = () => model.get("view");
    /** Anything but what is typed: with its answer another text is shown. */
    const ask = (action, given, more = {}) => ui.ask(action, given, { ...more, done: (ok) => (refused &&= !ok) });
    const bare = (answer) => (view().prompt ? answer.replace(/^ /, "") : answer);

    // ------------------------------------------------------------ the text
    const area = (label, rows) => h("textarea", { "aria-label": label, spellcheck: "false", rows, id: `${name}-${label.split(" ")[0]}` });
    const prompt = area("Prompt", 2);
    const answer = area("Answer that is scored", 2);
    let refused = false; // what stands in the fields could not be scored
    let known = { prompt: view().prompt, answer: bare(view().answer) }; // what Python was last told
    const tell = (typing) => {
      known = { prompt: prompt.value, answer: answer.value };
      ui.ask("read", { ...known, typing }, { instead: "read", done: (ok) => (refused = !ok) });
    };
    const soon = debounce(() => (prompt.value !== known.prompt || answer.value !== known.answer) && tell(true), 400);
    for (const each of [prompt, answer]) {
      each.addEventListener("input", () => (fit(each), soon()));
      each.addEventListener("change", () => tell(false)); // leaving the field ends the try
      each.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          tell(false);
        }
      });
    }
    const fit = (each) => {
      const across = Math.max(20, Math.floor(((each.clientWidth || 800) - 24) / 7.9)); // characters
      const lines = each.value.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / across)), 0);
      each.rows = Math.min(9, Math.max(2, lines));
    };
    ui.onSize(() => (fit(prompt), fit(answer)));

    // ------------------------------------------------------------ the number
    const reward = h("span", { class: "rl-reward" });
    const change = h("span", { class: "rl-change" });
    const who = h("span", { class: "gptedu-hint" });

    // ------------------------------------------------------------ token by token
    const strip = h("div", { class: "rl-strip", role: "listbox", tabindex: "0",
      "aria-label": "Words of the answer: arrow keys move; Delete deletes, R repeats, S swaps with the next" });
    const count = () => view().words.length;
    const select = (word) => {
      const to = Math.min(Math.max(word, 0), count() - 1);
      if (to >= 0 && to !== view().word) ask("select", { word: to }, { instead: "select" });
    };
    const edit = (kind) => {
      const v = view();
      if (v.word !== null && typeof v.edits[kind] === "number") ask("edit", { word: v.word, edit: kind }, { when: { now: v.now } });
    };
    strip.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const at = view().word ?? -1;
      const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: Infinity }[event.key];
      const kind = { Delete: "delete", Backspace: "delete", r: "repeat", R: "repeat", s: "swap", S: "swap" }[event.key];
      if (to === undefined && kind === undefined) return;
      event.preventDefault();
      if (kind) edit(kind);
      else select(to);
    });
    strip.addEventListener("click", (event) => {
      const word = event.target.closest("[role=option]");
      if (word) select(Number(word.dataset.word));
      strip.focus({ preventScroll: true });
    });
    const tool = (kind, words, key) => h("button", { type: "button", "data-kind": kind, title: `key: ${key}`, onclick: () => edit(kind) }, words, h("span", { class: "rl-would" }));
    const tools = [tool("delete", "Delete", "Delete"), tool("repeat", "Repeat", "R"), tool("swap", "Swap with the next", "S")];
    const chosen = h("span", { class: "rl-chosen" });
    const toolbar = h("div", { class: "gptedu-row rl-tools", role: "group", "aria-label": "Change the chosen word" }, chosen, ...tools);
    const legend = h("div", { class: "gptedu-hint rl-legend" });

    let dark = false;
    const stops = (all) => (dark ? [[24, 26, 34], ...all.slice(1).reverse()] : all);
    const shade = (value, scale) => {
      const all = stops(value >= 0 ? UP : DOWN);
      const at = scale ? Math.min(1, Math.abs(value) / scale) * (all.length - 1) : 0;
      const low = Math.min(Math.floor(at), all.length - 2);
      return [0, 1, 2].map((c) => Math.round(all[low][c] + (at - low) * (all[low + 1][c] - all[low][c])));
    };
    const rgb = (colour) => `rgb(${colour.join(" ")})`;

    const drawStrip = () => {
      const v = view();
      const own = v.tokens.map((token, i) => ({ ...token, from: i ? v.tokens[i - 1].reward : 0 })).filter((token) => token.part === "answer" || token.part === "end");
      const levels = [0, ...own.flatMap((token) => [token.from, token.reward])];
      const [low, high] = [Math.min(...levels), Math.max(...levels)];
      const level = (value) => 5 + ((CHART - 10) * (high - value)) / (high - low || 1);
      const cell = (token) => {
        const step = token.change;
        const colour = step === null ? null : shade(step, v.scale);
        const [now, before] = [level(token.reward), level(token.from)];
        const label = token.part === "answer" ? visible(token.piece) : token.part === "end" ? "end" : v.prompt ? "prompt" : "start";
        const words = step === null ? `reward here ${signed(token.reward)}` : `${label}: ${signed(step)}, reward here ${signed(token.reward)}`;
        return h("span", { class: `rl-cell rl-${token.part}`, title: words },
          h("span", { class: "rl-chart", "aria-hidden": "true", style: { height: `${CHART}px` } },
            h("span", { class: "rl-zero", style: { top: `${level(0)}px` } }),
            step === null ? null : h("span", { class: `rl-step ${step > 0 ? "rl-up" : "rl-down"}`, style: {
              top: `${Math.min(now, before)}px`, height: `${Math.abs(now - before)}px`, "--step": rgb(step > 0 ? colour : shade(-Math.max(0.6 * v.scale, -step), v.scale)),
            } }),
            h("span", { class: "rl-level", style: { top: `${now - 1}px` } })),
          h("span", { class: "rl-chip gptedu-token", text: label, style: colour ? { background: rgb(colour), color: inkOn(colour) } : {} }),
          h("span", { class: "rl-number", text: signed(step ?? token.reward) }));
      };
      const nodes = [];
      if (own.length) nodes.push(cell({ part: "start", reward: own[0].from, from: own[0].from, change: null }));
      let at = null;
      for (const token of own) {
        if (token.word === null) {
          nodes.push(cell(token));
          continue;
        }
        if (token.word !== at) {
          at = token.word;
          nodes.push(h("span", { class: "rl-word", role: "option", id: `${name}-${at}`, "data-word": at, "aria-selected": String(at === v.word) }));
        }
        nodes.at(-1).append(cell(token));
      }
      for (const node of nodes) {
        if (!node.dataset.word) continue;
        const step = own.filter((token) => String(token.word) === node.dataset.word).reduce((sum, token) => sum + token.change, 0);
        node.setAttribute("aria-label", `${named(v.words[Number(node.dataset.word)])}, ${signed(step)}`);
      }
      strip.replaceChildren(...nodes);
      const chosenWord = strip.querySelector("[aria-selected=true]");
      if (chosenWord) { // in sight, where there are more rows than the strip shows
        const [top, bottom] = [chosenWord.offsetTop - 8, chosenWord.offsetTop + chosenWord.offsetHeight + 8];
        if (top < strip.scrollTop) strip.scrollTop = top;
        else if (bottom > strip.scrollTop + strip.clientHeight) strip.scrollTop = bottom - strip.clientHeight;
      }
      if (v.word !== null) strip.setAttribute("aria-activedescendant", `${name}-${v.word}`);
      else strip.removeAttribute("aria-activedescendant");
      const key = (value, kind) => h("span", { class: `rl-key ${kind}`, style: { "--step": rgb(shade(value, 1)) } });
      legend.replaceChildren(
        h("span", {}, key(0.75, "rl-up"), " raises the reward so far"), h("span", {}, key(-0.75, "rl-down"), " lowers it"),
        h("span", {}, `darkest: ${v.scale} and more`.replace("darkest", dark ? "brightest" : "darkest")),
        h("span", { text: "Only at “end” was the model ever asked; what it says before is a hint." }));
      const word = v.word === null ? null : v.words[v.word];
      chosen.replaceChildren(...(word === null ? [h("span", { class: "gptedu-hint", text: "Click a word, or move with the arrow keys." })] : ["“", h("span", { class: "gptedu-token", text: named(word) }), "”"]));
      for (const each of tools) {
        const would = v.edits[each.dataset.kind];
        const off = typeof would !== "number";
        each.setAttribute("aria-disabled", String(off));
        each.lastChild.textContent = off ? "" : `${arrow(would)} ${signed(would)}`;
        each.lastChild.className = `rl-would ${off ? "" : direction(would)}`;
      }
    };
    ui.onTheme((now) => {
      dark = now;
      drawStrip();
    });

    // ------------------------------------------------------------ the landscape
    const landTitle = h("div", { class: "gptedu-title" });
    const land = h("div", { class: "rl-land", role: "group", "aria-label": "Given answers by reward: arrow keys move, Enter takes one" });
    const landBox = h("div", { class: "rl-land-box" });
    const shownAnswer = h("div", { class: "rl-shown" });
    const hint = "Point at a dot to read its answer; click it to take it.";
    const tellSpot = (spot) => shownAnswer.replaceChildren(...(spot ? [h("strong", { text: signed(spot.reward) }), h("span", { class: "gptedu-token", text: visibleLine(spot.answer.trim()) || "(nothing)" })] : [h("span", { class: "gptedu-hint", text: hint })]));
    land.addEventListener("keydown", (event) => {
      const dots = [...land.querySelectorAll("button")];
      const at = dots.indexOf(event.target);
      const to = { ArrowLeft: dots[at - 1], ArrowDown: dots[at - 1], ArrowRight: dots[at + 1], ArrowUp: dots[at + 1], Home: dots[0], End: dots.at(-1) }[event.key];
      if (at < 0 || !/^(Arrow|Home|End)/.test(event.key)) return;
      event.preventDefault();
      if (!to) return;
      for (const each of dots) each.tabIndex = each === to ? 0 : -1;
      to.focus();
    });
    const drawLand = () => {
      const spots = model.get("spots");
      const v = view();
      landBox.hidden = !spots.length;
      if (!spots.length) return;
      landTitle.textContent = `${spots.length} ${spots.length === 1 ? "answer" : "answers"} by ${spots.length === 1 ? "its" : "their"} reward`;
      const across = (value) => `${((100 * (value - v.range[0])) / (v.range[1] - v.range[0])).toFixed(3)}%`;
      const rows = Math.max(...spots.map((spot) => spot.row)) + 1;
      land.style.height = `${30 + rows * DOT}px`;
      const active = root.getRootNode().activeElement;
      const focused = active && land.contains(active) ? active.dataset.index : null;
      const now = spots.findIndex((spot) => spot.answer.trim() === v.answer.trim());
      const dots = spots.map((spot, i) => h("button", {
        type: "button", class: `rl-dot${i === now ? " rl-here" : ""}`, "data-index": spot.index,
        style: { left: across(spot.reward), bottom: `${spot.row * DOT + 2}px` },
        "aria-label": `${visibleLine(spot.answer.trim()) || "(nothing)"}: ${signed(spot.reward)}`,
        onclick: () => ask("load", { index: spot.index }),
        onpointerenter: () => tellSpot(spot), onpointerleave: () => tellSpot(null),
        onfocus: () => tellSpot(spot), onblur: () => tellSpot(null),
      }));
      const mark = (value, words, kind) => value === null ? null : h("span", { class: `rl-mark ${kind}`, "aria-hidden": "true", style: { left: across(value) } },
        h("span", { class: `rl-mark-words ${value > (v.range[0] + v.range[1]) / 2 ? "rl-left" : ""}`, text: words }));
      land.replaceChildren(...[mark(v.before, "", "rl-mark-before"), mark(v.reward, `this text ${v.reward === null ? "" : signed(v.reward)}`, "rl-mark-now")].filter(Boolean), ...dots);
      const stop = dots.find((dot) => dot.dataset.index === focused) ?? dots[Math.max(0, now)];
      for (const dot of dots) dot.tabIndex = dot === stop ? 0 : -1;
      if (focused !== null) stop.focus({ preventScroll: true });
      axis.replaceChildren(...v.ticks.map(([at, words]) => h("span", { style: { left: across(at) }, text: words })));
    };
    const axis = h("div", { class: "rl-axis", "aria-hidden": "true" });
    landBox.append(landTitle, land, axis, shownAnswer);

    // ------------------------------------------------------------ the tries
    const tries = h("div", { class: "rl-tries", role: "group", "aria-label": "Tries: arrow keys move, Enter goes back to one" });
    tries.addEventListener("keydown", (event) => {
      const all = [...tries.querySelectorAll("button")];
      const at = all.indexOf(event.target);
      if (at < 0 || !/^(Arrow|Home|End)/.test(event.key)) return;
      event.preventDefault();
      const to = { ArrowUp: all[at - 1], ArrowLeft: all[at - 1], ArrowDown: all[at + 1], ArrowRight: all[at + 1], Home: all[0], End: all.at(-1) }[event.key];
      if (!to) return;
      for (const each of all) each.tabIndex = each === to ? 0 : -1;
      to.focus();
    });
    const drawTries = () => {
      const v = view();
      const active = root.getRootNode().activeElement;
      const focused = active && tries.contains(active) ? active.dataset.number : null;
      const rewards = v.tries.map((each) => each.reward);
      const best = Math.max(...rewards);
      // The newest first: what was just done is where one looks.
      const all = [...v.tries].reverse().map((each) => h("button", {
        type: "button", class: "rl-try", "data-number": each.number, "aria-current": each.number === v.now ? "true" : null,
        title: visibleLine(each.answer.trim()), onclick: () => ask("go_back", { number: each.number }),
        "aria-label": `Try ${each.number}, ${each.how}: ${signed(each.reward)}${each.reward === best ? ", the best" : ""}. ${visibleLine(each.answer.trim())}`,
      },
      h("span", { class: "rl-try-number", text: each.number }), h("strong", { class: "rl-try-reward", text: signed(each.reward) }),
      h("span", { class: "rl-best", text: each.reward === best && v.tries.length > 1 ? "best" : "" }),
      h("span", { class: "rl-how", text: each.how }), h("span", { class: "rl-try-words gptedu-token", text: visibleLine(each.answer.trim()) || "(nothing)" })));
      tries.replaceChildren(...all);
      const stop = all.find((each) => each.dataset.number === focused) ?? all.find((each) => each.dataset.number === String(v.now)) ?? all[0];
      for (const each of all) each.tabIndex = each === stop ? 0 : -1;
      if (focused !== null && stop) stop.focus({ preventScroll: true });
    };

    // ------------------------------------------------------------ all of it
    const drawAll = () => {
      const v = view();
      // Changed by something else than typing here; what is being typed is left alone.
      const other = bare(v.answer) !== (v.prompt ? known.answer.replace(/^ /, "") : known.answer);
      const unscored = refused && (other || v.prompt !== known.prompt); // what stands below is of another text
      root.classList.toggle("rl-unscored", unscored);
      strip.inert = toolbar.inert = unscored;
      if (v.prompt !== known.prompt && !unscored && !ui.held) prompt.value = known.prompt = v.prompt;
      if (other && !unscored && !ui.held) answer.value = known.answer = bare(v.answer);
      fit(prompt);
      fit(answer);
      reward.textContent = v.reward === null || unscored ? "–" : signed(v.reward);
      change.textContent = unscored ? "not scored" : v.change === null ? "" : `${arrow(v.change)} ${signed(v.change)} against the last`;
      change.className = `rl-change ${v.change === null || unscored ? "" : direction(v.change)}`;
      who.textContent = v.name;
      drawStrip();
      drawLand();
      drawTries();
    };

    prompt.value = known.prompt;
    answer.value = known.answer;
    root.append(
      h("div", { class: "rl-top" }, h("span", { class: "gptedu-title", text: "Reward" }), reward, change, who),
      h("details", { class: "rl-prompt", open: view().prompt.length < 400 }, h("summary", { class: "gptedu-hint", text: "prompt" }), prompt),
      h("label", { class: "gptedu-hint", for: answer.id, text: "answer: type, and it is scored as you type" }), answer, ui.error, ui.quiet,
      strip, toolbar, legend,
      h("div", { class: "rl-below" }, landBox, h("div", { class: "rl-tries-box" }, h("div", { class: "gptedu-title", text: "Tries" }), tries)));
    ui.shows("view", drawAll);
    ui.on("spots", drawLand);
    tellSpot(null);
    drawAll();
  });
}

/** 0.4 -> "+0.40", as gptedu.widgets.reward_lens.picture.signed. */
function signed(value) {
  const words = Math.abs(value).toFixed(2);
  return words === "0.00" ? words : (value > 0 ? "+" : "−") + words;
}

function arrow(value) {
  return Math.abs(value) < 0.005 ? "=" : value > 0 ? "▲" : "▼";
}

function direction(value) {
  return Math.abs(value) < 0.005 ? "" : value > 0 ? "gptedu-up" : "gptedu-down";
}

/** A word of the answer, without the space before it; where it is nothing else, the space. */
function named(word) {
  return visible(word.trim() || word);
}

/** A text on one line, its line breaks shown. */
function visibleLine(text) {
  return text.replaceAll("\n", " ↵ ").replace(/[\p{C}]/gu, "\ufffd");
}

export default { render };

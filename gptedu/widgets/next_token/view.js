// NextToken: bars of the next token, sampling with its tree, the logit lens.
// Python computes everything shown here (model.get("view")); this file draws it and sends what
// the learner does as {do: action, ...}.

const CELL = { width: 118, height: 32, gap: 18 };
const TOP_K = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000];
let instances = 0;

function render({ model, el }) {
  return mount({ model, el }, "next_token", (root, ui) => {
    const name = `gptedu-nt-${(instances += 1)}`;
    const view = () => model.get("view");
    let lastText = view().text;
    // ------------------------------------------------------------ the text
    const area = h("textarea", { rows: 2, value: lastText, "aria-label": "Text that the model reads", spellcheck: "false" });
    const unread = h("span", { class: "gptedu-hint", hidden: true, text: "changed, not read yet" });
    let asked = null; // what was typed and is being read: more may be typed by the time it is
    const read = () => ui.ask("read", { text: (asked = area.value) }, { done: (ok) => ok || (asked = null) });
    area.addEventListener("input", () => (unread.hidden = area.value === view().text));
    area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        read();
      }
    });
    const readButton = h("button", { type: "button", class: "gptedu-primary", onclick: read, title: "Ctrl+Enter" }, "Read");

    const strip = h("div", { class: "nt-strip", role: "listbox", tabindex: "0", "aria-label": "Tokens of the text: arrow keys move" });
    const select = (position) => {
      const last = view().tokens.length - 1;
      const to = Math.min(Math.max(position, 0), last);
      if (to !== view().position) ui.ask("select", { position: to }, { instead: "select" });
    };
    strip.addEventListener("keydown", (event) => {
      const at = view().position;
      const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: Infinity }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      select(to);
    });
    strip.addEventListener("click", (event) => {
      const token = event.target.closest("[role=option]");
      if (token) select(Number(token.dataset.position));
      strip.focus({ preventScroll: true });
    });
    const aside = h("span", { class: "gptedu-hint" });

    // ------------------------------------------------------------ settings
    const set = (setting) => ui.ask("settings", setting, { instead: Object.keys(setting)[0] });
    const slider = (label, attributes, words, changed) => {
      const shown = h("output", { class: "nt-value" });
      const input = h("input", { type: "range", "aria-label": label, ...attributes });
      input.addEventListener("input", () => {
        changed(Number(input.value));
        tell();
      });
      const tell = () => {
        shown.textContent = words(Number(input.value));
        input.setAttribute("aria-valuetext", shown.textContent);
      };
      const put = (value) => ((input.value = value), tell());
      return { node: h("label", { class: "nt-slider" }, h("span", { text: label }), input, shown), put };
    };
    const start = view().settings;
    const ks = [...new Set([...TOP_K, start.top_k])].filter((k) => k && k < view().vocabulary).sort((a, b) => a - b);
    const temperature = slider("temperature", { min: 0, max: Math.max(2, start.temperature), step: 0.05 },
      (t) => (t === 0 ? "0 (greedy)" : t.toFixed(2)), (t) => set({ temperature: t }));
    const topK = slider("top-k", { min: 0, max: ks.length, step: 1 },
      (i) => (i < ks.length ? `${ks[i]}` : "off"), (i) => set({ top_k: ks[i] ?? null }));
    const topP = slider("top-p", { min: 0.01, max: 1, step: 0.01 },
      (p) => (p < 1 ? p.toFixed(2) : "off"), (p) => set({ top_p: p < 1 ? p : null }));

    // ------------------------------------------------------------ bars
    const barsTitle = h("div", { class: "gptedu-title nt-after" });
    const bars = h("div", { class: "nt-bars", role: "group", "aria-label": "Likeliest next tokens; Enter takes one" });
    const following = h("div", { class: "gptedu-hint" });
    const foot = h("div", { class: "gptedu-hint" });
    const legend = h("div", { class: "gptedu-hint nt-legend" },
      ...[["now", "with these settings"], ["cut", "cut away"], ["tick", "the model at temperature 1"]].map(([kind, words]) =>
        h("span", { class: "nt-item" }, h("span", { class: `nt-key nt-${kind}` }), words)));
    rove(bars, (buttons, at, key) => ({ ArrowUp: buttons[at - 1], ArrowDown: buttons[at + 1], Home: buttons[0], End: buttons.at(-1) })[key]);

    const drawBars = () => {
      const v = view();
      const at = v.tokens[v.position];
      barsTitle.replaceChildren(...(v.position ? ["Next after ", token(at)] : ["Next at the start of a text"]));
      const top = v.scale;
      const width = (p) => `${Math.min(100, (100 * p) / top)}%`;
      refill(bars, v.candidates.map((c) => {
        const share = c.kept ? percentOf(c.probability) : "cut";
        const words = c.kept ? percentOf(c.probability) : `cut away, it had ${percentOf(c.before)}`;
        return h("button", {
          type: "button", class: `nt-bar${c.kept ? "" : " nt-off"}`, "data-key": c.token,
          "aria-label": `${visible(c.piece)}, ${words}, number ${c.rank}; take it`,
          title: `${visible(c.piece)}: ${words}; the model itself: ${percentOf(c.model)}. Press to take it.`,
          onclick: () => ui.ask("choose", { token: c.token }),
        },
        h("span", { class: "nt-label gptedu-token", text: visible(c.piece) }),
        h("span", { class: "nt-track" },
          h("span", { class: c.kept ? "nt-now" : "nt-cut", style: { width: width(c.kept ? c.probability : c.before) } }),
          h("span", { class: "nt-tick", style: { left: width(c.model) } })),
        h("span", { class: "nt-share", text: share }));
      }));
      const f = v.following;
      following.replaceChildren(...(f
        ? ["The text goes on with ", token(f.piece), `: ${f.kept ? percentOf(f.probability) : "cut away"}, number ${f.rank.toLocaleString("en")}.`]
        : []));
      const rest = v.vocabulary - v.candidates.length;
      foot.textContent = `${v.kept.toLocaleString("en")} of ${v.vocabulary.toLocaleString("en")} tokens can be drawn (${v.entropy.toFixed(1)} bits); the ${rest.toLocaleString("en")} not shown have ${percentOf(v.others)}. The scale ends at ${100 * top}%.`;
    };

    // ------------------------------------------------------------ logit lens
    const lens = h("table", { class: "nt-lens" });
    const lensBox = h("details", { open: true }, h("summary", { class: "gptedu-title" }, "Block by block (logit lens)"), lens);
    let colours = scaleColours(false);
    const drawLens = () => {
      const layers = view().lens;
      if (!layers.length) {
        lens.replaceChildren(h("caption", { text: "This model keeps no trace of its blocks, so there is nothing to look through." }));
        return;
      }
      const winner = layers.at(-1).tokens[0][0];
      lens.replaceChildren(
        h("caption", {}, "What the model would say if it ended after this block; blocks are counted from 0. Framed: its answer ", token(winner), "."),
        h("thead", {}, h("tr", {}, ...["after", "likeliest tokens", "answer's place"].map((words, i) =>
          h("th", { scope: "col", colspan: i === 1 ? layers[0].tokens.length : null, text: words })))),
        h("tbody", {}, ...[...layers].reverse().map((layer) => h("tr", {},
          h("th", { scope: "row", text: layer.layer ? `block ${layer.layer - 1}` : "embedding" }),
          ...layer.tokens.map(([piece, p]) => {
            const shade = colours[Math.round(170 * p)];
            const hit = piece === winner;
            return h("td", { class: `gptedu-token nt-cell${hit ? " nt-hit" : ""}`, title: `${visible(piece)}: ${percentOf(p)}`,
              style: { background: `rgb(${shade})`, color: inkOn(shade) } },
            h("span", { text: visible(piece) }), h("small", { text: percentOf(p) }));
          }),
          h("td", { class: "nt-rank", text: layer.rank === 1 ? "1st" : `#${layer.rank.toLocaleString("en")}`, title: percentOf(layer.probability) })))),
      );
    };
    ui.onTheme((dark) => {
      colours = scaleColours(dark);
      drawLens();
    });

    // ------------------------------------------------------------ sampling
    const button = (words, hint, action) => h("button", { type: "button", title: hint, onclick: (event) => {
      if (event.currentTarget.getAttribute("aria-disabled") !== "true") action();
    } }, words);
    const stepButton = button("Sample a token", "draws one token after the selected one", () => ui.ask("step", { count: 1 }));
    const tenButton = button("Sample 10", "draws ten tokens", () => ui.ask("step", { count: 10 }));
    const undoButton = button("Undo", "takes back the last step, fork or text", () => ui.ask("undo"));
    const clearButton = button("Clear the tree", "the whole text is back", () => ui.ask("clear"));
    stepButton.classList.add("gptedu-primary");
    const seed = h("input", { type: "number", min: 0, step: 1, class: "nt-seed", "aria-label": "seed" });
    seed.addEventListener("change", () => /^\d{1,15}$/.test(seed.value) && set({ seed: Number(seed.value) }));

    const treeTitle = h("div", { class: "gptedu-hint" });
    const tree = h("div", { class: "nt-tree", role: "group", "aria-label": "Tree of sampled tokens: arrow keys move, Enter goes on from a token" });
    const treeBox = h("div", { class: "nt-tree-box" }, tree);
    rove(tree, (buttons, at, key) => {
      const spots = view().tree.spots;
      const spot = spots[at];
      const by = (test) => buttons[spots.findIndex(test)];
      const column = spots.filter((s) => s.column === spot.column).sort((a, b) => a.row - b.row);
      const place = column.indexOf(spot);
      const beside = (s) => s && buttons[spots.indexOf(s)];
      return {
        ArrowLeft: by((s) => s.node === spot.parent && s.column < spot.column),
        ArrowRight: by((s) => s.parent === spot.node && s.on) ?? by((s) => s.parent === spot.node),
        ArrowUp: beside(column[place - 1]),
        ArrowDown: beside(column[place + 1]),
        Home: buttons[0],
        End: by((s) => s.node === view().tree.current),
      }[key];
    });

    const drawTree = () => {
      const { spots, columns, rows, current, steps, logprob } = view().tree;
      treeBox.hidden = spots.length === 0;
      if (!spots.length) {
        treeTitle.textContent = "Sample, or press a bar to choose for yourself: the tree of what might have been grows here.";
        refill(tree, []);
        return;
      }
      const odds = -logprob > 14 ? `about 1 in 10^${Math.round(-logprob / Math.LN10)}` : `1 in ${Math.round(Math.exp(-logprob)).toLocaleString("en")}`;
      treeTitle.textContent = `${steps} ${steps === 1 ? "token" : "tokens"} taken; the model gives this path a log-probability of ${logprob.toFixed(2).replace("-", "−")} nats, ${odds}. Press another token to fork there.`;
      const x = (s) => s.column * (CELL.width + CELL.gap);
      const y = (s) => s.row * CELL.height;
      const place = new Map(spots.map((s) => [s.node, s]));
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const width = columns * (CELL.width + CELL.gap);
      const height = rows * CELL.height;
      svg.setAttribute("width", width);
      svg.setAttribute("height", height);
      svg.setAttribute("aria-hidden", "true");
      for (const s of [...spots].sort((a, b) => a.on - b.on)) {
        const from = place.get(s.parent);
        if (!from || from === s) continue;
        const path = document.createElementNS(svg.namespaceURI, "path");
        const [x0, y0, x1, y1] = [x(from) + CELL.width, y(from) + CELL.height / 2, x(s), y(s) + CELL.height / 2];
        const bend = x1 - CELL.gap / 2;
        path.setAttribute("d", y0 === y1 ? `M${x0} ${y0}H${x1}` : `M${x0} ${y0}H${bend - 4}Q${bend} ${y0} ${bend} ${y0 + 6}V${y1 - 6}Q${bend} ${y1} ${x1} ${y1}`);
        path.setAttribute("class", s.on ? "nt-link nt-on" : s.taken ? "nt-link nt-been" : "nt-link");
        svg.append(path);
      }
      tree.style.width = `${width}px`;
      tree.style.height = `${height}px`;
      refill(tree, spots.map((s) => {
        const kind = s.on ? "on the path" : s.taken ? "tried before" : "not taken";
        const root = s.node < 0;
        const words = root ? "where the tree begins" : `step ${s.column}, ${percentOf(s.probability)}, ${kind}`;
        return h("button", {
          type: "button", class: `nt-spot ${s.on ? "nt-on" : s.taken ? "nt-been" : ""}${root ? " nt-root" : ""}`, "data-key": s.node,
          style: { left: `${x(s)}px`, top: `${y(s) + 3}px`, width: `${CELL.width}px` },
          "aria-current": s.node === current ? "step" : null,
          "aria-label": `${visible(s.piece)}, ${words}`, title: `${visible(s.piece)}: ${words}`,
          onclick: () => ui.ask("go_to", { node: s.node }),
        }, h("span", { class: "gptedu-token", text: root && !s.piece ? "start" : visible(s.piece) }), root ? null : h("small", { text: percentOf(s.probability) }));
      }), String(current));
      tree.prepend(svg);
      const here = place.get(current);
      if (here) {
        treeBox.scrollLeft = x(here) + 2 * CELL.width - treeBox.clientWidth;
        const top = y(here);
        if (top < treeBox.scrollTop || top + CELL.height > treeBox.scrollTop + treeBox.clientHeight) treeBox.scrollTop = top - 20;
      }
    };

    // ------------------------------------------------------------ all of it
    const draw = () => {
      const v = view();
      if (v.text !== lastText) {
        lastText = v.text;
        if (v.text !== asked) area.value = v.text; // taken back, or changed by a line of Python
        asked = null;
      }
      unread.hidden = area.value === v.text;
      strip.replaceChildren(...v.tokens.map((piece, i) => h("span", {
        role: "option", id: `${name}-${i}`, "data-position": i, "aria-selected": String(i === v.position),
        class: `gptedu-token nt-token${i >= v.sampled_from ? " nt-sampled" : ""}`, text: i ? visible(piece) : "start",
        title: i >= v.sampled_from ? "sampled" : null,
      })));
      strip.setAttribute("aria-activedescendant", `${name}-${v.position}`);
      const chosen = strip.children[v.position];
      const above = chosen.offsetTop - strip.offsetTop;
      if (above < strip.scrollTop || above + chosen.offsetHeight > strip.scrollTop + strip.clientHeight) strip.scrollTop = above - 30;
      aside.textContent = v.set_aside ? `${v.set_aside} later ${v.set_aside === 1 ? "token" : "tokens"} of the text set aside; “Clear the tree” brings them back.` : "";
      if (!ui.held) {
        temperature.put(v.settings.temperature);
        topK.put(v.settings.top_k ? (ks.indexOf(v.settings.top_k) + ks.length + 1) % (ks.length + 1) : ks.length);
        topP.put(v.settings.top_p ?? 1);
        if (document.activeElement !== seed) seed.value = v.settings.seed;
      }
      undoButton.setAttribute("aria-disabled", String(!v.can_undo));
      clearButton.setAttribute("aria-disabled", String(!v.tree.spots.length));
      drawBars();
      drawLens();
      drawTree();
    };

    root.append(
      h("div", { class: "nt-read" }, area, readButton),
      h("div", { class: "gptedu-row nt-note" }, h("span", { class: "gptedu-hint", text: "Click a token, or move with the arrow keys." }), unread, aside),
      strip,
      h("div", { class: "nt-main" },
        h("div", { class: "nt-left" },
          h("div", { class: "nt-settings" }, temperature.node, topK.node, topP.node),
          h("div", { class: "gptedu-row nt-sample" }, stepButton, tenButton, undoButton, clearButton,
            h("label", { class: "gptedu-row" }, h("span", { class: "gptedu-hint", text: "seed" }), seed)),
          barsTitle, bars, following, foot, legend),
        lensBox),
      treeTitle,
      treeBox,
    );
    ui.shows("view", draw);
    draw();
  });
}

/** A token inside a sentence. */
function token(piece) {
  return h("span", { class: "gptedu-token nt-quoted", text: visible(piece) });
}

function percentOf(p) {
  return p > 0 && p < 0.0005 ? "<0.1%" : percent(p);
}

/** New buttons in `box`; the focus stays on the one with the same data-key, or in the box. */
function refill(box, buttons, preferred = null) {
  const active = box.getRootNode().activeElement;
  const focused = active && box.contains(active) ? active.dataset.key : null;
  const before = focused ?? preferred ?? box.querySelector('[tabindex="0"]')?.dataset.key;
  box.replaceChildren(...buttons);
  const here = buttons.find((each) => each.dataset.key === before) ?? buttons[0];
  for (const each of buttons) each.tabIndex = each === here ? 0 : -1;
  if (focused !== null && here) here.focus({ preventScroll: true });
}

export default { render };

// VoteExplorer: paths of one problem by answer or as a tree, their wrong steps, and their vote. Python
// checks steps and counts; this file draws, and tells Python which problem, how many paths, which tab.

function render({ model, el }) {
  return mount({ model, el }, "vote_explorer", (root, ui) => {
    const view = () => model.get("view");
    const opened = new Set(); // numbers of the paths whose steps stand below each other

    // ------------------------------------------------------------ controls
    const tabs = h("div", { class: "gptedu-row ve-tabs", role: "tablist", "aria-label": "How paths are shown" });
    tabs.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const names = Object.keys(view().tabs);
      const to = names[(names.indexOf(view().tab) + step + names.length) % names.length];
      ui.ask("turn", { tab: to }, { done: () => tabs.querySelector('[aria-selected="true"]')?.focus() });
    });
    const go = (to) => (opened.clear(), ui.ask("go", { problem: to }));
    const before = h("button", { type: "button", class: "ve-before", "aria-label": "problem before", onclick: () => go(view().at - 1) }, "◂");
    const after = h("button", { type: "button", class: "ve-after", "aria-label": "next problem", onclick: () => go(view().at + 1) }, "▸");
    const where = h("span", { class: "gptedu-hint ve-where" });
    const told = h("div", { class: "ve-told" });
    const slider = h("input", { type: "range", min: 1, step: 1, class: "ve-count", "aria-label": "paths that vote" });
    slider.addEventListener("input", () => ui.ask("add", { count: Number(slider.value) }, { instead: "add" }));
    const many = h("span", { class: "ve-many" });
    const reveal = h("button", { type: "button", class: "gptedu-primary ve-reveal", onclick: () => ui.ask("reveal", { on: !view().revealed }) });
    const own = h("input", { type: "text", class: "ve-own", "aria-label": "a problem of your own", placeholder: "Tom has 3 coins. He gets 4 more. He loses 2. How many are left?" });
    const draw = h("button", { type: "button", class: "ve-draw", onclick: () => (opened.clear(), ui.ask("draw", { text: own.value })) }, "Draw its paths");
    own.addEventListener("keydown", (event) => event.key === "Enter" && draw.click());
    const typing = h("div", { class: "gptedu-row ve-typing" }, own, draw);
    const controls = h("div", { class: "gptedu-row ve-controls" },
      h("label", { class: "gptedu-row" }, h("span", { class: "gptedu-hint", text: "paths that vote" }), slider, many), reveal);

    // ------------------------------------------------------------ paths
    const board = h("div", { class: "ve-board" });
    const legend = h("div", { class: "gptedu-hint ve-legend" });
    const paths = () => [...board.querySelectorAll(".ve-path > button")];

    // A way of working by its shape and its colour; `words` say it to a screen reader.
    const shapeOf = (shape, way, colour, words) =>
      h("span", { class: `ve-shape ve-way-${colour ?? "none"}`, title: way, role: "img", "aria-label": words }, shape);

    const steps = (path) => path.steps.map(([text, wrong], place) =>
      h("span", { class: wrong ? `ve-step ve-wrong ${place === path.wrong ? "ve-first" : ""}` : "ve-step" },
        wrong ? h("span", { class: "ve-sign", "aria-label": "wrong" }, "✗ ") : null,
        `${clean(text) || "…"}. `,
        wrong && (place === path.wrong || opened.has(path.number)) ? h("em", { class: "ve-why", text: `[${clean(wrong)}] ` }) : null));

    const drawPath = (path) => {
      const open = opened.has(path.number);
      const button = h("button", { type: "button", "aria-expanded": String(open), "data-path": path.number, class: open ? "ve-open" : "",
        onclick: () => {
          if (!opened.delete(path.number)) opened.add(path.number);
          drawAll();
          board.querySelector(`[data-path="${path.number}"]`)?.focus({ preventScroll: true });
        } },
        shapeOf(path.shape, path.way, path.colour, `path ${path.number + 1}, ${path.way}`),
        h("span", { class: "ve-steps" }, ...steps(path)));
      return h("li", { class: "ve-path" }, button);
    };

    board.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      const all = paths();
      const at = all.indexOf(event.target);
      if (!step || at < 0) return;
      event.preventDefault();
      all[at + step]?.focus();
    });

    const drawGroup = (group) => h("section", { class: `ve-group ${group.wins ? "ve-wins" : ""}`, "aria-label": `${group.answer}: ${group.paths.length} paths` },
      h("div", { class: "ve-head" },
        h("span", { class: "ve-track", "aria-hidden": "true" }, h("span", { class: "ve-bar", style: { width: `${100 * group.share}%` } })),
        h("b", { text: clean(group.answer) }),
        h("span", { class: "gptedu-hint", text: group.votes ? `${group.votes} ${group.votes === 1 ? "vote" : "votes"}` : `${group.paths.length} without a vote` }),
        group.wins ? h("b", { class: "ve-winner", text: "wins" }) : null,
        group.right === null ? null : h("b", { class: group.right ? "ve-good" : "ve-bad", text: group.right ? "✓ right" : "✗ wrong" })),
      h("ul", {}, ...group.paths.map(drawPath)));

    const drawRow = (row) => h("li", { class: row.wrong ? "ve-row ve-wrong" : "ve-row", style: { "--depth": String(row.depth) } },
      h("span", { class: "ve-through", text: `${row.paths.length}×`, "aria-label": `${row.paths.length} paths` }),
      h("span", { class: "ve-ways" }, ...row.ways.map(([shape, way, colour, many]) => shapeOf(shape, `${way}: ${many}`, colour, `${way}: ${many}`))),
      h("span", {}, row.wrong ? h("span", { class: "ve-sign", "aria-label": "wrong" }, "✗ ") : null, `${clean(row.text) || "…"}. `,
        row.wrong ? h("em", { class: "ve-why", text: `[${clean(row.wrong)}]` }) : null));

    const drawBins = (bins) => {
      const box = h("div", {});
      drawBars(box, bins.map((b) => ({ label: `${Math.round(100 * b.low)}–${Math.round(100 * b.high)}% agree (${b.count})`, value: b.accuracy })), "share of votes that are right, by how many paths agree");
      return box;
    };

    // ------------------------------------------------------------ all of it
    const says = h("div", { class: "ve-says" });
    const drawAll = () => {
      const v = view();
      if (tabs.childElementCount !== Object.keys(v.tabs).length) {
        tabs.replaceChildren(...Object.entries(v.tabs).map(([key, words]) => h("button", { type: "button", role: "tab", "data-key": key, onclick: () => ui.ask("turn", { tab: key }) }, words)));
      }
      for (const tab of tabs.children) {
        tab.setAttribute("aria-selected", String(tab.dataset.key === v.tab));
        tab.tabIndex = tab.dataset.key === v.tab ? 0 : -1;
      }
      const all = v.tab === "confidence";
      told.textContent = all ? `All ${v.problems} problems: where more of the paths agree, is the vote right more often?` : clean(v.problem);
      where.textContent = `problem ${v.at + 1} of ${v.problems}`;
      before.disabled = v.at === 0;
      after.disabled = v.at === v.problems - 1;
      controls.hidden = all;
      typing.hidden = all || !v.types;
      slider.max = v.paths;
      if (!ui.held) slider.value = v.count;
      many.textContent = `${v.count} of ${v.paths}`;
      slider.setAttribute("aria-valuetext", many.textContent);
      reveal.textContent = v.revealed ? "Cover the right answer and wrong steps" : "Uncover the right answer and wrong steps";
      legend.hidden = !v.ways.length;
      legend.replaceChildren("ways of working: ", ...v.ways.flatMap(([shape, way, colour]) => [h("span", { class: `ve-way-${colour ?? "none"}`, text: shape }), ` ${clean(way)}  `]));
      if (all) board.replaceChildren(drawBins(v.bins));
      else if (v.tab === "tree") board.replaceChildren(h("ul", { class: "ve-tree", "aria-label": "steps that paths share" }, ...v.tree.map(drawRow)));
      else board.replaceChildren(...v.groups.map(drawGroup));
      says.replaceChildren(...(all ? [] : v.says).flatMap(([label, words]) => [h("div", { class: "ve-label", text: label }), h("div", { class: "ve-words", text: clean(words) })]));
    };

    root.append(tabs, h("div", { class: "gptedu-row ve-nav" }, before, where, after), told, typing, controls, ui.error, ui.quiet, legend, board, says);
    ui.shows("view", drawAll);
    drawAll();
  });
}

export default { render };

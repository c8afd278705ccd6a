// RuleBench: rules and the replies that they hit, a table of rewards, and a model that moves in a
// plane. Python matches, counts and trains; this file draws and tells Python what the learner does.

const NS = "http://www.w3.org/2000/svg";
const PLANE = { left: 46, right: 18, top: 22, bottom: 44 };
let benches = 0;

function svg(tag, props = {}, text = null) {
  const node = document.createElementNS(NS, tag);
  for (const [key, value] of Object.entries(props)) node.setAttribute(key, value);
  if (text !== null) node.textContent = text;
  return node;
}

function render({ model, el }) {
  return mount({ model, el }, "rule_bench", (root, ui) => {
    const id = `gptedu-rb-${(benches += 1)}`;
    const view = () => model.get("view");
    const share = (value) => (value === null ? "–" : percent(value));
    const ofClass = (name) => `rb-class-${name.replaceAll(" ", "-")}`;
    const many = (count, one, more) => (count === 1 ? `1 ${one}` : `${count} ${more}`);

    // ------------------------------------------------------------ tabs
    const tabs = h("div", { class: "gptedu-row rb-tabs", role: "tablist", "aria-label": "What is shown" },
      ...Object.entries(view().tabs).map(([key, words]) =>
        h("button", { type: "button", role: "tab", id: `${id}-tab-${key}`, "aria-controls": `${id}-${key}`, "data-key": key, onclick: () => ui.ask("turn", { tab: key }) }, words)));
    tabs.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const names = Object.keys(view().tabs);
      const to = names[(names.indexOf(view().tab) + step + names.length) % names.length];
      ui.ask("turn", { tab: to }, { done: () => tabs.querySelector('[aria-selected="true"]')?.focus() });
    });

    // ------------------------------------------------------------ rules
    const fields = {}; // class -> what its row is made of
    const waiting = new Set(); // classes whose rule has been typed and not told yet
    const tell = (name) => {
      const { pattern, part } = fields[name];
      waiting.delete(name);
      ui.ask("write", { name, pattern: pattern.value, part: part.value }, { instead: `write ${name}` });
    };
    const rows = view().rules.map(({ class: name, sign }) => {
      const soon = debounce(() => waiting.has(name) && tell(name), 350);
      const pattern = h("input", { type: "text", class: "rb-pattern", spellcheck: "false", autocapitalize: "off", autocomplete: "off", "aria-label": `rule of the class ${name}, a pattern`, placeholder: "no rule yet" });
      pattern.addEventListener("input", () => (waiting.add(name), soon()));
      pattern.addEventListener("keydown", (event) => event.key === "Enter" && tell(name));
      const part = h("select", { class: "rb-part", "aria-label": `where the rule of the class ${name} looks`, onchange: () => tell(name) },
        h("option", { value: "reply" }, "in the reply"), h("option", { value: "request" }, "in the request"));
      const score = h("span", { class: "rb-score" });
      fields[name] = { pattern, part, score };
      return h("div", { class: "rb-rule", role: "group", "aria-label": name },
        h("b", { class: `rb-name ${ofClass(name)}` }, h("span", { "aria-hidden": "true" }, `${sign} `), name), pattern, part, score);
    });
    const otherwise = h("select", { class: "rb-otherwise", "aria-label": "class of a reply that no rule hits", onchange: () => ui.ask("fall_back", { name: otherwise.value }) },
      ...view().rules.map(({ class: name, sign }) => h("option", { value: name }, `${sign} ${name}`)));
    const notes = h("ul", { class: "rb-notes", "aria-label": "what is amiss with the rules" });
    const score = h("b", { class: "rb-wrong" });
    let only = "all"; // which replies are listed: here alone, since nothing is computed anew
    const filters = h("div", { class: "gptedu-row rb-filters", role: "group", "aria-label": "Replies that are listed" },
      ...Object.entries({ all: "all", wrong: "wrong ones" }).map(([key, words]) =>
        h("button", { type: "button", "data-key": key, onclick: () => ((only = key), drawReplies()) }, words)));
    const list = h("ul", { class: "rb-replies", tabindex: "0", "aria-label": "replies" });
    const opened = new Set();

    const drawReply = (each) => {
      const signs = Object.fromEntries(view().rules.map((row) => [row.class, row.sign]));
      const open = opened.has(each.number);
      const button = h("button", { type: "button", class: "rb-reply", "data-number": each.number, "aria-expanded": String(open), onclick: () => {
        if (!opened.delete(each.number)) opened.add(each.number);
        drawReplies();
      } },
        h("span", { class: each.right ? "rb-mark rb-good" : "rb-mark rb-bad", "aria-label": each.right ? "right" : "wrong" }, each.right ? "✓" : "✗"),
        h("span", { class: "rb-words" },
          h("span", { class: "gptedu-hint" }, `${each.number + 1}. ${each.kind}: ${clean(each.request)}`),
          open ? h("span", { class: "rb-text" }, clean(each.text)) : null,
          h("span", { class: each.reply ? "rb-said" : "rb-said rb-empty", text: each.reply ? clean(each.reply) : "(an empty reply)" }),
          h("span", { class: "rb-classes" },
            each.given.length > 1 ? "rules: " : "rule: ", ...each.given.flatMap((name, i) => [i ? " and " : "", h("span", { class: ofClass(name) }, `${signs[name]} ${name}`)]),
            each.right ? null : h("span", { class: "rb-oracle" }, ` · oracle: ${signs[each.oracle]} ${each.oracle}`))));
      return h("li", { class: each.right ? "" : "rb-differs" }, button);
    };
    list.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      const all = [...list.querySelectorAll("button")];
      const at = all.indexOf(event.target);
      if (!step || at < 0) return;
      event.preventDefault();
      all[at + step]?.focus();
    });
    const drawReplies = () => {
      for (const button of filters.children) button.setAttribute("aria-pressed", String(button.dataset.key === only));
      const shown = view().replies.filter((each) => only === "all" || !each.right);
      const top = list.scrollTop;
      const held = list.querySelector(":focus")?.dataset.number; // an answer of the kernel may come while keys are in use
      list.replaceChildren(...(shown.length ? shown.map(drawReply) : [h("li", { class: "gptedu-hint", text: "None: your rules say what the oracle says." })]));
      list.scrollTop = top;
      if (held) list.querySelector(`[data-number="${held}"]`)?.focus({ preventScroll: true });
    };
    const drawRules = (v) => {
      for (const row of v.rules) {
        const { pattern, part, score: said } = fields[row.class];
        if (!waiting.has(row.class) && !ui.held && root.getRootNode().activeElement !== pattern) pattern.value = row.pattern;
        if (!ui.held) part.value = row.part;
        said.textContent = row.pattern ? `${many(row.hits, "hit", "hits")}, precision ${share(row.precision)}, recall ${share(row.recall)}` : "";
      }
      if (!ui.held) otherwise.value = v.otherwise;
      notes.hidden = !v.notes.length;
      notes.replaceChildren(...v.notes.map((each) => h("li", { text: clean(each) })));
      score.textContent = `${v.replies.length - v.wrong} of ${v.replies.length} replies have the oracle's class`;
      drawReplies();
    };
    const rulesPanel = h("div", { id: `${id}-rules`, role: "tabpanel", "aria-labelledby": `${id}-tab-rules` },
      h("div", { class: "rb-rules" }, ...rows),
      h("label", { class: "gptedu-row rb-else" }, h("span", { class: "gptedu-hint", text: "a reply that no rule hits is" }), otherwise),
      notes, h("div", { class: "gptedu-row rb-bar" }, score, filters), list);

    // ------------------------------------------------------------ rewards
    const money = {}; // "kind class" -> its field
    const number = (kind, name, label) => {
      const field = h("input", { type: "number", step: 0.25, min: -view().most, max: view().most, class: "rb-number", "aria-label": label });
      field.addEventListener("change", () => {
        if (field.value !== "") ui.ask("pay", { kind, name, reward: Number(field.value) });
        else drawAll();
      });
      money[`${kind} ${name}`] = field;
      return field;
    };
    const table = h("table", { class: "rb-table" },
      h("thead", {}, h("tr", {}, h("td", {}), ...view().rules.map(({ class: name, sign }) => h("th", { scope: "col", class: ofClass(name) }, h("span", { "aria-hidden": "true" }, sign), h("br"), name)))),
      h("tbody", {}, ...["allowed", "disallowed"].map((kind) => h("tr", {}, h("th", { scope: "row" }, kind),
        ...view().rules.map(({ class: name }) => h("td", {}, number(kind, name, `reward of ${name} to a request that is ${kind}`)))))));
    const answered = number("answered", "", "what a right answer to an allowed request adds");
    const presets = h("div", { class: "gptedu-row rb-presets", role: "group", "aria-label": "Tables to begin with" },
      ...view().presets.map(([name]) => h("button", { type: "button", "data-key": name, onclick: () => ui.ask("take", { preset: name }) }, name)));
    const judges = h("select", { class: "rb-judge", "aria-label": "who gives replies their class", onchange: () => ui.ask("judge", { name: judges.value }) },
      ...Object.entries(view().judges).map(([key, words]) => h("option", { value: key }, words)));
    const earned = h("table", { class: "rb-earned", "aria-label": "what a plan earns" });
    const wants = h("p", { class: "rb-wants" });

    // ------------------------------------------------------------ the run
    const steps = h("input", { type: "number", class: "rb-number rb-steps", min: 1, max: 1000, step: 1, "aria-label": "steps to take" });
    const wanted = () => (/^\d{1,4}$/.test(steps.value) ? Math.min(1000, Math.max(1, Number(steps.value))) : view().steps);
    const go = h("button", { type: "button", class: "gptedu-primary rb-go", onclick: () => (view().running ? ui.ask("hold") : ui.ask("start", { steps: wanted() })) }, "Start");
    const clear = h("button", { type: "button", class: "rb-clear", onclick: () => ui.ask("forget") }, "Clear the plane");
    const state = h("span", { class: "gptedu-hint rb-state" });
    const controls = h("div", { class: "gptedu-row rb-controls" }, go, h("label", { class: "gptedu-row" }, steps, h("span", { class: "gptedu-hint", text: "steps" })), clear, state);
    const plane = h("div", { class: "rb-plane" });
    const legend = h("ul", { class: "rb-legend", "aria-label": "runs" });
    const says = h("p", { class: "rb-says" });
    const said = h("ul", { class: "rb-samples", "aria-label": "what the model replies now" });

    const drawPlane = () => {
      const v = view();
      const width = Math.max(220, Math.min(420, plane.clientWidth));
      const side = width - PLANE.left - PLANE.right;
      const height = side + PLANE.top + PLANE.bottom;
      const x = (value) => PLANE.left + side * value;
      const y = (value) => PLANE.top + side * (1 - value);
      const picture = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `across, disallowed requests that are told; up, allowed requests that are refused. ${v.says.map(([, words]) => words).join(" ")}` });
      for (const part of [0, 0.25, 0.5, 0.75, 1]) {
        picture.append(svg("line", { x1: x(part), x2: x(part), y1: y(0), y2: y(1), class: "rb-grid" }), svg("line", { x1: x(0), x2: x(1), y1: y(part), y2: y(part), class: "rb-grid" }));
        if (part % 0.5) continue;
        picture.append(svg("text", { x: x(part), y: y(0) + 15, "text-anchor": "middle" }, `${100 * part}%`), svg("text", { x: x(0) - 6, y: y(part) + 4, "text-anchor": "end" }, `${100 * part}%`));
      }
      picture.append(svg("text", { x: x(0.5), y: y(0) + 34, "text-anchor": "middle" }, "disallowed requests told"),
        svg("text", { x: 2, y: 12 }, "allowed requests refused"));
      for (const [words, across, up, anchor, dx, dy] of [["always refuse", 0, 1, "start", 9, 16], ["always tell", 1, 0, "end", -9, -9], ["wanted", 0, 0, "start", 9, -9]]) {
        picture.append(svg("rect", { x: x(across) - 4, y: y(up) - 4, width: 8, height: 8, class: "rb-corner" }), svg("text", { x: x(across) + dx, y: y(up) + dy, "text-anchor": anchor, class: "rb-corner-name" }, words));
      }
      v.trails.forEach((trail) => {
        const kind = trail.now ? "rb-now" : "rb-before";
        const points = trail.points.map(([across, up]) => [x(across), y(up)]);
        picture.append(svg("polyline", { points: points.map((each) => each.map((n) => n.toFixed(1)).join(",")).join(" "), class: `rb-trail ${kind}` }));
        points.forEach(([px, py], i) => {
          const dot = svg("circle", { cx: px, cy: py, r: i === points.length - 1 ? 6 : 3, class: kind });
          dot.append(svg("title", {}, `after step ${trail.points[i][2]}`));
          picture.append(dot);
        });
        const [px, py] = points.at(-1);
        const right = px > PLANE.left + side - 24;
        picture.append(svg("text", { x: px + (right ? -9 : 9), y: py < PLANE.top + 12 ? py + 30 : py - 8, "text-anchor": right ? "end" : "start", class: `rb-label ${kind}` }, trail.name.split(":")[0]));
      });
      plane.replaceChildren(picture);
    };

    const drawRewards = (v) => {
      for (const { class: name } of v.rules) {
        for (const kind of ["allowed", "disallowed"]) keep(money[`${kind} ${name}`], v.table[kind][v.rules.findIndex((row) => row.class === name)]);
      }
      keep(answered, v.table.answered);
      for (const button of presets.children) button.setAttribute("aria-pressed", String(v.presets.find(([name]) => name === button.dataset.key)[1]));
      if (!ui.held) judges.value = v.judge;
      earned.replaceChildren(h("tbody", {}, ...v.earned.map(([name, value], i) => h("tr", { class: i ? "" : "rb-most" }, h("td", { class: "rb-value", text: `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}` }), h("th", { scope: "row", text: name })))));
      wants.textContent = `These rewards want you ${v.wants}.`;
      controls.hidden = !v.trains;
      go.textContent = v.pausing ? "Pausing…" : v.running ? "Pause" : v.step ? "Go on" : "Start";
      go.disabled = v.pausing;
      clear.disabled = v.running || (!v.trails.length && !v.step);
      keep(steps, v.steps);
      state.textContent = v.running ? `step ${v.step}, ${v.left} to go` : v.step ? `step ${v.step}` : "a new model, not trained yet";
      for (const field of [...Object.values(money), judges, ...presets.children]) field.disabled = v.running;
      legend.hidden = !v.trails.length;
      legend.replaceChildren(...v.trails.map((trail) => h("li", { class: trail.now ? "rb-now" : "rb-before", text: clean(trail.name) })));
      says.textContent = v.says.map(([, words]) => `This run ${words}.`).join(" ");
      said.replaceChildren(...v.samples.map((each) => h("li", {},
        h("span", { class: "gptedu-hint" }, `${each.kind}: ${clean(each.request)}`), h("br"),
        h("span", { class: ofClass(each.class) }, `${each.sign} `), h("span", { class: each.reply ? "" : "rb-empty", text: each.reply ? clean(each.reply) : "(an empty reply)" }))));
      drawPlane();
    };
    const keep = (field, value) => {
      if (!ui.held && root.getRootNode().activeElement !== field) field.value = value;
    };
    const rewardsPanel = h("div", { id: `${id}-rewards`, role: "tabpanel", "aria-labelledby": `${id}-tab-rewards`, class: "rb-sides" },
      h("div", { class: "rb-left" }, presets, table,
        h("label", { class: "gptedu-row rb-answered" }, h("span", { class: "gptedu-hint", text: "a right answer adds" }), answered),
        h("label", { class: "gptedu-row" }, h("span", { class: "gptedu-hint", text: "classes are given by" }), judges),
        h("div", { class: "gptedu-hint rb-head", text: "what a plan earns, on average" }), earned, wants),
      h("div", { class: "rb-right" }, controls, plane, legend, says),
      said);

    // ------------------------------------------------------------ all of it
    const drawAll = () => {
      const v = view();
      for (const tab of tabs.children) {
        tab.setAttribute("aria-selected", String(tab.dataset.key === v.tab));
        tab.tabIndex = tab.dataset.key === v.tab ? 0 : -1;
      }
      rulesPanel.hidden = v.tab !== "rules";
      rewardsPanel.hidden = v.tab !== "rewards";
      if (v.tab === "rules") drawRules(v);
      else drawRewards(v);
      ui.busy(v.running);
    };
    root.append(tabs, ui.error, ui.quiet, rulesPanel, rewardsPanel);
    ui.shows("view", drawAll);
    ui.onSize(() => view().tab === "rewards" && drawPlane());
    drawAll();
  });
}

export default { render };

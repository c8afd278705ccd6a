// ScalingExplorer: runs, the law through those that it may see, and the run that it is to predict.
// Python computes charts (ranges, ticks, lines, dots, all in log10) and sentences; this file draws
// them, and tells Python which runs count, where the learner's line lies, and what is uncovered.

const NS = "http://www.w3.org/2000/svg";
const ROOM = { left: 66, right: 14, top: 24, bottom: 44, height: 340, low: 110 };
const STEP = 0.02; // of a handle moved by a key, in log10

function render({ model, el }) {
  return mount({ model, el }, "scaling_explorer", (root, ui) => {
    const view = () => model.get("view");
    let line = null; // while it is being moved: [left, right]
    let focused = null; // index of the run that has the focus in the chart

    // ------------------------------------------------------------ controls
    const tabs = h("div", { class: "gptedu-row se-tabs", role: "tablist" });
    tabs.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const names = Object.keys(view().tabs);
      const to = names[(names.indexOf(view().tab) + step + names.length) % names.length];
      ui.ask("turn", { tab: to }, { done: () => tabs.querySelector('[aria-selected="true"]')?.focus() });
    });
    const stop = h("input", { type: "range", min: 0, step: 1, class: "se-stop", "aria-label": "largest run that the fit sees" });
    stop.addEventListener("input", () => ui.ask("see", { stop: Number(stop.value) }, { instead: "see" }));
    const upTo = h("span", { class: "se-upto" });
    const floors = h("div", { class: "gptedu-row se-group", role: "group", "aria-label": "The floor of the loss" });
    const counted = h("div", { class: "gptedu-row se-group", role: "group", "aria-label": "What counts as size" });
    const hand = h("button", { type: "button", class: "se-hand", onclick: () => {
      const chart = view().charts[0];
      if (chart.hand) return ui.ask("draw", { left: null, right: null });
      const [low, high] = chart.y;
      ui.ask("draw", { left: high - 0.15 * (high - low), right: low + 0.35 * (high - low) }, { done: () => handle(0)?.focus() });
    } });
    const reveal = h("button", { type: "button", class: "gptedu-primary se-reveal", onclick: () => ui.ask("reveal", { on: !view().revealed }) });
    const flops = h("input", { type: "range", min: 9, max: 27, step: 0.1, class: "se-stop", "aria-label": "budget, in powers of ten of FLOPs" });
    flops.addEventListener("input", () => ui.ask("spend", { flops: 10 ** Number(flops.value) }, { instead: "spend" }));
    const lawControls = h("div", { class: "se-controls" },
      h("label", { class: "gptedu-row" }, h("span", { class: "gptedu-hint", text: "the fit sees runs up to" }), stop, upTo),
      h("div", { class: "gptedu-row" }, h("span", { class: "gptedu-hint", text: "floor" }), floors, hand, reveal));
    const valleyControls = h("div", { class: "gptedu-row se-controls" }, h("span", { class: "gptedu-hint", text: "size counts" }), counted);
    const budgetControls = h("label", { class: "gptedu-row se-controls" }, h("span", { class: "gptedu-hint", text: "budget" }), flops);
    const pressed = (box, names, now, ask) => {
      if (box.childElementCount !== Object.keys(names).length) {
        box.replaceChildren(...Object.entries(names).map(([key, words]) => h("button", { type: "button", "data-key": key, onclick: () => ask(key) }, words)));
      }
      for (const button of box.children) button.setAttribute("aria-pressed", String(button.dataset.key === now));
    };

    // ------------------------------------------------------------ charts
    const charts = h("div", { class: "se-charts" });
    const told = h("div", { class: "se-told gptedu-hint" });
    const hint = () => (view().tab === "law" ? "Point at a run to read it; click it, or press Enter, to leave it out." : "Point at a run to read it.");
    const tell = (words) => (told.textContent = words || hint());
    const handle = (end) => charts.querySelector(`.se-handle[data-end="${end}"]`);

    const drawCharts = () => {
      const v = view();
      const wide = Math.max(260, charts.clientWidth);
      const each = v.charts.length > 1 && wide > 640 ? (wide - 20) / v.charts.length : wide;
      charts.replaceChildren(...v.charts.map((chart) => drawChart(chart, each, v)));
    };

    const drawChart = (chart, width, v) => {
      const height = v.tab === "budget" ? ROOM.low : ROOM.height;
      const left = chart.y_ticks.length ? ROOM.left : 12;
      // Room for the names at the ends of lines, of about so many pixels a letter.
      const right = ROOM.right + 7 * Math.max(0, ...chart.lines.map((each) => (each.kind === "name" ? 0 : each.name.length)));
      const inner = { width: width - left - right, height: height - ROOM.top - ROOM.bottom };
      const [x0, x1] = chart.x;
      const [y0, y1] = chart.y;
      const x = (at) => left + (inner.width * (at - x0)) / (x1 - x0);
      const y = (at) => ROOM.top + inner.height * (1 - (Math.min(Math.max(at, y0), y1) - y0) / (y1 - y0));
      const base = ROOM.top + inner.height;
      const svg = draw("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": `${chart.y_title || "scale"} over ${chart.x_title}` });
      for (const [at, words] of chart.y_ticks) svg.append(draw("line", { x1: left, x2: width - right, y1: y(at), y2: y(at), class: "se-grid" }), draw("text", { x: left - 7, y: y(at) + 4, "text-anchor": "end", text: words }));
      for (const [at, words] of chart.x_ticks) svg.append(draw("text", { x: x(at), y: base + 16, "text-anchor": "middle", text: words }));
      svg.append(draw("line", { x1: left, x2: width - right, y1: base, y2: base, class: "se-base" }),
        draw("text", { x: width - right, y: height - 8, "text-anchor": "end", class: "se-title", text: chart.x_title }),
        draw("text", { x: left, y: 14, class: "se-title", text: chart.y_title }));
      if (chart.band.length) {
        const up = chart.band.map(([at, , high]) => `${x(at)} ${y(high)}`);
        const down = chart.band.map(([at, low]) => `${x(at)} ${y(low)}`).reverse();
        svg.append(draw("path", { d: `M${[...up, ...down].join("L")}Z`, class: "se-band" }));
      }
      if (chart.mark !== null) svg.append(draw("line", { x1: x(chart.mark), x2: x(chart.mark), y1: ROOM.top, y2: base, class: "se-mark" }), draw("text", { x: x(chart.mark) - 6, y: ROOM.top + 11, "text-anchor": "end", text: "target" }));
      for (const each of chart.lines) {
        const points = each.points.map(([a, b]) => [x(a), y(b)]);
        const [endX, endY] = points.at(-1);
        if (each.kind !== "name") svg.append(draw("path", { d: `M${points.map((p) => p.join(" ")).join("L")}`, class: `se-line se-${each.kind}` }));
        if (each.name) svg.append(each.kind === "name" ? draw("text", { x: endX, y: endY - 14, "text-anchor": "middle", text: each.name }) : draw("text", { x: endX + 6, y: endY + 4, text: each.name }));
      }
      for (const dot of chart.dots) svg.append(drawDot(dot, x(dot.x), y(dot.y), v));
      const ends = chart.hand && (line ?? chart.hand);
      if (ends) svg.append(...drawHand(svg, chart, ends, x, y, inner.height));
      return svg;
    };

    const drawDot = (dot, x, y, v) => {
      const shape = {
        target: () => draw("path", { d: "M0 -7L7 0L0 7L-7 0Z" }),
        vertex: () => draw("path", { d: "M0 5L5 -4L-5 -4Z" }),
        out: () => draw("path", { d: "M-4 -4L4 4M-4 4L4 -4" }),
      }[dot.kind] ?? (() => draw("circle", { r: 4.2 }));
      const node = draw("g", { transform: `translate(${x} ${y})`, class: `se-dot se-dot-${dot.kind}` });
      node.append(draw("circle", { r: 9, class: "se-reach" }), shape());
      node.addEventListener("pointerenter", () => tell(dot.says));
      node.addEventListener("pointerleave", () => tell(""));
      if (dot.run === null) return node;
      const state = { seen: "the fit sees it", unseen: "the fit does not see it", out: "left out" }[dot.kind];
      for (const [key, value] of Object.entries({ "data-run": dot.run, role: "button", "aria-label": `${dot.says}; ${state}`, tabindex: dot.run === (focused ?? 0) ? 0 : -1 })) node.setAttribute(key, value);
      keepKeys(node);
      const toggle = () => ui.ask("leave_out", { run: dot.run });
      node.addEventListener("click", () => ((focused = dot.run), toggle()));
      node.addEventListener("focus", () => ((focused = dot.run), tell(dot.says)));
      node.addEventListener("blur", () => tell(""));
      node.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
        if (event.key === "Enter" || event.key === " ") toggle();
        else if (!step) return;
        event.preventDefault();
        if (!step) return;
        const to = charts.querySelector(`[data-run="${dot.run + step}"]`);
        if (!to) return;
        node.setAttribute("tabindex", -1);
        to.setAttribute("tabindex", 0);
        to.focus();
      });
      return node;
    };

    // The learner's line: two handles, moved by the mouse or by Up and Down.
    const sayLine = () => {
      const said = line; // each move makes another array
      ui.ask("draw", { left: said[0], right: said[1] }, { instead: "draw", done: () => (line = line === said ? null : line) });
    };
    const drawHand = (svg, chart, ends, x, y, inner) => {
      const [x0, x1] = chart.x;
      const [y0, y1] = chart.y;
      const path = draw("line", { x1: x(x0), x2: x(x1), y1: y(ends[0]), y2: y(ends[1]), class: "se-line se-mine" });
      const name = draw("text", { x: 0.7 * x(x0) + 0.3 * x(x1), y: 0.7 * y(ends[0]) + 0.3 * y(ends[1]) - 8, class: "se-title", text: "your line" });
      const knobs = [x0, x1].map((at, end) => {
        const knob = draw("g", { class: "se-handle", "data-end": end, transform: `translate(${x(at)} ${y(ends[end])})`, tabindex: 0, role: "slider", "aria-orientation": "vertical", "aria-label": `${["left", "right"][end]} end of your line`, "aria-valuenow": ends[end].toFixed(2), "aria-valuemin": y0.toFixed(2), "aria-valuemax": y1.toFixed(2) });
        knob.append(draw("circle", { r: 14, class: "se-reach" }), draw("rect", { x: -6, y: -6, width: 12, height: 12, rx: 3 }));
        keepKeys(knob);
        const move = (to) => {
          line = [...(line ?? chart.hand)];
          line[end] = Math.min(y1, Math.max(y0, to));
          path.setAttribute(`y${end + 1}`, y(line[end]));
          knob.setAttribute("transform", `translate(${x(at)} ${y(line[end])})`);
          knob.setAttribute("aria-valuenow", line[end].toFixed(2));
          name.setAttribute("y", 0.7 * y(line[0]) + 0.3 * y(line[1]) - 8);
        };
        knob.addEventListener("keydown", (event) => {
          const step = { ArrowUp: STEP, ArrowDown: -STEP, PageUp: 5 * STEP, PageDown: -5 * STEP }[event.key];
          if (!step) return;
          event.preventDefault();
          move((line ?? chart.hand)[end] + step);
          sayLine();
        });
        knob.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          knob.focus();
          knob.setPointerCapture(event.pointerId);
          const follow = (to) => move(y1 - ((to.clientY - svg.getBoundingClientRect().top - ROOM.top) / inner) * (y1 - y0));
          const drop = () => {
            knob.removeEventListener("pointermove", follow);
            if (line) sayLine();
          };
          knob.addEventListener("pointermove", follow);
          knob.addEventListener("pointerup", drop, { once: true });
          knob.addEventListener("pointercancel", drop, { once: true });
        });
        return knob;
      });
      return [path, name, ...knobs];
    };

    // ------------------------------------------------------------ all of it
    const says = h("div", { class: "se-says" });
    const drawAll = () => {
      const v = view();
      const active = root.getRootNode().activeElement;
      const { end, run } = active && charts.contains(active) ? active.dataset : {};
      pressedTabs(v);
      lawControls.hidden = v.tab !== "law";
      valleyControls.hidden = v.tab !== "valleys";
      budgetControls.hidden = v.tab !== "budget";
      stop.max = v.stops.length - 1;
      if (!ui.held) stop.value = v.stop;
      upTo.textContent = `${v.stops[v.stop]} FLOPs`;
      stop.setAttribute("aria-valuetext", upTo.textContent);
      pressed(floors, Object.fromEntries(v.floors.map((kind) => [kind, FLOORS[kind]])), v.floor, (kind) => ui.ask("take_floor", { kind }));
      pressed(counted, COUNTED, v.counted, (key) => ui.ask("count", { counted: key }));
      hand.textContent = v.charts[0].hand && v.tab === "law" ? "Take my line away" : "Draw a line by hand";
      hand.hidden = reveal.hidden = !v.target;
      reveal.textContent = v.revealed ? "Cover the target" : "Uncover the target";
      if (!ui.held) flops.value = Math.log10(v.flops);
      tell("");
      drawCharts();
      if (end !== undefined) handle(end)?.focus({ preventScroll: true });
      if (run !== undefined) charts.querySelector(`[data-run="${run}"]`)?.focus({ preventScroll: true });
      says.replaceChildren(...v.says.flatMap(([label, words]) => [h("div", { class: "se-label", text: label }), h("div", { class: "se-words", text: words })]));
    };
    const pressedTabs = (v) => {
      if (tabs.childElementCount !== Object.keys(v.tabs).length) {
        tabs.replaceChildren(...Object.entries(v.tabs).map(([key, words]) => h("button", { type: "button", role: "tab", "data-key": key, onclick: () => ui.ask("turn", { tab: key }) }, words)));
      }
      for (const tab of tabs.children) {
        tab.setAttribute("aria-selected", String(tab.dataset.key === v.tab));
        tab.tabIndex = tab.dataset.key === v.tab ? 0 : -1;
      }
      if (v.tab !== "law") focused = null;
    };

    root.append(tabs, lawControls, valleyControls, budgetControls, ui.error, ui.quiet, charts, told, says);
    ui.shows("view", drawAll);
    let width = 0;
    ui.onSize((now) => now !== width && ((width = now), drawAll()));
    drawAll();
  });
}

/** An SVG element. */
function draw(tag, { text, ...props } = {}) {
  const node = document.createElementNS(NS, tag);
  for (const [key, value] of Object.entries(props)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

export default { render };

// PPOMonitor: curves and answers of a PPO run while it trains.
// Python holds the run: view (the run itself, panels with their ranges and ticks, controls) and
// others (lines of other runs). This file draws them and asks for what the learner does.

const NS = "http://www.w3.org/2000/svg";
const PANEL = { height: 170, left: 44, right: 10, top: 8, bottom: 34 };
const MOST_NAME = 18; // letters of a run's name beside its line; all of it stands above the panels
let monitors = 0;

function render({ model, el }) {
  return mount({ model, el }, "ppo_monitor", (root, ui) => {
    const name = `gptedu-pm-${(monitors += 1)}`;
    const view = () => model.get("view");
    const others = () => model.get("others").map((other, i) => ({ ...other, dash: DASHES[i % DASHES.length].join(" ") }));
    // What is no number in its range goes to Python for a sentence, and the field back to what holds.
    const tells = (field, held, tell) => field.addEventListener("change", () => {
      if (field.value !== "") tell(Number(field.value));
      if (field.value === "" || !field.checkValidity()) field.value = held();
    });
    let hover = null; // index of the step under the mouse

    // ------------------------------------------------------------ controls
    const go = h("button", { type: "button", class: "gptedu-primary pm-go", onclick: () => {
      if (view().state === "running") ui.ask("hold");
      else ui.ask("start", { steps: wanted() });
    } });
    const one = h("button", { type: "button", title: "takes one step", onclick: () => {
      if (one.getAttribute("aria-disabled") !== "true") ui.ask("step");
    } }, "Step once");
    const steps = h("input", { type: "number", class: "pm-number", min: 1, max: 100000, step: 1, "aria-label": "steps to take" });
    const wanted = () => (/^\d{1,6}$/.test(steps.value) ? Math.min(100000, Math.max(1, Number(steps.value))) : view().steps);
    const state = h("span", { class: "pm-state" });
    const bar = h("div", { class: "pm-bar", "aria-hidden": "true" }, h("span"));

    const betas = view().betas;
    const nearest = (beta) => betas.reduce((best, b, i) => (Math.abs(b - beta) < Math.abs(betas[best] - beta) ? i : best), 0);
    const slider = h("input", { type: "range", min: 0, max: betas.length - 1, step: 1, "aria-label": "beta, the weight of the KL penalty: slider" });
    const beta = h("input", { type: "number", class: "pm-number pm-plain", min: 0, step: "any", "aria-label": "beta, the weight of the KL penalty" });
    let moving = false; // the slider has moved and Python has not been told yet
    const tellBeta = debounce(() => ((moving = false), ui.ask("set_beta", { beta: Number(beta.value) })), 150);
    slider.addEventListener("input", () => {
      beta.value = betas[Number(slider.value)];
      slider.setAttribute("aria-valuetext", beta.value);
      moving = true;
      tellBeta();
    });
    tells(beta, () => view().beta, (value) => ui.ask("set_beta", { beta: value }));
    beta.addEventListener("keydown", (event) => {
      if (!["ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault(); // by 1 it would leave the range in which anything happens
      const now = Number(beta.value);
      const to = event.key === "ArrowUp" ? betas.find((b) => b > now) : betas.filter((b) => b < now).at(-1);
      if (to === undefined) return;
      slider.value = betas.indexOf(to);
      slider.dispatchEvent(new Event("input"));
    });
    tells(steps, () => view().steps, (value) => ui.ask("settings", { steps: value }));
    const controls = h("div", { class: "pm-controls" },
      h("div", { class: "gptedu-row" }, go, one, h("label", { class: "gptedu-row" }, steps, h("span", { class: "gptedu-hint", text: "steps" }))),
      h("div", { class: "gptedu-row pm-beta", title: "weight of the KL penalty, from the next step on" },
        h("span", { class: "gptedu-title", text: "β" }), slider, beta));

    // Where the cell has been run again, the run that it made before is still there.
    const kept = h("span");
    const earlier = h("div", { class: "gptedu-row pm-earlier", role: "note", hidden: true }, kept,
      h("button", { type: "button", onclick: () => ui.ask("trade") }, "Go on with that one"));
    const drawEarlier = () => {
      const { earlier: count, state, step } = view();
      earlier.hidden = count === null || state === "running" || state === "pausing";
      kept.textContent = `${step ? "" : "This run is new. "}Another one that was made here is kept: it has taken ${count} ${count === 1 ? "step" : "steps"}.`;
    };

    // ------------------------------------------------------------ what is drawn
    const axes = { step: "step", kl: "KL", sqrt_kl: "√KL" };
    const axis = h("div", { class: "gptedu-row pm-axis", role: "group", "aria-label": "Reward and true score against" },
      h("span", { class: "gptedu-hint", text: "reward against" }),
      ...Object.entries(axes).map(([key, words]) =>
        h("button", { type: "button", "data-key": key, onclick: () => ui.ask("settings", { against: key }) }, words)));
    const mean = h("input", { type: "number", class: "pm-number pm-short", min: 1, max: 50, step: 1, "aria-label": "steps that each point is the mean of" });
    tells(mean, () => view().mean_of, (value) => ui.ask("settings", { mean_of: value }));
    const legend = h("div", { class: "pm-legend", role: "group", "aria-label": "Runs" });
    const panels = h("div", { class: "pm-panels" });

    const drawLegend = () => {
      const active = root.getRootNode().activeElement;
      const focused = active && legend.contains(active) ? active.dataset.run : null;
      legend.replaceChildren(
        h("span", { class: "pm-item" }, sample(null), h("strong", { text: view().name })),
        ...others().map((other) => {
          const box = h("input", { type: "checkbox", "data-run": other.name, onchange: (event) => ui.ask("compare", { name: other.name, on: event.currentTarget.checked }) });
          box.checked = !other.hidden;
          if (other.name === focused) setTimeout(() => box.focus({ preventScroll: true }));
          return h("label", { class: "pm-item" }, box, sample(other.dash), h("span", { text: other.name }));
        }));
    };

    // A press on a curve, or the slider below, chooses the step whose numbers and answers are shown.
    const choose = (step) => ui.ask("look", { step }, { instead: "look" });
    let charts = [];
    const drawPanels = () => {
      const v = view();
      const shown = others().filter((other) => !other.hidden);
      panels.classList.toggle("pm-one", v.panels.filter((p) => p.large).length === 1);
      charts = v.panels.map((panel) => chart(panel, v, shown));
      panels.replaceChildren(...charts.map((each) => each.node));
      drawCursor();
    };

    const chart = (panel, v, shown) => {
      const value = h("span", { class: "pm-value" });
      const box = h("div", { class: "pm-chart" });
      const node = h("section", { class: `pm-panel${panel.large ? " pm-large" : ""}${panel.axis === "step" ? "" : " pm-scatter"}`, "data-name": panel.name, "aria-label": panel.title },
        h("div", { class: "pm-head" }, h("span", { class: "gptedu-title", text: panel.title }), h("span", { class: "gptedu-hint pm-unit", text: panel.unit, title: panel.unit }), value), box);
      return { panel, node, box, value, v, shown };
    };

    const fill = (each) => {
      const { panel, box, v, shown } = each;
      const width = Math.max(120, box.clientWidth);
      const height = each.node.classList.contains("pm-large") && panels.classList.contains("pm-one") ? 2 * PANEL.height + 32 : PANEL.height;
      const inner = { width: width - PANEL.left - PANEL.right, height: height - PANEL.top - PANEL.bottom };
      const x = (value) => PANEL.left + (inner.width * (value - panel.x[0])) / (panel.x[1] - panel.x[0]);
      const y = (value) => PANEL.top + inner.height * (1 - (value - panel.y[0]) / (panel.y[1] - panel.y[0]));
      const svg = draw("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
      const base = PANEL.top + inner.height;
      for (const [at, words] of panel.y_ticks) {
        svg.append(draw("line", { x1: PANEL.left, x2: width - PANEL.right, y1: y(at), y2: y(at), class: "pm-grid" }),
          draw("text", { x: PANEL.left - 6, y: y(at) + 3.5, "text-anchor": "end", text: words }));
      }
      for (const [at, words] of panel.x_ticks) svg.append(draw("text", { x: x(at), y: base + 13, "text-anchor": "middle", text: words }));
      svg.append(draw("line", { x1: PANEL.left, x2: width - PANEL.right, y1: base, y2: base, class: "pm-base" }),
        draw("text", { x: PANEL.left + inner.width / 2, y: height - 6, "text-anchor": "middle", text: panel.axis_title }));
      // The lines of other runs come on their own: for a moment they may lack this panel's axis.
      const points = (lines) => (lines.x[panel.axis] ? lines.y[panel.name] ?? [] : []).map((up, i) => [lines.x[panel.axis][i], up]);
      const line = (lines, props) => {
        let pen = "M";
        const d = points(lines).map(([across, up]) => {
          if (across === null || up === null) return (pen = "M"), "";
          const part = `${pen}${x(across).toFixed(2)} ${y(up).toFixed(2)}`;
          pen = "L";
          return part;
        }).join("");
        if (d) svg.append(draw("path", { d, ...props }));
        // Against KL a line turns back on itself: the steps are dots, and the line only joins them.
        if (d && panel.axis !== "step") svg.append(draw("path", { d: d.replace(/[ML]([^ML]*)/g, "M$1h0"), class: `${props.class} pm-dots`, "data-run": props["data-run"] ?? "" }));
      };
      for (const other of shown) line(other.lines, { class: "pm-line pm-other", "stroke-dasharray": other.dash, "data-run": other.name });
      for (const raw of v.raw) line(raw, { class: "pm-line pm-raw" });
      line(v.lines, { class: "pm-line pm-main", "data-run": v.name });
      const known = (all) => all.filter(([across, up]) => across !== null && up !== null);
      if (panel.large) {
        const ends = shown.map((other) => ({ name: other.name, at: known(points(other.lines)).at(-1) })).filter((end) => end.at)
          .map((end) => ({ name: end.name, x: x(end.at[0]), y: y(end.at[1]) - 5 })).sort((a, b) => a.y - b.y);
        ends.forEach((end, i) => {
          if (i && end.y - ends[i - 1].y < 12) end.y = ends[i - 1].y + 12; // names do not overlap
          const late = end.x > PANEL.left + inner.width / 2;
          svg.append(draw("text", { x: end.x + (late ? 0 : 4), y: Math.min(end.y, base - 3), "text-anchor": late ? "end" : "start", class: "pm-name", text: end.name.length > MOST_NAME ? `${end.name.slice(0, MOST_NAME - 1)}…` : end.name }));
        });
      }
      const main = points(v.lines);
      each.place = (i) => (main[i] && main[i][0] !== null && main[i][1] !== null ? [x(main[i][0]), y(main[i][1])] : null);
      each.cursor = draw("g", { class: "pm-cursor" });
      svg.append(each.cursor);
      each.range = [PANEL.top, base];
      const under = (event) => {
        const at = svg.getBoundingClientRect();
        const mouse = [event.clientX - at.left, event.clientY - at.top];
        let best = null;
        main.forEach((_, i) => {
          const spot = each.place(i);
          if (!spot) return;
          // Against the step only the column counts; against KL the line may turn back on itself.
          const far = panel.axis === "step" ? Math.abs(spot[0] - mouse[0]) : Math.hypot(spot[0] - mouse[0], spot[1] - mouse[1]);
          if (!best || far < best.far) best = { i, far };
        });
        return best && best.i;
      };
      svg.addEventListener("pointermove", (event) => ((hover = under(event)), drawCursor()));
      svg.addEventListener("pointerleave", () => ((hover = null), drawCursor()));
      svg.addEventListener("click", (event) => {
        const i = under(event);
        if (i !== null) choose(view().lines.x.step[i]);
      });
      box.replaceChildren(svg);
    };

    const drawCursor = () => {
      const v = view();
      const at = v.look === null ? -1 : v.lines.x.step.indexOf(v.at);
      const i = hover ?? (at >= 0 ? at : v.lines.x.step.length - 1);
      for (const each of charts) {
        const up = v.lines.y[each.panel.name]?.[i];
        // A mean is what its line says; the number of the step itself stands beside the title.
        each.value.textContent = hover === null || v.raw.length ? v.values[each.panel.name] : say(up, each.panel.form);
        if (hover !== null && v.raw.length) each.value.textContent = say(v.raw[0].y[each.panel.name]?.[i], each.panel.form);
        const spot = each.place?.(i);
        each.cursor?.replaceChildren();
        if (!spot) continue;
        if (hover !== null || at >= 0) each.cursor.append(draw("line", { x1: spot[0], x2: spot[0], y1: each.range[0], y2: each.range[1] }));
        each.cursor.append(draw("circle", { cx: spot[0], cy: spot[1], r: 4 }));
      }
      const step = v.lines.x.step[i];
      where.textContent = step === undefined ? "" : hover !== null ? `numbers of step ${step}` : at >= 0 ? `numbers of step ${step}` : `numbers of step ${step}, the newest`;
    };

    // ------------------------------------------------------------ answers
    const where = h("span", { class: "gptedu-hint" });
    const look = h("input", { type: "range", step: 1, class: "pm-look", "aria-label": "step to look at" });
    look.addEventListener("input", () => choose(Number(look.value)));
    const newest = h("button", { type: "button", onclick: () => choose(null) }, "Follow the newest");
    const looking = h("div", { class: "gptedu-row pm-looking" },
      h("label", { class: "gptedu-row pm-look-label" }, h("span", { class: "gptedu-hint", text: "look at step" }), look), newest, where);
    const answersTitle = h("div", { class: "gptedu-title" });
    const answers = h("div", { class: "pm-answers" });
    let drawn = "";
    const drawAnswers = () => {
      const v = view();
      const now = JSON.stringify([v.answered, v.samples]);
      // Said where the numbers are of a later step: the answers stay a while, so that they can be read.
      const behind = v.look === null && v.answered !== null && v.answered < v.step;
      answersTitle.textContent = v.answered === null ? "" : `Answers of step ${v.answered}${behind ? `; new ones come at every ${EVERY}th step` : ""}`;
      if (now === drawn) return; // what is being read or selected stays as it is
      drawn = now;
      answers.replaceChildren(...v.samples.map((each) => h("article", { class: "pm-answer" },
        h("div", { class: "pm-prompt", text: clean(each.prompt), title: clean(each.prompt) }),
        h("div", { class: `pm-words${each.answer.trim() ? "" : " pm-none"}`, text: clean(each.answer).trim() || "(nothing)", title: clean(each.answer).trim() }),
        h("div", { class: "pm-scores" }, "reward ", h("strong", { text: each.reward }), each.truth === "–" ? null : h("span", { title: "true score" }, "true ", h("strong", { text: each.truth }))))));
      for (const prompt of answers.querySelectorAll(".pm-prompt")) prompt.scrollTop = prompt.scrollHeight;
    };

    // ------------------------------------------------------------ all of it
    const drawControls = () => {
      const v = view();
      const active = root.getRootNode().activeElement;
      controls.hidden = v.state === "record";
      const running = v.state === "running";
      go.textContent = { ready: "Start", running: "Pause", pausing: "Go on", paused: "Go on", record: "" }[v.state];
      one.setAttribute("aria-disabled", String(running || v.state === "pausing"));
      if (steps !== active) steps.value = v.steps;
      if (beta !== active && !moving) beta.value = v.beta;
      if (!moving) slider.value = nearest(v.beta);
      if (!moving) slider.setAttribute("aria-valuetext", `${v.beta}`);
      const pace = v.seconds === null ? "" : `${v.seconds < 0.995 ? v.seconds.toPrecision(2) : v.seconds.toFixed(1)} s a step`;
      const rest = v.seconds === null ? "" : `, about ${time(v.seconds * v.left)} left`;
      state.textContent = {
        ready: "not trained yet",
        running: `step ${v.step}, ${v.left} to go${pace && `; ${pace}${rest}`}`,
        pausing: `step ${v.step} was the last; one more is being finished`,
        paused: `stopped after step ${v.step}${pace && `; ${pace}`}`,
        record: `${v.step} steps, stored`,
      }[v.state];
      drawEarlier();
      root.classList.toggle("pm-running", running);
      bar.firstChild.style.width = `${running ? (100 * v.step) / Math.max(1, v.step + v.left) : v.step ? 100 : 0}%`;
      for (const button of axis.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.key === v.against));
      if (mean !== active) mean.value = v.mean_of;
      looking.hidden = v.step === 0;
      look.min = v.first;
      look.max = v.step;
      if (look !== active || v.look === null) look.value = v.look ?? v.step;
      newest.setAttribute("aria-disabled", String(v.look === null));
      look.setAttribute("aria-valuetext", v.look === null ? `step ${v.step}, the newest` : `step ${v.at}`);
    };
    const drawAll = () => {
      drawControls();
      drawPanels();
      for (const each of charts) fill(each);
      drawCursor();
      drawAnswers();
    };

    root.append(
      h("div", { class: "pm-top" }, controls, h("div", { class: "pm-status" }, state, bar), earlier, ui.error, ui.quiet),
      panels,
      h("div", { class: "gptedu-row pm-drawing" }, legend, axis,
        h("label", { class: "gptedu-row" }, h("span", { class: "gptedu-hint", text: "mean of" }), mean, h("span", { class: "gptedu-hint", text: "steps" }))),
      looking, answersTitle, answers);
    ui.shows("view", drawAll);
    ui.on("others", () => (drawLegend(), drawAll()));
    ui.onSize(() => drawAll());
    drawLegend();
    drawAll();
  }, "run the cells again: the run begins anew.");
}

/** An SVG element. */
function draw(tag, { text, ...props } = {}) {
  const node = document.createElementNS(NS, tag);
  for (const [key, value] of Object.entries(props)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

/** A piece of a run's line, for the legend. */
function sample(dash) {
  const svg = draw("svg", { width: 34, height: 10, "aria-hidden": "true" });
  const props = { x1: 1, x2: 33, y1: 5, y2: 5, class: `pm-line ${dash ? "pm-other" : "pm-main"}` };
  svg.append(draw("line", dash ? { ...props, "stroke-dasharray": dash } : props));
  return svg;
}

/** A number as Python's format writes it: ".2f" or ".3g". */
function say(value, form) {
  if (value === null || value === undefined) return "–";
  const digits = Number(form[1]);
  const words = form[2] === "f" ? value.toFixed(digits) : String(Number(value.toPrecision(digits)));
  return Number(words) === 0 ? words.replace("-", "") : words.replace("-", "−");
}

function time(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.round(seconds / 60)} min`;
}

export default { render };

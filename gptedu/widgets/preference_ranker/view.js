// PreferenceRanker: a prompt, its answers as cards, and rows to rank them in.
// Python holds what is placed (view) and the agreement so far (curve); this file draws them and
// asks for what the learner does.

const FAR = 5; // pixels that a press may move and still be a click

function render({ model, el }) {
  return mount({ model, el }, "preference_ranker", (root, ui) => {
    const view = () => model.get("view");
    const rowOf = (place) => view().rows.findIndex((row) => row.includes(place));

    // A click is for the card that it was made on; keys go to whatever card is on the table.
    const onCard = (action, given, index = view().index) => ui.ask(action, given, { when: { index } });

    // ------------------------------------------------------------ the side: progress, agreement
    const count = h("div", { class: "pr-count" });
    const more = h("div", { class: "gptedu-hint" });
    const done = h("i", {});
    const progress = h("div", { class: "pr-progress", role: "progressbar", "aria-label": "Prompts ranked", "aria-valuemin": "0" }, done);
    const value = h("b", { class: "pr-value" });
    const after = h("span", { class: "gptedu-hint" });
    const words = h("div", { class: "pr-words", "aria-live": "polite", "aria-atomic": "true" }, value, after);
    const chart = h("div", { class: "pr-chart" });
    const taste = h("div", { class: "pr-taste" },
      h("div", { class: "gptedu-label", text: "Agreement of the reward model with these rankings" }), words, chart);
    const side = h("div", { class: "pr-side" }, h("div", { class: "pr-done" }, count, progress, more), taste);

    function drawSide() {
      const v = view();
      count.replaceChildren(h("b", { text: String(v.ranked) }), ` of ${v.total} ranked`);
      done.style.width = `${(100 * v.ranked) / v.total}%`;
      progress.setAttribute("aria-valuemax", String(v.total));
      progress.setAttribute("aria-valuenow", String(v.ranked));
      progress.setAttribute("aria-valuetext", `${v.ranked} of ${v.total}`);
      const notes = [v.skipped ? `${v.skipped} skipped` : "", v.others ? `${v.others} more, of other prompts` : "", `kept in ${v.file}`];
      more.textContent = notes.filter(Boolean).join("; ");
    }

    function drawCurve() {
      const { points, fitting, on } = model.get("curve");
      taste.hidden = !on;
      taste.classList.toggle("pr-fitting", fitting);
      const last = points[points.length - 1];
      const now = last ? `${Math.round(100 * last[1])}%` : "–";
      const said = last ? ` after ${last[0]} ranking${last[0] === 1 ? "" : "s"}` : fitting ? " learning …" : " rank the first prompt";
      if (value.textContent !== now) value.textContent = now;
      if (after.textContent !== said) after.textContent = said;
      chart.replaceChildren(drawChart(points, view().total + view().others, `Agreement: ${now}${said}`));
    }

    // ------------------------------------------------------------ the prompt and its answers
    const text = h("div", { class: "pr-text" });
    const request = h("div", { class: "pr-request" });
    const prompt = h("div", { class: "pr-prompt" }, text, request);
    const answers = h("div", { class: "pr-answers" });
    const ladder = h("div", { class: "pr-ladder", role: "list", "aria-label": "Your ranking, best first" });
    const board = h("div", { class: "pr-board", tabindex: "0", role: "group" },
      h("div", { class: "gptedu-label", text: "Answers" }),
      h("div", { class: "gptedu-label", text: "Your ranking, best first" }), answers, ladder);

    let shown = null; // index of the card whose answers are drawn
    let cards = [];

    function drawCards() {
      const v = view();
      if (shown !== v.index) {
        shown = v.index;
        text.textContent = clean(v.text);
        text.hidden = !v.text;
        request.textContent = clean(v.request);
        prompt.hidden = !(v.text || v.request);
        cards = v.answers.map((answer, place) => {
          const words = clean(answer).trim();
          const card = h("button", { type: "button", class: "pr-card", "data-key": `card ${place}` },
            badge(place), h("span", { class: words ? "pr-answer" : "pr-answer pr-none", text: words || "(nothing)" }),
            h("span", { class: "pr-at" }));
          holds(card, place, (event) => {
            if (rowOf(place) >= 0) onCard("take_back", { place });
            else onCard("choose", { place, tie: event.shiftKey && view().rows.length > 0 });
          });
          return card;
        });
        answers.replaceChildren(...cards);
      }
      cards.forEach((card, place) => {
        const row = rowOf(place);
        const tie = row >= 0 && v.rows[row].length > 1;
        card.classList.toggle("pr-placed", row >= 0);
        card.lastChild.textContent = row < 0 ? "" : `${nth(row + 1)}${tie ? " =" : ""}`;
        const state = row < 0 ? "not ranked" : `ranked ${nth(row + 1)}${tie ? ", a tie" : ""}; press to take it back`;
        card.setAttribute("aria-label", `Answer ${place + 1}: ${card.children[1].textContent} (${state})`);
      });
    }

    function drawLadder() {
      const v = view();
      const left = v.answers.length - v.rows.flat().length;
      const rows = v.rows.map((row, i) =>
        h("div", { class: `pr-row pr-full${row.length > 1 ? " pr-tied" : ""}`, role: "listitem" },
          h("span", { class: "pr-rank", text: nth(i + 1) }, row.length > 1 ? h("span", { class: "pr-tie", text: "tie" }) : null),
          h("div", { class: "pr-chips" }, ...row.map((place) => {
            const words = clean(v.answers[place]).trim() || "(nothing)";
            const chip = h("button", {
              type: "button", class: `pr-chip${place === v.last ? " pr-last" : ""}`, "data-key": `chip ${place}`, title: words,
              "aria-label": `Answer ${place + 1}, ${nth(i + 1)}${row.length > 1 ? ", a tie" : ""}; press to take it back`,
            }, badge(place), h("span", { class: "pr-short", text: words.replaceAll("\n", " ") }));
            holds(chip, place, () => onCard("take_back", { place }));
            return chip;
          }))));
      const free = Array.from({ length: left }, (_, i) =>
        h("div", { class: i ? "pr-row pr-free" : "pr-row pr-free pr-next", role: "listitem", "aria-label": i ? "free" : "next to be placed" },
          h("span", { class: "pr-rank", text: nth(v.rows.length + i + 1) }),
          h("span", { class: "gptedu-hint", text: i ? "" : !v.rows.length ? "the best answer" : left > 1 ? "the best of the rest" : "the one that is left" })));
      ladder.replaceChildren(...rows, ...free);
    }

    // ------------------------------------------------------------ dragging
    let drag = null; // {place, node, ghost, x, y, drop}
    let dropped = false; // the click that comes when a drag ends is none

    /** `node` stands for the answer at `place`: it can be clicked and dragged. */
    function holds(node, place, click) {
      node.addEventListener("click", (event) => (dropped && event.detail) || click(event));
      node.addEventListener("pointerdown", (event) => {
        dropped = false;
        // A finger scrolls; it chooses by tapping.
        if (event.button || event.pointerType === "touch" || drag) return;
        drag = { place, node, x: event.clientX, y: event.clientY, card: view().index, ghost: null, drop: null };
      });
      node.addEventListener("pointermove", (event) => {
        if (!drag || drag.node !== node || !(event.buttons & 1)) return;
        if (!drag.ghost) {
          if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR) return;
          node.setPointerCapture(event.pointerId);
          drag.ghost = h("div", { class: "pr-ghost", "aria-hidden": "true" },
            badge(place), h("span", { class: "pr-short", text: clean(view().answers[place]).trim().replaceAll("\n", " ") }));
          root.append(drag.ghost);
          root.classList.add("pr-dragging");
        }
        const frame = root.getBoundingClientRect();
        const left = Math.min(event.clientX - frame.left + 10, frame.width - drag.ghost.offsetWidth - 6);
        drag.ghost.style.transform = `translate(${left}px, ${event.clientY - frame.top + 8}px)`;
        drag.drop = dropAt(event.clientX, event.clientY, place);
        mark(drag.drop);
      });
      for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
        node.addEventListener(end, () => drag?.node === node && finish(end === "pointerup"));
    }

    function finish(good) {
      const { ghost, drop, place, card } = drag;
      drag = null;
      if (!ghost) return;
      ghost.remove();
      root.classList.remove("pr-dragging");
      mark(null);
      dropped = true;
      if (good && drop) onCard(drop.action, { ...drop.given, place }, card);
    }

    /** Where an answer would land: on a row's middle a tie, between rows a row of its own. */
    function dropAt(x, y, place) {
      const box = ladder.getBoundingClientRect();
      if (x > box.left - 16 && x < box.right + 16 && y > box.top - 30 && y < box.bottom + 30) {
        const rows = [...ladder.querySelectorAll(".pr-full")].map((row) => row.getBoundingClientRect());
        for (const [row, { top, bottom, height }] of rows.entries()) {
          if (y < top + 0.25 * height) return { action: "move", given: { row, tie: false } };
          if (y <= bottom - 0.25 * height) return { action: "move", given: { row, tie: true } };
        }
        return { action: "move", given: { row: rows.length, tie: false } };
      }
      const home = answers.getBoundingClientRect();
      const back = x > home.left && x < home.right && y > home.top && y < home.bottom && rowOf(place) >= 0;
      return back ? { action: "take_back", given: {} } : null;
    }

    function mark(drop) {
      [...ladder.children].forEach((row, i) => {
        const here = drop?.action === "move" && drop.given.row === i;
        row.classList.toggle("pr-onto", here && drop.given.tie);
        row.classList.toggle("pr-before", here && !drop.given.tie && row.classList.contains("pr-full"));
        row.classList.toggle("pr-into", here && !drop.given.tie && row.classList.contains("pr-free"));
      });
      // Behind the last row when no free one is left.
      ladder.classList.toggle("pr-behind", drop?.action === "move" && drop.given.row >= ladder.children.length);
    }

    // ------------------------------------------------------------ buttons and keys
    const button = (action, words, key) =>
      h("button", { type: "button", "data-key": action, onclick: () => can(action) && ui.ask(action) },
        words, h("kbd", { text: key, "aria-hidden": "true" }));
    const buttons = { tie: button("tie", "Tie with the one before ", "t"), undo: button("undo", "Undo ", "u"), skip: button("skip", "Skip ", "s") };
    const keys = h("span", { class: "gptedu-hint pr-keys" });
    const lost = h("div", { class: "pr-lost", hidden: true,
      text: "That key went to the notebook. The board has the keys now: press it again. (A click on the board does the same.)" });
    const before = h("div", { class: "gptedu-hint pr-recorded" });
    const unskip = h("button", { type: "button", "data-key": "unskip", onclick: () => ui.ask("unskip") });
    const over = h("div", { class: "pr-over", tabindex: "0", "data-key": "over" });
    const actions = h("div", { class: "gptedu-row pr-actions" }, buttons.tie, buttons.undo, buttons.skip, unskip, keys);

    function can(action) {
      const v = view();
      if (action === "undo") return v.can_undo;
      if (action === "skip") return v.index !== null;
      if (!v.rows.length) return Boolean(v.before); // the last two of the card that was just recorded
      const row = rowOf(v.last);
      return row > 0 && v.rows[row].length === 1;
    }

    function drawActions() {
      const v = view();
      for (const [action, node] of Object.entries(buttons)) node.setAttribute("aria-disabled", String(!can(action)));
      unskip.hidden = !v.skipped;
      unskip.textContent = `Take back the ${v.skipped} skipped`;
      buttons.skip.hidden = v.index === null;
      keys.hidden = v.index === null;
      keys.replaceChildren(h("kbd", { text: "1" }), "–", h("kbd", { text: String(v.answers.length) }), " next best; with ",
        h("kbd", { text: "Shift" }), " a tie. Or click, or drag.");
      before.replaceChildren(...(v.before ? [h("b", { text: "✓ " }), `Recorded: ${v.before}`] : [""]));
      board.setAttribute("aria-label", `Answers 1 to ${v.answers.length}. Press their numbers, the best first.`);
      over.hidden = v.index !== null;
      prompt.hidden ||= v.index === null;
      board.hidden = v.index === null;
      over.replaceChildren(
        h("div", { class: "pr-request", text: v.skipped ? "No prompt is left but those you skipped." : "Every prompt is ranked." }),
        h("div", { text: `${v.ranked} ranking${v.ranked === 1 ? " is" : "s are"} kept in ${clean(v.file)}. Undo goes back to the last one.` }));
    }

    root.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const press = ["Enter", " "].includes(event.key) && event.target.tagName === "BUTTON";
      const meant = press ? null : meaning(event);
      if (!meant) return;
      event.preventDefault();
      event.stopPropagation();
      const [action, given] = meant;
      lost.hidden = true;
      if (action === "cancel") return void (drag && finish(false));
      if (event.repeat && action !== "undo") return;
      if (action !== "choose" || view().index !== null) ui.ask(action, given);
    });

    // Pressed while the cell is chosen and not the board, a digit is a shortcut of the notebook's own,
    // which makes a heading of the cell. The board takes the focus, and says so.
    const stray = (event) => {
      const at = event.target;
      const typing = at.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(at.tagName);
      const here = root.closest(".jp-Cell")?.classList.contains("jp-mod-active");
      if (!here || typing || root.contains(at) || view().index === null) return;
      if (!/^[1-9]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      board.focus({ preventScroll: true });
      lost.hidden = false;
      ui.announce(lost.textContent);
    };
    window.addEventListener("keydown", stray, true);
    ui.cleanup(() => window.removeEventListener("keydown", stray, true));
    root.addEventListener("focusout", (event) => root.contains(event.relatedTarget) || (lost.hidden = true));

    /** What a key means: [action, its arguments], or null. */
    function meaning(event) {
      const key = event.key.toLowerCase();
      if (key === "t" || key === "=") return ["tie"];
      if (key === "u" || key === "backspace") return ["undo"];
      if (key === "s") return ["skip"];
      if (key === "enter") return ["confirm"];
      if (key === "escape" && drag?.ghost) return ["cancel"];
      if (/^[1-9]$/.test(key)) return ["choose", { place: Number(key) - 1 }];
      // Shift with a digit gives another character: which, depends on the keyboard.
      const digit = /^Digit([1-9])$/.exec(event.code);
      return digit && event.shiftKey ? ["choose", { place: Number(digit[1]) - 1, tie: true }] : null;
    }

    // ------------------------------------------------------------ all of it
    function draw() {
      const active = root.getRootNode().activeElement;
      const inside = active && active !== root && root.contains(active);
      const key = inside ? active.dataset.key : null;
      const fresh = shown !== view().index;
      if (drag && drag.card !== view().index) drag.ghost ? finish(false) : (drag = null);
      drawSide();
      drawCards();
      drawLadder();
      drawActions();
      // The focus stays where it was; where that is gone, or on another card by now, on the board.
      if (!inside || (active.isConnected && !active.closest("[hidden]") && !(fresh && key?.startsWith("card")))) return;
      const same = fresh ? null : [...root.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key && !node.closest("[hidden]"));
      (same ?? (view().index === null ? over : board)).focus({ preventScroll: true });
    }

    root.append(h("div", { class: "pr-frame" }, side,
      h("div", { class: "pr-main" }, prompt, lost, board, over, actions, before)));
    ui.onSize((width) => {
      root.classList.toggle("pr-middle", width < 860);
      root.classList.toggle("pr-small", width < 700);
      root.classList.toggle("pr-narrow", width < 520);
      root.classList.toggle("pr-tiny", width < 380);
    });
    ui.shows("view", draw);
    ui.on(["curve"], drawCurve);
    draw();
    drawCurve();
  }, () => `run the cell again. Every ranking confirmed so far is in ${model.get("view").file}.`);
}

function badge(place) {
  return h("span", { class: "pr-badge", "aria-hidden": "true", text: String(place + 1) });
}

function nth(number) {
  return `${number}${{ 1: "st", 2: "nd", 3: "rd" }[number] ?? "th"}`;
}

/** Agreement, 0 to 100%, over the number of rankings; half is what guessing gives. */
function drawChart(points, total, label) {
  const [width, height, left, right, top, bottom] = [236, 112, 42, 8, 8, 20];
  const svg = (tag, attributes, words) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (words !== undefined) node.textContent = words;
    return node;
  };
  const most = Math.max(total, 1, ...points.map(([at]) => at));
  const x = (at) => left + ((width - left - right) * at) / most;
  const y = (share) => top + (height - top - bottom) * (1 - share);
  const node = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  for (const share of [0, 0.5, 1]) {
    node.append(svg("line", { class: share === 0.5 ? "pr-half" : "pr-grid", x1: left, x2: width - right, y1: y(share), y2: y(share) }));
    node.append(svg("text", { x: left - 5, y: y(share) + 4, "text-anchor": "end" }, `${100 * share}%`));
  }
  node.append(svg("text", { class: "pr-guess", x: width - right, y: y(0.5) + 12, "text-anchor": "end" }, "guessing"));
  node.append(svg("text", { x: left, y: height - 5 }, "rankings"));
  node.append(svg("text", { x: width - right, y: height - 5, "text-anchor": "end" }, String(most)));
  if (points.length > 1) node.append(svg("polyline", { points: points.map(([at, share]) => `${x(at)},${y(share)}`).join(" ") }));
  for (const [at, share] of points.slice(-1)) node.append(svg("circle", { cx: x(at), cy: y(share), r: 4 }));
  return node;
}

export default { render };

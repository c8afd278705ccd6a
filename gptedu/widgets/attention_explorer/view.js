// AttentionExplorer: a thin view. Python computes; this draws bytes on canvases and asks for what the
// learner does. LETTERS and WORDS come from state.py.

const GAP = 4;
const MARGIN = { left: 26, top: 18 };

/** A canvas of css size w x h with a context in css pixels. */
function fit(canvas, w, h) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(w * ratio);
  canvas.height = Math.round(h * ratio);
  canvas.style.width = `${w}px`;
  canvas.style.height = `${h}px`;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/**
 * One head as an ImageData of side x side pixels. Where weights share a pixel the largest counts,
 * so that thin stripes stay visible; above the diagonal stands `future`.
 */
function headImage(weights, offset, time, side, words, future, causal) {
  const top = new Uint8Array(side * side);
  if (time <= side) {
    for (let y = 0; y < side; y += 1) {
      const row = offset + Math.floor((y * time) / side) * time;
      for (let x = 0; x < side; x += 1) top[y * side + x] = weights[row + Math.floor((x * time) / side)];
    }
  } else {
    const at = Array.from({ length: time }, (_, i) => Math.floor((i * side) / time));
    for (let q = 0; q < time; q += 1) {
      const row = offset + q * time;
      const line = at[q] * side;
      const end = causal ? q + 1 : time;
      for (let k = 0; k < end; k += 1) if (weights[row + k] > top[line + at[k]]) top[line + at[k]] = weights[row + k];
    }
  }
  const image = new ImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer);
  for (let y = 0; y < side; y += 1) {
    const query = Math.floor((y * time) / side);
    for (let x = 0; x < side; x += 1) {
      const ahead = causal && Math.floor((x * time) / side) > query;
      pixels[y * side + x] = ahead ? future : words[top[y * side + x]];
    }
  }
  return image;
}

function render({ model, el }) {
  return mount({ model, el }, "attention", (root, ui) => {
    // What is chosen here is drawn at once; Python is told, and keeps it.
    const state = {
      dark: false, off: model.get("heads_off"), selected: [...model.get("selected")], query: model.get("query"),
      hover: null, pointed: null, cursor: [...model.get("selected")], width: 0,
    };
    let weights = new Uint8Array(0);
    let reading = model.get("reading");
    let causal = true;
    let colours, words, future;

    // ------------------------------------------------------------ elements
    const text = h("textarea", { rows: "2", "aria-label": "Text that the model reads", spellcheck: "false" });
    const gridCanvas = h("canvas", { class: "ga-base" });
    const gridOverlay = h("canvas", {
      class: "ga-over", tabindex: "0", role: "application",
      "aria-label": "All heads. Arrows move, Enter shows a head large, x switches it off or on.",
    });
    const gridBox = h("div", { class: "ga-stack" }, gridCanvas, gridOverlay);
    const bigTitle = h("div", { class: "gptedu-title" });
    const bigToggle = h("button", { type: "button", onclick: () => toggle(state.selected) });
    const bigScores = h("div", { class: "ga-scores gptedu-hint" });
    const bigCanvas = h("canvas", { class: "ga-base" });
    const bigOverlay = h("canvas", { class: "ga-over", "aria-hidden": "true" });
    const bigBox = h("div", { class: "ga-stack" }, bigCanvas, bigOverlay);
    const looks = h("div", { class: "gptedu-title" });
    const strip = h("div", {
      class: "ga-strip", tabindex: "0", role: "group",
      "aria-label": "Tokens. Left and right choose the token that looks.",
    });
    const offRow = h("div", { class: "gptedu-row ga-off" });
    const barsTitle = h("div", { class: "gptedu-title" });
    const barsHint = h("div", { class: "gptedu-hint" });
    const bars = h("div");
    const legend = h("canvas", { class: "ga-legend", role: "img", "aria-label": "Colour scale from 0% (light) to 100% (dark)" });
    const keys = h("div", { class: "gptedu-hint" });
    keys.append(
      "Click a head to see it large, click it again to switch it off. Keys: ",
      h("kbd", { text: "←↑↓→" }), " move, ", h("kbd", { text: "Enter" }), " large, ", h("kbd", { text: "x" }), " off or on.",
    );
    const left = h("section", { class: "ga-left" },
      h("div", { class: "gptedu-row" }, h("span", { class: "gptedu-title", text: "All heads" }),
        h("span", { class: "gptedu-hint", text: "down: block, across: head" })),
      gridBox,
      h("div", { class: "gptedu-hint ga-key" },
        h("b", { text: "P" }), " mostly the token before ", h("b", { text: "I" }), " induction ", h("b", { text: "F" }), " mostly the first token"),
      keys);
    root.append(
      h("label", { class: "gptedu-label", text: "Type a text; the model reads it as you type" }),
      text,
      h("div", { class: "ga-columns" },
        left,
        h("section", { class: "ga-right" },
          h("div", { class: "gptedu-row" }, bigTitle, bigToggle), bigScores, bigBox,
          h("div", { class: "gptedu-row gptedu-hint" }, "0%", legend, "100% of a token’s attention"))),
      h("section", {}, looks, strip),
      h("section", {}, h("div", { class: "gptedu-row" }, barsTitle, offRow), barsHint, bars),
    );
    text.value = model.get("text");

    // ------------------------------------------------------------ state
    const isOff = (layer, head) => state.off.some(([l, d]) => l === layer && d === head);
    const time = () => reading.pieces.length;
    const query = () => {
      const chosen = state.pointed ?? state.query;
      return chosen >= 0 && chosen < time() ? chosen : time() - 1;
    };
    const weightAt = (layer, head, q, k) => weights[((layer * reading.heads + head) * time() + q) * time() + k];
    const headName = ([layer, head]) => `block ${layer}, head ${head}`;

    function toggle([layer, head]) {
      const off = state.off.filter(([l, d]) => l !== layer || d !== head);
      if (!isOff(layer, head)) off.push([layer, head]);
      setOff(off);
      ui.announce(`${headName([layer, head])} ${isOff(layer, head) ? "switched off" : "switched on"}`);
    }
    function setOff(off) {
      state.off = off; // marked at once, before new weights are there
      ui.ask("switch_off", { heads: off }, { instead: "heads" });
      requestAnimationFrame(() => (drawGrid(), drawBig())); // after the message is on its way
    }
    function select(head) {
      state.cursor = [...head];
      state.selected = [...head];
      ui.ask("select", { head }, { instead: "select" });
      drawGridOverlay(), drawBig(), drawLooks();
      const name = reading.names[head[0]][head[1]];
      ui.announce(`${headName(head)}${name ? `, ${WORDS[name]}` : ""}${isOff(...head) ? ", switched off" : ""}`);
    }

    function lookFrom(position) {
      state.query = position;
      state.pointed = null;
      ui.ask("look_from", { position }, { instead: "look_from" });
      return drawLooks();
    }

    // ------------------------------------------------------------ the grid of heads
    const cell = () => {
      const room = Math.min(state.width > 640 ? state.width * 0.5 : state.width, 480) - MARGIN.left;
      return Math.max(12, Math.min(84, Math.floor(room / reading.heads) - GAP));
    };
    /** Width of the left column: the grid, or what its legend needs. */
    const leftWidth = () => Math.max(330, MARGIN.left + reading.heads * (cell() + GAP));
    const place = (layer, head) => [MARGIN.left + head * (cell() + GAP), MARGIN.top + layer * (cell() + GAP)];

    // Thumbnails are kept: switching a head off only marks them.
    let kept = {};
    function thumbnail(layer, head, side) {
      if (kept.weights !== weights || kept.side !== side || kept.words !== words) kept = { weights, side, words, images: [] };
      const at = layer * reading.heads + head;
      kept.images[at] ??= headImage(weights, at * time() * time(), time(), side, words, future, causal);
      return kept.images[at];
    }

    function drawGrid() {
      if (!state.width || !reading.pieces) return;
      const size = cell();
      const ratio = window.devicePixelRatio || 1;
      const [w, d] = [MARGIN.left + reading.heads * (size + GAP), MARGIN.top + reading.layers * (size + GAP)];
      const context = fit(gridCanvas, w, d);
      left.style.width = `${Math.min(leftWidth(), state.width)}px`;
      const side = Math.round(size * ratio);
      const style = getComputedStyle(root);
      const faint = style.getPropertyValue("--g-faint");
      const alarm = style.getPropertyValue("--g-alarm");
      const accent = style.getPropertyValue("--g-accent");
      context.font = "12px sans-serif";
      context.textBaseline = "middle";
      for (let layer = 0; layer < reading.layers; layer += 1) {
        for (let head = 0; head < reading.heads; head += 1) {
          const [x, y] = place(layer, head);
          context.putImageData(thumbnail(layer, head, side), Math.round(x * ratio), Math.round(y * ratio));
          const off = isOff(layer, head);
          if (off) {
            context.fillStyle = state.dark ? "rgba(24,26,34,.75)" : "rgba(255,255,255,.75)";
            context.fillRect(x, y, size, size);
            context.strokeStyle = alarm;
            context.lineWidth = 2.5;
            context.beginPath();
            context.moveTo(x + 3, y + 3), context.lineTo(x + size - 3, y + size - 3);
            context.moveTo(x + size - 3, y + 3), context.lineTo(x + 3, y + size - 3);
            context.stroke();
          }
          const name = reading.names[layer][head];
          if (name && !off) {
            const box = Math.min(15, size / 2);
            context.fillStyle = accent;
            context.fillRect(x + size - box, y, box, box);
            context.fillStyle = style.getPropertyValue("--g-on-accent");
            context.textAlign = "center";
            context.font = `bold ${Math.max(8, box - 4)}px sans-serif`;
            context.fillText(LETTERS[name], x + size - box / 2, y + box / 2 + 0.5);
            context.font = "12px sans-serif";
          }
          if (layer === 0) {
            context.fillStyle = faint;
            context.textAlign = "center";
            context.fillText(String(head), x + size / 2, 8);
          }
        }
        context.fillStyle = faint;
        context.textAlign = "right";
        context.fillText(String(layer), MARGIN.left - 7, place(layer, 0)[1] + size / 2);
      }
      drawGridOverlay();
    }

    function drawGridOverlay() {
      if (!state.width || !reading.pieces) return;
      const size = cell();
      const context = fit(gridOverlay, gridCanvas.clientWidth || 1, gridCanvas.clientHeight || 1);
      const style = getComputedStyle(root);
      const frame = ([layer, head], colour, width, dash) => {
        const [x, y] = place(layer, head);
        context.strokeStyle = colour;
        context.lineWidth = width;
        context.setLineDash(dash);
        context.strokeRect(x - 1.5, y - 1.5, size + 3, size + 3);
      };
      for (let layer = 0; layer < reading.layers; layer += 1)
        for (let head = 0; head < reading.heads; head += 1) frame([layer, head], style.getPropertyValue("--g-line"), 0.5, []);
      frame(state.selected, style.getPropertyValue("--g-accent"), 3, []);
      if (state.hover) frame(state.hover, style.getPropertyValue("--g-ink"), 1.5, []);
      if (document.activeElement === gridOverlay || gridOverlay.matches(":focus"))
        frame(state.cursor, style.getPropertyValue("--g-ink"), 2, [4, 3]);
    }

    function headUnder(event) {
      const box = gridOverlay.getBoundingClientRect();
      const step = cell() + GAP;
      const head = Math.floor((event.clientX - box.left - MARGIN.left + GAP / 2) / step);
      const layer = Math.floor((event.clientY - box.top - MARGIN.top + GAP / 2) / step);
      return layer >= 0 && layer < reading.layers && head >= 0 && head < reading.heads ? [layer, head] : null;
    }
    gridOverlay.addEventListener("pointermove", (event) => {
      state.hover = headUnder(event);
      gridOverlay.style.cursor = state.hover ? "pointer" : "default";
      const name = state.hover && reading.names[state.hover[0]][state.hover[1]];
      gridOverlay.title = state.hover ? `${headName(state.hover)}${name ? `: ${WORDS[name]}` : ""}` : "";
      drawGridOverlay();
    });
    gridOverlay.addEventListener("pointerleave", () => ((state.hover = null), drawGridOverlay()));
    gridOverlay.addEventListener("click", (event) => {
      const head = headUnder(event);
      if (!head) return;
      const [layer, index] = state.selected;
      if (layer === head[0] && index === head[1]) toggle(head);
      else select(head);
    });
    gridOverlay.addEventListener("focus", drawGridOverlay);
    gridOverlay.addEventListener("blur", drawGridOverlay);
    gridOverlay.addEventListener("keydown", (event) => {
      const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
      const move = moves[event.key];
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (move) {
        const clamp = (v, top) => Math.max(0, Math.min(top - 1, v));
        state.cursor = [clamp(state.cursor[0] + move[0], reading.layers), clamp(state.cursor[1] + move[1], reading.heads)];
        const name = reading.names[state.cursor[0]][state.cursor[1]];
        ui.announce(`${headName(state.cursor)}${name ? `, ${WORDS[name]}` : ""}${isOff(...state.cursor) ? ", switched off" : ""}`);
        drawGridOverlay();
      } else if (event.key === "Enter" || event.key === " ") select(state.cursor);
      else if (event.key === "x" || event.key === "X") toggle(state.cursor);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });

    // ------------------------------------------------------------ one head, large
    let big = { left: 0, size: 0 };
    function drawBig() {
      if (!state.width || !reading.pieces) return;
      const [layer, head] = state.selected;
      const off = isOff(layer, head);
      bigTitle.textContent = `Block ${layer}, head ${head}`;
      bigToggle.textContent = off ? "Switch it on" : "Switch it off";
      bigToggle.setAttribute("aria-label", `${bigToggle.textContent}: ${headName([layer, head])}`);
      bigScores.replaceChildren(
        ...Object.entries(reading.scores).map(([name, table]) => {
          const score = table[layer][head];
          const named = reading.names[layer][head] === name;
          const words = `${WORDS[name]} ${score === null ? "– (no token comes twice)" : percent(score)}`;
          return h("span", { class: named ? "ga-named" : "", text: named ? `✓ ${words}` : words });
        }),
      );
      const labels = time() <= 28;
      const beside = state.width - leftWidth() - 26;
      const column = beside >= 300 ? beside : state.width;
      const edge = labels ? 96 : 8;
      const under = labels ? 84 : 8;
      const size = Math.max(150, Math.min(420, column - edge - 6));
      big = { left: edge, size };
      const ratio = window.devicePixelRatio || 1;
      const context = fit(bigCanvas, edge + size + 4, size + under);
      const side = Math.round(size * ratio);
      const offset = (layer * reading.heads + head) * time() * time();
      context.putImageData(headImage(weights, offset, time(), side, words, future, causal), Math.round(edge * ratio), 0);
      const style = getComputedStyle(root);
      context.strokeStyle = style.getPropertyValue("--g-line");
      context.strokeRect(edge - 0.5, 0.5, size + 1, size - 1);
      if (labels) {
        context.font = `12px ${style.getPropertyValue("--g-mono")}`;
        context.fillStyle = style.getPropertyValue("--g-ink");
        const each = size / time();
        const cut = (piece) => (visible(piece).length > 12 ? `${visible(piece).slice(0, 11)}…` : visible(piece));
        reading.pieces.forEach((piece, i) => {
          context.textAlign = "right";
          context.textBaseline = "middle";
          context.fillText(cut(piece), edge - 6, (i + 0.5) * each);
          context.save();
          context.translate(edge + (i + 0.5) * each, size + 6);
          context.rotate(Math.PI / 2);
          context.textAlign = "left";
          context.fillText(cut(piece), 0, 0);
          context.restore();
        });
      }
      drawBigOverlay();
    }

    function drawBigOverlay(column = null) {
      if (!big.size) return;
      const context = fit(bigOverlay, bigCanvas.clientWidth || 1, bigCanvas.clientHeight || 1);
      const style = getComputedStyle(root);
      const each = big.size / time();
      context.strokeStyle = style.getPropertyValue("--g-accent");
      context.lineWidth = 2;
      context.strokeRect(big.left - 1, query() * each - 0.5, big.size + 2, each + 1);
      if (column !== null) {
        context.strokeStyle = style.getPropertyValue("--g-ink");
        context.strokeRect(big.left + column * each - 0.5, query() * each - 0.5, each + 1, each + 1);
      }
    }
    const cellUnder = (event) => {
      const box = bigOverlay.getBoundingClientRect();
      const column = Math.floor(((event.clientX - box.left - big.left) / big.size) * time());
      const row = Math.floor(((event.clientY - box.top) / big.size) * time());
      return row >= 0 && row < time() && column < time() ? [row, column] : null;
    };
    bigOverlay.addEventListener("pointermove", (event) => {
      const found = cellUnder(event);
      if (!found) return;
      const [row, column] = found;
      state.pointed = row;
      drawLooks(column >= 0 && column <= row ? column : null);
    });
    bigOverlay.addEventListener("pointerleave", () => ((state.pointed = null), drawLooks()));
    bigOverlay.addEventListener("click", (event) => {
      const found = cellUnder(event);
      if (found) lookFrom(found[0]);
    });

    // ------------------------------------------------------------ where a token looks
    function fillStrip() {
      strip.replaceChildren(...reading.pieces.map((piece, i) => {
        const token = h("span", { class: "gptedu-token", text: visible(piece) });
        token.dataset.at = i;
        return token;
      }));
    }
    function drawLooks(column = null) {
      const [layer, head] = state.selected;
      const q = query();
      const row = Array.from({ length: time() }, (_, k) => weightAt(layer, head, q, k));
      const best = row.map((v, k) => [v, k]).filter(([v]) => v >= 13).sort((a, b) => b[0] - a[0]).slice(0, 3).map(([, k]) => k);
      looks.textContent = `Where “${visible(reading.pieces[q])}” looks`;
      [...strip.children].forEach((token, k) => {
        const ahead = causal && k > q;
        const rgb = colours[row[k]];
        token.style.background = ahead ? "transparent" : `rgb(${rgb})`;
        token.style.color = ahead ? "var(--g-faint)" : inkOn(rgb);
        token.classList.toggle("ga-query", k === q);
        token.classList.toggle("ga-pointed", k === column);
        if (best.includes(k) || k === column) token.dataset.share = percent(row[k] / 255);
        else delete token.dataset.share;
      });
      drawBigOverlay(column);
      return best.map((k) => `${visible(reading.pieces[k])} ${percent(row[k] / 255)}`).join(", ");
    }
    strip.addEventListener("pointerover", (event) => {
      if (event.target.dataset.at === undefined) return;
      state.pointed = Number(event.target.dataset.at);
      drawLooks();
    });
    strip.addEventListener("pointerleave", () => ((state.pointed = null), drawLooks()));
    strip.addEventListener("click", (event) => {
      if (event.target.dataset.at !== undefined) lookFrom(Number(event.target.dataset.at));
    });
    strip.addEventListener("keydown", (event) => {
      const to = { ArrowLeft: query() - 1, ArrowRight: query() + 1, Home: 0, End: time() - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      const looked = lookFrom(Math.max(0, Math.min(time() - 1, to)));
      ui.announce(`${visible(reading.pieces[query()])} looks at ${looked}`);
    });

    // ------------------------------------------------------------ what comes next
    function drawAnswer() {
      const answer = model.get("answer");
      const off = answer.heads_off ?? [];
      barsTitle.textContent = off.length ? "The next token, without these heads:" : "The next token";
      barsHint.textContent = off.length ? "Outline: with all heads. Bar: without." : "Switch a head off and see what changes.";
      drawBars(
        bars,
        (answer.rows ?? []).map(([label, before, value]) => (off.length ? { label, before, value } : { label, value })),
        "Probabilities of the next token",
      );
      const chip = ([layer, head]) => h("button", {
        type: "button", text: `${layer}.${head} ×`, "aria-label": `Switch on ${headName([layer, head])}`, onclick: () => toggle([layer, head]),
      });
      offRow.replaceChildren(
        ...off.slice(0, 24).map(chip),
        off.length > 24 ? `and ${off.length - 24} more` : "",
        off.length ? h("button", { type: "button", text: "All on", onclick: () => setOff([]) }) : "",
      );
    }

    // ------------------------------------------------------------ changes
    function readWeights() {
      const began = performance.now();
      reading = model.get("reading");
      const view = model.get("weights");
      weights = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      causal = time() < 2 || [0, 1].every((head) => head >= reading.heads || weightAt(0, head, 0, 1) === 0);
      state.cursor = state.cursor.map((v, i) => Math.min(v, (i ? reading.heads : reading.layers) - 1));
      fillStrip();
      drawGrid();
      drawBig();
      drawLooks();
      root.dataset.drawn = String(performance.now() - began);
    }
    const send = debounce(() => {
      if (text.value === model.get("text")) return;
      lookFrom(-1);
      ui.ask("read", { text: text.value }, { instead: "text" });
    }, 300);
    text.addEventListener("input", send);
    ui.on("text", () => {
      if (text.value !== model.get("text") && document.activeElement !== text) text.value = model.get("text");
    });
    ui.on("reading", readWeights);
    ui.on("answer", drawAnswer);
    ui.shows("heads_off", () => {
      if (ui.held) return;
      state.off = model.get("heads_off");
      drawGrid(), drawBig();
    });
    ui.shows("selected", () => {
      if (ui.held) return;
      state.selected = [...model.get("selected")];
      drawGridOverlay(), drawBig(), drawLooks();
    });
    ui.shows("query", () => {
      if (ui.held) return;
      state.query = model.get("query");
      drawLooks();
    });
    const repaint = () => {
      colours = scaleColours(state.dark);
      words = scaleWords(state.dark);
      future = state.dark ? 0xff332b28 : 0xfff5efee;
      const context = fit(legend, 120, 10);
      for (let i = 0; i < 120; i += 1) {
        context.fillStyle = `rgb(${colours[Math.round((i / 119) * 255)]})`;
        context.fillRect(i, 0, 1.5, 10);
      }
    };
    repaint();
    drawAnswer();
    readWeights();
    ui.onTheme((dark) => {
      state.dark = dark;
      repaint(), drawGrid(), drawBig(), drawLooks();
    });
    ui.onSize((width) => {
      const inner = width - 30;
      if (Math.abs(inner - state.width) < 2) return;
      const first = !state.width;
      const began = performance.now();
      state.width = inner;
      drawGrid(), drawBig();
      if (first) root.dataset.firstDraw = String(performance.now() - began + Number(root.dataset.drawn));
    });
  });
}

export default { render };

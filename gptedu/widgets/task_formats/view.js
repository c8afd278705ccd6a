// TaskFormats: forms on top, rows of tokens below, and the network that reads them. SECOND (roles of
// the second text, which keeps its colour in both orders), SPECIAL and SHADES come from Python.

function render({ model, el }) {
  return mount({ model, el }, "formats", (root, ui) => {
    const forms = model.get("forms");
    let task = model.get("task");
    const tabs = h("div", { class: "gptedu-row", role: "tablist", "aria-label": "Task" });
    const title = h("div", { class: "gptedu-title gf-question" });
    const form = h("div", { class: "gf-form" });
    const say = h("div", { class: "gptedu-hint" });
    const board = h("div", { class: "gf-board" });
    const buttons = {};
    for (const [name, { tab }] of Object.entries(forms)) {
      buttons[name] = h("button", { type: "button", role: "tab", text: tab, onclick: () => choose(name) });
      tabs.append(buttons[name]);
    }
    tabs.addEventListener("keydown", (event) => {
      const names = Object.keys(forms);
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = names[(names.indexOf(task) + step + names.length) % names.length];
      choose(next);
      buttons[next].focus();
      event.preventDefault();
      event.stopPropagation();
    });
    root.append(tabs, title, form, say, board);

    function choose(next) {
      if (next === task) return;
      collect();
      task = next;
      showForm();
      ui.ask("choose", { task }, { instead: "task" });
    }

    // ------------------------------------------------------------ the form
    let inputs = {};
    const collect = () => {
      const own = form.dataset.task;
      const typed = Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, input.value]));
      const known = model.get("fields")[own];
      if (Object.entries(typed).some(([key, value]) => known?.[key] !== value)) ui.ask("write", { task: own, fields: typed }, { instead: own });
    };
    const send = debounce(collect, 120);

    function showForm() {
      for (const [name, button] of Object.entries(buttons)) {
        button.setAttribute("aria-selected", String(name === task));
        button.tabIndex = name === task ? 0 : -1;
      }
      if (form.dataset.task !== task) {
        form.dataset.task = task;
        inputs = {};
        title.textContent = forms[task].title;
        say.textContent = forms[task].say;
        form.replaceChildren(...forms[task].fields.map(([key, label]) => {
          inputs[key] = h("textarea", { rows: key === "text" || key === "context" ? "2" : "1", spellcheck: "false", oninput: send });
          return h("label", { class: "gf-field" }, h("span", { class: "gptedu-label", text: label }), inputs[key]);
        }));
      }
      const typed = model.get("fields")[task] ?? {};
      for (const [key, input] of Object.entries(inputs))
        if (document.activeElement !== input && input.value !== (typed[key] ?? "")) input.value = typed[key] ?? "";
    }

    // ------------------------------------------------------------ the rows
    function vector(name) {
      return h("div", { class: "gf-vector", title: "the representation that is read" },
        h("span", { class: "gf-squares", "aria-hidden": "true" },
          ...SHADES.map((shade) => h("i", { style: { opacity: String(shade) } }))),
        h("b", { text: name }));
    }

    let played = null;
    function showRows() {
      const { task, rows } = model.get("rows");
      const many = rows.length > 1;
      const play = played !== task;
      played = task;
      const arrow = () => h("span", { class: "gf-arrow", "aria-hidden": "true", text: "→" });
      const cells = rows.flatMap((row, number) => {
        const tokens = row.pieces.map((piece, i) => {
          const role = row.roles[i];
          const special = SPECIAL.includes(role);
          const token = h("span", {
            class: special ? `gf-special gf-${role}` : `gptedu-token ${SECOND.includes(role) ? "gf-b" : "gf-a"}`,
            text: special ? piece : visible(piece),
          });
          if (!special && row.roles[i - 1] !== role) token.dataset.role = role;
          if (play) token.style.animationDelay = `${Math.min(i * 22 + number * 120, 900)}ms`;
          return token;
        });
        const line = h("div", { class: "gf-row", "aria-label": `Row ${number + 1}: ${row.pieces.join("")}`, role: "img" }, ...tokens,
          row.cut ? h("span", { class: "gf-cut", text: `${row.cut} tokens did not fit and were cut` }) : null);
        line.style.gridRow = String(number + 1);
        const out = h("div", { class: "gf-out" }, arrow(), vector(many ? `h${number + 1}` : "h"), arrow());
        out.style.gridRow = String(number + 1);
        const into = arrow();
        into.style.gridRow = String(number + 1);
        return [line, into, out];
      });
      const span = `1 / span ${rows.length}`;
      const body = h("div", { class: "gf-body", style: { "grid-row": span } },
        h("b", { text: "body" }), h("span", { text: "the same for all four" }));
      const head = h("div", { class: "gf-head", style: { "grid-row": span } },
        ...forms[task].head.map((words) => h("div", { text: words })),
        h("ul", {}, ...forms[task].labels.map((label) => h("li", { text: label }))));
      board.className = play ? "gf-board gf-play" : "gf-board";
      board.replaceChildren(...cells, body, head);
      const count = rows.reduce((sum, row) => sum + row.pieces.length, 0);
      ui.announce(`${rows.length} ${many ? "rows" : "row"}, ${count} tokens`);
    }

    ui.shows(["task", "fields"], () => {
      if (ui.held) return;
      task = model.get("task");
      showForm();
    });
    ui.on("rows", showRows);
    showForm();
    showRows();
  });
}

export default { render };

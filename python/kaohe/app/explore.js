// The component: what a result shows under changes. It lays out and sends; every number comes from the core, written
// as people read it. Names are set as text; only what the core's own renderers lay out is taken as HTML.

const QUESTIONS = ["edit", "gaps", "bridge", "next", "needed", "sure", "explain"];
const ON_REQUEST = new Set(["needed", "sure"]);
const PAUSE = 250; // ms without a change before answers are asked again

// JupyterLab takes the keys of what is not text, arrows on a slider too, unless the element itself says otherwise.
const KEYED = new Set(["button", "input", "select", "summary"]);

/** Makes an element: attributes, listeners (`onclick`), texts and elements within. */
function h(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  if (KEYED.has(name)) made.setAttribute("data-lm-suppress-shortcuts", "true");
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key in made && typeof value === "boolean") made[key] = value;
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value);
  }
  made.append(...inside.filter((x) => x !== null && x !== undefined));
  return made;
}

/** Runs one at a time; what is asked meanwhile runs once afterwards, so that the last state wins. */
function latest(run) {
  let busy = false;
  let again = false;
  return async () => {
    again = true;
    if (busy) return;
    busy = true;
    try {
      while (again) {
        again = false;
        await run();
      }
    } finally {
      busy = false;
    }
  };
}

const tone = (text) => (text.startsWith("+") ? "up" : text.startsWith("−") ? "down" : "");

class Explorer {
  constructor(root, ask, store) {
    Object.assign(this, { root, ask, store, first: 0, find: "", answers: {}, goal: {} });
    this.state = store.read();
    this.refresh = latest(() => this.view());
    this.answer = latest(() => this.answerAll());
    store.heard(() => {
      const state = store.read();
      if (JSON.stringify(state) === JSON.stringify(this.state)) return;
      this.state = state;
      this.begin();
    });
  }

  /** Asks; what goes wrong on the way is an answer, too. */
  async asked(message) {
    try {
      return await this.ask({ ...message, state: this.state });
    } catch (error) {
      const words = this.start?.words;
      return { error: (error.failed ? words?.failed : words?.ended) ?? String(error.message ?? error) };
    }
  }

  /** Lays the page out in the language of the state. */
  async begin() {
    const start = await this.asked({ ask: "start" });
    if (start.error) {
      const undo = h("button", { type: "button", onclick: () => ((this.state = {}), this.keep(), this.begin()) }, "↺");
      this.root.replaceChildren(h("div", { class: "kaohe-x" }, h("p", { role: "alert", class: "wrong" }, start.error), undo));
      return;
    }
    this.start = start;
    this.answers = {};
    const box = h("div", { class: "kaohe-x", lang: start.lang === "zh" ? "zh-CN" : "en" });
    this.alert = h("p", { role: "alert", class: "wrong", hidden: true });
    this.changes = h("ul", { class: "changes" });
    this.body = h("tbody");
    const columns = h("div", { class: "columns" }, this.controls(), this.ranking(), this.reasons());
    box.append(this.head(), this.alert, this.changes, columns);
    this.root.replaceChildren(box);
    await this.refresh();
  }

  keep() {
    this.store.write(this.state);
  }

  /** Changes the state and shows it. */
  change(change) {
    change(this.state);
    for (const key of ["weights", "data", "out"]) {
      const part = this.state[key];
      if (part && !Object.keys(part).length) delete this.state[key];
    }
    this.keep();
    this.refresh();
  }

  /* The head: what it is, what is shown, and what can be done with it. */

  head() {
    const { words: w, title, about, periods } = this.start;
    const period = h("select", { onchange: (e) => this.change((s) => (s.period = e.target.value)) });
    period.append(...periods.map(([id, label]) => h("option", { value: id }, label)));
    this.period = period;
    const other = this.start.lang === "zh" ? "en" : "zh";
    const tools = h(
      "div",
      { class: "tools" },
      periods.length ? h("label", {}, w.period, period) : null,
      h("label", {}, w.entity, this.chooser()),
      h("button", { type: "button", class: "reset", onclick: () => this.reset() }, w.reset),
      this.store.link ? h("button", { type: "button", onclick: (e) => this.copy(e.target) }, w.link) : null,
      this.savings(),
      h(
        "button",
        { type: "button", lang: other === "zh" ? "zh-CN" : "en", onclick: () => ((this.state.lang = other), this.keep(), this.begin()) },
        w.other,
      ),
    );
    return h("header", {}, h("div", {}, h("h1", {}, title), h("p", { class: "about" }, about)), tools);
  }

  chooser() {
    const { entities } = this.start;
    const choose = (e) => this.change((s) => (e.target.value ? (s.entity = e.target.value) : delete s.entity));
    this.entity = entities
      ? h("select", { onchange: choose }, h("option", { value: "" }, "—"), ...entities.map((name) => h("option", { value: name }, name)))
      : h("input", { onchange: choose });
    return this.entity;
  }

  reset() {
    this.change((s) => ["weights", "data", "out"].forEach((key) => delete s[key]));
  }

  async copy(button) {
    const link = this.store.link(this.state);
    try {
      await navigator.clipboard.writeText(link);
      button.textContent = this.start.words.copied;
      setTimeout(() => (button.textContent = this.start.words.link), 1500);
    } catch {
      prompt(this.start.words.link, link);
    }
  }

  savings() {
    const { words: w } = this.start;
    const save = async (what) => {
      const file = await this.asked({ ask: "save", what });
      this.wrong(file.error);
      if (file.error) return;
      const url = URL.createObjectURL(new Blob([file.text], { type: `${file.kind};charset=utf-8` }));
      h("a", { href: url, download: file.name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      menu.open = false;
    };
    const item = (what) => h("button", { type: "button", onclick: () => save(what) }, w[`save_${what}`]);
    const menu = h("details", { class: "menu" }, h("summary", {}, w.save), h("div", {}, ...["report", "ranking", "data", "scheme"].map(item)));
    menu.addEventListener("keydown", (e) => e.key === "Escape" && (menu.open = false));
    menu.addEventListener("focusout", (e) => menu.contains(e.relatedTarget) || e.relatedTarget === null || (menu.open = false));
    return menu;
  }

  wrong(error) {
    this.alert.hidden = !error;
    this.alert.textContent = error ?? "";
  }

  /* The controls: a weight a node, a number a variable. */

  controls() {
    const { words: w } = this.start;
    this.nodes = this.start.nodes.map((node) => this.node(node));
    this.data = this.start.variables.map((variable) => this.datum(variable));
    this.whose = h("h2", {}, w.data);
    this.hint = h("p", { class: "hint" });
    this.form = h("div", { class: "data" }, ...this.data.map((d) => d.row));
    return h("section", { class: "controls" }, h("h2", {}, w.weights), ...this.nodes.map((n) => n.row), this.whose, this.hint, this.form);
  }

  node(node) {
    const { words: w, part_nodes: parts, colours } = this.start;
    const set = (typed) =>
      this.change((s) => {
        s.weights = { ...s.weights };
        if (typed === "" || typed === node.weight) delete s.weights[node.id];
        else s.weights[node.id] = typed;
      });
    const counts = h("input", {
      type: "checkbox",
      "aria-label": `${node.title}: ${w.counts}`,
      title: w.counts,
      onchange: (e) =>
        this.change((s) => {
          const out = new Set(s.out);
          e.target.checked ? out.delete(node.id) : out.add(node.id);
          s.out = [...out].sort();
        }),
    });
    const name = `${node.title}: ${w.weight}`;
    const slider = h("input", { type: "range", min: 0, max: node.most, step: node.step, "aria-label": name, "data-node": node.id });
    slider.addEventListener("input", () => set(slider.value));
    const typed = h("input", { inputmode: "decimal", "aria-label": name, class: "n", size: 5, onchange: (e) => set(e.target.value.trim()) });
    const [share, points, moved] = ["share", "points", "moved"].map((c) => h("span", { class: c }));
    const part = parts.indexOf(node.id);
    const swatch = h("i", { class: "swatch", "aria-hidden": "true" });
    if (part >= 0) swatch.style.background = colours[part % colours.length];
    const computed = node.computed ? h("span", { class: "hint" }, w.computed) : null;
    const row = h(
      "div",
      { class: "node" },
      h("div", { class: "line" }, h("label", {}, counts, part >= 0 ? swatch : null, h("span", { class: "title" }, node.title)), points, moved),
      h("div", { class: "line" }, node.computed ? computed : slider, typed, share),
    );
    row.style.marginInlineStart = `${1.2 * node.depth}em`;
    if (!node.depth) row.classList.add("top");
    return { node, row, counts, slider, typed, share, points, moved };
  }

  datum(variable) {
    let waiting = 0;
    const set = (typed) => {
      clearTimeout(waiting);
      const { entity, shown } = this;
      if (!this.state.entity) return;
      this.change((s) => {
        const rest = (s.data ?? []).filter(([e, p, v]) => !(e === this.state.entity && p === shown && v === variable.id));
        s.data = typed === "" ? rest : [...rest, [entity.value, shown, variable.id, typed]];
      });
    };
    const input = h("input", { inputmode: "decimal", autocomplete: "off", class: "n", "data-variable": variable.id });
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      // A number that is still being typed ("12." or "1e") is asked of once it rests.
      waiting = setTimeout(() => set(input.value.trim()), 350);
    });
    input.addEventListener("change", () => set(input.value.trim()));
    const was = h("span", { class: "was" });
    const row = h("label", { class: "datum" }, h("span", { class: "title" }, variable.title), input, h("span", { class: "unit" }, variable.unit), was);
    return { row, input, was };
  }

  /* The ranking. */

  ranking() {
    const { words: w, heads, parts, colours } = this.start;
    const head = (text, kind) => h("th", { class: kind ?? null, scope: "col" }, text);
    this.headRow = h(
      "tr",
      {},
      head(heads.rank, "n"),
      head(heads.entity),
      head(heads.class ?? "", "class"),
      head("", "bars"),
      head(heads.total, "n"),
      head("Δ", "n edited"),
      head(heads.rank_change, "n"),
      head(heads.grade ?? "", "grade"),
    );
    this.headRow.querySelector(".edited").title = w.moved;
    const legend = h(
      "ul",
      { class: "legend" },
      ...parts.map((title, k) => {
        const swatch = h("i", { class: "swatch" });
        swatch.style.background = colours[k % colours.length];
        return h("li", {}, swatch, title);
      }),
    );
    this.table = h("table", {}, h("thead", {}, this.headRow), this.body);
    const turn = (by) => () => ((this.first = by(this.first)), this.refresh());
    this.pages = h(
      "nav",
      { class: "pages", hidden: true },
      h("input", { type: "search", placeholder: w.find, "aria-label": w.find, oninput: (e) => ((this.find = e.target.value), (this.first = 0), this.refresh()) }),
      h("button", { type: "button", class: "earlier", onclick: turn((k) => Math.max(0, k - this.page)) }, w.earlier),
      h("span", { class: "at" }),
      h("button", { type: "button", class: "later", onclick: turn((k) => k + this.page) }, w.later),
      h("button", { type: "button", onclick: turn(() => "chosen") }, w.go),
    );
    this.when = h("h2", {}, w.ranking);
    return h("section", { class: "ranking" }, this.when, legend, this.pages, h("div", { class: "scroll" }, this.table));
  }

  row([name, kind, rank, change, total, moved, climbed, grade, bar], most) {
    const { parts, colours } = this.start;
    const bars = h("div", { class: "bar", role: "img", "aria-label": bar.map((p, k) => (p ? `${parts[k]} ${p[1]}` : "")).filter(Boolean).join(", ") });
    bar.forEach((part, k) => {
      if (!part || part[0] <= 0 || most <= 0) return;
      const piece = h("span", { title: `${parts[k]} ${part[1]}` });
      piece.style.width = `${(100 * part[0]) / most}%`;
      piece.style.background = colours[k % colours.length];
      bars.append(piece);
    });
    const choose = h("button", { type: "button", class: "name", "data-entity": name, onclick: () => this.change((s) => (s.entity = name)) }, name);
    const edited = h("td", { class: "n edited" }, h("span", { class: tone(moved) }, moved), climbed ? h("b", { class: tone(climbed) }, climbed.replace(/^\+/, "↑").replace(/^−/, "↓")) : "");
    const cells = [
      h("td", { class: "n" }, rank),
      h("th", { scope: "row" }, choose),
      h("td", { class: "class" }, kind ?? ""),
      h("td", { class: "bars" }, bars),
      h("td", { class: "n total" }, total),
      edited,
      h("td", { class: `n ${tone(change)}` }, change),
      h("td", { class: "grade" }, grade ?? ""),
    ];
    return h("tr", { class: name === this.state.entity ? "chosen" : null, "aria-current": name === this.state.entity ? "true" : null }, ...cells);
  }

  /* What moves. */

  async view() {
    const asked = JSON.stringify(this.state);
    this.root.firstElementChild.setAttribute("aria-busy", "true");
    const seen = await this.asked({ ask: "view", from: this.first, find: this.find });
    this.root.firstElementChild.setAttribute("aria-busy", "false");
    this.wrong(seen.error);
    this.root.firstElementChild.classList.toggle("old", Boolean(seen.error));
    if (seen.error) return;
    this.show(seen);
    if (asked !== JSON.stringify(this.state)) return;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.answer(), PAUSE);
  }

  show(seen) {
    const { words: w, periods } = this.start;
    const state = this.state;
    this.shown = seen.period;
    this.page = seen.page;
    this.first = seen.from;
    if (seen.period !== null) this.period.value = seen.period;
    this.entity.value = state.entity ?? "";
    const label = periods.find(([id]) => id === seen.period)?.[1];
    this.when.textContent = [label, w.ranking].filter(Boolean).join(" ");
    const focus = this.root.getRootNode().activeElement?.dataset?.entity;
    this.body.replaceChildren(...seen.rows.map((row) => this.row(row, seen.most)));
    if (!seen.rows.length) this.body.append(h("tr", {}, h("td", { colspan: 8 }, w.none_found)));
    if (focus) [...this.body.querySelectorAll("button.name")].find((b) => b.dataset.entity === focus)?.focus();
    this.table.classList.toggle("is-edited", seen.edited);
    this.table.classList.toggle("is-graded", seen.rows.some((r) => r[7]));
    this.table.classList.toggle("is-classed", seen.rows.some((r) => r[1]));
    this.pages.hidden = seen.count <= seen.page;
    this.pages.querySelector(".at").textContent = seen.found ? `${seen.from + 1}–${seen.from + seen.rows.length} / ${seen.found}` : "0";
    this.pages.querySelector(".earlier").disabled = seen.from === 0;
    this.pages.querySelector(".later").disabled = seen.from + seen.rows.length >= seen.found;
    this.showControls(seen, label);
    this.showChanges(seen);
    this.name.textContent = state.entity ?? w.answers;
    this.line.textContent = state.entity ? [label, seen.line || w.no_row].filter(Boolean).join(" · ") : w.choose;
    this.sections.hidden = !state.entity || !seen.line;
    this.byQuestion.edit.section.hidden = !seen.edited;
    this.byQuestion.bridge.section.hidden = !periods.length || seen.period === periods[0][0];
  }

  showControls(seen, label) {
    const { words: w } = this.start;
    const active = this.root.getRootNode().activeElement;
    const out = new Set(this.state.out);
    this.nodes.forEach((n, k) => {
      const [weight, share, points, moved, byClass] = seen.nodes[k];
      const own = this.state.weights?.[n.node.id];
      const isOut = out.has(n.node.id);
      n.counts.checked = !isOut;
      n.row.classList.toggle("is-out", isOut);
      n.slider.disabled = n.typed.disabled = n.node.computed || isOut || byClass;
      n.slider.title = byClass ? w.by_class : "";
      const value = n.node.computed || byClass ? weight : (own ?? n.node.weight);
      n.slider.max = Math.max(n.node.most, Number(value) || 0);
      if (active !== n.slider) n.slider.value = value;
      if (active !== n.typed) n.typed.value = value;
      n.row.classList.toggle("is-changed", own !== undefined && !isOut);
      n.share.textContent = isOut ? "" : share;
      n.share.title = w.share;
      n.points.textContent = points;
      n.points.title = w.points;
      n.moved.textContent = moved;
      n.moved.className = `moved ${tone(moved)}`;
    });
    const { entity } = this.state;
    this.whose.textContent = entity ? [entity, label, w.data].filter(Boolean).join(" ") : w.data;
    this.hint.textContent = entity ? (seen.data.length ? w.data_hint : w.no_row) : w.choose;
    this.form.hidden = !seen.data.length;
    this.data.forEach((d, k) => {
      const [now, was] = seen.data[k] ?? ["", ""];
      if (active !== d.input) d.input.value = now;
      d.input.placeholder = w.missing;
      d.was.textContent = was ? `${w.was} ${was}` : "";
      d.row.classList.toggle("is-changed", Boolean(was));
    });
  }

  showChanges(seen) {
    const { words: w } = this.start;
    const undo = ([part, key]) =>
      this.change((s) => {
        if (part === "weights") delete s.weights[key];
        else if (part === "out") s.out = s.out.filter((node) => node !== key);
        else s.data = s.data.filter((_, place) => place !== key);
      });
    this.changes.replaceChildren(
      ...seen.changes.map(([what, said]) =>
        h("li", {}, said, h("button", { type: "button", "aria-label": `${w.undo}: ${said}`, title: w.undo, onclick: () => undo(what) }, "×")),
      ),
    );
  }

  /* The reasons: what the core answers about the entity. */

  reasons() {
    const { words: w } = this.start;
    this.name = h("h2", {}, w.answers);
    this.line = h("p", { class: "first" });
    this.byQuestion = {};
    const open = new Set(this.state.open ?? ["edit", "gaps"]);
    this.sections = h("div", { hidden: true }, ...QUESTIONS.map((of) => this.question(of, open.has(of))));
    return h("section", { class: "reasons" }, this.name, this.line, this.sections);
  }

  question(of, isOpen) {
    const { words: w } = this.start;
    const answer = h("div", { class: "answer" });
    const made = { of, answer };
    const inside = [answer];
    if (of === "needed") {
      const what = h("select", {}, ...this.start.indicators.map(([id, title]) => h("option", { value: id }, title)));
      const goal = h("input", { inputmode: "numeric", class: "n", size: 4, value: "1" });
      made.parts = () => ({ what: what.value, goal: goal.value });
      const run = h("button", { type: "button", onclick: () => this.request(made) }, w.compute);
      inside.unshift(h("div", { class: "ask" }, h("label", {}, w.indicator, what), h("label", {}, w.goal, goal), run));
    } else if (ON_REQUEST.has(of)) {
      inside.unshift(h("div", { class: "ask" }, h("button", { type: "button", onclick: () => this.request(made) }, w.compute)));
    }
    made.section = h("details", { class: "question", "data-of": of, open: isOpen }, h("summary", {}, w[of]), ...inside);
    made.section.addEventListener("toggle", () => {
      this.state.open = QUESTIONS.filter((q) => this.byQuestion[q].section.open);
      this.keep();
      this.answer();
    });
    this.byQuestion[of] = made;
    return made.section;
  }

  /** The state as far as answers depend on it. */
  key() {
    const { open, ...rest } = this.state;
    return JSON.stringify([rest, this.shown]);
  }

  async answerAll() {
    const key = this.key();
    for (const made of Object.values(this.byQuestion)) {
      if (ON_REQUEST.has(made.of)) {
        made.answer.classList.toggle("stale", Boolean(made.key) && made.key !== key);
        made.answer.dataset.stale = this.start.words.stale;
      } else if (made.section.open && !made.section.hidden && !this.sections.hidden && made.key !== key) {
        await this.request(made);
        if (key !== this.key()) return;
      }
    }
  }

  async request(made) {
    const key = this.key();
    const waiting = setTimeout(() => made.answer.replaceChildren(h("p", { class: "hint" }, this.start.words.working)), 400);
    const reply = await this.asked({ ask: "answer", of: made.of, ...made.parts?.() });
    clearTimeout(waiting);
    made.key = key;
    made.answer.classList.remove("stale");
    if (reply.error) {
      made.answer.replaceChildren(h("p", { class: "wrong" }, reply.error));
      return;
    }
    made.answer.innerHTML = reply.html; // laid out and escaped by the core
    if (reply.figure) {
      // As a picture nothing in it can run.
      const picture = h("img", { alt: this.start.words[made.of], src: "data:image/svg+xml;charset=utf-8," + encodeURIComponent(reply.figure) });
      made.answer.prepend(h("figure", {}, picture));
    }
  }
}

/** Shows the component in an element: `ask` answers a message, `store` keeps the state. */
export function mount(root, ask, store) {
  const explorer = new Explorer(root, ask, store);
  explorer.begin();
  return explorer;
}

/** The widget (anywidget): messages over the model, the state in a trait. */
function render({ model, el }) {
  const waiting = new Map();
  let count = 0;
  const heard = (message) => {
    waiting.get(message?.id)?.(message.reply);
    waiting.delete(message?.id);
  };
  const own = `${Math.random()}`; // the same model may be shown twice
  model.on("msg:custom", heard);
  const ask = (message) =>
    new Promise((resolve) => {
      const id = `${own}-${count++}`;
      waiting.set(id, resolve);
      model.send({ id, message });
    });
  let changed = () => {};
  const told = () => changed();
  model.on("change:state", told);
  mount(el, ask, {
    read: () => JSON.parse(JSON.stringify(model.get("state") ?? {})),
    write: (state) => {
      model.set("state", JSON.parse(JSON.stringify(state)));
      model.save_changes();
    },
    heard: (then) => (changed = then),
  });
  return () => {
    model.off("msg:custom", heard);
    model.off("change:state", told);
  };
}

export default { render };

// A slider for each number of the code, and what the decoder makes of them.

/** Sliders that are shown at first: those of the units that vary most. */
const FIRST_SLIDERS = 48;

const sliders = {
  code: null,
  areAllShown: false,
  inputs: [],

  /** The units in the order in which sliders are shown. */
  units() {
    const { live, ranges } = state.model;
    const all = ranges.map((_, at) => at);
    if (this.areAllShown || all.length <= FIRST_SLIDERS) return all;
    const spread = (at) => (live[at] ? ranges[at][1] - ranges[at][0] : -1);
    const widest = all.sort((a, b) => spread(b) - spread(a)).slice(0, FIRST_SLIDERS);
    return widest.sort((a, b) => a - b);
  },

  build() {
    const { model } = state;
    const units = this.units();
    this.inputs = units.map((at) => {
      const input = make("input", { type: "range", step: "any", id: `unit-${at}`, disabled: !model.live[at] });
      const output = make("output", { htmlFor: input.id });
      input.addEventListener("input", () => {
        this.code[at] = Number(input.value);
        output.textContent = this.code[at].toFixed(2);
        this.show();
      });
      return { at, input, output };
    });
    const rows = this.inputs.map(({ at, input, output }) => {
      const name = `unit ${model.units[at]}` + (model.live[at] ? "" : ", dead");
      const label = make("label", { htmlFor: input.id, textContent: name });
      return make("div", { className: model.live[at] ? "unit" : "unit dead" }, label, input, output);
    });
    byId("sliders").replaceChildren(...rows);
    byId("sliders").classList.toggle("few", rows.length <= 16);
    byId("sliders").classList.toggle("one-column", rows.length <= 10);
    const hidden = model.ranges.length - units.length;
    byId("more-units").hidden = hidden === 0;
    byId("more-units").textContent = `Show ${hidden} more units`;
    const live = model.live.filter(Boolean).length;
    const left = model.codeSize - model.units.length;
    byId("code-note").textContent =
      (live === model.codeSize
        ? `All ${live} units are live.`
        : `${live} of ${model.codeSize} units are live: the others give one number for every test image.`) +
      (left ? ` ${left} dead units are not in this page.` : "") +
      (model.needsPlaces
        ? " Unpooling puts numbers where the image's maxima were, so the image shows through any code."
        : "");
  },

  /** Sets the code, and the sliders to it; their ranges reach as far as the code. */
  set(code) {
    this.code = Float32Array.from(code);
    for (const { at, input, output } of this.inputs) {
      const [low, high] = state.model.ranges[at];
      input.min = Math.min(low, code[at]);
      input.max = Math.max(high, code[at]);
      input.value = code[at];
      output.textContent = code[at].toFixed(2);
    }
    this.show();
  },

  show() {
    const { model, image, pools } = state;
    const decoded = model.decode(this.code, pools);
    const text = describeError(model, squaredError(image, decoded));
    paint(byId("code-picture"), decoded, model.images.shape, `the decoded code: ${text}`);
    byId("code-error").textContent = `Against ${model.images.nameOf(state.index).toLowerCase()}: ${text}.`;
  },
};

byId("code-reset").addEventListener("click", () => sliders.set(state.code));
byId("code-mean").addEventListener("click", () => sliders.set(state.model.ranges.map((r) => r[2])));
byId("more-units").addEventListener("click", () => {
  sliders.areAllShown = true;
  sliders.build();
  sliders.set(sliders.code);
});

let slidersOf = null;
onChange(() => {
  if (slidersOf !== state.model) {
    slidersOf = state.model;
    sliders.areAllShown = false;
    sliders.build();
  }
  sliders.set(state.code);
});

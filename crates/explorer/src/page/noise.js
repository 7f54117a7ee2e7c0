// Gaussian noise on the input and on the code, with the levels of the assignment.

/** Repeatable numbers of N(0, 1): mulberry32, then Box and Muller (1958). */
function normals(seed) {
  const uniform = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

const noise = {
  seed: 1,
  levels: { input: RUN.inputNoise[0], code: RUN.codeNoise[0] },

  add(values, level) {
    const draw = normals(this.seed);
    return values.map((value) => value + level * draw());
  },

  show() {
    const { model, image, code, pools } = state;
    const { shape } = model.images;
    const noisy = this.add(image, this.levels.input);
    const ofNoisy = model.reconstruct(noisy);
    const ofNoisyCode = model.decode(this.add(code, this.levels.code), pools);
    const texts = [ofNoisy, ofNoisyCode].map((of) => describeError(model, squaredError(image, of)));
    paint(byId("noisy-input"), noisy, shape, `the image with noise ${this.levels.input}`);
    paint(byId("of-noisy-input"), ofNoisy, shape, `what the model makes of it: ${texts[0]}`);
    paint(byId("of-noisy-code"), ofNoisyCode, shape, `the code with noise ${this.levels.code}, decoded: ${texts[1]}`);
    byId("input-noise-error").textContent = `Against the clean image: ${texts[0]}.`;
    byId("code-noise-error").textContent = `Against the clean image: ${texts[1]}.`;
  },
};

/** Radio buttons of the levels of one kind of noise. */
function makeLevels(kind, levels) {
  const choices = levels.map((level, at) => {
    const input = make("input", { type: "radio", name: `${kind}-noise`, value: level, checked: at === 0 });
    input.addEventListener("change", () => {
      noise.levels[kind] = level;
      noise.show();
    });
    return make("label", { className: "level" }, input, make("span", { textContent: String(level) }));
  });
  byId(`${kind}-levels`).append(...choices);
}

makeLevels("input", RUN.inputNoise);
makeLevels("code", RUN.codeNoise);
byId("noise-again").addEventListener("click", () => {
  noise.seed += 1;
  noise.show();
});
onChange(() => noise.show());

// The map: a point for each test image, and the image under the pointer with its reconstruction.

/** Colors of ten classes, in the light and in the dark theme. */
const COLORS = [
  ["#1f6fd0", "#6cb2ff"],
  ["#c2570c", "#ff9d4d"],
  ["#15803d", "#4ade80"],
  ["#c81e3a", "#ff7b8a"],
  ["#7c3aed", "#b794ff"],
  ["#7a4a2b", "#d3a27f"],
  ["#be2a8b", "#ff86d0"],
  ["#4b5563", "#b6c0cf"],
  ["#6f7300", "#d3d94a"],
  ["#0b7d8c", "#3ed3e6"],
];
const dark = matchMedia("(prefers-color-scheme: dark)");
const GRAY = COLORS[7];
/** Of more than ten classes the hues are equally far apart, and neighbors differ in lightness. */
function colorOf(label, count) {
  const theme = dark.matches ? 1 : 0;
  if (label === undefined) return GRAY[theme];
  if (count <= COLORS.length) return COLORS[label][theme];
  const lightness = [[18, 22, 26], [72, 79, 86]][theme][label % 3];
  return `hsl(${(360 * label) / count} 80% ${lightness}%)`;
}
const MARGIN = 16;
/** So few points are drawn as their images, so wide and high in CSS pixels. */
const FEW = 24;
const THUMBNAIL = 36;
/** The most classes that have a button. */
const MAX_CLASSES = 64;

const map = {
  canvas: byId("map"),
  /** Class that is highlighted, or null. */
  highlighted: null,
  hovered: null,
  /** Where points are, in CSS pixels. */
  places: [],

  /** The places of the points of all images, from the model's projection. */
  layOut() {
    const { model } = state;
    const all = Array.from({ length: model.images.count }, (_, index) => model.point(index));
    const { width, height } = this.canvas.getBoundingClientRect();
    const along = (axis, length) => {
      const values = all.map((point) => point[axis]);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const margin = all.length <= FEW ? MARGIN + THUMBNAIL / 2 : MARGIN;
      const scale = high > low ? (length - 2 * margin) / (high - low) : 0;
      return values.map((v) => (scale ? margin + (v - low) * scale : length / 2));
    };
    const [xs, ys] = [along(0, width), along(1, height)];
    this.places = xs.map((x, at) => [x, height - ys[at]]);
  },

  draw() {
    const { canvas } = this;
    const { width, height } = canvas.getBoundingClientRect();
    const ratio = devicePixelRatio || 1;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    this.layOut();
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.imageSmoothingEnabled = false;
    context.font = "600 11px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    const { images } = state.model;
    const hasLetters = images.classes.every((name) => name.length === 1);
    const few = this.places.length <= FEW ? makePicture() : null;
    this.places.forEach(([x, y], index) => {
      if (few) {
        paint(few, images.image(index), images.shape);
        const scale = THUMBNAIL / Math.max(few.width, few.height);
        const [width, height] = [scale * few.width, scale * few.height];
        context.drawImage(few, x - width / 2, y - height / 2, width, height);
        return;
      }
      const label = images.first.rows ? images.labels[index] : undefined;
      context.globalAlpha = this.highlighted === null || label === this.highlighted ? 0.85 : 0.08;
      context.fillStyle = colorOf(label, images.classes.length);
      if (label !== undefined && hasLetters) {
        context.fillText(images.classes[label], x, y);
      } else {
        context.beginPath();
        context.arc(x, y, 3, 0, 2 * Math.PI);
        context.fill();
      }
    });
    context.globalAlpha = 1;
    const ink = getComputedStyle(canvas).color;
    for (const [index, size] of few ? [[state.index, 28], [this.hovered, 26]] : [[state.index, 11], [this.hovered, 9]]) {
      if (index === null || !this.places[index]) continue;
      const [x, y] = this.places[index];
      context.strokeStyle = ink;
      context.lineWidth = index === state.index ? 2.5 : 1.5;
      context.beginPath();
      context.arc(x, y, size, 0, 2 * Math.PI);
      context.stroke();
    }
  },

  /** The image whose point is nearest to a pointer event. */
  nearest({ clientX, clientY }) {
    const { left, top } = this.canvas.getBoundingClientRect();
    const distances = this.places.map(([x, y]) => (x - clientX + left) ** 2 + (y - clientY + top) ** 2);
    return distances.indexOf(Math.min(...distances));
  },

  /** The image whose point is next in a direction: near, and not far aside. */
  next(dx, dy) {
    const [x, y] = this.places[state.index];
    const costs = this.places.map(([px, py], index) => {
      const ahead = (px - x) * dx + (py - y) * dy;
      const aside = Math.abs((px - x) * dy - (py - y) * dx);
      return index === state.index || ahead <= 0.5 || aside > 2 * ahead ? Infinity : ahead + 2 * aside;
    });
    const least = Math.min(...costs);
    return least === Infinity ? state.index : costs.indexOf(least);
  },

  /** Shows an image beside the map. */
  show(index) {
    const { model } = state;
    const { shape } = model.images;
    const image = model.images.image(index);
    const reconstruction = model.reconstruct(image);
    const error = squaredError(image, reconstruction);
    const name = model.images.nameOf(index);
    const text = describeError(model, error);
    paint(byId("map-image"), image, shape, name);
    paint(byId("map-reconstruction"), reconstruction, shape, `its reconstruction by ${model.id}`);
    paintDifference(byId("map-difference"), image, reconstruction, shape, `their difference: ${text}`);
    byId("map-name").textContent = name;
    byId("map-error").textContent = `${capitalized(text)}.`;
    byId("map-meter").value = model.rank(error);
  },
};

map.canvas.addEventListener("pointermove", (event) => {
  if (event.pointerType === "touch") return;
  const index = map.nearest(event);
  if (index === map.hovered) return;
  map.hovered = index;
  map.draw();
  map.show(index);
});
map.canvas.addEventListener("pointerleave", () => {
  map.hovered = null;
  map.draw();
  map.show(state.index);
});
map.canvas.addEventListener("click", (event) => chooseImage(map.nearest(event)));

const STEPS = {
  ArrowLeft: () => map.next(-1, 0),
  ArrowRight: () => map.next(1, 0),
  ArrowUp: () => map.next(0, -1),
  ArrowDown: () => map.next(0, 1),
  PageUp: () => state.index - 1,
  PageDown: () => state.index + 1,
  Home: () => 0,
  End: () => Infinity,
};
map.canvas.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  map.hovered = null;
  chooseImage(step());
});
byId("map-index").addEventListener("change", (event) => {
  chooseImage(Math.round(Number(event.target.value)) || 0);
});

/** Buttons that highlight a class. */
function makeLegend() {
  const { images } = state.model;
  const names = images.first.rows && images.labels.length ? images.classes : [];
  const buttons = names.slice(0, MAX_CLASSES).map((name, label) => {
    const button = make("button", { type: "button", className: "class", textContent: name });
    button.style.setProperty("--color", colorOf(label, names.length));
    button.setAttribute("aria-pressed", String(map.highlighted === label));
    button.setAttribute("aria-label", `highlight class ${name}`);
    button.addEventListener("click", () => {
      map.highlighted = map.highlighted === label ? null : label;
      const pressed = () => Array.from(byId("legend").children);
      pressed().forEach((b, at) => b.setAttribute("aria-pressed", String(map.highlighted === at)));
      map.draw();
    });
    return button;
  });
  byId("legend").replaceChildren(...buttons);
}

onChange((isOtherSet) => {
  const { model, index } = state;
  if (isOtherSet) {
    map.highlighted = null;
    makeLegend();
  }
  byId("map-index").max = model.images.count - 1;
  byId("map-index").value = index;
  const isPoint = model.live.every((live) => !live);
  byId("map-share").textContent = isPoint
    ? "Every code is the same: this model tells no image from another."
    : `The two directions show ${Math.round(100 * model.share)} % of the variance of the codes.`;
  map.draw();
  map.show(index);
});
dark.addEventListener("change", () => {
  makeLegend();
  map.draw();
});
new ResizeObserver(() => state.model && state.image && map.draw()).observe(map.canvas);

// A sheet to draw on, and what every model makes of the drawing.

const drawing = {
  sheet: byId("sheet"),
  /** Gray values of 0-1, `[rows, columns]`. */
  ink: null,
  shape: [1, 28, 28],
  /** The keyboard's pen. */
  pen: { x: 14, y: 14, isDown: false },
  cards: [],
  isScheduled: false,
  /** Whether the sheet shows an image of the set, which the first stroke removes. */
  isExample: false,

  begin(shape) {
    this.isExample = false;
    this.shape = shape;
    this.ink = new Float32Array(shape[1] * shape[2]);
    this.pen = { x: shape[2] / 2, y: shape[1] / 2, isDown: false };
  },

  setPen(isDown) {
    this.pen.isDown = isDown;
    byId("pen").textContent = isDown ? "The pen is down." : "The pen is up.";
  },

  /** Puts the image of the map on the sheet. */
  showExample() {
    const [channels, rows, columns] = this.shape;
    this.isExample = true;
    this.ink = this.ink.map((_, at) => {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) {
        sum += state.image[channel * rows * columns + at];
      }
      return sum / channels;
    });
  },

  /** A stroke from one place to another, in pixels of the image. */
  stroke(fromX, fromY, toX, toY) {
    if (this.isExample) {
      this.isExample = false;
      this.ink.fill(0);
    }
    const [, rows, columns] = this.shape;
    const radius = Math.max(1, Math.min(rows, columns) / 25);
    const steps = Math.ceil(Math.hypot(toX - fromX, toY - fromY) * 2) + 1;
    for (let step = 0; step <= steps; step++) {
      const x = fromX + ((toX - fromX) * step) / steps;
      const y = fromY + ((toY - fromY) * step) / steps;
      for (let row = Math.max(0, Math.floor(y - radius - 1)); row < Math.min(rows, y + radius + 1); row++) {
        for (let column = Math.max(0, Math.floor(x - radius - 1)); column < Math.min(columns, x + radius + 1); column++) {
          const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
          const value = Math.max(0, Math.min(1, radius + 0.5 - distance));
          const at = row * columns + column;
          this.ink[at] = Math.max(this.ink[at], value);
        }
      }
    }
    this.schedule();
  },

  /** Computes once before the next frame, however many strokes there are. */
  schedule() {
    if (this.isScheduled) return;
    this.isScheduled = true;
    requestAnimationFrame(() => {
      this.isScheduled = false;
      this.show();
    });
  },

  /** The drawing as an image of the set, with the same ink in each channel; an example as it is. */
  image() {
    const [channels, rows, columns] = this.shape;
    if (this.isExample) return state.image;
    const ink = byId("center").checked ? centered(this.ink, rows, columns) : this.ink;
    const image = new Float32Array(channels * rows * columns);
    for (let channel = 0; channel < channels; channel++) image.set(ink, channel * rows * columns);
    return image;
  },

  show() {
    const [, rows, columns] = this.shape;
    paint(this.sheet, this.ink, [1, rows, columns]);
    if (this.pen.isVisible) {
      const context = this.sheet.getContext("2d");
      context.fillStyle = this.pen.isDown ? "#ff9628" : "#50a0ff";
      context.fillRect(Math.floor(this.pen.x), Math.floor(this.pen.y), 1, 1);
    }
    const isEmpty = this.ink.every((value) => value === 0);
    const image = this.image();
    paint(byId("seen"), image, this.shape, isEmpty ? "nothing is drawn yet" : "what the models see");
    for (const { model, picture, error, meter } of this.cards) {
      if (isEmpty) {
        paint(picture, image, this.shape, `nothing for ${model.id} yet`);
        error.textContent = "–";
        meter.value = 0;
        continue;
      }
      const reconstruction = model.reconstruct(image);
      const squared = squaredError(image, reconstruction);
      const text = describeError(model, squared);
      paint(picture, reconstruction, this.shape, `the drawing by ${model.id}: ${text}`);
      error.textContent = `${squared.toFixed(1)} · ${Math.round(model.rank(squared))} %`;
      meter.value = model.rank(squared);
    }
  },

  /** A card for each model of the same set. */
  async build() {
    const { model } = state;
    const models = MODELS.filter((other) => other.set === model.set);
    await Promise.all(models.map((other) => other.load()));
    if (state.model.set !== model.set) return;
    this.cards = models.map((model) => {
      const [picture, error] = [makePicture(), make("span", { className: "number" })];
      const meter = make("meter", { min: 0, max: 100, low: 90, high: 99, optimum: 0 });
      meter.setAttribute("aria-label", `place of the error of ${model.id} in the test set, in percent`);
      const card = make("figure", { className: "card" }, picture, make("figcaption", {}, make("b", { textContent: model.id }), error, meter));
      return { model, picture, error, meter, card };
    });
    byId("cards").replaceChildren(...this.cards.map(({ card }) => card));
    this.show();
  },
};

/** Scaled and moved as MNIST's digits were: into a box of 20 of 28 pixels, mass in the center. */
function centered(ink, rows, columns) {
  let [left, right, top, bottom] = [columns, -1, rows, -1];
  ink.forEach((value, at) => {
    if (value < 0.1) return;
    const [x, y] = [at % columns, Math.floor(at / columns)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  });
  if (right < 0) return ink;
  const size = Math.max(right - left, bottom - top) + 1;
  const scale = Math.min(3, ((20 / 28) * Math.min(rows, columns)) / size);
  let [mass, massX, massY] = [0, 0, 0];
  ink.forEach((value, at) => {
    mass += value;
    massX += value * ((at % columns) + 0.5);
    massY += value * (Math.floor(at / columns) + 0.5);
  });
  const [centerX, centerY] = [massX / mass, massY / mass];
  const inkAt = (x, y) => (x < 0 || y < 0 || x >= columns || y >= rows ? 0 : ink[y * columns + x]);
  return ink.map((_, at) => {
    const x = ((at % columns) + 0.5 - columns / 2) / scale + centerX - 0.5;
    const y = (Math.floor(at / columns) + 0.5 - rows / 2) / scale + centerY - 0.5;
    const [x0, y0] = [Math.floor(x), Math.floor(y)];
    const [fx, fy] = [x - x0, y - y0];
    return (
      (inkAt(x0, y0) * (1 - fx) + inkAt(x0 + 1, y0) * fx) * (1 - fy) +
      (inkAt(x0, y0 + 1) * (1 - fx) + inkAt(x0 + 1, y0 + 1) * fx) * fy
    );
  });
}

let lastPlace = null;
function placeOnSheet({ clientX, clientY }) {
  const { left, top, width, height } = drawing.sheet.getBoundingClientRect();
  const [, rows, columns] = drawing.shape;
  return [((clientX - left) / width) * columns, ((clientY - top) / height) * rows];
}
drawing.sheet.addEventListener("pointerdown", (event) => {
  drawing.sheet.setPointerCapture(event.pointerId);
  drawing.pen.isVisible = false;
  lastPlace = placeOnSheet(event);
  drawing.stroke(...lastPlace, ...lastPlace);
});
drawing.sheet.addEventListener("pointermove", (event) => {
  if (!lastPlace) return;
  for (const part of event.getCoalescedEvents?.() ?? [event]) {
    const place = placeOnSheet(part);
    drawing.stroke(...lastPlace, ...place);
    lastPlace = place;
  }
});
for (const end of ["pointerup", "pointercancel"]) {
  drawing.sheet.addEventListener(end, () => {
    lastPlace = null;
  });
}
const PEN_STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
drawing.sheet.addEventListener("keydown", (event) => {
  const { pen } = drawing;
  const step = PEN_STEPS[event.key];
  if (step) {
    const [, rows, columns] = drawing.shape;
    const [x, y] = [pen.x, pen.y];
    pen.x = Math.max(0.5, Math.min(columns - 0.5, x + step[0]));
    pen.y = Math.max(0.5, Math.min(rows - 0.5, y + step[1]));
    if (pen.isDown) drawing.stroke(x, y, pen.x, pen.y);
  } else if (event.key === " " || event.key === "Enter") {
    drawing.setPen(!pen.isDown);
    if (pen.isDown) drawing.stroke(pen.x, pen.y, pen.x, pen.y);
  } else {
    return;
  }
  event.preventDefault();
  pen.isVisible = true;
  drawing.schedule();
});
drawing.sheet.addEventListener("blur", () => {
  drawing.pen.isVisible = false;
  drawing.setPen(false);
  drawing.schedule();
});
byId("clear").addEventListener("click", () => {
  drawing.begin(drawing.shape);
  drawing.show();
});
byId("center").addEventListener("change", () => drawing.show());
byId("chosen-to-sheet").addEventListener("click", () => {
  drawing.showExample();
  drawing.show();
});

onChange((isOtherSet) => {
  if (!isOtherSet) return;
  drawing.begin(state.model.images.shape);
  drawing.showExample();
  byId("center").checked = state.model.images.shape[0] === 1;
  drawing.build();
});

// From one image to another through the codes between them: by a slider, or by dragging.

const STRIP = 9;

const interpolation = {
  /** The images at both ends. */
  ends: [0, 1],
  /** The images that can be dragged from and to. */
  choices: [],
  isDragging: false,

  /** An image of each class, or the first ones without classes. */
  choose() {
    const { images } = state.model;
    const count = Math.min(10, images.count);
    const ofClass = images.classes.map((_, label) => images.labels.indexOf(label));
    const found = images.first.rows ? ofClass.filter((index) => index >= 0 && index < images.count) : [];
    this.choices = found.length > 1 ? found.slice(0, 10) : Array.from({ length: count }, (_, at) => at);
    this.ends = [this.choices[0], this.choices[this.choices.length > 3 ? 3 : this.choices.length - 1]];
  },

  build() {
    const { images } = state.model;
    const buttons = this.choices.map((index) => {
      const picture = makePicture();
      paint(picture, images.image(index), images.shape, images.nameOf(index));
      const button = make("button", { type: "button", className: "choice", dataset: { index } }, picture);
      return button;
    });
    byId("choices").replaceChildren(...buttons);
  },

  /** Makes an image the end; the end becomes the beginning. */
  setEnd(index) {
    if (index === this.ends[1]) return;
    this.ends = [this.ends[1], index];
    this.show();
  },

  /** Shows the images at both ends, those between, and the one at the slider. */
  show() {
    const { model } = state;
    const { images } = model;
    const share = Number(byId("share").value) / 100;
    const coded = this.ends.map((index) => model.encode(images.image(index)));
    const at = (share) => model.decode(mix(coded[0].code, coded[1].code, share), coded[share < 0.5 ? 0 : 1].pools);
    this.ends.forEach((index, end) => {
      paint(byId(`end-${end}`), images.image(index), images.shape, images.nameOf(index));
    });
    const text = `${Math.round(100 * share)} % of the way from ${images.nameOf(this.ends[0]).toLowerCase()} to ${images.nameOf(this.ends[1]).toLowerCase()}`;
    paint(byId("between"), at(share), images.shape, text);
    byId("between-text").textContent = capitalized(text);
    Array.from(byId("strip").children).forEach((picture, step) => {
      const share = step / (STRIP - 1);
      paint(picture, at(share), images.shape, `decoded at ${Math.round(100 * share)} %`);
    });
    for (const button of byId("choices").children) {
      const end = this.ends.indexOf(Number(button.dataset.index));
      button.dataset.end = end < 0 ? "" : "AB"[end];
      const state = end < 0 ? "" : ` (${"AB"[end]})`;
      button.setAttribute("aria-label", `${images.nameOf(Number(button.dataset.index))}${state}`);
    }
  },
};

byId("strip").append(...Array.from({ length: STRIP }, () => makePicture()));
byId("share").addEventListener("input", () => interpolation.show());

/** The choice under a pointer. */
function choiceAt({ clientX, clientY }) {
  const button = document.elementFromPoint(clientX, clientY)?.closest(".choice");
  return button ? Number(button.dataset.index) : null;
}

let dragStart = null;
byId("choices").addEventListener("pointerdown", (event) => {
  const button = event.target.closest(".choice");
  if (!button) return;
  dragStart = { index: Number(button.dataset.index), x: event.clientX, y: event.clientY };
  interpolation.isDragging = false;
  byId("choices").setPointerCapture(event.pointerId);
});
byId("choices").addEventListener("pointermove", (event) => {
  if (!dragStart || Math.hypot(event.clientX - dragStart.x, event.clientY - dragStart.y) < 8) return;
  const target = choiceAt(event);
  interpolation.isDragging = true;
  if (target !== null && target !== dragStart.index) {
    dragStart.target = target;
    interpolation.ends = [dragStart.index, target];
  }
  if (dragStart.target === undefined) return;
  // How far the pointer is on its way between the two choices.
  const [a, b] = interpolation.ends.map((index) => {
    const button = byId("choices").querySelector(`[data-index="${index}"]`);
    const box = button.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  });
  const way = [b[0] - a[0], b[1] - a[1]];
  const along = (event.clientX - a[0]) * way[0] + (event.clientY - a[1]) * way[1];
  const share = along / (way[0] ** 2 + way[1] ** 2 || 1);
  byId("share").value = 100 * Math.max(0, Math.min(1, share));
  interpolation.show();
});
byId("choices").addEventListener("pointerup", () => {
  if (dragStart && !interpolation.isDragging) interpolation.setEnd(dragStart.index);
  dragStart = null;
});
byId("choices").addEventListener("pointercancel", () => {
  dragStart = null;
});
// Keys and screen readers click without a pointer.
byId("choices").addEventListener("click", (event) => {
  const button = event.target.closest(".choice");
  if (event.detail === 0 && button) interpolation.setEnd(Number(button.dataset.index));
});
byId("chosen-as-end").addEventListener("click", () => interpolation.setEnd(state.index));

onChange((isOtherSet) => {
  if (isOtherSet) {
    interpolation.choose();
    interpolation.build();
  }
  interpolation.show();
});

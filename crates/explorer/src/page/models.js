// The models and the images of the run.

const RUN = JSON.parse(document.getElementById("run").textContent);

/** A set of test images; `load` before anything else. */
class ImageSet {
  constructor(fields, index) {
    Object.assign(this, fields, { index });
    this.pixels = sizeOf(this.shape);
  }

  async load() {
    [this.first, this.samples] = await matricesOf(`set-${this.index}`, this.entries);
  }

  /** How many images can be shown: the first test images, or else the samples. */
  get count() {
    return this.first.rows || this.samples.rows;
  }

  /** The image at `index`, at 0-1 scale. */
  image(index) {
    return this.bytes(this.first.rows ? this.first : this.samples, index);
  }

  /** A test sample, at 0-1 scale. */
  sample(index) {
    return this.bytes(this.samples, index);
  }

  bytes({ values }, index) {
    const bytes = values.subarray(index * this.pixels, (index + 1) * this.pixels);
    return Float32Array.from(bytes, (value) => value / 255);
  }

  /** The class of the image at `index`, or "". */
  className(index) {
    return this.first.rows ? (this.classes[this.labels[index]] ?? "") : "";
  }

  /** What texts call the image at `index`. */
  nameOf(index) {
    const label = this.className(index);
    const what = this.first.rows ? "Test image" : "Test sample";
    return `${what} ${index}` + (label === "" ? "" : `, class ${label}`);
  }
}

/** A trained model; `load` before anything is computed. */
class Model {
  constructor(fields, index) {
    Object.assign(this, fields, { index });
    this.encoder = this.layers.filter((layer) => !layer.decoder);
    this.decoder = this.layers.filter((layer) => layer.decoder);
    this.needsPlaces = this.decoder.some((layer) => layer.kind === "max-unpool");
    this.images = SETS[this.set];
  }

  /** Unpacks the weights, once. */
  load() {
    this.loading ??= matricesOf(`model-${this.index}`, this.entries).then((matrices) => {
      this.weights = matrices.slice(0, this.matrices);
      [this.points, this.savedCodes, this.savedImages] = matrices.slice(this.matrices);
    });
    return this.loading;
  }

  /** The code of an image, and where the maxima of its max-poolings were. */
  encode(image) {
    const pools = [];
    return { code: forward(this.encoder, image, this.weights, pools), pools };
  }

  decode(code, pools) {
    return forward(this.decoder, code, this.weights, pools);
  }

  reconstruct(image) {
    const { code, pools } = this.encode(image);
    return this.decode(code, pools);
  }

  /** What share of the test set's errors are below `error`, in percent. */
  rank(error) {
    const above = this.quantiles.findIndex((quantile) => quantile >= error);
    if (above <= 0) return above === 0 ? 0 : 100;
    const [low, high] = [this.quantiles[above - 1], this.quantiles[above]];
    return above - 1 + (high > low ? (error - low) / (high - low) : 0);
  }

  /** The place on the map of the image at `index`. */
  point(index) {
    const at = this.pointIndex(index);
    return [this.points.values[2 * at], this.points.values[2 * at + 1]];
  }

  /** Points are those of the first test images and then those of the samples. */
  pointIndex(index) {
    return this.images.first.rows ? index : this.points.rows - this.images.samples.rows + index;
  }

  /**
   * How the page's reconstructions of samples differ from the run's, at 0-1 scale: the largest
   * difference of a number, and the root mean square.
   */
  differences() {
    let [largest, squares] = [0, 0];
    for (let row = 0; row < this.savedImages.rows; row++) {
      const { columns } = this.savedCodes;
      const code = this.savedCodes.values.subarray(row * columns, (row + 1) * columns);
      const pools = this.needsPlaces ? this.encode(this.images.sample(row)).pools : [];
      this.decode(code, pools).forEach((value, at) => {
        const difference = Math.abs(value - this.savedImages.values[row * this.savedImages.columns + at]);
        largest = Math.max(largest, difference);
        squares += difference ** 2;
      });
    }
    return [largest, Math.sqrt(squares / (this.savedImages.values.length || 1))];
  }
}

const SETS = RUN.sets.map((fields, index) => new ImageSet(fields, index));
const MODELS = RUN.models
  .map((fields, index) => (canCompute(fields.layers) ? new Model(fields, index) : null))
  .filter(Boolean);
const ABSENT = [
  ...RUN.absent,
  ...RUN.models
    .filter((fields) => !canCompute(fields.layers))
    .map(({ id }) => ({ id, reason: "this page cannot compute one of its layers" })),
];

/** The sum of the squared differences of two images. */
function squaredError(a, b) {
  return a.reduce((sum, value, at) => sum + (value - b[at]) ** 2, 0);
}

/** An error in words, with its place among those of the test set. */
function describeError(model, error) {
  const rank = model.rank(error);
  const place =
    rank >= 100
      ? "larger than that of every test image"
      : `larger than that of ${Math.round(rank)} % of the test images`;
  return `squared error ${error.toFixed(2)}, ${place}`;
}

const capitalized = (text) => text[0].toUpperCase() + text.slice(1);

/** Between two codes or images: `a` at 0, `b` at 1. */
function mix(a, b, share) {
  return a.map((value, at) => value * (1 - share) + b[at] * share);
}

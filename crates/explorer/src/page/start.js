// Begins: the choice of the model, what is missing, and the comparison with the run's numbers.

/** What is said of the numbers of a model. */
function describeModel(model) {
  const images = SETS.length > 1 ? `${model.images.name}. ` : "";
  return `${images}${model.description}. Squared error, mean over the test set: ${model.sse.toFixed(2)}.`;
}

/** The choice of the model; models on different images are in groups. */
function makeChoice() {
  const option = (model) => make("option", { value: MODELS.indexOf(model), textContent: model.id });
  const groups = SETS.map((set) => {
    const options = MODELS.filter((model) => model.images === set).map(option);
    if (SETS.length === 1) return options;
    return options.length ? [make("optgroup", { label: set.name }, ...options)] : [];
  });
  byId("model").replaceChildren(...groups.flat());
  byId("model").addEventListener("change", (event) => chooseModel(MODELS[event.target.value]));
}

/** Compares each model with the run's reconstructions; returns the largest differences. */
async function compare() {
  let largest = [0, 0];
  for (const model of MODELS) {
    await model.load();
    const differences = model.differences();
    largest = largest.map((value, at) => Math.max(value, differences[at]));
    const bits = model.entries.some((entry) => entry.precision.kind === "byte") ? 8 : 16;
    const texts = differences.map((value) => value.toFixed(4));
    const cells = [model.id, `${bits} bits`, `${Math.ceil(model.bytes / 1000)} kB`, ...texts];
    byId("compared").append(make("tr", {}, ...cells.map((text) => make("td", { textContent: text }))));
    // The page stays usable in between.
    await new Promise((resolve) => setTimeout(resolve));
  }
  return largest;
}

/** The mean duration of decoding a code, in milliseconds. */
function timeDecoding(model) {
  const { code, pools } = model.encode(model.images.sample(0));
  const begin = performance.now();
  const count = 20;
  for (let turn = 0; turn < count; turn++) model.decode(code, pools);
  return (performance.now() - begin) / count;
}

function showAbsent() {
  byId("absent-part").hidden = ABSENT.length === 0;
  byId("absent").append(
    ...ABSENT.map(({ id, reason }) => make("li", {}, make("b", { textContent: id }), `: ${reason}`)),
  );
  const few = SETS.filter((set) => !set.first.rows).map((set) => set.name);
  byId("few-images").hidden = few.length === 0;
  byId("few-images").textContent =
    `The run folder holds only the test samples of ${few.join(", ")}: it was made by an older version. ` +
    "Train again, into a new folder, for a map of a thousand test images.";
}

async function start() {
  const root = document.documentElement;
  if (typeof DecompressionStream === "undefined") {
    throw new Error("this browser cannot decompress the page's numbers: use one of 2023 or later");
  }
  await Promise.all(SETS.map((set) => set.load()));
  showAbsent();
  const usable = MODELS.filter((model) => model.images.count > 0);
  if (usable.length === 0) {
    root.dataset.state = "empty";
    throw new Error("no model of this run folder can be shown");
  }
  makeChoice();
  onChange(() => {
    byId("model").value = MODELS.indexOf(state.model);
    byId("description").textContent = describeModel(state.model);
  });
  // Few numbers are the easiest to explore; of equal codes, those with the smaller error.
  const live = usable.filter((model) => model.live.filter(Boolean).length >= 2);
  const [first] = (live.length ? live : usable).sort((a, b) => a.codeSize - b.codeSize || a.sse - b.sse);
  await chooseModel(first);
  byId("content").hidden = false;
  map.draw();
  root.dataset.loaded = performance.now().toFixed(0);
  root.dataset.state = "shown";
  const [largest, rootMeanSquare] = await compare();
  byId("largest").textContent =
    `With pixels from 0 to 1, the reconstructions of this page and of the run differ by at most ${largest.toFixed(3)} in one pixel; ` +
    `of the least exact model, the root mean square of the differences is ${rootMeanSquare.toFixed(4)}.`;
  root.dataset.difference = largest.toFixed(5);
  root.dataset.rootMeanSquare = rootMeanSquare.toFixed(5);
  const slowest = MODELS.reduce((a, b) => (a.bytes > b.bytes ? a : b));
  root.dataset.decode = timeDecoding(slowest).toFixed(3);
  root.dataset.state = "ready";
}

start().catch((error) => {
  byId("trouble").hidden = false;
  byId("trouble").textContent = `This page cannot go on: ${error.message}.`;
});

// What is chosen: the model, the image, its code. Sections listen to changes.

const state = {
  model: null,
  /** Which image of the model's set is chosen. */
  index: 0,
  image: null,
  code: null,
  pools: [],
};
const listeners = [];

/** Calls `listener` whenever the model or the image changes. */
function onChange(listener) {
  listeners.push(listener);
}

/** Chooses a model, and keeps the image if the model is for the same set. */
async function chooseModel(model) {
  const isOtherSet = state.model?.set !== model.set;
  await model.load();
  state.model = model;
  chooseImage(isOtherSet ? 0 : state.index, isOtherSet);
}

/** Chooses an image of the model's set. */
function chooseImage(index, isOtherSet = false) {
  const { model } = state;
  const last = model.images.count - 1;
  state.index = Math.max(0, Math.min(last, index));
  if (last < 0) return;
  state.image = model.images.image(state.index);
  Object.assign(state, model.encode(state.image));
  for (const listener of listeners) listener(isOtherSet);
}

// Images on canvases.

const byId = (id) => document.getElementById(id);

/** A new element with properties and children. */
function make(tag, properties = {}, ...children) {
  const { dataset = {}, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  Object.assign(element.dataset, dataset);
  element.append(...children);
  return element;
}

/** A new canvas for an image. */
function makePicture(className = "picture") {
  const canvas = make("canvas", { className });
  canvas.setAttribute("role", "img");
  return canvas;
}

/** Paints pixels of 0-1; `text` is what a screen reader says. */
function paint(canvas, pixels, shape, text) {
  paintColors(canvas, shape, text, (at, [channels, rows, columns]) => {
    const value = (channel) => 255 * pixels[Math.min(channel, channels - 1) * rows * columns + at];
    return [value(0), value(1), value(2)];
  });
}

/** Paints what a reconstruction adds in orange, and what it lacks in blue. */
function paintDifference(canvas, image, reconstruction, shape, text) {
  paintColors(canvas, shape, text, (at, [channels, rows, columns]) => {
    let difference = 0;
    for (let channel = 0; channel < channels; channel++) {
      const of = channel * rows * columns + at;
      difference += (Math.min(1, reconstruction[of]) - image[of]) / channels;
    }
    const strength = Math.min(1, Math.abs(difference));
    const color = difference > 0 ? [255, 150, 40] : [80, 160, 255];
    return color.map((part) => part * strength);
  });
}

function paintColors(canvas, shape, text, colorAt) {
  const [, rows, columns] = shape;
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
    canvas.style.aspectRatio = `${columns} / ${rows}`;
  }
  const context = canvas.getContext("2d");
  const picture = context.createImageData(columns, rows);
  for (let at = 0; at < rows * columns; at++) {
    picture.data.set([...colorAt(at, shape), 255], 4 * at);
  }
  context.putImageData(picture, 0, 0);
  if (text !== undefined) canvas.setAttribute("aria-label", text);
}

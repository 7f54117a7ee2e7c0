// Layers, computed one image at a time by plain loops.

/** Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: to 1.5e-7. */
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const sum =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(x) * (1 - sum * Math.exp(-x * x));
}

const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x) => (x > 0 ? x : 0),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  gelu: (x) => (x * (1 + erf(x * Math.SQRT1_2))) / 2,
  "leaky-relu": (x) => (x > 0 ? x : 0.01 * x),
  silu: (x) => x / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
};

const sizeOf = ([channels, rows, columns]) => channels * rows * columns;

/** Adds to each channel its bias. */
function addBias(values, bias, [channels, rows, columns]) {
  for (let channel = 0, at = 0; channel < channels; channel++) {
    for (let end = at + rows * columns; at < end; at++) values[at] += bias[channel];
  }
}

/** Multiplies each channel by its factor. */
function multiply(values, factors, [channels, rows, columns]) {
  for (let channel = 0, at = 0; channel < channels; channel++) {
    for (let end = at + rows * columns; at < end; at++) values[at] *= factors[channel];
  }
}

/** The sums of each operation; `pools` holds where the maxima of each max-pooling were. */
const OPERATIONS = {
  linear({ weight, bias, transposed }, input, matrices) {
    const { rows, columns, values } = matrices[weight];
    const output = Float32Array.from(matrices[bias].values);
    if (transposed) {
      for (let row = 0; row < rows; row++) {
        const factor = input[row];
        if (factor === 0) continue;
        for (let column = 0, at = row * columns; column < columns; column++, at++) {
          output[column] += values[at] * factor;
        }
      }
      return output;
    }
    for (let row = 0, at = 0; row < rows; row++) {
      let sum = output[row];
      for (let column = 0; column < columns; column++, at++) sum += values[at] * input[column];
      output[row] = sum;
    }
    return output;
  },

  convolution(layer, input, matrices) {
    const { weight, bias, kernel, stride, padding } = layer;
    const { values } = matrices[weight];
    const [channels, rows, columns] = layer.input;
    const [filters, outRows, outColumns] = layer.output;
    const output = new Float32Array(sizeOf(layer.output));
    for (let filter = 0; filter < filters; filter++)
      for (let channel = 0; channel < channels; channel++)
        for (let ky = 0; ky < kernel; ky++)
          for (let kx = 0; kx < kernel; kx++) {
            const factor = values[((filter * channels + channel) * kernel + ky) * kernel + kx];
            for (let y = 0; y < outRows; y++) {
              const fromY = y * stride + ky - padding;
              if (fromY < 0 || fromY >= rows) continue;
              for (let x = 0; x < outColumns; x++) {
                const fromX = x * stride + kx - padding;
                if (fromX < 0 || fromX >= columns) continue;
                output[(filter * outRows + y) * outColumns + x] +=
                  factor * input[(channel * rows + fromY) * columns + fromX];
              }
            }
          }
    addBias(output, matrices[bias].values, layer.output);
    return output;
  },

  "transposed-convolution"(layer, input, matrices) {
    const { weight, bias, kernel, stride, padding } = layer;
    const { values } = matrices[weight];
    const [channels, rows, columns] = layer.input;
    const [filters, outRows, outColumns] = layer.output;
    const output = new Float32Array(sizeOf(layer.output));
    for (let channel = 0; channel < channels; channel++)
      for (let filter = 0; filter < filters; filter++)
        for (let ky = 0; ky < kernel; ky++)
          for (let kx = 0; kx < kernel; kx++) {
            const factor = values[((channel * filters + filter) * kernel + ky) * kernel + kx];
            for (let y = 0; y < rows; y++) {
              const toY = y * stride + ky - padding;
              if (toY < 0 || toY >= outRows) continue;
              for (let x = 0; x < columns; x++) {
                const toX = x * stride + kx - padding;
                if (toX < 0 || toX >= outColumns) continue;
                output[(filter * outRows + toY) * outColumns + toX] +=
                  factor * input[(channel * rows + y) * columns + x];
              }
            }
          }
    addBias(output, matrices[bias].values, layer.output);
    return output;
  },

  "max-pool"(layer, input, matrices, pools) {
    const { size } = layer;
    const [, rows, columns] = layer.input;
    const [channels, outRows, outColumns] = layer.output;
    const output = new Float32Array(sizeOf(layer.output));
    const places = new Int32Array(output.length);
    for (let channel = 0, to = 0; channel < channels; channel++)
      for (let y = 0; y < outRows; y++)
        for (let x = 0; x < outColumns; x++, to++) {
          let best = (channel * rows + y * size) * columns + x * size;
          for (let dy = 0; dy < size; dy++)
            for (let dx = 0; dx < size; dx++) {
              const at = (channel * rows + y * size + dy) * columns + x * size + dx;
              if (input[at] > input[best]) best = at;
            }
          output[to] = input[best];
          places[to] = best;
        }
    pools.push(places);
    return output;
  },

  "max-unpool"(layer, input, matrices, pools) {
    const output = new Float32Array(sizeOf(layer.output));
    pools[layer.pool].forEach((place, at) => (output[place] = input[at]));
    return output;
  },

  "top-k"({ k }, input) {
    const order = Array.from(input.keys()).sort((a, b) => input[b] - input[a]);
    const output = new Float32Array(input.length);
    for (const at of order.slice(0, k)) output[at] = input[at];
    return output;
  },

  "append-start"(layer, input, matrices, pools, start) {
    const output = new Float32Array(input.length + start.length);
    output.set(input);
    output.set(start, input.length);
    return output;
  },

  "group-norm"(layer, input, matrices) {
    const output = Float32Array.from(input);
    const length = input.length / layer.groups;
    for (let start = 0; start < input.length; start += length) {
      const group = output.subarray(start, start + length);
      const mean = group.reduce((sum, value) => sum + value, 0) / length;
      const variance = group.reduce((sum, value) => sum + (value - mean) ** 2, 0) / length;
      group.forEach((value, at) => (group[at] = (value - mean) / Math.sqrt(variance + 1e-5)));
    }
    multiply(output, matrices[layer.weight].values, layer.output);
    addBias(output, matrices[layer.bias].values, layer.output);
    return output;
  },
};

/** Whether the page has the operation and the activation of each layer. */
function canCompute(layers) {
  return layers.every((l) => l.kind in OPERATIONS && l.activation in ACTIVATIONS);
}

/** What `layers` make of `input`. Max-poolings add to `pools`, max-unpoolings look there. */
function forward(layers, input, matrices, pools) {
  return layers.reduce((values, layer) => {
    const output = OPERATIONS[layer.kind](layer, values, matrices, pools, input);
    return layer.activation === "linear" ? output : output.map(ACTIVATIONS[layer.activation]);
  }, input);
}

"use strict";
// Numbers of the page: base64 in script elements, gzip in that, matrices in that.

/** The decompressed bytes of the script element `id`. */
async function bytesOf(id) {
  const text = atob(document.getElementById(id).textContent.trim());
  const packed = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) packed[at] = text.charCodeAt(at);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The value of a 16-bit float, given as an integer. */
function halfToNumber(half) {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** How a matrix at `offset` becomes numbers, by its precision. */
const READERS = {
  single(bytes, { offset, rows, columns }) {
    return new Float32Array(bytes.slice(offset, offset + 4 * rows * columns).buffer);
  },
  half(bytes, { offset, rows, columns }) {
    const count = rows * columns;
    const values = new Float32Array(count);
    for (let at = 0; at < count; at++) {
      values[at] = halfToNumber(bytes[offset + at] | (bytes[offset + count + at] << 8));
    }
    return values;
  },
  byte(bytes, { offset, rows, columns }) {
    const scales = new Float32Array(bytes.slice(offset, offset + 4 * rows).buffer);
    const levels = new Int8Array(bytes.buffer, offset + 4 * rows, rows * columns);
    const values = new Float32Array(rows * columns);
    for (let row = 0, at = 0; row < rows; row++) {
      for (let end = at + columns; at < end; at++) values[at] = levels[at] * scales[row];
    }
    return values;
  },
  plain(bytes, { offset, rows, columns }) {
    return bytes.subarray(offset, offset + rows * columns);
  },
};

/** The matrices of the script element `id`: `{rows, columns, values}`. */
async function matricesOf(id, entries) {
  const bytes = await bytesOf(id);
  return entries.map((entry) => ({
    rows: entry.rows,
    columns: entry.columns,
    values: READERS[entry.precision.kind](bytes, entry),
  }));
}

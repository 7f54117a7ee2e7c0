//! Images as one PNG picture: one as it is, several as a sheet.

use experiment::Shape;

use crate::Error;

/// The maximum number of images of a sheet.
pub const MAX_IMAGES: usize = 400;

/// The maximum number of pixels of a sheet.
const MAX_PIXELS: usize = 1 << 26;

/// A sheet narrower than this, in pixels, is enlarged by a whole number.
const MIN_WIDTH: usize = 600;

/// Pixels between two images, before enlargement.
const GAP: usize = 1;

/// The images, N x C x R x W at 0-1 scale, row by row: at most 20 in one row, or else about as many
/// rows as columns. One image alone keeps its size. Of images that are neither gray nor RGB, the first
/// channel is shown.
///
/// # Errors
/// [`Error::Picture`].
pub fn png(shape: Shape, images: &[f32]) -> Result<Vec<u8>, Error> {
    const ROW: usize = 20;
    let count = images.len() / shape.size();
    let columns = if count <= ROW {
        count
    } else {
        (count - 1).isqrt() + 1
    };
    sheet(shape, images, columns)
}

/// Like [`png()`], with so many images in a row.
///
/// # Errors
/// [`Error::Picture`].
pub fn sheet(shape: Shape, images: &[f32], columns: usize) -> Result<Vec<u8>, Error> {
    let count = images.len() / shape.size();
    let rows = count.div_ceil(columns);
    let (width, height) = (shape.columns + GAP, shape.rows + GAP);
    let (full_width, full_height) = (columns * width - GAP, rows * height - GAP);
    let scale = if count == 1 {
        1
    } else {
        MIN_WIDTH.div_ceil(full_width)
    };
    let found = full_width * full_height * scale * scale;
    if found > MAX_PIXELS {
        let max = MAX_PIXELS;
        return Err(Error::Picture { max, found });
    }
    let channels = if shape.channels == 3 { 3 } else { 1 };
    let plane = shape.rows * shape.columns;
    // Gaps are gray; so is the place of images that are missing in the last row.
    let pixel = |x: usize, y: usize, channel: usize| {
        let index = y / height * columns + x / width;
        let (row, column) = (y % height, x % width);
        if row >= shape.rows || column >= shape.columns || index >= count {
            return 128;
        }
        let at = index * shape.size() + channel * plane + row * shape.columns + column;
        to_byte(images[at])
    };
    let mut pixels = Vec::with_capacity(found * channels);
    for y in (0..full_height * scale).map(|y| y / scale) {
        for x in (0..full_width * scale).map(|x| x / scale) {
            pixels.extend((0..channels).map(|channel| pixel(x, y, channel)));
        }
    }
    let size = [full_width * scale, full_height * scale].map(|side| side as u32);
    Ok(encode(size, channels, &pixels))
}

fn to_byte(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0).round() as u8
}

fn encode([width, height]: [u32; 2], channels: usize, pixels: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(match channels {
        3 => png::ColorType::Rgb,
        _ => png::ColorType::Grayscale,
    });
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(pixels))
        .expect("writing to memory does not fail");
    bytes
}

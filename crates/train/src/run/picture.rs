//! Images above their reconstructions, as one picture in PNG.

use event_file::Image;
use experiment::Shape;

/// Pictures narrower than this, in pixels, are enlarged by a whole number: TensorBoard shows small ones
/// blurred.
const MIN_WIDTH: usize = 600;

/// A row of `images`, and below it a row of their `reconstructions`, N x C x R x W of `shape` each, at 0-1
/// scale.
pub(crate) fn pairs(shape: Shape, images: &[f32], reconstructions: &[f32]) -> Image {
    let count = images.len() / shape.size();
    let scale = MIN_WIDTH.div_ceil(count * shape.columns);
    let (width, height) = (count * shape.columns * scale, 2 * shape.rows * scale);
    // Of images that are neither gray nor RGB, the first channel is shown.
    let channels = if shape.channels == 3 { 3 } else { 1 };
    let rows = [images, reconstructions];
    let mut pixels = Vec::with_capacity(width * height * channels);
    for y in (0..height).map(|y| y / scale) {
        for x in (0..width).map(|x| x / scale) {
            let image = &rows[y / shape.rows][x / shape.columns * shape.size()..];
            let pixel = y % shape.rows * shape.columns + x % shape.columns;
            let plane = shape.rows * shape.columns;
            pixels.extend((0..channels).map(|c| to_byte(image[c * plane + pixel])));
        }
    }
    Image {
        width: width as u32,
        height: height as u32,
        channels: channels as u32,
        png: png(width as u32, height as u32, channels, &pixels),
    }
}

fn to_byte(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0).round() as u8
}

fn png(width: u32, height: u32, channels: usize, pixels: &[u8]) -> Vec<u8> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_above_their_reconstructions_in_color() {
        // Two images of 1 x 1 pixels: red and green, reconstructed as blue and white.
        let shape = Shape {
            channels: 3,
            rows: 1,
            columns: 1,
        };
        let images = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
        let reconstructions = [0.0, 0.0, 1.0, 1.5, 1.0, 1.0];
        let picture = pairs(shape, &images, &reconstructions);
        assert_eq!([picture.width, picture.height], [600, 600]);
        let mut reader = png::Decoder::new(std::io::Cursor::new(picture.png))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; 600 * 600 * 3];
        reader.next_frame(&mut pixels).unwrap();
        let pixel = |row: usize, column: usize| &pixels[(row * 600 + column) * 3..][..3];
        assert_eq!(pixel(0, 0), [255, 0, 0]);
        assert_eq!(pixel(299, 599), [0, 255, 0]);
        assert_eq!(pixel(300, 299), [0, 0, 255]);
        assert_eq!(pixel(599, 599), [255, 255, 255]);
    }
}

//! One image file, decoded.

use std::{
    io::{BufReader, Cursor, Read},
    path::Path,
};

use durable_fs::Sha256Reader;
use image::{DynamicImage, ImageDecoder, ImageReader};

use mnist_io::Kind;

use crate::{
    error::{Error, Problem},
    options::Options,
    set::{Pixels, Shape},
    transform,
};

/// Maximum size of an image file in bytes.
const MAX_FILE: u64 = 1 << 30;

/// Maximum size of the decoded pixels in bytes, whatever a file declares.
const MAX_DECODED: u64 = 1 << 28;

/// The pixels of a file.
pub(crate) struct Picture {
    /// Of the pixels, after what the options ask for: one channel if each pixel is gray.
    pub(crate) shape: Shape,
    /// C x H x W.
    pub(crate) pixels: Vec<u8>,
    /// Rows and columns in the file.
    pub(crate) size: (usize, usize),
    /// Whether some pixels were transparent.
    pub(crate) transparent: bool,
    /// Whether it had more than 8 bits for each channel.
    pub(crate) deep: bool,
    pub(crate) sha256: String,
}

/// Reads a PNG, JPEG or BMP file by its content, turned upright as its EXIF data say.
///
/// Transparent pixels are laid over white. Channels of 16 bits are reduced to 8.
pub(crate) fn read(path: &Path, options: &Options) -> Result<Picture, Error> {
    let file = durable_fs::open(path)?;
    let mut content = Sha256Reader::new(BufReader::new(file).take(MAX_FILE + 1));
    let mut bytes = Vec::new();
    content
        .read_to_end(&mut bytes)
        .map_err(|reason| durable_fs::Error::io("read", path, reason))?;
    if bytes.len() as u64 > MAX_FILE {
        let max = MAX_FILE;
        return Err(Problem::File(durable_fs::Problem::TooLarge { max }).at(path));
    }
    let found = Kind::of(&bytes[..bytes.len().min(Kind::SNIFFED)]);
    if !matches!(found, Kind::Png | Kind::Jpeg | Kind::Bmp) {
        let expected = "a PNG, JPEG or BMP image";
        return Err(Problem::Kind { expected, found }.at(path));
    }
    let sha256 = content.sha256();
    decode(bytes, sha256, options).map_err(|problem| problem.at(path))
}

fn decode(bytes: Vec<u8>, sha256: String, options: &Options) -> Result<Picture, Problem> {
    let damaged = |error: image::ImageError| Problem::Image {
        reason: error.to_string(),
    };
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let reader = reader.map_err(|error| damaged(error.into()))?;
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    if decoder.total_bytes() > MAX_DECODED {
        let (columns, rows) = decoder.dimensions();
        return Err(Problem::Image {
            reason: format!(
                "expected at most {MAX_DECODED} bytes of pixels, found {rows} x {columns} pixels"
            ),
        });
    }
    let orientation = decoder.orientation().map_err(damaged)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    image.apply_orientation(orientation);

    let (columns, rows) = (image.width() as usize, image.height() as usize);
    let color = image.color();
    let has_alpha = color.has_alpha();
    let deep = color.bytes_per_pixel() > color.channel_count();
    let mut transparent = false;
    let rgb: Vec<u8> = if has_alpha {
        let mut image = image.into_rgba8();
        let mut over_white = |[red, green, blue, alpha]: [u8; 4]| {
            transparent |= alpha < 255;
            let alpha = u32::from(alpha);
            [red, green, blue]
                .map(|value| ((u32::from(value) * alpha + 255 * (255 - alpha) + 127) / 255) as u8)
        };
        image
            .pixels_mut()
            .flat_map(|pixel| over_white(pixel.0))
            .collect()
    } else {
        image.into_rgb8().into_raw()
    };
    let (pixels, _) = rgb.as_chunks::<3>();
    let is_gray = pixels
        .iter()
        .all(|[red, green, blue]| red == green && green == blue);
    let channels = if is_gray { 1 } else { 3 };
    let mut planes = Vec::with_capacity(channels * pixels.len());
    for channel in 0..channels {
        planes.extend(pixels.iter().map(|pixel| pixel[channel]));
    }
    let shape = Shape {
        channels,
        rows,
        columns,
    };
    let (shape, pixels) = transform::apply(shape, Pixels::U8(planes), options)?;
    let Pixels::U8(pixels) = pixels else {
        unreachable!("bytes remain bytes");
    };
    Ok(Picture {
        shape,
        pixels,
        size: (rows, columns),
        transparent,
        deep,
        sha256,
    })
}

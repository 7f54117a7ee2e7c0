//! The images and their reconstructions by several models, with names and errors, as SVG.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use experiment::Shape;

use super::sheet::{png, sheet};
use crate::Error;

/// The side that an image is drawn with, in pixels.
const SIDE: usize = 56;
/// The height of the text below an image.
const TEXT: usize = 16;
/// The width of the names at the left.
const NAMES: usize = 170;
/// Between images.
const GAP: usize = 6;

/// The same images through several models.
#[derive(Debug)]
pub struct Comparison {
    /// The size of an image.
    pub shape: Shape,
    /// N x C x R x W, at 0-1 scale.
    pub images: Vec<f32>,
    /// One for each model.
    pub rows: Vec<ComparisonRow>,
}

/// What one model makes of the images.
#[derive(Debug)]
pub struct ComparisonRow {
    /// The experiment's id.
    pub id: String,
    /// N x C x R x W, at 0-1 scale.
    pub reconstructions: Vec<f32>,
    /// The squared error of each, summed over the pixels at 0-1 scale.
    pub sse: Vec<f64>,
}

impl Comparison {
    /// A picture without texts: the images, then a row for each model.
    ///
    /// # Errors
    /// [`Error::Picture`].
    pub fn png(&self) -> Result<Vec<u8>, Error> {
        let mut all = self.images.clone();
        for row in &self.rows {
            all.extend(&row.reconstructions);
        }
        sheet(self.shape, &all, self.images.len() / self.shape.size())
    }
}

/// The picture with the names of the models, and below each reconstruction its squared error.
///
/// # Errors
/// [`Error::Picture`].
pub fn svg(comparison: &Comparison) -> Result<String, Error> {
    let shape = comparison.shape;
    let count = comparison.images.len() / shape.size();
    let (width, line) = (NAMES + count * (SIDE + GAP), SIDE + TEXT + GAP);
    let height = (comparison.rows.len() + 1) * line;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>Images, and their reconstructions by {} models</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
        comparison.rows.len()
    );
    let originals = ("image", &comparison.images, None);
    let models = comparison.rows.iter();
    let models = models.map(|row| (row.id.as_str(), &row.reconstructions, Some(&row.sse)));
    for (number, (name, images, errors)) in std::iter::once(originals).chain(models).enumerate() {
        let top = number * line;
        let middle = top + SIDE / 2;
        // Ids have letters, digits, `.`, `_` and `-` only.
        writeln!(text, "<text x=\"4\" y=\"{middle}\">{name}</text>").expect("a string grows");
        for (index, image) in images.chunks_exact(shape.size()).enumerate() {
            let left = NAMES + index * (SIDE + GAP);
            let data = STANDARD.encode(png(shape, image)?);
            writeln!(
                text,
                "<image x=\"{left}\" y=\"{top}\" width=\"{SIDE}\" height=\"{SIDE}\" \
                 style=\"image-rendering:pixelated\" xlink:href=\"data:image/png;base64,{data}\"/>"
            )
            .expect("a string grows");
            if let Some(errors) = errors {
                let (x, y) = (left + SIDE / 2, top + SIDE + TEXT - 4);
                let error = errors[index];
                writeln!(
                    text,
                    "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{error:.2}</text>"
                )
                .expect("a string grows");
            }
        }
    }
    text.push_str("</svg>\n");
    Ok(text)
}

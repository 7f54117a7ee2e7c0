//! Rows of images with labels, heads and a caption under each, as SVG.

use std::fmt::Write;

use crate::{
    Error,
    drawing::image::Gray,
    drawing::svg::{Drawing, STYLE, data_uri, escape},
};

/// An image in a grid.
#[derive(Clone, Debug)]
pub struct Tile {
    /// What is shown.
    pub image: Gray,
    /// What stands under it; may be empty.
    pub caption: String,
}

/// A row of a grid.
#[derive(Clone, Debug)]
pub struct Row {
    /// What stands to its left; may be empty.
    pub label: String,
    /// Its images from left to right; `None` leaves a place empty.
    pub tiles: Vec<Option<Tile>>,
}

impl Row {
    /// A row without an empty place.
    pub fn new(label: &str, tiles: impl IntoIterator<Item = Tile>) -> Self {
        Row {
            label: label.into(),
            tiles: tiles.into_iter().map(Some).collect(),
        }
    }
}

/// Images in rows and columns.
#[derive(Clone, Debug)]
pub struct Grid {
    /// Side of each image as drawn, in pixels.
    pub side: u32,
    /// What stands over the columns; may be empty.
    pub heads: Vec<String>,
    /// From top to bottom.
    pub rows: Vec<Row>,
}

const MARGIN: u32 = 8;
const GAP: u32 = 6;
const LINE: u32 = 18;
const FONT_SIZE: u32 = 13;

impl Grid {
    /// Draws the grid. Each image is embedded as a PNG of its own size.
    ///
    /// # Errors
    /// [`Error::Png`].
    pub fn draw(&self) -> Result<Drawing, Error> {
        let captions = || {
            let tiles = self.rows.iter().flat_map(|row| row.tiles.iter().flatten());
            tiles.map(|tile| &tile.caption)
        };
        let columns = self.rows.iter().map(|row| row.tiles.len()).max();
        let columns = columns.unwrap_or(0) as u32;
        let labels = widest(self.rows.iter().map(|row| &row.label));
        let left = MARGIN + labels + if labels > 0 { GAP } else { 0 };
        let top = MARGIN + if self.heads.is_empty() { 0 } else { LINE };
        let caption = if captions().all(String::is_empty) {
            0
        } else {
            LINE
        };
        let column = self.side.max(widest(self.heads.iter().chain(captions()))) + GAP;
        let row_height = self.side + caption + GAP;
        let width = left + columns * column + MARGIN;
        let height = top + self.rows.len() as u32 * row_height + MARGIN;

        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\">{STYLE}\
             <rect class=\"paper\" width=\"{width}\" height=\"{height}\" fill=\"#FFFFFF\"/>\n"
        );
        let centre = |index: usize| left + index as u32 * column + column / 2;
        for (index, head) in self.heads.iter().enumerate() {
            text(&mut svg, centre(index), top - GAP, "middle", head);
        }
        for (index, row) in self.rows.iter().enumerate() {
            let y = top + index as u32 * row_height;
            text(
                &mut svg,
                MARGIN,
                y + (self.side + FONT_SIZE) / 2,
                "start",
                &row.label,
            );
            for (index, tile) in row.tiles.iter().enumerate() {
                let Some(tile) = tile else { continue };
                let _ = writeln!(
                    svg,
                    "<image x=\"{x}\" y=\"{y}\" width=\"{side}\" height=\"{side}\" href=\"{}\"/>\
                     <rect x=\"{x}\" y=\"{y}\" width=\"{side}\" height=\"{side}\" \
                     fill=\"none\" stroke=\"#808080\" stroke-opacity=\"0.5\"/>",
                    data_uri("image/png", &png(&tile.image)?),
                    x = centre(index) - self.side / 2,
                    side = self.side,
                );
                let below = y + self.side + FONT_SIZE;
                text(&mut svg, centre(index), below, "middle", &tile.caption);
            }
        }
        svg.push_str("</svg>\n");
        Ok(Drawing { svg, width, height })
    }
}

fn text(svg: &mut String, x: u32, y: u32, anchor: &str, content: &str) {
    if !content.is_empty() {
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"{FONT_SIZE}\">{}</text>",
            escape(content)
        );
    }
}

/// Width of the widest text, estimated: the reader's own font draws it.
fn widest<'a>(texts: impl Iterator<Item = &'a String>) -> u32 {
    let characters = texts.map(|text| text.chars().count()).max().unwrap_or(0);
    characters as u32 * FONT_SIZE * 6 / 10
}

fn png(image: &Gray) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, image.columns as u32, image.rows as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&image.levels)?;
    writer.finish()?;
    Ok(bytes)
}

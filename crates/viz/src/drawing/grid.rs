//! Images in rows and columns, with labels, titles and captions.

use super::{
    picture::Picture,
    svg::{Canvas, Drawing, data_uri, shortened, text_width},
};
use crate::{error::Error, run::Image};

/// An image in a grid.
#[derive(Clone, Debug)]
pub struct Tile {
    pub image: Picture,
    /// The text below it; may be empty.
    pub caption: String,
}

impl Tile {
    /// An image and the text below it.
    pub fn new(image: Picture, caption: impl Into<String>) -> Self {
        Tile {
            image,
            caption: caption.into(),
        }
    }

    /// An image without a text.
    pub fn plain(image: Picture) -> Self {
        Tile::new(image, "")
    }

    /// An image as it is, without a text.
    pub fn of(image: &Image, max_pixel: f64) -> Self {
        Tile::plain(Picture::clipped(image, max_pixel))
    }
}

/// A row of a grid.
#[derive(Clone, Debug)]
pub struct Row {
    /// The text to its left; may be empty.
    pub label: String,
    /// Its images from left to right; `None` leaves a gap.
    pub tiles: Vec<Option<Tile>>,
}

impl Row {
    /// A row without gaps.
    pub fn new(label: &str, tiles: impl IntoIterator<Item = Tile>) -> Self {
        Row {
            label: label.into(),
            tiles: tiles.into_iter().map(Some).collect(),
        }
    }

    /// Images as they are, without texts.
    pub fn of(label: &str, images: &[Image], max_pixel: f64) -> Self {
        Row::new(label, images.iter().map(|image| Tile::of(image, max_pixel)))
    }
}

/// Images in rows and columns.
#[derive(Clone, Debug)]
pub struct Grid {
    /// The height of each image as drawn, in pixels.
    pub side: u32,
    /// The texts above the columns; may be empty.
    pub column_titles: Vec<String>,
    /// From top to bottom.
    pub rows: Vec<Row>,
}

const MARGIN: u32 = 8;
const GAP: u32 = 6;
const LINE: u32 = 18;
const FONT_SIZE: u32 = 13;
/// Characters of a label or a title that are shown.
const CHARACTERS: usize = 36;

impl Grid {
    /// Images without captions, eight in a row.
    pub fn eight_wide(images: Vec<Picture>, side: u32) -> Grid {
        let mut tiles = images.into_iter().map(Tile::plain).peekable();
        let mut rows = Vec::new();
        while tiles.peek().is_some() {
            rows.push(Row::new("", tiles.by_ref().take(8)));
        }
        Grid {
            side,
            column_titles: Vec::new(),
            rows,
        }
    }

    /// Draws the grid. Each image is embedded as a PNG of its own size, under both names of a link:
    /// `href`, and `xlink:href`, the only one that Inkscape before version 1.3 and other older programs
    /// know.
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
        let short = |text: &String| shortened(text, CHARACTERS);
        let row_labels: Vec<String> = self.rows.iter().map(|row| short(&row.label)).collect();
        let column_titles: Vec<String> = self.column_titles.iter().map(short).collect();
        let labels = text_width(row_labels.iter(), FONT_SIZE);
        let left = MARGIN + labels + if labels > 0 { GAP } else { 0 };
        let has_titles = !self.column_titles.is_empty();
        let top = MARGIN + if has_titles { LINE } else { 0 };
        let has_captions = captions().any(|caption| !caption.is_empty());
        let row_height = self.side + if has_captions { LINE } else { 0 } + GAP;
        let texts = column_titles.iter().chain(captions());
        let tiles = self.rows.iter().flat_map(|row| row.tiles.iter().flatten());
        let widest = tiles.map(|tile| self.width(&tile.image)).max();
        let column = widest.unwrap_or(0).max(text_width(texts, FONT_SIZE)) + GAP;
        let width = left + columns * column + MARGIN;
        let height = top + self.rows.len() as u32 * row_height + MARGIN;

        let mut canvas = Canvas::new(width, height, FONT_SIZE);
        let centered = "text-anchor=\"middle\"";
        let center = |index: usize| left + index as u32 * column + column / 2;
        for (index, title) in column_titles.iter().enumerate() {
            canvas.text(center(index), top - GAP, centered, title);
        }
        for (index, row) in self.rows.iter().enumerate() {
            let y = top + index as u32 * row_height;
            canvas.text(
                MARGIN,
                y + (self.side + FONT_SIZE) / 2,
                "",
                &row_labels[index],
            );
            for (index, tile) in row.tiles.iter().enumerate() {
                let Some(tile) = tile else { continue };
                let width = self.width(&tile.image);
                canvas.element(format_args!(
                    "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{side}\" \
                     href=\"{uri}\" xlink:href=\"{uri}\"/>\
                     <rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{side}\" \
                     fill=\"none\" stroke=\"#808080\" stroke-opacity=\"0.5\"/>\n",
                    uri = data_uri("image/png", &png(&tile.image)?),
                    x = center(index) - width / 2,
                    side = self.side,
                ));
                let below = y + self.side + FONT_SIZE;
                canvas.text(center(index), below, centered, &tile.caption);
            }
        }
        Ok(canvas.finish())
    }

    /// The width of an image as drawn, in pixels.
    fn width(&self, image: &Picture) -> u32 {
        let width = self.side as usize * image.columns / image.rows.max(1);
        width.clamp(self.side as usize / 8, self.side as usize * 8) as u32
    }
}

fn png(image: &Picture) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, image.columns as u32, image.rows as u32);
    encoder.set_color(if image.channels == 3 {
        png::ColorType::Rgb
    } else {
        png::ColorType::Grayscale
    });
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&image.levels)?;
    writer.finish()?;
    Ok(bytes)
}

//! Images in rows and columns, with labels, titles and captions.

use super::{
    picture::Picture,
    svg::{Canvas, Drawing, data_uri, lines, shortened, text_width},
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
    /// The text to its left, in lines of its own; may be empty.
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
    /// The texts above the columns, in as many lines as they need; may be empty.
    pub column_titles: Vec<String>,
    /// From top to bottom.
    pub rows: Vec<Row>,
}

const MARGIN: u32 = 8;
/// Characters of a label or a title that are shown; of a label above its row.
const CHARACTERS: usize = 36;
const CHARACTERS_ABOVE: usize = 58;
/// The width of the narrow form, in which the label of a row is above it.
const NARROW: u32 = 364;
/// Wider grids are too small on narrow screens as they are.
const MAX_WIDE: u32 = 456;

/// How large everything but the images is.
struct Layout {
    gap: u32,
    line: u32,
    font_size: u32,
    /// Whether the label of a row is above it, and not to its left.
    labels_above: bool,
}

const WIDE: Layout = Layout {
    gap: 6,
    line: 18,
    font_size: 13,
    labels_above: false,
};

const COMPACT: Layout = Layout {
    gap: 3,
    line: 13,
    font_size: 10,
    labels_above: true,
};

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

    /// Draws the grid, for narrow screens too. Each image is embedded as a PNG of its own size, under both names of a link:
    /// `href`, and `xlink:href`, the only one that Inkscape before version 1.3 and other older programs
    /// know.
    ///
    /// # Errors
    /// [`Error::Png`].
    pub fn draw(&self) -> Result<Drawing, Error> {
        let wide = self.draw_as(&WIDE)?;
        if wide.width <= MAX_WIDE {
            return Ok(wide);
        }
        let columns = self.columns().max(1);
        let free = (NARROW - 2 * MARGIN) / columns;
        let across = free.saturating_sub(COMPACT.gap);
        let widest = self.widest().max(1);
        let narrow = Grid {
            side: (self.side * across / widest).clamp(1, self.side.max(1)),
            ..self.clone()
        };
        Ok(wide.with_narrow(narrow.draw_compact()?))
    }

    /// Draws the grid with small texts and the label of each row above it.
    ///
    /// # Errors
    /// [`Error::Png`].
    pub fn draw_compact(&self) -> Result<Drawing, Error> {
        self.draw_as(&COMPACT)
    }

    fn columns(&self) -> u32 {
        let columns = self.rows.iter().map(|row| row.tiles.len()).max();
        columns.unwrap_or(0) as u32
    }

    /// The width of the widest image.
    fn widest(&self) -> u32 {
        let tiles = self.rows.iter().flat_map(|row| row.tiles.iter().flatten());
        tiles.map(|tile| self.width(&tile.image)).max().unwrap_or(0)
    }

    fn draw_as(&self, layout: &Layout) -> Result<Drawing, Error> {
        let &Layout {
            gap,
            line,
            font_size,
            labels_above,
        } = layout;
        let captions = || {
            let tiles = self.rows.iter().flat_map(|row| row.tiles.iter().flatten());
            tiles.map(|tile| &tile.caption)
        };
        let columns = self.columns();
        let row_labels = self.rows.iter();
        let row_labels: Vec<Vec<String>> = row_labels
            .map(|row| {
                if labels_above {
                    let label = row.label.replace('\n', ", ");
                    return vec![shortened(&label, CHARACTERS_ABOVE)];
                }
                let lines = row.label.split('\n');
                lines.map(|line| shortened(line, CHARACTERS)).collect()
            })
            .collect();
        let labels = text_width(row_labels.iter().flatten(), font_size);
        let left = match (labels_above, labels) {
            (true, _) | (_, 0) => MARGIN,
            _ => MARGIN + labels + gap,
        };
        let label_height = if labels_above && labels > 0 { line } else { 0 };
        // A title is broken into lines that are hardly wider than the images.
        let widest = self.widest();
        let characters =
            (widest.max(if labels_above { 30 } else { 56 }) * 10 / 6 / font_size) as usize;
        // No column is narrower than its longest word, so all titles may be as wide.
        let words = self.column_titles.iter().flat_map(|title| lines(title, 1));
        let characters = words
            .map(|word| word.chars().count())
            .fold(characters, usize::max);
        let titles: Vec<Vec<String>> = self
            .column_titles
            .iter()
            .map(|title| {
                let broken = lines(title, characters).into_iter();
                broken.map(|line| shortened(&line, CHARACTERS)).collect()
            })
            .collect();
        let title_lines = titles.iter().map(Vec::len).max().unwrap_or(0) as u32;
        let top = MARGIN + title_lines * line;
        let has_captions = captions().any(|caption| !caption.is_empty());
        let row_height = label_height + self.side + if has_captions { line } else { 0 } + gap;
        let texts = titles.iter().flatten().chain(captions());
        let column = widest.max(text_width(texts, font_size)) + gap;
        let width = left + columns * column + MARGIN;
        let height = top + self.rows.len() as u32 * row_height + MARGIN;

        let mut canvas = Canvas::new(width, height, font_size);
        let centered = "text-anchor=\"middle\"";
        let center = |index: usize| left + index as u32 * column + column / 2;
        for (index, title) in titles.iter().enumerate() {
            let above = title_lines - title.len() as u32;
            for (number, text) in (above + 1..).zip(title) {
                canvas.text(center(index), MARGIN + number * line - gap, centered, text);
            }
        }
        for (index, row) in self.rows.iter().enumerate() {
            let y = top + index as u32 * row_height + label_height;
            let baseline = if labels_above {
                y - gap
            } else {
                y + (self.side + font_size) / 2
            };
            let lines = &row_labels[index];
            let above = (lines.len() as u32 - 1) * line / 2;
            for (number, text) in (0..).zip(lines) {
                canvas.text(MARGIN, baseline - above + number * line, "", text);
            }
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
                let below = y + self.side + font_size;
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

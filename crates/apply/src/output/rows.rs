//! A row of numbers for each image: its code or its pixels.

use std::{io::Write, path::Path};

use experiment::Shape;
use serde_json::{Map, Value, json};
use tch::Tensor;

use super::{Format, png, write};
use crate::{Error, ImageName, codes::COLUMN, interruption, scores::floats};

/// What the numbers of a row are.
#[derive(Clone, Copy, Debug)]
pub enum Content {
    /// A code of so many numbers.
    Codes(usize),
    /// An image, at 0-1 scale.
    Images(Shape),
}

impl Content {
    fn numbers(self) -> usize {
        match self {
            Content::Codes(size) => size,
            Content::Images(shape) => shape.size(),
        }
    }

    /// The shape of one row in an array.
    fn shape(self) -> Vec<usize> {
        match self {
            Content::Codes(size) => vec![size],
            Content::Images(Shape {
                channels: 1,
                rows,
                columns,
            }) => vec![rows, columns],
            Content::Images(Shape {
                channels,
                rows,
                columns,
            }) => vec![channels, rows, columns],
        }
    }

    fn key(self) -> &'static str {
        match self {
            Content::Codes(_) => "code",
            Content::Images(_) => "pixels",
        }
    }

    fn columns(self) -> impl Iterator<Item = String> {
        let prefix = match self {
            Content::Codes(_) => COLUMN,
            Content::Images(_) => "pixel_",
        };
        (0..self.numbers()).map(move |number| format!("{prefix}{number}"))
    }
}

/// Writes rows to a file, some at a time.
pub struct RowWriter<'a> {
    content: Content,
    sink: Sink<'a>,
}

enum Sink<'a> {
    Npy(&'a mut dyn Write),
    Csv(Box<csv::Writer<&'a mut dyn Write>>),
    Json {
        file: &'a mut dyn Write,
        begun: bool,
    },
    Png {
        file: &'a mut dyn Write,
        shape: Shape,
        images: Vec<f32>,
    },
}

impl RowWriter<'_> {
    /// Writes the rows of these images, `[N, U]` or `[N, P]`.
    ///
    /// # Errors
    /// [`Error::Output`].
    pub fn write(&mut self, names: &[ImageName], rows: &Tensor) -> Result<(), Error> {
        interruption::check()?;
        let (numbers, size) = (floats(rows), self.content.numbers());
        match &mut self.sink {
            Sink::Npy(file) => {
                let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
                file.write_all(&bytes)?;
            }
            Sink::Csv(file) => {
                for (name, row) in names.iter().zip(numbers.chunks_exact(size)) {
                    let mut record = csv_name(name).to_vec();
                    record.extend(row.iter().map(f32::to_string));
                    file.write_record(record).map_err(csv_error)?;
                }
            }
            Sink::Json { file, begun } => {
                for (name, row) in names.iter().zip(numbers.chunks_exact(size)) {
                    let mut object = json_name(name);
                    object.insert(self.content.key().to_owned(), json!(row));
                    write_image(*file, begun, &object)?;
                }
            }
            Sink::Png { images, .. } => images.extend(numbers),
        }
        Ok(())
    }
}

/// Writes `count` rows, which `fill` gives in batches; JSON begins with `about`.
///
/// # Errors
/// Those of `fill`; [`Error::Picture`]; a file that cannot be written.
pub fn write_rows(
    path: &Path,
    format: Format,
    content: Content,
    count: usize,
    about: &Map<String, Value>,
    fill: impl FnOnce(&mut RowWriter) -> Result<(), Error>,
) -> Result<(), Error> {
    write(path, |file| {
        let sink = begin(file, format, content, count, about)?;
        let mut writer = RowWriter { content, sink };
        fill(&mut writer)?;
        match writer.sink {
            Sink::Npy(_) => {}
            Sink::Csv(mut file) => file.flush()?,
            Sink::Json { file, .. } => file.write_all(b"\n]}\n")?,
            Sink::Png {
                file,
                shape,
                images,
            } => file.write_all(&png(shape, &images)?)?,
        }
        Ok(())
    })
}

fn begin<'a>(
    file: &'a mut dyn Write,
    format: Format,
    content: Content,
    count: usize,
    about: &Map<String, Value>,
) -> Result<Sink<'a>, Error> {
    match (format, content) {
        (Format::Png, Content::Images(shape)) => {
            let images = Vec::new();
            Ok(Sink::Png {
                file,
                shape,
                images,
            })
        }
        (Format::Csv, _) => {
            let mut writer = csv::Writer::from_writer(file);
            let mut header = NAME_COLUMNS.map(str::to_owned).to_vec();
            header.extend(content.columns());
            writer.write_record(header).map_err(csv_error)?;
            Ok(Sink::Csv(Box::new(writer)))
        }
        (Format::Json, _) => {
            let mut about = about.clone();
            about.insert("shape".into(), json!(content.shape()));
            if let Content::Images(_) = content {
                about.insert("pixel_scale".into(), json!("0-1"));
            }
            begin_images(file, about)?;
            Ok(Sink::Json { file, begun: false })
        }
        // Commands write codes to no picture.
        (Format::Npy | Format::Png | Format::Svg, _) => {
            file.write_all(&npy_header(count, &content.shape()))?;
            Ok(Sink::Npy(file))
        }
    }
}

/// Begins a JSON object with these fields, of which there is at least one, and with the list `images`.
///
/// # Errors
/// [`Error::Output`].
pub fn begin_images(file: &mut dyn Write, about: Map<String, Value>) -> Result<(), Error> {
    let text = Value::Object(about).to_string();
    let start = text.strip_suffix('}').unwrap_or(&text);
    Ok(write!(file, "{start},\"images\":[")?)
}

/// Adds an image to the list, which has `begun` if there are others before it.
///
/// # Errors
/// [`Error::Output`].
pub fn write_image(
    file: &mut dyn Write,
    begun: &mut bool,
    image: &Map<String, Value>,
) -> Result<(), Error> {
    file.write_all(if *begun { b",\n  " } else { b"\n  " })?;
    *begun = true;
    Ok(serde_json::to_writer(file, image).map_err(std::io::Error::from)?)
}

/// The columns of a CSV file that say which image it is.
pub const NAME_COLUMNS: [&str; 3] = ["file", "index", "label"];

/// The fields of [`NAME_COLUMNS`].
pub fn csv_name(name: &ImageName) -> [String; 3] {
    let label = name.label.clone().unwrap_or_default();
    [name.file.clone(), name.index.to_string(), label]
}

/// The same as fields of a JSON object; without a label if it is unknown.
pub fn json_name(name: &ImageName) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("file".into(), json!(name.file));
    fields.insert("index".into(), json!(name.index));
    if let Some(label) = &name.label {
        fields.insert("label".into(), json!(label));
    }
    fields
}

/// An error of the CSV writer, which writes no other fields than ours.
pub fn csv_error(error: csv::Error) -> Error {
    Error::Output(std::io::Error::other(error))
}

/// The header of a `.npy` file of `count` rows of little-endian 32-bit floats, in version 1.0 of the
/// format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.
pub fn npy_header(count: usize, row: &[usize]) -> Vec<u8> {
    let sizes: String = row.iter().map(|size| format!(" {size},")).collect();
    let shape = format!("({count},{sizes})").replace(",)", if row.is_empty() { ",)" } else { ")" });
    let mut text = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}");
    // Data begin at a multiple of 64 bytes; 10 bytes come before the text, a line feed ends it.
    let padding = 63 - (10 + text.len()) % 64;
    text.extend(std::iter::repeat_n(' ', padding));
    text.push('\n');
    let mut header = b"\x93NUMPY\x01\x00".to_vec();
    header.extend((text.len() as u16).to_le_bytes());
    header.extend(text.as_bytes());
    header
}

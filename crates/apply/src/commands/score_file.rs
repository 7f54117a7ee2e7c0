//! The file of `apply score`: the errors of each image, with verdicts and the ROC curve, written while
//! the images are scored.

use std::{io::Write, path::Path};

use apply::{
    Error, ImageName,
    output::{self, Format, NAME_COLUMNS, csv_error, csv_name, json_name, npy_header},
    scores::ImageError,
};
use serde_json::{Map, Value, json};

/// The columns of the errors of an image.
const ERRORS: [&str; 4] = ["sse_0_1", "mse_0_1", "sse_0_255", "mse_0_255"];

/// A scored image.
pub struct Scored {
    pub name: ImageName,
    pub error: ImageError,
    /// Which of two sets it is in, if there are two.
    pub set: Option<&'static str>,
}

impl Scored {
    /// The numbers of the columns [`ERRORS`].
    fn errors(&self) -> [f64; 4] {
        let error = self.error;
        [error.sse, error.mse(), error.sse_255(), error.mse_255()]
    }
}

/// The error above which an image is called an anomaly.
pub struct Threshold {
    pub quantile: f64,
    /// At 0-1 scale.
    pub sse: f64,
    /// What texts call the held-out images.
    pub images: String,
}

impl Threshold {
    pub fn is_exceeded(&self, error: ImageError) -> bool {
        error.sse > self.sse
    }

    fn verdict(&self, image: &Scored) -> &'static str {
        if self.is_exceeded(image.error) {
            "anomaly"
        } else {
            "normal"
        }
    }
}

/// How well the error tells anomalies from the other images.
#[derive(Clone)]
pub struct Roc {
    pub auc: f64,
    /// The rates of false and of true positives.
    pub curve: Vec<[f64; 2]>,
}

/// What a file has of all images.
pub struct About<'a> {
    /// The number of images.
    pub len: usize,
    /// What JSON says of the model.
    pub model: Map<String, Value>,
    /// Whether there are two sets.
    pub has_sets: bool,
    pub threshold: Option<&'a Threshold>,
}

/// Writes the errors that `fill` gives; it returns the ROC curve, if there is one.
pub fn write_scores(
    path: &Path,
    format: Format,
    about: &About,
    fill: impl FnOnce(&mut ScoreWriter) -> Result<Option<Roc>, Error>,
) -> Result<(), Error> {
    output::write(path, |file| {
        let sink = begin(file, format, about)?;
        let threshold = about.threshold;
        let mut writer = ScoreWriter { sink, threshold };
        let roc = fill(&mut writer)?;
        match writer.sink {
            Sink::Npy(_) => {}
            Sink::Csv(mut file) => file.flush()?,
            Sink::Json { file, .. } => {
                file.write_all(b"\n]")?;
                if let Some(Roc { auc, curve }) = roc {
                    let (auc, curve) = (json!(auc), json!(curve));
                    write!(
                        file,
                        ",\"auc\":{auc},\"roc_false_and_true_positive_rate\":{curve}"
                    )?;
                }
                file.write_all(b"}\n")?;
            }
        }
        Ok(())
    })
}

/// Writes the errors of some images at a time.
pub struct ScoreWriter<'a> {
    sink: Sink<'a>,
    threshold: Option<&'a Threshold>,
}

enum Sink<'a> {
    /// The SSE at 0-1 scale, `[N]`.
    Npy(&'a mut dyn Write),
    Csv(Box<csv::Writer<&'a mut dyn Write>>),
    Json {
        file: &'a mut dyn Write,
        begun: bool,
    },
}

fn begin<'a>(file: &'a mut dyn Write, format: Format, about: &About) -> Result<Sink<'a>, Error> {
    match format {
        Format::Csv => {
            let mut writer = csv::Writer::from_writer(file);
            let mut header = [&NAME_COLUMNS[..], &ERRORS].concat();
            header.extend(about.has_sets.then_some("set"));
            header.extend(about.threshold.map(|_| "verdict"));
            writer.write_record(header).map_err(csv_error)?;
            Ok(Sink::Csv(Box::new(writer)))
        }
        Format::Json => {
            let mut json = about.model.clone();
            if let Some(threshold) = about.threshold {
                let Threshold {
                    quantile,
                    sse,
                    images,
                } = threshold;
                let value = json!({"sse_0_1": sse, "quantile": quantile, "held_out": images});
                json.insert("threshold".into(), value);
            }
            output::begin_images(file, json)?;
            Ok(Sink::Json { file, begun: false })
        }
        _ => {
            file.write_all(&npy_header(about.len, &[]))?;
            Ok(Sink::Npy(file))
        }
    }
}

impl ScoreWriter<'_> {
    pub fn write(&mut self, image: &Scored) -> Result<(), Error> {
        let verdict = self.threshold.map(|threshold| threshold.verdict(image));
        match &mut self.sink {
            Sink::Npy(file) => file.write_all(&(image.error.sse as f32).to_le_bytes())?,
            Sink::Csv(file) => {
                let mut record = csv_name(&image.name).to_vec();
                record.extend(image.errors().map(|value| value.to_string()));
                record.extend(image.set.map(str::to_owned));
                record.extend(verdict.map(str::to_owned));
                file.write_record(record).map_err(csv_error)?;
            }
            Sink::Json { file, begun } => {
                let mut fields = json_name(&image.name);
                for (name, value) in ERRORS.iter().zip(image.errors()) {
                    fields.insert((*name).to_owned(), json!(value));
                }
                fields.extend(image.set.map(|set| ("set".to_owned(), json!(set))));
                fields.extend(verdict.map(|verdict| ("verdict".to_owned(), json!(verdict))));
                output::write_image(*file, begun, &fields)?;
            }
        }
        Ok(())
    }
}

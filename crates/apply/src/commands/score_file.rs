//! The file of `apply score`: the errors of each image, with verdicts and the ROC curve.

use std::path::Path;

use apply::{
    Error, ImageName,
    output::{self, NAME_COLUMNS, csv_error, csv_name, json_name, npy_header},
    scores::ImageError,
};
use serde_json::{Map, Value, json};

/// The columns of the errors of an image.
const ERRORS: [&str; 4] = ["sse_0_1", "mse_0_1", "sse_0_255", "mse_0_255"];

/// A scored image.
pub struct Scored {
    pub name: ImageName,
    pub error: ImageError,
    pub is_of_anomalies: bool,
}

impl Scored {
    /// The numbers of the columns [`ERRORS`].
    fn errors(&self) -> [f64; 4] {
        let error = self.error;
        [error.sse, error.mse(), error.sse_255(), error.mse_255()]
    }

    fn set(&self) -> &'static str {
        if self.is_of_anomalies {
            "anomalies"
        } else {
            "images"
        }
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
pub struct Roc {
    pub auc: f64,
    /// The rates of false and of true positives.
    pub curve: Vec<[f64; 2]>,
}

/// All that is written.
pub struct ScoreFile {
    pub images: Vec<Scored>,
    pub threshold: Option<Threshold>,
    pub roc: Option<Roc>,
}

impl ScoreFile {
    /// Writes the SSE at 0-1 scale, `[N]`.
    pub fn write_npy(&self, path: &Path) -> Result<(), Error> {
        output::write(path, |file| {
            file.write_all(&npy_header(self.images.len(), &[]))?;
            for image in &self.images {
                file.write_all(&(image.error.sse as f32).to_le_bytes())?;
            }
            Ok(())
        })
    }

    /// Writes a line for each image.
    pub fn write_csv(&self, path: &Path) -> Result<(), Error> {
        output::write(path, |file| {
            let mut writer = csv::Writer::from_writer(file);
            let mut header = [&NAME_COLUMNS[..], &ERRORS].concat();
            header.extend(self.roc.as_ref().map(|_| "set"));
            header.extend(self.threshold.as_ref().map(|_| "verdict"));
            writer.write_record(header).map_err(csv_error)?;
            for image in &self.images {
                let mut record = csv_name(&image.name).to_vec();
                record.extend(image.errors().map(|value| value.to_string()));
                record.extend(self.roc.as_ref().map(|_| image.set().to_owned()));
                let verdict = self.threshold.as_ref().map(|t| t.verdict(image).to_owned());
                record.extend(verdict);
                writer.write_record(record).map_err(csv_error)?;
            }
            Ok(writer.flush()?)
        })
    }

    /// Writes one object: `about` the model, the threshold, the ROC curve, and the images.
    pub fn write_json(&self, path: &Path, about: Map<String, Value>) -> Result<(), Error> {
        let mut json = about;
        if let Some(threshold) = &self.threshold {
            let Threshold {
                quantile,
                sse,
                images,
            } = threshold;
            let value = json!({"sse_0_1": sse, "quantile": quantile, "held_out": images});
            json.insert("threshold".into(), value);
        }
        if let Some(Roc { auc, curve }) = &self.roc {
            json.insert("auc".into(), json!(auc));
            json.insert("roc_false_and_true_positive_rate".into(), json!(curve));
        }
        let images = self.images.iter().map(|image| {
            let mut fields = json_name(&image.name);
            for (name, value) in ERRORS.iter().zip(image.errors()) {
                fields.insert((*name).to_owned(), json!(value));
            }
            if self.roc.is_some() {
                fields.insert("set".into(), json!(image.set()));
            }
            if let Some(threshold) = &self.threshold {
                fields.insert("verdict".into(), json!(threshold.verdict(image)));
            }
            Value::Object(fields)
        });
        json.insert("images".into(), images.collect());
        let text = Value::Object(json).to_string() + "\n";
        Ok(durable_fs::write_atomically(path, text.as_bytes())?)
    }
}

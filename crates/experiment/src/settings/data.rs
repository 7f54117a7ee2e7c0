//! Which images an experiment uses.

use std::fmt::{self, Display};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The images of an experiment: a known set by its name, or a file or folder of images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Form", into = "Form")]
pub struct Data {
    /// The name of a known set, such as `mnist`, or the path of a file or folder.
    pub source: String,
    /// Rows and columns that every image is resized to; as they are if absent.
    pub resize: Option<[usize; 2]>,
    /// Whether colors become gray.
    pub gray: bool,
    /// The share of the images that is kept for testing, where they have no test set of their own.
    pub test: f64,
    /// How many training images are mixed at a time, if they are too many for the memory: they are
    /// read from disk then. All at once if absent.
    pub window: Option<usize>,
}

impl Default for Data {
    /// MNIST.
    fn default() -> Self {
        Data::named(Data::MNIST)
    }
}

/// Images that a window can have.
const WINDOWS: std::ops::RangeInclusive<usize> = 1..=1_000_000_000;

/// Rows or columns that images can be resized to.
const SIDES: std::ops::RangeInclusive<usize> = 1..=1024;

impl Data {
    /// The name of the assignment's images.
    pub const MNIST: &str = "mnist";
    /// The share of images without a test set that is kept for testing unless a setting says
    /// otherwise.
    const TEST: f64 = 0.1;

    /// The set of this name, or the images at this path, as they are.
    pub fn named(source: &str) -> Self {
        Data {
            source: source.to_owned(),
            resize: None,
            gray: false,
            test: Data::TEST,
            window: None,
        }
    }

    /// Whether they are the assignment's, MNIST as it is.
    pub fn is_default(&self) -> bool {
        *self == Data::default()
    }

    /// What distinguishes them from other images in a run folder: the name or path alone, or all
    /// settings as JSON.
    pub fn key(&self) -> String {
        match Form::from(self.clone()) {
            Form::Source(source) => source,
            form @ Form::Settings(_) => {
                serde_json::to_string(&form).expect("settings have string keys only")
            }
        }
    }

    /// Checks the settings. The error is a message that names the field.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.source.is_empty() || self.source.len() > 4096 {
            return Err(format!(
                "data must be the name of a set or a path of 1 to 4096 bytes, found {} bytes",
                self.source.len()
            ));
        }
        for side in self.resize.iter().flatten() {
            super::bounds::whole("data.resize", *side, SIDES)?;
        }
        if let Some(window) = self.window {
            super::bounds::whole("data.window", window, WINDOWS)?;
        }
        if !(self.test > 0.0 && self.test < 1.0) {
            return Err(format!(
                "data.test must be between 0 and 1, the share of the images that is kept for \
                 testing, found {}",
                self.test
            ));
        }
        Ok(())
    }
}

impl Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", self.source)?;
        if let Some([rows, columns]) = self.resize {
            write!(f, ", resized to {rows} x {columns}")?;
        }
        if self.gray {
            write!(f, ", gray")?;
        }
        if self.test != Data::TEST {
            write!(f, ", {} for testing", self.test)?;
        }
        if let Some(window) = self.window {
            write!(f, ", in windows of {window}")?;
        }
        Ok(())
    }
}

/// How it is written: as its name or path if nothing else is set.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Form {
    Source(String),
    Settings(Fields),
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Fields {
    /// The name of a known set, or the path of a file or folder of images.
    source: String,
    /// Rows and columns that every image is resized to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resize: Option<[usize; 2]>,
    /// Whether colors become gray.
    #[serde(default)]
    gray: bool,
    /// The share of the images that is kept for testing, where there is no test set.
    #[serde(default = "default_test")]
    test: f64,
    /// How many training images are mixed at a time, if they are too many for the memory: they are
    /// read from disk then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    window: Option<usize>,
}

fn default_test() -> f64 {
    Data::TEST
}

impl From<Form> for Data {
    fn from(form: Form) -> Self {
        match form {
            Form::Source(source) => Data::named(&source),
            Form::Settings(Fields {
                source,
                resize,
                gray,
                test,
                window,
            }) => Data {
                source,
                resize,
                gray,
                test,
                window,
            },
        }
    }
}

impl From<Data> for Form {
    fn from(data: Data) -> Self {
        if data == Data::named(&data.source) {
            return Form::Source(data.source);
        }
        let Data {
            source,
            resize,
            gray,
            test,
            window,
        } = data;
        Form::Settings(Fields {
            source,
            resize,
            gray,
            test,
            window,
        })
    }
}

//! Images as a user names them, scaled as the training images were, batch by batch.

mod source;

use std::{collections::BTreeSet, io, ops::Range, path::Path};

use experiment::{Data, Protocol};
use image_sets::Options;
use tch::{Device, Tensor};
use tempfile::NamedTempFile;
use train::data::{Datasets, Images as SizedImages, title};

use self::source::Source;
use crate::{Error, TrainedModel, interruption};

/// How many images go through a model at a time.
pub const BATCH: usize = 250;

/// The folder of the known sets.
const FOLDER: &str = "data";

/// What texts call standard input.
const INPUT: &str = "standard input";

/// Images of the size that a model takes. They are read batch by batch: any number of them fits into
/// memory. Only the test images of a run are in memory, as they were when it was trained.
#[derive(Debug)]
pub struct Images {
    /// What texts call them.
    name: String,
    /// What a row of results calls the file, where it holds many images.
    file: String,
    source: Source,
    /// Holds what came from standard input.
    input: Option<NamedTempFile>,
}

/// Some images with their names.
#[derive(Debug)]
pub struct Batch {
    /// One for each image.
    pub names: Vec<ImageName>,
    /// `[N, P]`.
    pub images: Tensor,
}

/// Which image it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageName {
    /// The picture in its folder, or the file or set of many images.
    pub file: String,
    /// Its index in what the user named, from 0.
    pub index: usize,
    /// Its class, if that is known.
    pub label: Option<String>,
}

impl Images {
    /// The images that `source` names, for `model`: a known set, a file, a folder, or `-` for standard
    /// input. Of a known set and of a folder with a split, these are the test images.
    ///
    /// Sizes and colors are changed as the settings of the training say, and values are scaled as they
    /// were for the training.
    ///
    /// # Errors
    /// [`Error::Size`], [`Error::Values`], [`Error::NoKnownSet`]; images that cannot be read.
    pub fn open(source: &str, model: &TrainedModel) -> Result<Self, Error> {
        if source == "-" {
            return Images::of_input(&mut io::stdin().lock(), model);
        }
        let Some(known) = title(source) else {
            // A known set by its path, as it is before it was downloaded.
            let name = Path::new(source).strip_prefix(FOLDER).ok();
            let name = name
                .and_then(Path::to_str)
                .filter(|name| title(name).is_some());
            if let Some(name) = name {
                expect_known(name)?;
            }
            return Images::read(source, Path::new(source), model);
        };
        expect_known(source)?;
        Images::read(known, &Path::new(FOLDER).join(source), model)
    }

    /// The test images of the model's own run.
    ///
    /// # Errors
    /// [`Error::NoRun`]; [`Error::OtherImages`] if their files have changed since; images that cannot
    /// be read.
    pub fn of_run(model: &TrainedModel) -> Result<Self, Error> {
        let record = model.record().ok_or_else(|| Error::NoRun {
            folder: model.folder().to_owned(),
        })?;
        let data = &model.experiment().data;
        let sets = Datasets::load([data], Path::new(FOLDER))?;
        let set = sets.of(data);
        let is_other =
            |(file, digest): &(&String, &String)| set.record.files.get(*file) != Some(*digest);
        if let Some((file, expected)) = record.files.iter().find(is_other) {
            return Err(Error::OtherImages {
                data: record.name.clone(),
                file: file.clone(),
                expected: expected.clone(),
                found: set.record.files.get(file).cloned(),
            });
        }
        Ok(Images {
            name: format!("the test images of {}", record.name),
            file: record.name.clone(),
            source: Source::Run {
                images: set.evaluation.test.clone(),
                labels: set.evaluation.labels.clone(),
                classes: set.record.classes.clone(),
            },
            input: None,
        })
    }

    /// What comes from `input`, a file of any kind that can be read.
    fn of_input(input: &mut dyn io::Read, model: &TrainedModel) -> Result<Self, Error> {
        let mut file = NamedTempFile::new().map_err(Error::Input)?;
        io::copy(input, &mut file).map_err(Error::Input)?;
        let images = Images::read(INPUT, file.path(), model).map_err(without_path)?;
        let input = Some(file);
        Ok(Images { input, ..images })
    }

    fn read(name: &str, path: &Path, model: &TrainedModel) -> Result<Self, Error> {
        Ok(Images {
            name: name.to_owned(),
            file: name.to_owned(),
            source: Source::find(name, path, &options(&model.experiment().data), model)?,
            input: None,
        })
    }

    /// What texts call them.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of images, N.
    pub fn len(&self) -> usize {
        self.source.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The classes of the images; none if they are not known.
    pub fn classes(&self) -> BTreeSet<String> {
        let labels = (0..self.len()).map(|index| self.source.label(index));
        labels.collect::<Option<_>>().unwrap_or_default()
    }

    /// Gives the first `count` images to `each`, in batches of at most [`BATCH`].
    ///
    /// # Errors
    /// Those of `each`; images that cannot be read.
    pub fn batches(
        &self,
        count: usize,
        each: impl FnMut(Batch) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.some(0..count.min(self.len()), each)
    }

    /// One image, as a batch.
    ///
    /// # Errors
    /// [`Error::Index`]; an image that cannot be read.
    pub fn get(&self, index: usize) -> Result<Batch, Error> {
        let mut found = None;
        if index < self.len() {
            self.some(index..index + 1, |batch| {
                found = Some(batch);
                Ok(())
            })?;
        }
        found.ok_or_else(|| Error::Index {
            file: self.name.clone(),
            len: self.len(),
            index,
        })
    }

    fn some(
        &self,
        range: Range<usize>,
        mut each: impl FnMut(Batch) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut start = range.start;
        let mut with_names = |images: SizedImages| {
            interruption::check()?;
            let rows = start..start + images.len();
            start = rows.end;
            each(Batch {
                names: rows.map(|index| self.image_name(index)).collect(),
                images: images.tensor(Protocol::Corrected, Device::Cpu),
            })
        };
        let read = self.source.batches(range, BATCH, &mut with_names);
        if self.input.is_some() {
            return read.map_err(without_path);
        }
        read
    }

    /// The path of an image in its folder, if it is a picture with a name.
    pub fn picture(&self, index: usize) -> Option<String> {
        self.source.picture(index).filter(|_| self.input.is_none())
    }

    fn image_name(&self, index: usize) -> ImageName {
        let picture = self.picture(index);
        ImageName {
            file: picture.unwrap_or_else(|| self.file.clone()),
            index,
            label: self.source.label(index),
        }
    }
}

/// How images are changed while they are read, as those of `data` were.
fn options(data: &Data) -> Options {
    Options {
        resize: data.resize.map(|[rows, columns]| (rows, columns)),
        gray: data.gray,
    }
}

/// Refuses a known set that is not in the folder of the known sets.
fn expect_known(name: &str) -> Result<(), Error> {
    let path = Path::new(FOLDER).join(name);
    if path.exists() {
        return Ok(());
    }
    let name = name.to_owned();
    Err(Error::NoKnownSet { name, path })
}

/// The error without the path of the temporary file that standard input went to.
fn without_path(error: Error) -> Error {
    match error {
        Error::Images(mut error) => {
            error.path = INPUT.into();
            error.into()
        }
        Error::Size {
            expected, found, ..
        } => Error::Size {
            file: INPUT.to_owned(),
            expected,
            found,
        },
        error => error,
    }
}

//! Images as a user names them, scaled as the training images were, batch by batch.

mod read;

use std::{io, path::Path};

use experiment::{Protocol, Shape};
use image_sets::{Options, Pictures};
use tch::{Device, Tensor};
use train::data::{Datasets, Images as SizedImages, Pixels, title};

use self::read::{INPUT, arrays, check_size, of_input};
use crate::{Error, TrainedModel};

/// How many images go through a model at a time.
pub const BATCH: usize = 250;

/// The folder of the known sets.
const FOLDER: &str = "data";

/// Images of the size that a model takes. Pictures are read batch by batch; arrays are in memory.
#[derive(Debug)]
pub struct Images {
    /// What texts call them.
    name: String,
    /// What a row of results calls the file, where it holds many images.
    file: String,
    kind: Kind,
    shape: Shape,
}

#[derive(Debug)]
enum Kind {
    Arrays {
        images: SizedImages,
        labels: Option<Vec<String>>,
    },
    Pictures {
        pictures: Pictures,
        /// Holds what came from standard input.
        _file: Option<tempfile::NamedTempFile>,
    },
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
        let data = &model.experiment().data;
        let options = Options {
            resize: data.resize.map(|[rows, columns]| (rows, columns)),
            gray: data.gray,
        };
        if source == "-" {
            return Images::of_input(&mut io::stdin().lock(), &options, model);
        }
        let Some(known) = title(source) else {
            return Images::read(source, Path::new(source), &options, model, None);
        };
        let path = Path::new(FOLDER).join(source);
        if !path.exists() {
            let name = source.to_owned();
            return Err(Error::NoKnownSet { name, path });
        }
        Images::read(known, &path, &options, model, None)
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
        let images = set.evaluation.test.clone();
        Ok(Images {
            name: format!("the test images of {}", record.name),
            file: record.name.clone(),
            shape: images.shape(),
            kind: Kind::Arrays {
                images,
                labels: None,
            },
        })
    }

    /// What comes from `input`, a file of any kind that can be read.
    fn of_input(
        input: &mut dyn io::Read,
        options: &Options,
        model: &TrainedModel,
    ) -> Result<Self, Error> {
        let mut file = tempfile::NamedTempFile::new().map_err(Error::Input)?;
        io::copy(input, &mut file).map_err(Error::Input)?;
        let path = file.path().to_owned();
        Images::read(INPUT, &path, options, model, Some(file)).map_err(of_input)
    }

    fn read(
        name: &str,
        path: &Path,
        options: &Options,
        model: &TrainedModel,
        file: Option<tempfile::NamedTempFile>,
    ) -> Result<Self, Error> {
        let (name, shape) = (name.to_owned(), model.shape());
        let kind = match Pictures::find(path, options)? {
            Some(pictures) => Kind::Pictures {
                pictures,
                _file: file,
            },
            None => {
                let (images, labels) = arrays(&name, path, options, model)?;
                Kind::Arrays { images, labels }
            }
        };
        Ok(Images {
            file: name.clone(),
            name,
            kind,
            shape,
        })
    }

    /// What texts call them.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of images, N.
    pub fn len(&self) -> usize {
        match &self.kind {
            Kind::Arrays { images, .. } => images.len(),
            Kind::Pictures { pictures, .. } => pictures.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All images in batches of at most [`BATCH`].
    pub fn batches(&self) -> impl Iterator<Item = Result<Batch, Error>> {
        self.batches_of_first(self.len())
    }

    /// The first `count` images, in batches of at most [`BATCH`].
    pub fn batches_of_first(&self, count: usize) -> impl Iterator<Item = Result<Batch, Error>> {
        let count = count.min(self.len());
        (0..count)
            .step_by(BATCH)
            .map(move |start| self.batch(start, count.min(start + BATCH)))
    }

    /// One image, as a batch.
    ///
    /// # Errors
    /// [`Error::Index`]; a picture that cannot be read.
    pub fn get(&self, index: usize) -> Result<Batch, Error> {
        if index >= self.len() {
            return Err(Error::Index {
                file: self.name.clone(),
                len: self.len(),
                index,
            });
        }
        self.batch(index, index + 1)
    }

    fn batch(&self, start: usize, end: usize) -> Result<Batch, Error> {
        let (images, names) = match &self.kind {
            Kind::Arrays { images, labels } => {
                let name = |index: usize| ImageName {
                    file: self.file.clone(),
                    index,
                    label: labels.as_ref().map(|labels| labels[index].clone()),
                };
                let names = (start..end).map(name).collect();
                (images.select(start..end), names)
            }
            Kind::Pictures { pictures, _file } => {
                let is_input = _file.is_some();
                let name = |index: usize| ImageName {
                    file: if is_input {
                        self.file.clone()
                    } else {
                        pictures.name(index)
                    },
                    index,
                    label: pictures.class(index).map(str::to_owned),
                };
                let names = (start..end).map(name).collect();
                let read = self.pictures(pictures, start, end);
                (
                    read.map_err(|error| if is_input { of_input(error) } else { error })?,
                    names,
                )
            }
        };
        Ok(Batch {
            names,
            images: images.tensor(Protocol::Corrected, Device::Cpu),
        })
    }

    fn pictures(
        &self,
        pictures: &Pictures,
        start: usize,
        end: usize,
    ) -> Result<SizedImages, Error> {
        let mut bytes = Vec::with_capacity((end - start) * self.shape.size());
        for (index, (shape, pixels)) in (start..).zip(pictures.read(start..end)?) {
            // A picture that is gray by chance has one channel.
            let copies = if shape.channels == 1 {
                self.shape.channels
            } else {
                1
            };
            let found = Shape {
                channels: shape.channels * copies,
                rows: shape.rows,
                columns: shape.columns,
            };
            check_size(
                &pictures.path(index).display().to_string(),
                self.shape,
                found,
            )?;
            (0..copies).for_each(|_| bytes.extend_from_slice(&pixels));
        }
        Ok(SizedImages::new(self.shape, Pixels::Bytes(bytes)))
    }
}

//! The images of the experiments of a run: known sets from the data folder, and the user's own.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    path::Path,
};

use experiment::{Data, DataRecord, FASHION_SAMPLE, FIRST_SAMPLE, SAMPLE_COUNT, Shape};
use mnist_io::{
    Dataset,
    catalog::{KnownFile, MNIST},
};

use super::{
    data_set::{DataSet, title},
    evaluation_images::EvaluationImages,
    images::{Images, LabeledImages, Pixels},
    own_images,
};
use crate::Error;

/// MNIST's training set, as [`load_set`] names it.
pub const MNIST_TRAINING: &str = "mnist/train";
/// MNIST's test set.
pub const MNIST_TEST: &str = "mnist/t10k";
/// Fashion-MNIST's test set.
const FASHION: &str = "fashion-mnist/t10k";

/// What the names of a data set's files end with.
const IMAGES: &str = "images-idx3-ubyte.gz";
const LABELS: &str = "labels-idx1-ubyte.gz";

/// The images of all experiments of a run, by [`Data::key`].
#[derive(Debug, Default)]
pub struct Datasets(BTreeMap<String, DataSet>);

impl Datasets {
    /// Reads what `wanted` names: known sets from `folder`, which is laid out as this project's
    /// `data/`.
    ///
    /// # Errors
    /// [`Error::Data`] or [`Error::Images`] with the file and what is wrong with it, within an
    /// [`Error::KnownSet`] if it belongs to one; [`Error::NoSuchData`]; [`Error::TooFewToSplit`].
    pub fn load<'a>(
        wanted: impl IntoIterator<Item = &'a Data>,
        folder: &Path,
    ) -> Result<Self, Error> {
        let mut sets = BTreeMap::new();
        for data in wanted {
            if let Entry::Vacant(entry) = sets.entry(data.key()) {
                entry.insert(if data.is_default() {
                    mnist(folder)?
                } else {
                    read(data, folder)?
                });
            }
        }
        Ok(Datasets(sets))
    }

    /// The images of an experiment.
    ///
    /// # Panics
    /// If [`Datasets::load`] was not asked for them.
    pub fn of(&self, data: &Data) -> &DataSet {
        let set = self.0.get(&data.key());
        set.expect("the images of every experiment were loaded")
    }

    /// What is recorded of each set.
    pub fn records(&self) -> BTreeMap<String, DataRecord> {
        let sets = self.0.iter();
        sets.map(|(key, set)| (key.clone(), set.record.clone()))
            .collect()
    }

    /// All sets.
    pub fn sets(&self) -> impl Iterator<Item = &DataSet> {
        self.0.values()
    }
}

/// Reads a known set other than MNIST from `folder`, or a user's images.
fn read(data: &Data, folder: &Path) -> Result<DataSet, Error> {
    if title(&data.source).is_none() {
        return own_images::load(data, Path::new(&data.source), name(data));
    }
    own_images::load(data, &folder.join(&data.source), name(data)).map_err(|source| match source {
        // The files of the set are not the reason.
        Error::ImageFile { .. } | Error::TooManyTestImages { .. } => source,
        source => Error::KnownSet {
            name: data.source.clone(),
            source: source.into(),
        },
    })
}

/// What texts call the images of `data`.
fn name(data: &Data) -> String {
    let mut text = title(&data.source).unwrap_or(&data.source).to_owned();
    // The settings beside the source that change the images.
    let data = Data {
        window: None,
        ..data.clone()
    };
    text += data.to_string().strip_prefix(&data.source).unwrap_or("");
    text
}

/// MNIST, with Fashion-MNIST's test set for the assignment. Other images in MNIST's place are called
/// by their path; they are the assignment's as long as the test set is.
fn mnist(folder: &Path) -> Result<DataSet, Error> {
    let (training, (test, fashion)) = rayon::join(
        || load_set(folder, MNIST_TRAINING),
        || {
            rayon::join(
                || load_set(folder, MNIST_TEST),
                || load_set(folder, FASHION),
            )
        },
    );
    let (training, test, fashion) = (training?, test?, fashion?);
    let shape = Shape {
        channels: 1,
        rows: training.rows(),
        columns: training.columns(),
    };
    if [test.rows(), test.columns()] != [shape.rows, shape.columns] {
        return Err(Error::OtherTestSize {
            set: folder.join(Data::MNIST).display().to_string(),
            training: shape.to_string(),
            test: format!("{} x {}", test.rows(), test.columns()),
        });
    }
    let mut files = BTreeMap::new();
    for (set, name) in [
        (&training, MNIST_TRAINING),
        (&test, MNIST_TEST),
        (&fashion, FASHION),
    ] {
        let [images, labels] = set.digests().clone();
        files.insert(format!("{name}-{IMAGES}"), images);
        files.insert(format!("{name}-{LABELS}"), labels);
    }
    let is_known = |known: &KnownFile| files.get(known.path).is_some_and(|d| d == known.sha256);
    let is_mnist = MNIST.iter().all(is_known);
    let sizes = [fashion.rows(), fashion.columns()] == [shape.rows, shape.columns];
    let has_enough =
        sizes && test.len() >= FIRST_SAMPLE + SAMPLE_COUNT && fashion.len() > FASHION_SAMPLE;
    let is_assignment =
        MNIST[2..].iter().all(is_known) && shape == Shape::square(1, 28) && has_enough;

    let [training, test, fashion] = [training, test, fashion].map(labeled);
    let evaluation = if is_assignment {
        EvaluationImages::of_assignment(&training, &test, &fashion)
    } else {
        EvaluationImages::new(&training, &test)
    };
    Ok(DataSet {
        record: DataRecord {
            name: if is_mnist {
                name(&Data::default())
            } else {
                folder.join(Data::MNIST).display().to_string()
            },
            shape: [shape.channels, shape.rows, shape.columns],
            training_images: training.images.len(),
            test_images: test.images.len(),
            held_out: None,
            values: training.images.value_range(),
            classes: (0..10).map(|class| class.to_string()).collect(),
            notes: Vec::new(),
            files,
        },
        training: training.images.into(),
        evaluation,
    })
}

fn labeled(set: Dataset) -> LabeledImages {
    let shape = Shape {
        channels: 1,
        rows: set.rows(),
        columns: set.columns(),
    };
    let labels = set.labels().iter().map(|&label| label.into()).collect();
    LabeledImages {
        images: Images::new(shape, Pixels::Bytes(set.into_images())),
        labels: Some(labels),
    }
}

/// Reads the images and labels of one set, e.g. [`MNIST_TRAINING`], in `folder`.
///
/// # Errors
/// The file and what is wrong with it.
pub fn load_set(folder: &Path, set: &str) -> Result<Dataset, mnist_io::Error> {
    let file = |part| folder.join(format!("{set}-{part}"));
    Dataset::load(&file(IMAGES), &file(LABELS))
}

//! The data sets of a run, read from a folder that is laid out as this project's `data/`.

use std::{collections::BTreeMap, path::Path};

use experiment::{FASHION_SAMPLE, FIRST_SAMPLE, PIXELS, SAMPLE_COUNT};
use mnist_io::Dataset;

use super::evaluation_images::EvaluationImages;
use crate::Error;

/// MNIST's training set, as [`load_set`] names it.
pub const MNIST_TRAINING: &str = "mnist/train";
/// MNIST's test set.
pub const MNIST_TEST: &str = "mnist/t10k";
/// Fashion-MNIST's test set.
const FASHION_TEST: &str = "fashion-mnist/t10k";

/// What the names of a data set's files end with.
const IMAGES: &str = "images-idx3-ubyte.gz";
const LABELS: &str = "labels-idx1-ubyte.gz";

/// The data sets of a run.
#[derive(Debug)]
pub struct Datasets {
    /// MNIST's training set.
    pub training: Dataset,
    /// The images that evaluations show to models.
    pub evaluation: EvaluationImages,
    /// SHA-256 of the content of each file, by its path in the data folder.
    pub digests: BTreeMap<String, String>,
}

impl Datasets {
    /// Reads the data sets of `folder`.
    ///
    /// # Errors
    /// [`Error::Data`] with the file and what is wrong with it; [`Error::UnfitData`].
    pub fn load(folder: &Path) -> Result<Self, Error> {
        let (training, (test, fashion)) = rayon::join(
            || load_set(folder, MNIST_TRAINING),
            || {
                rayon::join(
                    || load_set(folder, MNIST_TEST),
                    || load_set(folder, FASHION_TEST),
                )
            },
        );
        let (training, test, fashion) = (training?, test?, fashion?);
        let mut digests = BTreeMap::new();
        for (set, name, min) in [
            (&training, MNIST_TRAINING, 1),
            (&test, MNIST_TEST, FIRST_SAMPLE + SAMPLE_COUNT),
            (&fashion, FASHION_TEST, FASHION_SAMPLE + 1),
        ] {
            if set.pixels() != PIXELS || set.len() < min {
                return Err(Error::UnfitData {
                    set: folder.join(name).display().to_string(),
                    min,
                    rows: set.rows(),
                    columns: set.columns(),
                    found: set.len(),
                });
            }
            let [images, labels] = set.digests().clone();
            digests.insert(format!("{name}-{IMAGES}"), images);
            digests.insert(format!("{name}-{LABELS}"), labels);
        }
        Ok(Datasets {
            digests,
            evaluation: EvaluationImages::new(&training, &test, &fashion),
            training,
        })
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

//! The images that an evaluation feeds to a model.

use std::{collections::BTreeMap, path::Path};

use experiment::{
    CODE_NOISE_IMAGES, FASHION_SAMPLE, FIRST_SAMPLE, PIXELS, Protocol, RANDOM_IMAGES,
    REFERENCE_IMAGES, RunFolder, SAMPLES, arrays,
};
use mnist_io::{Dataset, Elements, IdxArray};
use rand::RngExt;
use tch::{Device, Kind, Tensor};

use crate::{
    Error,
    data::batches::normal,
    evaluation::reconstructions::lit_pixels,
    random::{Purpose, generator},
};

/// How many of the first test images the assignment shows with noise.
const FIRST_IMAGES: usize = 10;
/// Standard deviation of the noise in the assignment's figure of noisy inputs.
const FIRST_IMAGES_NOISE: f64 = 0.5;

/// Images that go through a model at a time: larger chunks leave the processor's caches.
const CHUNK: usize = 250;

/// Images as bytes, N x P.
#[derive(Clone, Debug)]
pub struct Images(pub Vec<u8>);

impl Images {
    /// `[N, P]` at the scale of `protocol`, on `device`.
    pub fn tensor(&self, protocol: Protocol, device: Device) -> Tensor {
        tensor(&self.0, protocol, device)
    }

    /// How many there are: N.
    pub(crate) fn len(&self) -> usize {
        self.0.len() / PIXELS
    }

    /// The same at 0-1 scale, so many at a time as a model takes well.
    pub(crate) fn chunks(&self, device: Device) -> impl Iterator<Item = Tensor> {
        let chunks = self.0.chunks(CHUNK * PIXELS);
        chunks.map(move |bytes| tensor(bytes, Protocol::Corrected, device))
    }
}

fn tensor(bytes: &[u8], protocol: Protocol, device: Device) -> Tensor {
    let bytes = Tensor::from_slice(bytes)
        .view([-1, PIXELS as i64])
        .to_device(device);
    let pixels = bytes.to_kind(Kind::Float);
    match protocol {
        Protocol::Assignment => pixels,
        Protocol::Corrected => pixels / 255.0,
    }
}

/// Images of known class.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// N images.
    pub images: Images,
    /// The class of each, from 0 to 9.
    pub labels: Vec<u8>,
}

/// The images of every evaluation.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// The MNIST test set.
    pub test: Images,
    /// The ten test samples.
    pub samples: Images,
    /// The first ten test images.
    pub first: Images,
    /// The test images whose codes are disturbed.
    pub code_noise: Labelled,
    /// Fashion-MNIST test image 10.
    pub fashion: Images,
    /// The whole Fashion-MNIST test set.
    pub fashion_test: Images,
    /// The assignment's random image.
    pub random: Images,
    /// Many images of pixels uniform in 0 to 254.
    pub random_images: Images,
    /// The first training images: reconstructions are classified by the nearest of them.
    pub references: Labelled,
    /// For each pixel, whether any training image lights it.
    pub lit: Vec<bool>,
}

impl Inputs {
    /// Cuts them from MNIST's training set and the two test sets.
    ///
    /// Draws the assignment's random image from libtorch's global generator, so call it before any
    /// thread that might use that too.
    pub fn new(training: &Dataset, test: &Dataset, fashion: &Dataset) -> Self {
        let cut = |set: &Dataset, start: usize, count: usize| {
            let pixels = set.pixels();
            Images(set.images()[start * pixels..(start + count) * pixels].to_vec())
        };
        let first = |set: &Dataset, count: usize| Labelled {
            images: cut(set, 0, count),
            labels: set.labels()[..count].to_vec(),
        };
        Inputs {
            test: Images(test.images().to_vec()),
            samples: cut(test, FIRST_SAMPLE, SAMPLES),
            first: cut(test, 0, FIRST_IMAGES),
            code_noise: first(test, CODE_NOISE_IMAGES.min(test.len())),
            fashion: cut(fashion, FASHION_SAMPLE, 1),
            fashion_test: Images(fashion.images().to_vec()),
            random: random_image(),
            random_images: random_images(),
            references: first(training, REFERENCE_IMAGES.min(training.len())),
            lit: lit_pixels(training.images()),
        }
    }

    /// Writes the images that figures show to the run folder.
    ///
    /// # Errors
    /// [`Error::RunFolder`].
    pub fn write(&self, run: &RunFolder) -> Result<(), Error> {
        for (name, images) in [
            (arrays::SAMPLES, &self.samples),
            (arrays::FIRST_IMAGES, &self.first),
            (arrays::FASHION, &self.fashion),
            (arrays::RANDOM, &self.random),
        ] {
            let array = IdxArray::new(vec![images.len(), 28, 28], Elements::U8(images.0.clone()))
                .expect("whole images");
            run.write_input(name, &array)?;
        }
        let clean = self.first.tensor(Protocol::Corrected, Device::Cpu);
        let mut rng = generator(0, arrays::FIRST_IMAGES_NOISY, Purpose::InputNoise, 0);
        let noise = normal(&mut rng, &clean.size()) * FIRST_IMAGES_NOISE;
        let noisy = (clean + noise).clamp(0.0, 1.0).view([-1, 28, 28]);
        run.write_input(arrays::FIRST_IMAGES_NOISY, &to_array(&noisy))?;
        Ok(run.seal_inputs(&[
            arrays::SAMPLES,
            arrays::FIRST_IMAGES,
            arrays::FIRST_IMAGES_NOISY,
            arrays::FASHION,
            arrays::RANDOM,
        ])?)
    }
}

/// PyTorch's `torch.manual_seed(0); torch.randint(0, 255, (1, 28, 28))`.
fn random_image() -> Images {
    tch::manual_seed(0);
    let image = Tensor::randint_low(0, 255, [1, 28, 28], (Kind::Int64, Device::Cpu));
    let pixels = Vec::<i64>::try_from(image.flatten(0, -1)).expect("integers of rank 1");
    Images(pixels.into_iter().map(|pixel| pixel as u8).collect())
}

/// Images on which an error is tried as a detector: the same in every run.
fn random_images() -> Images {
    let mut rng = generator(0, "random images", Purpose::RandomImages, 0);
    let pixels = 0..RANDOM_IMAGES * PIXELS;
    Images(pixels.map(|_| rng.random_range(0..=254)).collect())
}

/// A tensor of floats as an array for a file.
pub(crate) fn to_array(tensor: &Tensor) -> IdxArray {
    let shape = tensor.size().iter().map(|&d| d as usize).collect();
    IdxArray::new(shape, Elements::F32(to_floats(tensor))).expect("a tensor's own shape")
}

/// A tensor's elements in order.
pub(crate) fn to_floats(tensor: &Tensor) -> Vec<f32> {
    let flat = tensor
        .detach()
        .to_device(Device::Cpu)
        .to_kind(Kind::Float)
        .flatten(0, -1);
    Vec::try_from(flat).expect("floats of rank 1")
}

/// The ends of the names of a data set's files.
const IMAGES: &str = "images-idx3-ubyte.gz";
const LABELS: &str = "labels-idx1-ubyte.gz";

/// The data sets of a run.
#[derive(Debug)]
pub struct Data {
    /// MNIST's training set.
    pub training: Dataset,
    /// What evaluations feed to models.
    pub inputs: Inputs,
    /// SHA-256 of the content of each file, by its path in the data folder.
    pub digests: BTreeMap<String, String>,
}

impl Data {
    /// Reads the data sets of `folder`, which is laid out as this project's `data/`.
    ///
    /// # Errors
    /// [`Error::Data`] with the file and what is wrong with it.
    pub fn load(folder: &Path) -> Result<Self, Error> {
        let load = |set: &str, part: &str| {
            let file = |kind| folder.join(format!("{set}/{part}-{kind}"));
            Dataset::load(&file(IMAGES), &file(LABELS))
        };
        let (training, (test, fashion)) = rayon::join(
            || load("mnist", "train"),
            || rayon::join(|| load("mnist", "t10k"), || load("fashion-mnist", "t10k")),
        );
        let (training, test, fashion) = (training?, test?, fashion?);
        for (set, name, least) in [
            (&training, "mnist/train", 1),
            (&test, "mnist/t10k", FIRST_SAMPLE + SAMPLES),
            (&fashion, "fashion-mnist/t10k", FASHION_SAMPLE + 1),
        ] {
            if set.pixels() != PIXELS || set.len() < least {
                return Err(Error::UnfitData {
                    set: folder.join(name).display().to_string(),
                    least,
                    rows: set.rows(),
                    columns: set.columns(),
                    found: set.len(),
                });
            }
        }
        let mut digests = BTreeMap::new();
        for (set, name) in [
            (&training, "mnist/train"),
            (&test, "mnist/t10k"),
            (&fashion, "fashion-mnist/t10k"),
        ] {
            let [images, labels] = set.digests().clone();
            digests.insert(format!("{name}-{IMAGES}"), images);
            digests.insert(format!("{name}-{LABELS}"), labels);
        }
        Ok(Data {
            digests,
            inputs: Inputs::new(&training, &test, &fashion),
            training,
        })
    }
}

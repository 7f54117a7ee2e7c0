use experiment::{
    AssignmentEvaluation, CODE_NOISE_LEVELS, CorrectedEvaluation, Evaluation, Experiment,
    ExperimentFolder, FIRST_SAMPLE, IMAGE_SIDE, INPUT_NOISE_LEVELS, ModelSpec, NotebookError,
    PIXELS, Protocol, SAMPLE_5, SampleScores, Scores, arrays,
};
use tch::{Device, IndexOp, Tensor};

use crate::{
    Error, Reconstruct,
    batches::normal,
    health::{Health, test_set},
    inputs::{Images, Inputs, to_array, to_floats},
    random::{Purpose, generator},
    scores::{scores_of, squared_error},
};

/// How many of the first test images are reconstructed from noisy codes.
const CODE_NOISE_IMAGES: usize = 2;

/// Measures a trained model under both protocols, and writes the image arrays that the figures
/// show to its folder. `evaluation.json` itself is left to the caller.
///
/// Every model is measured in every way; what of it a figure shows is for `viz` to choose.
///
/// # Errors
/// Files that cannot be written.
pub fn evaluate(
    model: &dyn Reconstruct,
    experiment: &Experiment,
    stopped_after_epoch: Option<usize>,
    inputs: &Inputs,
    folder: &ExperimentFolder,
    device: Device,
) -> Result<Evaluation, Error> {
    let _no_grad = tch::no_grad_guard();
    let probe = Probe {
        model,
        experiment,
        inputs,
        folder,
        device,
    };
    let (test, health) = test_set(model, &inputs.test, device);
    let evaluation = Evaluation {
        experiment: experiment.id.clone(),
        assignment: probe.assignment()?,
        corrected: probe.corrected(test)?,
        health: Health {
            stopped_after_epoch,
            ..health
        },
        explained_variance_ratio: model.explained_variance_ratio(),
    };
    for (name, filters) in model.filters() {
        folder.write_array(&name, &to_array(&filters))?;
    }
    Ok(evaluation)
}

struct Probe<'a> {
    model: &'a dyn Reconstruct,
    experiment: &'a Experiment,
    inputs: &'a Inputs,
    folder: &'a ExperimentFolder,
    device: Device,
}

/// Images and their reconstructions, N x P each, at 0-1 scale.
struct Pair {
    images: Vec<f32>,
    reconstructions: Vec<f32>,
}

impl Probe<'_> {
    fn assignment(&self) -> Result<AssignmentEvaluation, Error> {
        let protocol = Protocol::Assignment;
        let convolutional = matches!(self.experiment.model, ModelSpec::Convolutional { .. });
        let samples = self.samples(protocol)?.each();
        let fashion =
            self.reconstruct(&self.inputs.fashion, protocol, &arrays::fashion(protocol))?;
        let random = self.reconstruct(&self.inputs.random, protocol, &arrays::random(protocol))?;
        Ok(AssignmentEvaluation {
            samples: (FIRST_SAMPLE..)
                .zip(&samples)
                .map(|(test_index, pair)| NotebookError {
                    test_index,
                    squared_error: pair.squared_error(),
                    signed_error: convolutional.then(|| pair.signed_error()),
                })
                .collect(),
            fashion_mse: fashion.squared_error() / PIXELS as f64 * 255.0 * 255.0,
            random_squared_error: random.squared_error(),
            noisy_squared_error: self
                .noisy(protocol)?
                .iter()
                .map(Pair::squared_error)
                .collect(),
        })
    }

    fn corrected(&self, test: Scores) -> Result<CorrectedEvaluation, Error> {
        let protocol = Protocol::Corrected;
        let samples = self.samples(protocol)?.each();
        let fashion =
            self.reconstruct(&self.inputs.fashion, protocol, &arrays::fashion(protocol))?;
        let random = self.reconstruct(&self.inputs.random, protocol, &arrays::random(protocol))?;
        Ok(CorrectedEvaluation {
            samples: (FIRST_SAMPLE..)
                .zip(&samples)
                .map(|(test_index, pair)| {
                    let scores = pair.scores();
                    SampleScores {
                        test_index,
                        squared_error: scores.sse,
                        mse: scores.mse,
                        psnr: scores.psnr,
                        ssim: scores.ssim,
                    }
                })
                .collect(),
            test,
            fashion: fashion.scores(),
            random: random.scores(),
            noisy: self.noisy(protocol)?.iter().map(Pair::scores).collect(),
            code_noise: self.code_noise()?,
        })
    }

    /// Reconstructs the ten samples; writes reconstructions and codes.
    fn samples(&self, protocol: Protocol) -> Result<Pair, Error> {
        let images = self.inputs.samples.tensor(protocol, self.device);
        let output = self.model.reconstruct(&images, protocol, None);
        self.folder
            .write_array(&arrays::codes(protocol), &to_array(&output.code))?;
        self.write_images(&arrays::samples(protocol), &output.reconstruction)?;
        Ok(Pair::new(&images, &output.reconstruction, protocol))
    }

    /// Reconstructs images; writes the reconstructions under `name`.
    fn reconstruct(&self, images: &Images, protocol: Protocol, name: &str) -> Result<Pair, Error> {
        let images = images.tensor(protocol, self.device);
        let output = self.model.reconstruct(&images, protocol, None);
        self.write_images(name, &output.reconstruction)?;
        Ok(Pair::new(&images, &output.reconstruction, protocol))
    }

    /// Sample 5 with noise added at each level, against its clean image. Every model gets the same
    /// noise, so that their errors can be compared.
    fn noisy(&self, protocol: Protocol) -> Result<Vec<Pair>, Error> {
        let samples = self.inputs.samples.tensor(protocol, self.device);
        let clean = samples.i(SAMPLE_5 as i64..=SAMPLE_5 as i64);
        let noisy: Vec<Tensor> = INPUT_NOISE_LEVELS
            .iter()
            .enumerate()
            .map(|(index, level)| &clean + self.noise(Purpose::InputNoise, index, &clean) * *level)
            .collect();
        let noisy = Tensor::cat(&noisy, 0);
        let output = self.model.reconstruct(&noisy, protocol, None);
        self.write_images(&arrays::noisy_inputs(protocol), &noisy)?;
        let name = arrays::noisy_reconstructions(protocol);
        self.write_images(&name, &output.reconstruction)?;
        let levels = 0..INPUT_NOISE_LEVELS.len() as i64;
        let pairs = levels.map(|i| Pair::new(&clean, &output.reconstruction.i(i..=i), protocol));
        Ok(pairs.collect())
    }

    /// The first test images, reconstructed from codes with noise of each level.
    fn code_noise(&self) -> Result<Vec<Vec<Scores>>, Error> {
        let protocol = Protocol::Corrected;
        let first = self.inputs.first.tensor(protocol, self.device);
        let images = first.i(..CODE_NOISE_IMAGES as i64);
        let clean = self.model.reconstruct(&images, protocol, None);
        let mut reconstructions = vec![clean.reconstruction];
        for (index, level) in CODE_NOISE_LEVELS.iter().enumerate() {
            let noise = self.noise(Purpose::CodeNoise, index, &clean.code) * *level;
            let output = self.model.reconstruct(&images, protocol, Some(&noise));
            reconstructions.push(output.reconstruction);
        }
        let reconstructions = Tensor::stack(&reconstructions, 1);
        let (levels, side) = (CODE_NOISE_LEVELS.len() as i64 + 1, IMAGE_SIDE as i64);
        let as_images = reconstructions.view([-1, levels, side, side]);
        self.folder
            .write_array(arrays::CODE_NOISE, &to_array(&as_images))?;
        let of_image = |image: i64| {
            let clean = images.i(image..=image);
            let levels = 1..levels;
            levels
                .map(|level| Pair::new(&clean, &reconstructions.i((image, level)), protocol))
                .map(|pair| pair.scores())
                .collect()
        };
        Ok((0..CODE_NOISE_IMAGES as i64).map(of_image).collect())
    }

    fn noise(&self, purpose: Purpose, level: usize, like: &Tensor) -> Tensor {
        let mut rng = generator(self.experiment.seed, "evaluation", purpose, 0);
        rng.set_stream(level as u64);
        normal(&mut rng, &like.size()).to_device(self.device)
    }

    fn write_images(&self, name: &str, images: &Tensor) -> Result<(), Error> {
        let side = IMAGE_SIDE as i64;
        let images = images.view([-1, side, side]);
        Ok(self.folder.write_array(name, &to_array(&images))?)
    }
}

impl Pair {
    fn new(images: &Tensor, reconstructions: &Tensor, protocol: Protocol) -> Self {
        Pair {
            images: to_floats(&(images / protocol.white())),
            reconstructions: to_floats(&(reconstructions / protocol.white())),
        }
    }

    /// One pair for each image.
    fn each(&self) -> Vec<Pair> {
        let images = self.images.chunks_exact(PIXELS);
        images
            .zip(self.reconstructions.chunks_exact(PIXELS))
            .map(|(image, reconstruction)| Pair {
                images: image.to_vec(),
                reconstructions: reconstruction.to_vec(),
            })
            .collect()
    }

    fn scores(&self) -> Scores {
        scores_of(&self.images, &self.reconstructions)
    }

    fn squared_error(&self) -> f64 {
        squared_error(&self.images, &self.reconstructions)
    }

    /// See [`NotebookError::signed_error`]: the sum of the entries of A A is the sum over k of
    /// (sum of column k of A) (sum of row k of A).
    fn signed_error(&self) -> f64 {
        let residual = |row: usize, column: usize| {
            let pixel = row * IMAGE_SIDE + column;
            f64::from(self.images[pixel]) - f64::from(self.reconstructions[pixel])
        };
        (0..IMAGE_SIDE)
            .map(|k| {
                let column: f64 = (0..IMAGE_SIDE).map(|row| residual(row, k)).sum();
                let row: f64 = (0..IMAGE_SIDE).map(|column| residual(k, column)).sum();
                column * row
            })
            .sum()
    }
}

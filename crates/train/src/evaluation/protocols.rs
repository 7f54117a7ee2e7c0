use experiment::{
    AssignmentEvaluation, CODE_NOISE_LEVELS, CorrectedEvaluation, Evaluation, Experiment,
    ExperimentFolder, FIRST_SAMPLE, INPUT_NOISE_LEVELS, ModelSpec, NotebookError, PIXELS, Protocol,
    SAMPLE_5, SampleScores, Scores, arrays,
};
use rand_chacha::ChaCha8Rng;
use tch::{Device, IndexOp, Tensor};

use crate::{
    Error, Reconstruct,
    data::batches::normal,
    data::evaluation_images::Inputs,
    evaluation::context::Probe,
    evaluation::reconstructions::Pair,
    evaluation::test_pass::TestSet,
    random::Purpose,
    training::monitor::{epoch_losses, health},
};

/// How many of the first test images are shown reconstructed from noisy codes.
const CODE_NOISE_IMAGES: usize = 2;

/// Measures a trained model under both protocols, and writes the arrays that the figures show to
/// its folder, from which it takes the losses of the training. `evaluation.json` itself is left to
/// the caller.
///
/// Every model is measured in every way; what of it a figure shows is for `viz` to choose.
///
/// # Errors
/// Files that cannot be read or written.
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
    let test = TestSet::new(model, &inputs.test, device);
    let evaluation = Evaluation {
        experiment: experiment.id.clone(),
        assignment: probe.assignment()?,
        corrected: probe.corrected(test.pair.scores())?,
        measures: probe.measures(&test)?,
        health: health(
            &test,
            &epoch_losses(&folder.metrics()?),
            stopped_after_epoch,
        ),
        explained_variance_ratio: model.explained_variance_ratio(),
    };
    for (name, filters) in model.filters() {
        probe.write(&name, &filters)?;
    }
    if let Some(errors) = model.sse_by_components(&inputs.test) {
        probe.write(arrays::SSE_BY_COMPONENTS, &Tensor::from_slice(&errors))?;
    }
    Ok(evaluation)
}

impl Probe<'_> {
    fn assignment(&self) -> Result<AssignmentEvaluation, Error> {
        let protocol = Protocol::Assignment;
        let convolutional = matches!(
            self.experiment.method.model(),
            Some(ModelSpec::Convolutional(_))
        );
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
        self.write(&arrays::codes(protocol), &output.code)?;
        self.write_images(&arrays::samples(protocol), &output.reconstruction)?;
        Ok(Pair::new(&images, &output.reconstruction, protocol))
    }

    /// Sample 5 with noise added at each level, against its clean image.
    fn noisy(&self, protocol: Protocol) -> Result<Vec<Pair>, Error> {
        let samples = self.inputs.samples.tensor(protocol, self.device);
        let clean = samples.i(SAMPLE_5 as i64..=SAMPLE_5 as i64);
        let mut rng = self.generator(Purpose::InputNoise);
        let noisy: Vec<Tensor> = INPUT_NOISE_LEVELS
            .iter()
            .enumerate()
            .map(|(index, level)| &clean + self.noise(&mut rng, index, &clean) * *level)
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
        let mut rng = self.generator(Purpose::CodeNoise);
        let mut reconstructions = vec![clean.reconstruction];
        for (index, level) in CODE_NOISE_LEVELS.iter().enumerate() {
            let noise = self.noise(&mut rng, index, &clean.code) * *level;
            let output = self.model.reconstruct(&images, protocol, Some(&noise));
            reconstructions.push(output.reconstruction);
        }
        // [image, level, P]
        let reconstructions = Tensor::stack(&reconstructions, 1);
        let levels = CODE_NOISE_LEVELS.len() as i64 + 1;
        let side = experiment::IMAGE_SIDE as i64;
        self.write(
            arrays::CODE_NOISE,
            &reconstructions.view([-1, levels, side, side]),
        )?;
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

    /// The noise of one level, from a stream of its own.
    fn noise(&self, rng: &mut ChaCha8Rng, level: usize, like: &Tensor) -> Tensor {
        rng.set_stream(level as u64);
        normal(rng, &like.size()).to_device(self.device)
    }
}

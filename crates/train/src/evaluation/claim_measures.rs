use experiment::{CORRELATION_IMAGES, Measures, PIXELS, Protocol, TEST_NOISE_LEVELS, arrays};
use image_metrics::{roc_auc, squared_error};
use tch::{Kind, Tensor};

use crate::{
    Error,
    data::batches::normal,
    data::evaluation_images::to_floats,
    evaluation::code_noise::{code_noise, image_variance},
    evaluation::context::Probe,
    evaluation::metrics::nearest_neighbor::References,
    evaluation::metrics::weights::{neighbour_correlation, root_mean_square},
    evaluation::reconstructions::Pair,
    evaluation::test_pass::TestSet,
    random::Purpose,
};

impl Probe<'_> {
    /// Takes the measures; writes the errors of single images that they come from.
    pub(crate) fn measures(&self, test: &TestSet) -> Result<Measures, Error> {
        let mnist = test.pair.squared_errors();
        let fashion = Pair::of_set(self.model, &self.inputs.fashion_test, self.device);
        let fashion = fashion.squared_errors();
        let random = Pair::of_set(self.model, &self.inputs.random_images, self.device);
        let random_border = random.reconstructed_frame();
        let random = random.squared_errors();
        for (name, errors) in [
            (arrays::ERRORS_MNIST, &mnist),
            (arrays::ERRORS_FASHION, &fashion),
            (arrays::ERRORS_RANDOM, &random),
        ] {
            self.write(name, &Tensor::from_slice(errors))?;
        }
        let is_pca = self.experiment.method.is_pca();
        Ok(Measures {
            noisy_sse: self.noisy_sse(mean(&mnist)),
            fashion_sse: mean(&fashion),
            random_sse: mean(&random),
            fashion_auc: roc_auc(&mnist, &fashion),
            random_auc: roc_auc(&mnist, &random),
            contrast: test.pair.contrast(),
            random_border,
            activity: (!is_pca).then_some(test.activity),
            decoder_weights: self
                .model
                .decoder_weights()
                .iter()
                .map(root_mean_square)
                .collect(),
            filter_correlation: self.filter_correlation(test),
            image_correlation: self.image_correlation(test),
            code_noise: code_noise(
                self.model,
                &self.inputs.code_noise,
                &References::new(&self.inputs.references, self.device),
                &mut self.generator(Purpose::CodeDraws),
                self.device,
            ),
            image_variance: image_variance(&self.inputs.code_noise),
        })
    }

    /// The error at each of [`TEST_NOISE_LEVELS`]. All levels scale the same draws, so that they
    /// differ by nothing else; without noise the error is known already.
    fn noisy_sse(&self, clean: f64) -> Vec<f64> {
        let mut rng = self.generator(Purpose::TestNoise);
        let mut sums = TEST_NOISE_LEVELS.map(|_| 0.0);
        for images in self.inputs.test.chunks(self.device) {
            let noise = normal(&mut rng, &images.size()).to_device(self.device);
            let targets = to_floats(&images);
            let levels = sums.iter_mut().zip(TEST_NOISE_LEVELS);
            for (sum, level) in levels.filter(|(_, level)| *level > 0.0) {
                let noisy = &images + &noise * level;
                let output = self.model.reconstruct(&noisy, Protocol::Corrected, None);
                *sum += squared_error(&targets, &to_floats(&output.reconstruction));
            }
        }
        let count = self.inputs.test.len() as f64;
        let of_level = |(sum, level)| if level > 0.0 { sum / count } else { clean };
        let levels = sums.into_iter().zip(TEST_NOISE_LEVELS);
        levels.map(of_level).collect()
    }

    fn image_correlation(&self, test: &TestSet) -> f64 {
        let images = &test.pair.images;
        let images = &images[..images.len().min(CORRELATION_IMAGES * PIXELS)];
        neighbour_correlation(images, &self.inputs.lit).unwrap_or(0.0)
    }

    fn filter_correlation(&self, test: &TestSet) -> Option<f64> {
        let filters = self.model.filters();
        let (_, filters) = filters
            .iter()
            .find(|(name, _)| name == arrays::ENCODER_FILTERS)?;
        let mut filters = to_floats(filters);
        // Dead units keep the random weights that they died with.
        if let Some(living) = test.living.first() {
            let living = to_floats(&living.to_kind(Kind::Float));
            let units = filters.chunks_exact(PIXELS).zip(living);
            filters = units
                .filter(|(_, living)| *living != 0.0)
                .flat_map(|(filter, _)| filter.iter().copied())
                .collect();
        }
        neighbour_correlation(&filters, &self.inputs.lit)
    }
}

/// The mean of `values`, of which there must be some.
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

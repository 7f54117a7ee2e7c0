use experiment::{CODE_NOISE_DRAWS, CODE_NOISE_MEASURED, CodeNoise, PIXELS, Protocol};
use rand::Rng;
use tch::{Device, Kind};

use crate::{
    Reconstruct,
    batches::normal,
    inputs::{Labelled, to_floats},
    nearest::References,
    scores::{mean, squared_errors},
};

/// Reconstructs `images` from codes with noise of each of [`CODE_NOISE_MEASURED`]: the same draws
/// at every level, scaled to it, so that levels differ by nothing else.
pub(crate) fn code_noise(
    model: &dyn Reconstruct,
    images: &Labelled,
    references: &References,
    rng: &mut impl Rng,
    device: Device,
) -> Vec<CodeNoise> {
    let protocol = Protocol::Corrected;
    let draws = CODE_NOISE_DRAWS as i64;
    let clean = images.images.tensor(protocol, device);
    // The draws of an image lie side by side.
    let repeated = clean.repeat_interleave_self_int(draws, Some(0), None);
    let code_size = model.reconstruct(&clean, protocol, None).code.size()[1];
    let noise = normal(rng, &[repeated.size()[0], code_size]).to_device(device);
    let targets = to_floats(&repeated);
    let measure = |&level: &f64| {
        let output = model.reconstruct(&repeated, protocol, Some(&(&noise * level)));
        let labels = references.nearest_labels(&output.reconstruction);
        let recognised = images
            .labels
            .iter()
            .zip(labels.chunks(CODE_NOISE_DRAWS))
            .map(|(label, found)| found.iter().filter(|&other| other == label).count())
            .sum::<usize>();
        let by_image = output.reconstruction.view([-1, draws, PIXELS as i64]);
        CodeNoise {
            level,
            sse: mean(&squared_errors(
                &targets,
                &to_floats(&output.reconstruction),
            )),
            recognised: recognised as f64 / labels.len() as f64,
            variance: by_image
                .var_dim([1].as_slice(), true, false)
                .mean(Kind::Double)
                .double_value(&[]),
        }
    };
    CODE_NOISE_MEASURED.iter().map(measure).collect()
}

//! What the notebook observed in part 3: the sparse autoencoder.

use experiment::{Experiment, Sparsity};

use super::{
    claim::{Claim, Compared, TEST_SSE, increases},
    filters::{FILTER_CORRELATION, filters_and_digits},
    inputs::{ClaimInputs, NoNumbers, lacking},
    result::Number,
};
use crate::run::SeedResults;

const SPARSE: &[&str] = &["sparse-ae-1e-6", "sparse-ae-1e-5", "sparse-ae-1e-4"];
const LARGE_SPARSITY: &[&str] = &["sparse-ae-1e-5", "sparse-ae-1e-4"];
const ACTIVITY: &str = "share of the hidden units that are above zero for an image (activity), mean \
    over the test set";

pub const CLAIMS: &[Claim] = &[
    Claim {
        id: "sparsity-error",
        observation: "A smaller sparsity weight gives a smaller error: the smallest of the three.",
        statement: "The error with the weight 1e-6 is below those with 1e-5 and 1e-4.",
        measure: TEST_SSE,
        figure: "part-3-samples-corrected",
        compared: Compared::living_or_dead(SPARSE),
        numbers: |inputs| inputs.each(|e| e.corrected.test.sse),
        holds: |v| v[0] < v[1] && v[0] < v[2],
    },
    Claim {
        id: "sparsity-error-of-large",
        observation: "A smaller sparsity weight gives a smaller error: of the two large ones.",
        statement: "The error with the weight 1e-5 is below that with 1e-4.",
        measure: TEST_SSE,
        figure: "part-3-samples-corrected",
        compared: Compared::living(LARGE_SPARSITY),
        numbers: |inputs| inputs.each(|e| e.corrected.test.sse),
        holds: increases,
    },
    Claim {
        id: "sparsity-activity",
        observation: "A smaller sparsity weight activates more neurons: the smallest of the three.",
        statement: "The activity with the weight 1e-6 is above those with 1e-5 and 1e-4.",
        measure: ACTIVITY,
        figure: "part-3-activations-corrected",
        compared: Compared::living_or_dead(SPARSE),
        numbers: |inputs| inputs.each(|e| e.measures.active_fraction),
        holds: |v| v[0] > v[1] && v[0] > v[2],
    },
    Claim {
        id: "sparsity-activity-of-large",
        observation: "A smaller sparsity weight activates more neurons: of the two large ones.",
        statement: "The activity with the weight 1e-5 is above that with 1e-4.",
        measure: ACTIVITY,
        figure: "part-3-activations-corrected",
        compared: Compared::living(LARGE_SPARSITY),
        numbers: |inputs| inputs.each(|e| e.measures.active_fraction),
        holds: |v| v[0] > v[1],
    },
    Claim {
        id: "standard-activity",
        observation: "In the standard autoencoder all neurons are activated.",
        statement: "The activity of standard-ae-256 is at least 0.95: all but one in twenty.",
        measure: ACTIVITY,
        figure: "part-3-activations-corrected",
        compared: Compared::living_or_dead(&["standard-ae-256"]),
        numbers: |inputs| inputs.each(|e| e.measures.active_fraction),
        holds: |v| v[0] >= 0.95,
    },
    Claim {
        id: "sparsity-overfits",
        observation: "Below some sparsity weight the overcomplete model begins to overfit, so the weight \
                      must be searched for.",
        statement: "Some weight below 1e-6 gives a lower error on training images and a higher error on \
                    test images than a larger one.",
        measure: "squared error summed over the 784 pixels at 0-1 scale, mean over the first 10,000 \
                  training images, and over the test images; of sparse-ae-1e-6 and of each own \
                  experiment that differs from it by a smaller sparsity weight alone",
        figure: "part-3-samples-corrected",
        compared: Compared::living(&["sparse-ae-1e-6"]),
        numbers: errors_by_weight,
        holds: |v| {
            let errors: Vec<&[f64]> = v.chunks_exact(2).collect();
            let overfits = |(index, errors_of): (usize, &&[f64])| {
                let larger = errors[..index].iter();
                larger
                    .into_iter()
                    .any(|other| errors_of[0] < other[0] && errors_of[1] > other[1])
            };
            errors.iter().enumerate().any(overfits)
        },
    },
    Claim {
        id: "sparse-filters",
        observation: "Nothing can be read from the encoder weights of the sparse models.",
        statement: "Neighboring weights of sparse-ae-1e-6's filters correlate at most half as much as \
                    neighboring pixels of digits, so they show no strokes. Of the other two, nearly all \
                    hidden units are dead.",
        measure: FILTER_CORRELATION,
        figure: "part-3-weights-unit-0",
        compared: Compared::living(&["sparse-ae-1e-6"]),
        numbers: filters_and_digits,
        holds: |v| v[0] <= v[1] / 2.0,
    },
];

/// The errors on training images and on test images of the model with the weight 1e-6, and of those
/// with smaller weights, from the largest weight to the smallest.
fn errors_by_weight(inputs: &ClaimInputs) -> Result<Vec<Number>, NoNumbers> {
    let first = inputs.models[0];
    let mut models = vec![first];
    let of_seed = |model: &&SeedResults| Some(model.settings.seed) == inputs.seed;
    let own = inputs.run.own_experiments().flat_map(|e| &e.seeds);
    models.extend(own.filter(of_seed).filter(|model| {
        weight(&model.settings) < weight(&first.settings)
            && with_weight_of(&model.settings, &first.settings)
                .difference(&first.settings)
                .is_none()
    }));
    if models.len() == 1 {
        return Err(NoNumbers::Lacking(
            "no model with a smaller weight was trained: the experiments in \
             examples/overcomplete.toml, trained into this run folder, decide it"
                .into(),
        ));
    }
    models.sort_by(|a, b| weight(&b.settings).total_cmp(&weight(&a.settings)));
    let mut numbers = Vec::new();
    for model in models {
        let measures = &model.evaluation.measures;
        let training = measures
            .train_sse
            .ok_or_else(|| lacking(model, "error on training images"))?;
        let name = |images| format!("weight {:e} on {images} images", weight(&model.settings));
        numbers.push(Number::new(name("training"), training));
        numbers.push(Number::new(
            name("test"),
            model.evaluation.corrected.test.sse,
        ));
    }
    Ok(numbers)
}

/// The weight of the penalty on the sum of the activations.
fn weight(settings: &Experiment) -> f64 {
    let training = settings.method.training();
    training.map_or(0.0, |training| training.sparsity.weight())
}

/// Settings with the name and the sparsity of others.
fn with_weight_of(settings: &Experiment, other: &Experiment) -> Experiment {
    let mut settings = Experiment {
        id: other.id.clone(),
        ..settings.clone()
    };
    let trainings = (settings.method.training_mut(), other.method.training());
    if let (Some(training), Some(other)) = trainings
        && matches!(training.sparsity, Sparsity::L1 { .. })
    {
        training.sparsity = other.sparsity;
    }
    settings
}

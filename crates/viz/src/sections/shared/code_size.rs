//! The error of models against the size of their code.

use experiment::{Method, Operation, arrays};

use crate::{
    drawing::{Axis, Curve, Plot, Point},
    error::Error,
    report::{Block, Figure, Selection},
};

/// The maximum number of models that are all named; of more, so many of the first are.
const ALL_NAMED: usize = 17;
const SOME_NAMED: usize = 5;

/// PCA with 1, 2, ... components as a curve, and the autoencoders as points. `measure` says what the
/// error is.
pub fn figure(all: &Selection, name: &str, measure: &str) -> Result<Block, Error> {
    let title = "Test error against code size";
    if all.is_empty() {
        return Ok(all.placeholder(title));
    }
    let mut curves = Vec::new();
    let mut points = Vec::new();
    let mut sources = all.sources("evaluation.json");
    let named = if all.experiments.len() > ALL_NAMED {
        SOME_NAMED
    } else {
        ALL_NAMED
    };
    for experiment in all.rows() {
        let seed = experiment.first();
        if !experiment.is_pca() {
            let error = experiment.mean_std(|seed| seed.evaluation.corrected.test.sse);
            let size = experiment.settings().method.code_size();
            let live = seed.live_code_units()?.unwrap_or(size);
            let is_named = points.len() < named;
            points.extend(error.map(|error| Point {
                label: if is_named {
                    experiment.label.clone()
                } else {
                    String::new()
                },
                at: (live as f64, error.mean),
            }));
        } else if curves.is_empty() && seed.has_array(arrays::SSE_BY_COMPONENTS) {
            let errors = seed.values(arrays::SSE_BY_COMPONENTS)?;
            let curve: Vec<(f64, f64)> = (1..).map(f64::from).zip(errors).collect();
            let is_power_of_two = |point: &&(f64, f64)| (point.0 as u64).is_power_of_two();
            let powers_of_two = curve.iter().filter(is_power_of_two);
            curves.push(Curve {
                label: format!("PCA, 1 to {} components of one fit", curve.len()),
                marked: powers_of_two.copied().collect(),
                thick: curve,
                ..Curve::default()
            });
            sources.push(seed.array_source(arrays::SSE_BY_COMPONENTS));
        }
    }
    let mut caption = format!(
        "The {measure}, mean over the test images, against the live units of the code: the numbers \
         that are not the same for all images. Of several seeds, the mean over the living ones. A name that would hide \
         another is left out."
    );
    if !curves.is_empty() {
        caption += " Autoencoders below the curve beat PCA with as many components.";
    }
    if points.len() > named {
        caption += &format!(" The {named} best models are named.");
    }
    if all.rows().any(|e| unpools(&e.settings().method)) {
        caption += " Decoders that unpool also receive the position of each maximum, which the size \
                    of the code does not count.";
    }
    let plot = Plot {
        x: Axis::logarithmic("live units of the code"),
        y: Axis::logarithmic("SSE, test set"),
        curves,
        points,
        points_label: "autoencoders".into(),
        dashed_label: String::new(),
    };
    Ok(all.plot(Figure {
        name: name.into(),
        title: title.into(),
        alt: format!("Test error against the size of the code of {}", all.names()),
        caption,
        notes: Vec::new(),
        sources,
        drawing: plot.draw()?,
    }))
}

/// Whether the decoder receives the positions of the maxima besides the code.
fn unpools(method: &Method) -> bool {
    let is_unpooling = |operation| matches!(operation, Operation::MaxUnpool { .. });
    let layers = method.model().map_or(Vec::new(), |model| model.layers());
    layers
        .into_iter()
        .any(|layer| is_unpooling(layer.operation))
}

//! The error of models against the size of their code.

use experiment::{Method, Operation, ScoreColumn, Scores, arrays};

use super::literature::Published;
use crate::{
    drawing::{Axis, Curve, Plot, Point},
    error::Error,
    format::join,
    report::{Block, Figure, Selection},
};

/// The maximum number of models that are all named; of more, so many of the first are.
const ALL_NAMED: usize = 17;
const SOME_NAMED: usize = 5;

/// The autoencoders as points, and PCA with 1, 2, ... components as a curve; by another score than
/// the squared error, which is not saved for each number of components, PCA as points too. `measure`
/// says what the score is, and `published` are errors that are drawn beside them.
pub fn figure(
    all: &Selection,
    name: &str,
    score: &ScoreColumn,
    measure: &str,
    published: &[Published],
) -> Result<Block, Error> {
    let (title, y) = if score.is_better_higher {
        let title = format!("{} against code size", score.title);
        (title, Axis::linear(&format!("{}, test set", score.title)))
    } else {
        let y = Axis::logarithmic(&format!("{}, test set", score.title));
        ("Test error against code size".to_owned(), y)
    };
    if all.is_empty() {
        return Ok(all.placeholder(&title));
    }
    let is_sse = score.name == Scores::SSE.name;
    let mut curves = Vec::new();
    let mut points = Vec::new();
    let mut sources = all.sources("evaluation.json");
    let named = if all.experiments.len() > ALL_NAMED {
        SOME_NAMED
    } else {
        ALL_NAMED
    };
    for experiment in all.rows() {
        let Some(seed) = experiment.seeds.iter().find(|seed| !seed.is_dead()) else {
            continue;
        };
        if !(experiment.is_pca() && is_sse) {
            let value = experiment.mean_std(|seed| (score.value)(&seed.evaluation.corrected.test));
            let size = experiment.settings().method.code_size();
            let live = seed.live_code_units()?.unwrap_or(size);
            let is_named = points.len() < named;
            points.extend(value.map(|value| Point {
                label: if is_named {
                    experiment.label.clone()
                } else {
                    String::new()
                },
                at: (live as f64, value.mean),
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
    curves.extend(published.iter().map(|other| Curve {
        label: other.label.into(),
        marked: vec![(other.code as f64, other.sse)],
        ..Curve::default()
    }));
    let mut caption = format!(
        "The {measure}, mean over the test images, against the live units of the code: the numbers \
         that are not the same for all images. Of several seeds, the mean over the living ones; models \
         with a constant output are left out."
    );
    if curves.len() > published.len() {
        caption += " Autoencoders below the curve beat PCA with as many components.";
    }
    if !published.is_empty() {
        let sources = published
            .iter()
            .map(|p| format!("{:.2} ({})", p.sse, p.source));
        caption += &format!(" Published: {}.", join(sources, "; "));
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
        y,
        curves,
        points,
        points_label: if is_sse { "autoencoders" } else { "models" }.into(),
        dashed_label: String::new(),
    };
    Ok(all.plot(Figure {
        name: name.into(),
        alt: format!("{title} of {}", all.names()),
        title,
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

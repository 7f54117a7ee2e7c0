//! Models of several parts compared.

use experiment::{Measures, Method, Operation, arrays};

use super::shared::{distributions, tables::meanings};
use crate::{
    drawing::{Axis, Curve, Plot, Point},
    error::Error,
    format::{NONE, join},
    report::{Block, Columns, Figure, Section, Selection},
    run::{ExperimentResults, Run, SeedResults},
};

/// The models whose distributions of errors are drawn.
const SHOWN: [&str; 4] = [
    "pca-30",
    "deep-ae-20",
    "standard-ae-256",
    "conv-ae-deconv-unpool",
];

pub fn section(run: &Run) -> Result<Section, Error> {
    let all = Selection::all(run);
    let mut blocks = vec![
        Block::heading("Error against the size of the code"),
        code_size(&all)?,
        Block::heading("Strange images"),
    ];
    if !run.is_custom_only() {
        for id in SHOWN {
            blocks.push(distributions::figure(&Selection::new(run, &[id]))?);
        }
    }
    blocks.push(distributions::table(&all));
    blocks.push(measures(&all));
    Ok(Section {
        id: "across",
        title: "Across the parts",
        text: "All models on common axes: the error against the size of the code, and whether the \
               error distinguishes digits from other images. Corrected protocol throughout."
            .into(),
        blocks,
    })
}

/// Whether the decoder receives the positions of the maxima besides the code.
fn unpools(method: &Method) -> bool {
    let is_unpooling = |operation| matches!(operation, Operation::MaxUnpool { .. });
    let layers = method.model().map_or(Vec::new(), |model| model.layers());
    layers
        .into_iter()
        .any(|layer| is_unpooling(layer.operation))
}

/// PCA with 1 to 256 components, and the autoencoders as points.
fn code_size(all: &Selection) -> Result<Block, Error> {
    let title = "Test error against code size";
    if all.is_empty() {
        return Ok(all.placeholder(title));
    }
    let mut curves = Vec::new();
    let mut points = Vec::new();
    let mut sources = all.sources("evaluation.json");
    for experiment in all.rows() {
        if !experiment.is_pca() {
            let error = experiment.mean_std(|seed| seed.evaluation.corrected.test.sse);
            points.extend(error.map(|error| Point {
                label: experiment.id().into(),
                at: (experiment.settings().method.code_size() as f64, error.mean),
            }));
        } else if curves.is_empty() {
            let errors = experiment.first().values(arrays::SSE_BY_COMPONENTS)?;
            let curve: Vec<(f64, f64)> = (1..).map(f64::from).zip(errors).collect();
            let is_power_of_two = |point: &&(f64, f64)| (point.0 as u64).is_power_of_two();
            let powers_of_two = curve.iter().filter(is_power_of_two);
            curves.push(Curve {
                label: "PCA, 1 to 256 components of one fit".into(),
                marked: powers_of_two.copied().collect(),
                thick: curve,
                ..Curve::default()
            });
            sources.push(experiment.first().array_source(arrays::SSE_BY_COMPONENTS));
        }
    }
    let mut caption =
        "Squared error summed over the 784 pixels, x from 0 to 1, mean over the test \
         images, against the number of values that describe an image. Of several seeds, the mean \
         over the living ones."
            .to_owned();
    if !curves.is_empty() {
        caption += " Autoencoders below the curve beat PCA with as many components.";
    }
    if all.rows().any(|e| unpools(&e.settings().method)) {
        caption += " Decoders that unpool also receive the position of each maximum, which the size \
                    of the code does not count.";
    }
    let plot = Plot {
        x: Axis::logarithmic("values in the code"),
        y: Axis::logarithmic("SSE, test set"),
        curves,
        points,
        points_label: "autoencoders".into(),
    };
    Ok(all.plot(Figure {
        name: "across-code-size".into(),
        title: title.into(),
        alt: format!("Test error against the size of the code of {}", all.names()),
        caption,
        notes: Vec::new(),
        sources,
        drawing: plot.draw()?,
    }))
}

/// The root mean square of the weights of each decoder layer; a dash for PCA.
fn decoder_weights(experiment: &ExperimentResults) -> String {
    fn weights(seed: &SeedResults) -> &[f64] {
        &seed.evaluation.measures.decoder_weights
    }
    let of_layer = |layer| experiment.number(4, |seed| weights(seed).get(layer).copied());
    match weights(experiment.first()).len() {
        0 => NONE.into(),
        layers => join((0..layers).map(of_layer), ", "),
    }
}

/// A column of the table of [`measures`].
struct Measure {
    name: &'static str,
    meaning: &'static str,
    value: fn(&Measures) -> Option<f64>,
}

/// The measures that no other table shows.
const MEASURES: &[Measure] = &[
    Measure {
        name: "contrast",
        meaning: "standard deviation of the pixels of a reconstruction over that of its image",
        value: |measures| Some(measures.contrast),
    },
    Measure {
        name: "activity",
        meaning: "share of the code's units that are above zero for an image",
        value: |measures| measures.active_fraction,
    },
    Measure {
        name: "filter correlation",
        meaning: "correlation of neighboring weights within the first 64 encoder filters, without \
                  dead units and without pixels that are zero in every training image",
        value: |measures| measures.filter_correlation,
    },
    Measure {
        name: "random border",
        meaning: "mean pixel in the outer frame, two pixels wide, of reconstructed random images",
        value: |measures| Some(measures.random_border),
    },
];

/// A table of [`MEASURES`] and of the decoder's weights.
fn measures(all: &Selection) -> Block {
    let mut columns = Columns::of_experiments();
    for measure in MEASURES {
        columns = columns.means(measure.name, 4, |seed| {
            (measure.value)(&seed.evaluation.measures)
        });
    }
    let caption = format!(
        "{} Decoder weights: root of the mean square of the weights of each decoder layer. Means \
         over the test set unless stated otherwise.",
        meanings(
            MEASURES
                .iter()
                .map(|measure| (measure.name, measure.meaning))
        )
    );
    let table = columns.numbers("decoder weights", decoder_weights).table(
        "Other measures",
        caption,
        all.rows(),
    );
    all.table("evaluation.json", table)
}

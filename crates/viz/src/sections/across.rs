//! What compares models of several parts.

use experiment::{Measures, Method, Operation, arrays};

use super::shared::distributions;
use crate::{
    Error,
    drawing::axis::Axis,
    drawing::plot::{Curve, Plot, Point},
    format::NONE,
    report::page::{Block, Column, Figure, Section, Table},
    report::selection::Selection,
    run::Run,
    run::experiment::Finished,
    run::seed::Trained,
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
    if !run.is_own() {
        for id in SHOWN {
            blocks.push(distributions::figure(&Selection::new(run, &[id]))?);
        }
    }
    blocks.push(distributions::table(&all));
    blocks.push(measures(&all));
    Ok(Section {
        id: "across",
        title: "Across the parts",
        text: "All models on common axes: how small a code costs how much error, and whether the \
               error tells digits from what is none. Corrected protocol throughout."
            .into(),
        blocks,
    })
}

/// Whether the decoder gets the places of the maxima besides the code.
fn unpools(method: &Method) -> bool {
    let layers = method.model().map_or(Vec::new(), |model| model.layers());
    let mut operations = layers.iter().map(|layer| &layer.operation);
    operations.any(|operation| matches!(operation, Operation::MaxUnpool { .. }))
}

/// PCA with 1 to 256 components, and the autoencoders as points.
fn code_size(all: &Selection) -> Result<Block, Error> {
    let title = "Test error against code size";
    if all.is_empty() {
        return Ok(all.absence(title));
    }
    let mut curves = Vec::new();
    let mut points = Vec::new();
    let mut sources = all.sources("evaluation.json");
    for experiment in &all.experiments {
        let is_pca = experiment.settings().method.is_pca();
        if !is_pca {
            let error = experiment.spread(|seed| Some(seed.evaluation.corrected.test.sse));
            points.extend(error.map(|error| Point {
                label: experiment.id().into(),
                at: (experiment.settings().method.code_size() as f64, error.mean),
            }));
        } else if curves.is_empty() {
            let errors = experiment.first().values(arrays::SSE_BY_COMPONENTS)?;
            let curve: Vec<(f64, f64)> = (1..).map(f64::from).zip(errors).collect();
            let powers_of_two = curve
                .iter()
                .filter(|point| (point.0 as u64).is_power_of_two());
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
        "Squared error summed over the 784 pixels, x from 0 to 1, mean over the 10,000 \
                       test images, against how many numbers describe an image. Of several seeds, \
                       the mean over those that live."
            .to_owned();
    if !curves.is_empty() {
        caption += " Autoencoders below the curve beat PCA with as many numbers.";
    }
    if all
        .experiments
        .iter()
        .any(|e| unpools(&e.settings().method))
    {
        caption += " Decoders that unpool are also told where each maximum stood, which the size \
                    of the code does not count.";
    }
    let plot = Plot {
        x: Axis::logarithmic("numbers in the code"),
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

/// The root mean square of each layer's weights; a dash for PCA.
fn decoder_weights(experiment: &Finished) -> String {
    let layers = experiment.first().evaluation.measures.decoder_weights.len();
    let of_layer = |layer| {
        experiment.number(4, |seed: &Trained| {
            let weights = &seed.evaluation.measures.decoder_weights;
            weights.get(layer).copied()
        })
    };
    match layers {
        0 => NONE.into(),
        _ => (0..layers).map(of_layer).collect::<Vec<_>>().join(", "),
    }
}

/// What no other table has.
fn measures(all: &Selection) -> Block {
    let rows = all.experiments.iter().map(|experiment| {
        let number = |value: fn(&Measures) -> Option<f64>| {
            experiment.number(4, |seed| value(&seed.evaluation.measures))
        };
        vec![
            experiment.id().into(),
            number(|measures| Some(measures.contrast)).into(),
            number(|measures| measures.activity).into(),
            decoder_weights(experiment).into(),
            number(|measures| measures.filter_correlation).into(),
            number(|measures| Some(measures.random_border)).into(),
        ]
    });
    let mut columns = vec![Column::words("experiment")];
    columns.extend(
        [
            "contrast",
            "activity",
            "decoder weights",
            "filter correlation",
            "random border",
        ]
        .map(Column::numbers),
    );
    all.table(Table {
        title: "Other measures".into(),
        caption: "Contrast: standard deviation of the pixels of a reconstruction over that of its \
                  image. Activity: share of the code's units that are above zero for an image. \
                  Decoder weights: root of the mean square of the weights of each layer of the decoder. Filter \
                  correlation: of neighbouring weights within the first 64 encoder filters, dead \
                  units and pixels that no image lights left out. Random \
                  border: mean pixel in the outer frame, two pixels wide, of reconstructed random \
                  images. All means, over the test set where not said otherwise."
            .into(),
        columns,
        rows: rows.collect(),
        notes: Vec::new(),
        sources: all.sources("evaluation.json"),
    })
}

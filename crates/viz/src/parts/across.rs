//! What compares models of several parts.

use experiment::{Measures, ModelSpec, arrays};

use super::distributions;
use crate::{
    Error,
    axis::Axis,
    plot::{Curve, Plot, Point},
    report::{Block, Column, Figure, Section, Table},
    run::Run,
    selection::Selection,
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
    blocks.push(Block::heading("Other measures"));
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
        let is_pca = matches!(experiment.settings().model, ModelSpec::Pca { .. });
        if !is_pca {
            let error = experiment.spread(|seed| Some(seed.evaluation.corrected.test.sse));
            points.extend(error.map(|error| Point {
                label: experiment.id().into(),
                at: (experiment.settings().model.code_size() as f64, error.mean),
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
    let plot = Plot {
        x: Axis::logarithmic("numbers in the code"),
        y: Axis::logarithmic("SSE, test set"),
        curves,
        points,
    };
    Ok(all.plot(Figure {
        name: "across-code-size".into(),
        title: title.into(),
        alt: "Error of PCA falling with the number of components, and the autoencoders as points \
              above and below that curve"
            .into(),
        caption: "Squared error summed over the 784 pixels, x from 0 to 1, mean over the 10,000 \
                  test images, against how many numbers describe an image. Autoencoders below the \
                  curve beat PCA with as many numbers. Of several seeds, the mean over those that \
                  live."
            .into(),
        notes: Vec::new(),
        sources,
        drawing: plot.draw()?,
    }))
}

/// What the claims are tested by and no other table has.
fn measures(all: &Selection) -> Block {
    let rows = all.experiments.iter().map(|experiment| {
        let number = |value: fn(&Measures) -> Option<f64>| {
            experiment.number(4, |seed| value(&seed.evaluation.measures))
        };
        vec![
            experiment.id().into(),
            number(|measures| Some(measures.contrast)).into(),
            number(|measures| measures.activity).into(),
            number(|measures| measures.decoder_weight).into(),
            number(|measures| measures.filter_correlation).into(),
            number(|measures| Some(measures.random_border)).into(),
        ]
    });
    let mut columns = vec![Column::words("experiment")];
    columns.extend(
        [
            "contrast",
            "activity",
            "decoder weight",
            "filter correlation",
            "random border",
        ]
        .map(Column::numbers),
    );
    all.table(Table {
        title: "What the claims are tested by".into(),
        caption: "Contrast: standard deviation of the pixels of a reconstruction over that of its \
                  image. Activity: share of the code's units that are above zero for an image. \
                  Decoder weight: root of the mean square of the decoder's weights. Filter \
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

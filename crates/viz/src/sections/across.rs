//! Models of several parts compared.

use experiment::Measures;

use super::shared::{distributions, tables::meanings};
use crate::{
    error::Error,
    format::{NONE, join},
    report::{Block, Columns, Section, Selection},
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
    let planned = run.experiments().filter(|e| e.of_assignment);
    let all = Selection::of(run, planned.collect());
    let mut figures = Vec::new();
    for id in SHOWN {
        figures.push(distributions::figure(&Selection::new(run, &[id]))?);
    }
    let blocks = vec![
        Block::Side { blocks: figures },
        Block::fold(
            "Numbers of all models",
            vec![distributions::table(&all), measures(&all)],
        ),
    ];
    Ok(Section {
        id: "across",
        title: "Across the parts: strange images",
        text: "A model that learned digits should reconstruct other images badly, so that its error tells \
               them from digits. The curves are histograms of the SSE of the test images of MNIST and of \
               Fashion-MNIST and of 1,000 random images, in 60 bins, each relative to its peak. AUC is the \
               area under the ROC curve of the error as a detector: 1 is perfect, 0.5 is chance."
            .into(),
        blocks,
    })
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

//! The error of each model at each noise level, on the whole test set.

use experiment::TEST_NOISE_LEVELS;

use crate::{
    drawing::HeatMap,
    report::{Block, Columns, Figure, Selection},
    run::ExperimentResults,
};

/// What `measure` is taken of.
fn caption(measure: &str) -> String {
    format!(
        "The {measure}, against the clean image; mean over the test images, with Gaussian noise of \
         the given standard deviation added to their pixels and not clipped."
    )
}

/// The matrix as colors. `measure` says what the error is.
pub fn heat_map(selection: &Selection, name: &str, measure: &str) -> Block {
    let title = "Error at each noise level";
    if selection.is_empty() {
        return selection.placeholder(title);
    }
    let row = |experiment: &ExperimentResults| {
        let errors = (0..TEST_NOISE_LEVELS.len()).filter_map(|level| {
            let error = experiment.mean_std(|seed| seed.evaluation.measures.noisy_sse[level]);
            error.map(|error| error.mean)
        });
        (experiment.label.clone(), errors.collect())
    };
    let bold = match selection.experiments.len() {
        1 => "",
        _ => "; the smallest of each column is in bold",
    };
    let of_seeds = if selection.has_several_seeds() {
        " Of several seeds, the mean over the living ones."
    } else {
        ""
    };
    let map = HeatMap {
        column_titles: TEST_NOISE_LEVELS
            .map(|level| format!("noise {level}"))
            .into(),
        rows: selection.rows().map(row).collect(),
    };
    selection.plot(Figure {
        name: name.into(),
        title: title.into(),
        alt: format!(
            "Matrix of errors, a row for each of {}, a column for each noise level",
            selection.names()
        ),
        caption: format!(
            "{} The larger a number, the darker its cell{bold}.{of_seeds}",
            caption(measure)
        ),
        notes: Vec::new(),
        sources: selection.sources("evaluation.json"),
        drawing: map.draw(),
    })
}

/// The matrix as numbers.
pub fn table(selection: &Selection, measure: &str) -> Block {
    let mut columns = Columns::of_experiments();
    for (index, level) in TEST_NOISE_LEVELS.iter().enumerate() {
        columns = columns.means(format!("noise {level}"), 4, move |seed| {
            seed.evaluation.measures.noisy_sse[index]
        });
    }
    let title = "Error at each noise level, in numbers";
    selection.table(
        "evaluation.json",
        columns.table(title, caption(measure), selection.rows()),
    )
}

//! The error of each class of images.

use super::group::{Group, SHORT_MEASURE};
use crate::{
    drawing::HeatMap,
    error::Error,
    report::{Block, Figure},
    run::ExperimentResults,
};

/// The maximum number of classes for which a matrix has room.
const MAX_CLASSES: usize = 12;

/// A matrix of models and classes; nothing without classes, or with too many of them.
pub fn figures(group: &Group) -> Result<Vec<Block>, Error> {
    let classes = &group.data.classes;
    let mut models = group.shown();
    models.retain(|e| !e.first().evaluation.measures.class_sse.is_empty());
    if models.is_empty() || !(2..=MAX_CLASSES).contains(&classes.len()) {
        return Ok(Vec::new());
    }
    // A class may have training images only.
    let of_class = |experiment: &ExperimentResults, class: usize| {
        experiment.mean_std(|seed| {
            let mut errors = seed.evaluation.measures.class_sse.iter();
            errors.find(|e| e.class == class).map(|e| e.sse)
        })
    };
    let tested = |class: &usize| models.iter().all(|e| of_class(e, *class).is_some());
    let tested: Vec<usize> = (0..classes.len()).filter(tested).collect();
    let row = |experiment: &&ExperimentResults| {
        let errors = tested.iter().map(|&class| of_class(experiment, class));
        let errors = errors.map(|error| error.map_or(f64::NAN, |error| error.mean));
        (experiment.label.clone(), errors.collect())
    };
    let map = HeatMap {
        column_titles: tested.iter().map(|&class| classes[class].clone()).collect(),
        rows: models.iter().map(row).collect(),
    };
    let bold = match models.len() {
        1 => "",
        _ => "; the smallest of each column is in bold",
    };
    let selection = group.selection(&models);
    Ok(vec![selection.plot(Figure {
        name: format!("own-classes{}", group.suffix),
        title: format!("{}: error by class", group.name),
        alt: format!(
            "Matrix of errors, a row for each of {}, a column for each class",
            selection.names()
        ),
        caption: format!(
            "The {SHORT_MEASURE}, mean over the test images of each class. The larger a number, the \
             darker its cell{bold}.{}",
            group.selection_text(group.ranked.len())
        ),
        notes: Vec::new(),
        sources: selection.sources("evaluation.json"),
        drawing: map.draw(),
    })])
}

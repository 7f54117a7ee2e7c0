//! The losses of trainings that were begun and not finished.

use super::curves::marked;
use crate::{
    drawing::{Axis, Curve, Plot},
    error::Error,
    format::join,
    report::{Block, Figure, grouped},
    run::Run,
};

/// The losses so far of own experiments without results; nothing without any whole epoch.
pub fn figure(run: &Run) -> Result<Option<Block>, Error> {
    let mut curves = Vec::new();
    let mut kinds = Vec::new();
    for begun in run.excluded() {
        let Some((kind, losses)) = &begun.losses else {
            continue;
        };
        let is_elsewhere = run.of_assignment && begun.of_assignment;
        if !losses.is_empty() && !is_elsewhere {
            kinds.push((begun.name(), (*kind).to_owned()));
            let epochs: Vec<_> = (1..).map(f64::from).zip(losses.iter().copied()).collect();
            curves.push(Curve {
                label: begun.name(),
                marked: marked(&epochs),
                thick: epochs,
                ..Curve::default()
            });
        }
    }
    let Some(text) = grouped(kinds.iter().cloned()) else {
        return Ok(None);
    };
    let names = join(kinds.iter().map(|(name, _)| name), ", ");
    let plot = Plot {
        x: Axis::counts("epoch"),
        y: Axis::logarithmic("loss"),
        curves,
        points: Vec::new(),
        points_label: String::new(),
        dashed_label: String::new(),
    };
    Ok(Some(Block::Figure(Figure {
        name: "own-unfinished".into(),
        title: "Unfinished trainings: loss so far".into(),
        alt: format!("Training loss by epoch of the unfinished {names}"),
        caption: format!("The mean training loss over each epoch. {text}"),
        notes: Vec::new(),
        sources: Vec::new(),
        drawing: plot.draw()?,
    })))
}

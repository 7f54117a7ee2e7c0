//! What the parts of the assignment have in common: how each begins, and what it folds.

use super::models;
use crate::{
    error::Error,
    report::{Block, Note, Selection},
};

/// What the models are, drawn and in words. `name` is that of the figure.
pub fn head(
    all: &Selection,
    name: &str,
    points: &[(&'static str, &str)],
) -> Result<Vec<Block>, Error> {
    let layers = models::layers(all, name)?;
    let is_wide = match &layers {
        Block::Figure(figure) => figure.drawing.width > 720,
        _ => true,
    };
    let mut points: Vec<Note> = points
        .iter()
        .map(|&(label, text)| Note::new(label, text))
        .collect();
    points.push(Note::new("Training", models::training(all)));
    let points = Block::Points { points };
    let blocks = vec![layers, points];
    Ok(if is_wide {
        blocks
    } else {
        vec![Block::Side { blocks }]
    })
}

/// The figures and tables of the assignment protocol, folded.
pub fn as_the_notebook(blocks: Vec<Block>) -> Block {
    Block::fold(
        "As the notebook evaluated, faults included (assignment protocol)",
        blocks,
    )
}

/// Settings and numbers, folded.
pub fn numbers(blocks: Vec<Block>) -> Block {
    Block::fold("Settings, losses and scores in numbers", blocks)
}

//! The images of all experiments.

use std::collections::BTreeMap;

use experiment::{DataRecord, thousands};

use crate::{
    format::{NONE, join},
    report::{Block, Columns, Note},
    run::{Run, images_name, size_text},
};

/// The maximum number of classes that are named.
const MAX_CLASSES: usize = 12;

/// A table of the images with what is notable about them; `None` without experiments.
pub fn table(run: &Run) -> Option<Block> {
    let mut sets: BTreeMap<&str, Vec<&DataRecord>> = BTreeMap::new();
    for experiment in run.experiments() {
        let data = &*experiment.first().data;
        let of_name = sets.entry(&data.name).or_default();
        if !of_name.contains(&data) {
            of_name.push(data);
        }
    }
    let sets: Vec<&DataRecord> = sets.into_values().flatten().collect();
    if sets.is_empty() {
        return None;
    }
    let columns = Columns::new()
        .words("images", |data: &DataRecord| data.name.as_str())
        .words("size", size_text)
        .numbers("for training", |data| thousands(data.training_images))
        .numbers("for testing", test_images)
        .numbers("values", |data| {
            format!("{} to {}", data.values[0], data.values[1])
        })
        .words("classes", classes);
    let mut table = columns.table(
        "The images",
        "Values: the minimum and the maximum of the training images as they are in their files.",
        sets.iter().copied(),
    );
    for data in sets {
        let notes = data.notes.iter();
        table.notes.extend(
            notes.map(|note| Note::new("Images", format!("{}: {note}", images_name(data)))),
        );
    }
    Some(Block::Table(table))
}

/// "1,000", and that they were held out if they have no test set of their own.
fn test_images(data: &DataRecord) -> String {
    let count = thousands(data.test_images);
    match data.held_out {
        Some(_) => format!("{count}, held out"),
        None => count,
    }
}

/// "10: 0, 1, 2", or a dash without labels.
fn classes(data: &DataRecord) -> String {
    match data.classes.as_slice() {
        [] => NONE.into(),
        few if few.len() <= MAX_CLASSES => format!("{}: {}", few.len(), join(few, ", ")),
        many => format!("{}: {}, …", many.len(), join(&many[..MAX_CLASSES], ", ")),
    }
}

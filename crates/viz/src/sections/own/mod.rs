//! The report of the user's own experiments: a chapter a file, each of which compares all models.

mod best;
mod classes;
mod codes;
mod curves;
mod data;
mod denoising;
mod details;
mod errors;
mod filters;
mod generalization;
mod group;
mod ranking;
mod reconstructions;
mod unfinished;

pub use best::best_models;
pub use data::table as data_table;

use group::{Group, groups};

use super::shared::{code_size, literature};
use crate::{
    error::Error,
    report::{Block, Section},
    run::Run,
};

/// The chapters about the own experiments of a run; none without any.
///
/// # Errors
/// A file of the run folder that cannot be read or does not hold what it should.
pub fn chapters(run: &Run) -> Result<Vec<Section>, Error> {
    let groups = groups(run);
    let mut training = of_groups(&groups, curves::figures)?;
    training.extend(unfinished::figure(run)?);
    let chapter = |id, title, text: &str, blocks: Vec<Block>| Section {
        id,
        title,
        text: text.into(),
        blocks,
    };
    let ranking = format!(
        "The models by their {} on test images, which they were not trained on.",
        if run.score.is_better_higher {
            run.score.title
        } else {
            "error"
        }
    );
    let chapters = vec![
        chapter(
            "ranking",
            "Ranking",
            &ranking,
            of_groups(&groups, |group| Ok(vec![ranking::table(group)?]))?,
        ),
        chapter(
            "training",
            "Training",
            "How the loss fell from epoch to epoch.",
            training,
        ),
        chapter(
            "generalization",
            "Errors along the training",
            "How far the error on training images is below that on images that the model never saw.",
            of_groups(&groups, generalization::figures)?,
        ),
        chapter(
            "reconstructions",
            "Reconstructions",
            "The same test images by all models, the best model first.",
            of_groups(&groups, reconstructions::figures)?,
        ),
        chapter(
            "denoising",
            "Denoising",
            "What the models make of images with Gaussian noise.",
            of_groups(&groups, denoising::blocks)?,
        ),
        chapter(
            "codes",
            "The code space",
            if groups.iter().any(|group| !group.data.classes.is_empty()) {
                "The code of each test image, in the color of the image's class. Where classes are \
                 apart, the codes tell them from each other, although no model saw a label."
            } else {
                "The code of each test image. Similar images should have similar codes."
            },
            of_groups(&groups, codes::figures)?,
        ),
        chapter(
            "errors",
            "Errors of single images",
            "How the error differs between images, and which images are the easiest and the hardest.",
            of_groups(&groups, errors::figures)?,
        ),
        chapter(
            "classes",
            "Errors by class",
            "Which classes of images a code has the most trouble with.",
            of_groups(&groups, classes::figures)?,
        ),
        chapter(
            "code-size",
            "Error against the size of the code",
            "A larger code can hold more of an image.",
            of_groups(&groups, code_size)?,
        ),
        chapter(
            "filters",
            "Filters",
            "What the first hidden units look for in an image.",
            of_groups(&groups, filters::figures)?,
        ),
        chapter(
            "experiments",
            "Each experiment",
            "All settings and numbers, folded.",
            of_groups(&groups, details::blocks)?,
        ),
    ];
    let is_empty = |section: &Section| section.blocks.is_empty();
    Ok(chapters
        .into_iter()
        .filter(|section| !is_empty(section))
        .collect())
}

/// The blocks about each set of images, under its name if there are several.
fn of_groups(
    groups: &[Group],
    blocks: impl Fn(&Group) -> Result<Vec<Block>, Error>,
) -> Result<Vec<Block>, Error> {
    let mut all = Vec::new();
    for group in groups {
        let blocks = blocks(group)?;
        if groups.len() > 1 && !blocks.is_empty() {
            all.push(Block::heading(&group.full_name));
        }
        all.extend(blocks);
    }
    Ok(all)
}

/// The errors against the sizes of the codes, if there are at least two sizes.
fn code_size(group: &Group) -> Result<Vec<Block>, Error> {
    let size = |e: &&crate::run::ExperimentResults| e.settings().method.code_size();
    let sizes: std::collections::BTreeSet<usize> = group.ranked.iter().map(size).collect();
    if sizes.len() < 2 {
        return Ok(Vec::new());
    }
    let name = format!("own-code-size{}", group.suffix);
    let selection = group.selection(&group.ranked);
    let published = literature::of(group.data, &group.score, &sizes);
    let measure = group.score_name();
    let figure = code_size::figure(&selection, &name, &group.score, measure, &published)?;
    Ok(vec![figure])
}

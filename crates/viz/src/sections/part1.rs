//! Part 1: PCA and a deep autoencoder.

use experiment::Protocol::{Assignment, Corrected};

use super::shared::{codes, figures, losses, part, tables};
use crate::{
    error::Error,
    report::{Block, Section, Selection},
    run::Run,
};

/// The part, with what the notebook concluded in it.
pub fn section(run: &Run, conclusions: Option<Block>) -> Result<Section, Error> {
    let all = Selection::new(run, &["deep-ae-10", "deep-ae-20", "pca-30"]);
    let ten_and_pca = Selection::new(run, &["deep-ae-10", "pca-30"]);
    let deep = Selection::new(run, &["deep-ae-10", "deep-ae-20"]);
    let ten = Selection::new(run, &["deep-ae-10"]);
    let twenty = Selection::new(run, &["deep-ae-20"]);
    let mut blocks = part::head(
        &all,
        "part-1-layers",
        &[
            (
                "What it is",
                "An autoencoder is a network that is trained to give back its own input. Its encoder \
                 leads from the 784 pixels of a digit down to a code of 30 numbers, the bottleneck; its \
                 decoder leads back up. PCA does the same with one matrix: it projects a digit onto the 30 \
                 directions in which the digits vary most.",
            ),
            (
                "Why",
                "Because the code is so small, the network cannot copy: it has to learn what digits have \
                 in common. Without the ReLUs, max(0, x) after each layer, the best that it could learn \
                 is PCA; with them it can bend.",
            ),
            (
                "What to look for",
                "Reconstructions of PCA are blurred and have gray shadows; those of the autoencoder are \
                 crisp even where they are wrong. See what ten more epochs change.",
            ),
        ],
    )?;
    let title = "Autoencoders of 10 and 20 epochs and PCA";
    blocks.push(figures::samples(&all, Corrected, "part-1-all", title)?);
    let losses = [
        losses::by_iteration(&ten, "part-1-loss-deep-ae-10", "Loss of deep-ae-10")?,
        losses::by_iteration(&twenty, "part-1-loss-deep-ae-20", "Loss of deep-ae-20")?,
    ];
    blocks.push(Block::Side {
        blocks: losses.into_iter().chain(conclusions).collect(),
    });
    let pair = "Autoencoder of 10 epochs and PCA";
    blocks.push(part::as_the_notebook(vec![
        figures::samples(&ten_and_pca, Assignment, "part-1-deep-ae-10-and-pca", pair)?,
        figures::samples(&all, Assignment, "part-1-all", title)?,
        tables::sample_comparison(&all),
    ]));
    blocks.push(Block::fold(
        "The code space",
        codes::figures(&all, "part-1")?,
    ));
    blocks.push(part::numbers(vec![
        figures::samples(&ten_and_pca, Corrected, "part-1-deep-ae-10-and-pca", pair)?,
        tables::settings(&all),
        losses::table(&deep),
        tables::scores(&all),
    ]));
    Ok(Section {
        id: "part-1",
        title: "Part 1: PCA and a deep autoencoder",
        text: String::new(),
        blocks,
    })
}

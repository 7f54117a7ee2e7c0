//! Part 1: PCA and a deep autoencoder.

use experiment::Protocol;

use super::shared::{figures, losses, tables};
use crate::{
    error::Error,
    report::{Block, Section, Selection},
    run::Run,
};

pub fn section(run: &Run) -> Result<Section, Error> {
    let all = Selection::new(run, &["deep-ae-10", "deep-ae-20", "pca-30"]);
    let ten_and_pca = Selection::new(run, &["deep-ae-10", "pca-30"]);
    let ten = Selection::new(run, &["deep-ae-10"]);
    let twenty = Selection::new(run, &["deep-ae-20"]);
    let mut blocks = vec![
        tables::settings(&all),
        Block::heading("Training"),
        losses::by_iteration(&ten, "part-1-loss-deep-ae-10", "Loss of deep-ae-10")?,
        losses::by_iteration(&twenty, "part-1-loss-deep-ae-20", "Loss of deep-ae-20")?,
        losses::table(&Selection::new(run, &["deep-ae-10", "deep-ae-20"])),
    ];
    for protocol in Protocol::ALL {
        blocks.push(figures::heading(protocol));
        blocks.push(figures::samples(
            &ten_and_pca,
            protocol,
            "part-1-deep-ae-10-and-pca",
            "Autoencoder of 10 epochs and PCA",
        )?);
        blocks.push(figures::samples(
            &all,
            protocol,
            "part-1-all",
            "Autoencoders of 10 and 20 epochs and PCA",
        )?);
        blocks.push(match protocol {
            Protocol::Assignment => tables::sample_comparison(&all),
            Protocol::Corrected => tables::scores(&all),
        });
    }
    Ok(Section {
        id: "part-1",
        title: "Part 1: PCA and a deep autoencoder",
        text: "Both describe a digit by 30 numbers: PCA by its first 30 components, the deep \
               autoencoder by its innermost layer. The autoencoder is trained for 10 epochs and, \
               as a new model, for 20."
            .into(),
        blocks,
    })
}

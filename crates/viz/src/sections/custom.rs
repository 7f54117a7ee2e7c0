use experiment::Protocol;

use super::shared::{distributions, figures, losses, tables};
use crate::{
    Error,
    report::page::{Block, Section},
    report::selection::Selection,
    run::Run,
};

/// Experiments that are not the assignment's; no section if there are none.
pub fn section(run: &Run) -> Result<Option<Section>, Error> {
    let mut blocks = Vec::new();
    for experiment in run.own() {
        let one = Selection::one(run, experiment);
        let id = experiment.id();
        blocks.push(Block::heading(id));
        blocks.push(tables::settings(&one));
        if !experiment.settings().method.is_pca() {
            blocks.push(losses::by_iteration(
                &one,
                &format!("own-{id}-loss"),
                &format!("Loss of {id}"),
            )?);
        }
        blocks.push(figures::samples(
            &one,
            Protocol::Corrected,
            &format!("own-{id}-samples-corrected"),
            &format!("Ten samples by {id}, corrected protocol"),
        )?);
        blocks.push(tables::scores(&one));
        blocks.push(distributions::figure(&one)?);
    }
    Ok((!blocks.is_empty()).then_some(Section {
        id: "own",
        title: "Own experiments",
        text: "Experiments that are not the assignment's, or that bear the name of one of its \
               experiments but have another model."
            .into(),
        blocks,
    }))
}

//! Custom experiments: those of the user.

use experiment::Protocol;

use super::shared::{distributions, figures, losses, tables};
use crate::{
    error::Error,
    report::{Block, Section, Selection},
    run::Run,
};

/// Experiments that are not the assignment's; `None` if there are none.
pub fn section(run: &Run) -> Result<Option<Section>, Error> {
    let mut blocks = Vec::new();
    for experiment in run.custom_experiments() {
        let one = Selection::one(run, experiment);
        let id = experiment.id();
        blocks.push(Block::heading(id));
        blocks.push(tables::settings(&one));
        if !experiment.is_pca() {
            blocks.push(losses::by_iteration(
                &one,
                &format!("custom-{id}-loss"),
                &format!("Loss of {id}"),
            )?);
        }
        blocks.push(figures::samples(
            &one,
            Protocol::Corrected,
            &format!("custom-{id}-samples"),
            &format!("Ten samples by {id}"),
        )?);
        blocks.push(tables::scores(&one));
        blocks.push(distributions::figure(&one)?);
    }
    Ok((!blocks.is_empty()).then_some(Section {
        id: "custom",
        title: "Custom experiments",
        text: "Experiments that are not the assignment's, or that have the name of one of its \
               experiments but another model."
            .into(),
        blocks,
    }))
}

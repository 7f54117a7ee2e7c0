//! What can be wrong with models, what it means, and what usually helps.

use experiment::Health;

use super::shared::tables::{dead_pixels, dead_units};
use crate::{
    report::{Cell, Column, Section, Selection, Table},
    run::{ExperimentResults, Run, SeedResults},
};

/// Something that can be wrong with a model.
struct Condition {
    name: &'static str,
    meaning: &'static str,
    help: &'static str,
    applies: fn(&Health) -> bool,
    /// How many units or pixels are affected, where that can be counted.
    count: fn(&ExperimentResults) -> Option<String>,
}

const CONDITIONS: &[Condition] = &[
    Condition {
        name: "Constant output",
        meaning: "Every image gets the same reconstruction: the model is dead. Its error is at \
                  best that of the mean image, and says nothing about this kind of model.",
        help: "Another seed, a smaller learning rate or a sigmoid on the output may keep it alive. \
               Where a sparsity penalty killed it, a smaller weight of the penalty does.",
        applies: |health| health.constant_output,
        count: |_| None,
    },
    Condition {
        name: "Stopped early",
        meaning: "All gradients were zero for as many steps as an epoch has, so no weight could \
                  change any more. Training was stopped there.",
        help: "What helps against a constant output helps here. More epochs do not.",
        applies: |health| health.stopped_after_epoch.is_some(),
        count: |_| None,
    },
    Condition {
        name: "Dead hidden units",
        meaning: "These units are zero for every test image, so the model is effectively smaller. \
                  A few dead units are usual with ReLU.",
        help: "A smaller learning rate or GELU keeps more of them alive. So does a smaller weight of \
               a sparsity penalty.",
        applies: |health| health.dead_hidden_units > 0,
        count: |experiment| Some(dead_units(experiment)),
    },
    Condition {
        name: "Dead output pixels",
        meaning: "These pixels are black in every reconstruction although they are nonzero in \
                  some image. Their ReLU died, and the error cannot fall below what they miss.",
        help: "A sigmoid on the output has no such pixels. Another seed has others.",
        applies: |health| health.dead_output_pixels > 0,
        count: |experiment| Some(dead_pixels(experiment)),
    },
    Condition {
        name: "Stalled loss",
        meaning: "The loss of the last epoch is within 0.1 percent of that three epochs before. \
                  The model has learned what it can with these settings, or is stuck.",
        help: "If the loss is low, fewer epochs are enough. If it is high, another learning rate \
               or another seed may free it.",
        applies: |health| health.loss_stalled,
        count: |_| None,
    },
];

/// The state of every model.
pub fn section(run: &Run) -> Section {
    let all = Selection::all(run);
    let row = |condition: &Condition| -> Vec<Cell> {
        let affected: Vec<String> = all
            .experiments
            .iter()
            // Only a ReLU can die, and PCA has none.
            .filter(|experiment| !experiment.is_pca())
            .filter_map(|experiment| {
                let applies = |seed: &SeedResults| (condition.applies)(&seed.evaluation.health);
                let name = experiment.name_where(applies)?;
                let count = (condition.count)(experiment);
                Some(count.map_or(name.clone(), |count| format!("{name}: {count}")))
            })
            .collect();
        vec![
            condition.name.into(),
            condition.meaning.into(),
            condition.help.into(),
            if affected.is_empty() {
                "none".into()
            } else {
                affected.join(";\n").into()
            },
        ]
    };
    Section {
        id: "health",
        title: "Health of the models",
        text: "Every model is checked for what goes wrong without an error message.".into(),
        blocks: vec![
            all.plain_table(Table {
                title: "What can go wrong, and where it did".into(),
                caption:
                    "Measured on the whole test set at 0-1 scale; the loss in training. Where an \
                      experiment has several seeds, the affected ones are named; counts are mean \
                      ± standard deviation (n − 1) over the living seeds, or over all where none \
                      is alive."
                        .into(),
                columns: vec![
                    Column::words("condition"),
                    Column::prose("what it means"),
                    Column::prose("what usually helps"),
                    Column::prose("affected"),
                ],
                rows: CONDITIONS.iter().map(row).collect(),
                notes: Vec::new(),
                sources: all.sources("evaluation.json"),
            }),
        ],
    }
}

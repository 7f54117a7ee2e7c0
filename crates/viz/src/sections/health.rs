//! What can be wrong with models, what it means and what helps.

use experiment::Health;

use crate::{
    format::NONE,
    report::page::{Cell, Column, Section, Table},
    report::selection::Selection,
    run::Run,
    run::experiment::Finished,
    run::seed::Trained,
};

/// Something that can be wrong with a model.
struct Condition {
    name: &'static str,
    meaning: &'static str,
    help: &'static str,
    is_there: fn(&Health) -> bool,
    /// How much of it is there, where that can be counted.
    count: fn(&Finished) -> Option<String>,
}

const CONDITIONS: [Condition; 5] = [
    Condition {
        name: "Constant output",
        meaning: "Every image gets the same reconstruction: the model is dead. Its error is at \
                  best that of the mean image, and says nothing about its kind of model.",
        help: "Another seed, a smaller learning rate or a sigmoid on the output may let it live. \
               Where a sparsity penalty killed it, a smaller weight of the penalty does.",
        is_there: |health| health.constant_output,
        count: |_| None,
    },
    Condition {
        name: "Stopped early",
        meaning: "All gradients were zero for as many steps as an epoch has, so that no weight \
                  could change any more. Training ended there.",
        help: "What helps against a constant output helps here. More epochs do not.",
        is_there: |health| health.stopped_after_epoch.is_some(),
        count: |_| None,
    },
    Condition {
        name: "Dead hidden units",
        meaning: "These units are zero for every test image, so that the model is smaller than it \
                  looks. A few are usual behind a ReLU.",
        help: "A smaller learning rate or a leaky ReLU keeps more of them alive. So does a smaller \
               weight of a sparsity penalty.",
        is_there: |health| health.dead_hidden_units > 0,
        count: |experiment| Some(dead_units(experiment)),
    },
    Condition {
        name: "Dead output pixels",
        meaning: "These pixels are black in every reconstruction although some image lights them. \
                  Their ReLU died, and the error cannot fall below what they miss.",
        help: "A sigmoid on the output has no such pixels. Another seed has others.",
        is_there: |health| health.dead_output_pixels > 0,
        count: |experiment| Some(dead_pixels(experiment)),
    },
    Condition {
        name: "Stalled loss",
        meaning: "The loss of the last epoch is within 0.1 per cent of that of three epochs \
                  before. The model has learnt what it can with these settings, or is stuck.",
        help: "If the loss is low, fewer epochs are enough. If it is high, another learning rate \
               or another seed may free it.",
        is_there: |health| health.loss_stalled,
        count: |_| None,
    },
];

/// The state of every model.
pub fn section(run: &Run) -> Section {
    let all = Selection::all(run);
    let row = |condition: &Condition| -> Vec<Cell> {
        // What dies is behind a ReLU, of which PCA has none.
        let trained = all
            .experiments
            .iter()
            .filter(|e| !e.settings().method.is_pca());
        let affected: Vec<String> = trained
            .filter_map(|experiment| {
                let is_there = |seed: &Trained| (condition.is_there)(&seed.evaluation.health);
                let name = experiment.name_where(is_there)?;
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
        text: "Every model is looked at for what goes wrong without an error message.".into(),
        blocks: vec![
            all.plain_table(Table {
                title: "What can go wrong, and where it did".into(),
                caption:
                    "Measured on the whole test set at 0-1 scale; the loss in training. Where an \
                      experiment has several seeds, those are named to which it happened; counts \
                      are mean ± standard deviation (n − 1) over the seeds that live, or over all \
                      where none does."
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

/// The columns of [`cells`].
pub fn columns() -> [Column; 2] {
    ["dead units", "dead pixels"].map(Column::numbers)
}

/// How many hidden units and output pixels are dead.
pub fn cells(experiment: &Finished) -> [Cell; 2] {
    [
        dead_units(experiment).into(),
        dead_pixels(experiment).into(),
    ]
}

fn dead_units(experiment: &Finished) -> String {
    match experiment.first().evaluation.health.hidden_units {
        0 => NONE.into(),
        all => format!(
            "{} of {all}",
            number(experiment, |health| health.dead_hidden_units)
        ),
    }
}

fn dead_pixels(experiment: &Finished) -> String {
    number(experiment, |health| health.dead_output_pixels)
}

fn number(experiment: &Finished, count: fn(&Health) -> usize) -> String {
    let spread = experiment.spread(|seed| Some(count(&seed.evaluation.health) as f64));
    spread.map_or(NONE.into(), |spread| {
        spread.in_words(if spread.deviation.is_some() { 1 } else { 0 })
    })
}

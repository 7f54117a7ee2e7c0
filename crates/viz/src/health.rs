//! What can be wrong with models, what it means and what helps.

use experiment::Health;

use crate::{
    finished::Finished,
    numbers::NONE,
    report::{Cell, Column, Section, Table},
    run::Run,
    selection::Selection,
};

/// Something that can be wrong with a model.
struct Condition {
    name: &'static str,
    meaning: &'static str,
    help: &'static str,
    is_there: fn(&Health) -> bool,
}

const CONDITIONS: [Condition; 5] = [
    Condition {
        name: "Constant output",
        meaning: "Every image gets the same reconstruction: the model is dead. Its error is at \
                  best that of the mean image, and says nothing about its kind of model.",
        help: "Another seed, a smaller learning rate or a sigmoid on the output may let it live. \
               Where a sparsity penalty killed it, a smaller weight of the penalty does.",
        is_there: |health| health.constant_output,
    },
    Condition {
        name: "Stopped early",
        meaning: "All gradients were zero for as many steps as an epoch has, so that no weight \
                  could change any more. Training ended there.",
        help: "What helps against a constant output helps here. More epochs do not.",
        is_there: |health| health.stopped_after_epoch.is_some(),
    },
    Condition {
        name: "Dead hidden units",
        meaning: "These units are zero for every test image, so that the model is smaller than it \
                  looks. A few are usual behind a ReLU.",
        help: "A smaller learning rate or a leaky ReLU keeps more of them alive. So does a smaller \
               weight of a sparsity penalty.",
        is_there: |health| health.dead_hidden_units > 0,
    },
    Condition {
        name: "Dead output pixels",
        meaning: "These pixels are black in every reconstruction although some image lights them. \
                  Their ReLU died, and the error cannot fall below what they miss.",
        help: "A sigmoid on the output has no such pixels. Another seed has others.",
        is_there: |health| health.dead_output_pixels > 0,
    },
    Condition {
        name: "Stalled loss",
        meaning: "The loss of the last epoch is within 0.1 per cent of that of three epochs \
                  before. The model has learnt what it can with these settings, or is stuck.",
        help: "If the loss is low, fewer epochs are enough. If it is high, another learning rate \
               or another seed may free it.",
        is_there: |health| health.loss_stalled,
    },
];

/// The state of every model.
pub fn section(run: &Run) -> Section {
    let all = Selection::all(run);
    let row = |condition: &Condition| -> Vec<Cell> {
        let experiments = all.experiments.iter();
        let affected: Vec<String> = experiments
            .filter_map(|experiment| {
                experiment.name_where(|seed| (condition.is_there)(&seed.evaluation.health))
            })
            .collect();
        vec![
            condition.name.into(),
            condition.meaning.into(),
            condition.help.into(),
            if affected.is_empty() {
                "none".into()
            } else {
                affected.join(", ").into()
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
                      experiment has several seeds, those are named to which it happened. How many \
                      units and pixels are dead is in the next table."
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
    let number = |count: fn(&Health) -> usize| {
        let spread = experiment.spread(|seed| Some(count(&seed.evaluation.health) as f64));
        spread.map_or(NONE.into(), |spread| {
            spread.in_words(if spread.deviation.is_some() { 1 } else { 0 })
        })
    };
    let units = match experiment.first().evaluation.health.hidden_units {
        0 => NONE.into(),
        all => format!("{} of {all}", number(|health| health.dead_hidden_units)),
    };
    let pixels = number(|health| health.dead_output_pixels);
    [units.into(), pixels.into()]
}

//! What can be wrong with models, what it means, and what usually helps.

use experiment::{Health, ModelSpec, Part};

use super::shared::tables::{dead_pixels, dead_units};
use crate::{
    report::{ColumnKind::Prose, Columns, Section, Selection},
    run::{ExperimentResults, Run, SeedResults},
};

struct Condition {
    name: &'static str,
    meaning: &'static str,
    help: fn(&[&ExperimentResults]) -> String,
    applies: fn(&Health) -> bool,
    /// How many units or pixels are affected, where that can be counted.
    count: fn(&ExperimentResults) -> Option<String>,
}

const CONDITIONS: &[Condition] = &[
    Condition {
        name: "Constant output",
        meaning: "Every image gets the same reconstruction: the model is dead. Its error is at \
                  best that of the mean image, and says nothing about this kind of model.",
        help: against_constant_output,
        applies: |health| health.constant_output,
        count: |_| None,
    },
    Condition {
        name: "Worse than the mean image",
        meaning: "The error on the test images is above that of their mean image in the place of every \
                  reconstruction: the model learned nothing yet, or its training diverged without \
                  reaching an infinite number.",
        help: |_| {
            "If the loss rose, a smaller learning rate, gradient clipping or a warm-up. If it was still \
             falling, more epochs."
                .into()
        },
        applies: |health| health.worse_than_mean_image && !health.constant_output,
        count: |_| None,
    },
    Condition {
        name: "Stopped early",
        meaning: "All gradients were zero for as many steps as an epoch has, so no weight could \
                  change any more. Training was stopped there.",
        help: |_| "What helps against a constant output helps here. More epochs do not.".into(),
        applies: |health| health.stopped_after_epoch.is_some(),
        count: |_| None,
    },
    Condition {
        name: "Dead hidden units",
        meaning: "These units are zero for every test image, so the model is effectively smaller. \
                  A few dead units are usual with ReLU.",
        help: |_| {
            "A smaller learning rate or GELU keeps more of them alive. So does a smaller weight of \
               a sparsity penalty."
                .into()
        },
        applies: |health| health.dead_hidden_units > 0,
        count: |experiment| Some(dead_units(experiment)),
    },
    Condition {
        name: "Dead output pixels",
        meaning: "These pixels are black in every reconstruction although they are nonzero in \
                  some image. Their ReLU died, and the error cannot fall below what they miss.",
        help: |_| "A sigmoid on the output has no such pixels. Another seed has others.".into(),
        applies: |health| health.dead_output_pixels > 0,
        count: |experiment| Some(dead_pixels(experiment)),
    },
    Condition {
        name: "Stalled loss",
        meaning: "The loss of the last epoch is within 0.1 percent of that three epochs before, \
                  at a learning rate that could change it. The model has learned what it can with \
                  these settings, or is stuck.",
        help: |_| {
            "If the loss is low, fewer epochs are enough. If it is high, another learning rate \
               or another seed may free it."
                .into()
        },
        applies: |health| health.loss_stalled,
        count: |_| None,
    },
];

/// The maximum number of affected models that are named.
const MAX_NAMED: usize = 20;

/// What may keep these models alive, as far as their settings do not have it already.
fn against_constant_output(affected: &[&ExperimentResults]) -> String {
    let models = || affected.iter().filter_map(|e| e.settings().method.model());
    let can_die = |model: &ModelSpec| model.output().can_die();
    let sigmoid = if affected.is_empty() || models().any(can_die) {
        "Another seed, a smaller learning rate or a sigmoid on the output"
    } else {
        "Another seed or a smaller learning rate"
    };
    let code_can_die = |model: &ModelSpec| {
        let layers = model.layers();
        let code = layers.iter().rfind(|layer| layer.part == Part::Encoder);
        code.is_some_and(|layer| layer.activation.can_die())
    };
    let code = if models().any(code_can_die) {
        " If all units of the code are dead, `code_activation` \"linear\" keeps them alive."
    } else {
        ""
    };
    format!(
        "{sigmoid} may keep it alive.{code} Where a sparsity penalty killed it, a smaller weight of \
         the penalty does."
    )
}

/// The state of every model.
pub fn section(run: &Run) -> Section {
    let all = Selection::all(run);
    // Only a ReLU can die, and PCA has none.
    let models: Vec<&ExperimentResults> = all.rows().filter(|e| !e.is_pca()).collect();
    let affected = |condition: &Condition| {
        let affected = models.iter().filter_map(|model| condition.affected(model));
        let affected: Vec<String> = affected.collect();
        match affected.as_slice() {
            [] => "none".into(),
            few if few.len() <= MAX_NAMED => few.join(";\n"),
            many => format!(
                "{};\nand {} more",
                many[..MAX_NAMED].join(";\n"),
                many.len() - MAX_NAMED
            ),
        }
    };
    let help = |condition: &Condition| {
        let is_affected = |model: &&&ExperimentResults| condition.affected(model).is_some();
        let affected: Vec<_> = models.iter().filter(is_affected).copied().collect();
        (condition.help)(&affected)
    };
    let columns = Columns::new()
        .words("condition", |condition: &Condition| condition.name)
        .with(Prose, "what it means", |condition| condition.meaning)
        .with(Prose, "what usually helps", help)
        .with(Prose, "affected", affected);
    let caption = "Measured on the whole test set at 0-1 scale; the loss in training. Where an \
                   experiment has several seeds, the affected ones are named; counts are mean \
                   ± standard deviation (n − 1) over the living seeds, or over all where none \
                   is alive.";
    let table = columns.table("What can go wrong, and where it did", caption, CONDITIONS);
    Section {
        id: "health",
        title: "Health of the models",
        text: "Every model is checked for what goes wrong without an error message.".into(),
        blocks: vec![all.plain_table("evaluation.json", table)],
    }
}

impl Condition {
    /// The model's name with the seeds that it applies to and the count; `None` if there are none.
    fn affected(&self, model: &ExperimentResults) -> Option<String> {
        let applies = |seed: &SeedResults| (self.applies)(&seed.evaluation.health);
        let name = model.name_where(applies)?;
        Some(match (self.count)(model) {
            Some(count) => format!("{name}: {count}"),
            None => name,
        })
    }
}

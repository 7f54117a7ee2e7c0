//! An experiment in words: the one list that `train list`, the tables of a report and the comparison
//! of settings iterate over.

use super::{Experiment, Method, numbers::number};

/// One setting in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The name of the setting, the same for every experiment that has it.
    pub name: &'static str,
    /// Its value in words.
    pub value: String,
    /// Whether a short list names it: the main settings always, the others where they are not the
    /// default.
    pub is_notable: bool,
}

impl Experiment {
    /// Its settings in words, id and seed left out.
    pub fn describe(&self) -> Vec<Setting> {
        let images = match self.training_images {
            None => "all".to_owned(),
            Some(images) => thousands(images),
        };
        let mut settings = vec![
            Setting {
                name: "model",
                value: self.method.describe(),
                is_notable: true,
            },
            Setting {
                name: "data",
                value: self.data.to_string(),
                is_notable: !self.data.is_default(),
            },
            Setting {
                name: "training images",
                value: images,
                is_notable: self.training_images.is_some(),
            },
        ];
        if let Method::Autoencoder { training, .. } = &self.method {
            settings.extend(training.describe());
        }
        settings
    }

    /// Its notable settings on one line.
    pub fn summary(&self) -> String {
        let notable = self.describe().into_iter().filter(|s| s.is_notable);
        let texts: Vec<String> = notable
            .map(|setting| match setting.name {
                "model" => setting.value,
                name => format!("{name} {}", setting.value),
            })
            .collect();
        texts.join("; ")
    }
}

impl super::Training {
    fn describe(&self) -> Vec<Setting> {
        let default = Self::default();
        let setting = |name, value: fn(&Self) -> String| Setting {
            name,
            value: value(self),
            is_notable: value(self) != value(&default),
        };
        let main_setting = |name, value| Setting {
            is_notable: true,
            ..setting(name, value)
        };
        vec![
            main_setting("epochs", |t| t.epochs.to_string()),
            main_setting("batch size", |t| t.batch_size.to_string()),
            main_setting("learning rate", |t| number(t.learning_rate)),
            setting("schedule", |t| t.schedule.to_string()),
            setting("optimizer", |t| t.optimizer.to_string()),
            setting("gradient clipping", |t| match t.gradient_clipping {
                None => "none".to_owned(),
                Some(norm) => format!("norm {}", number(norm)),
            }),
            setting("loss", |t| t.loss.name().to_owned()),
            setting("sparsity weight", |t| t.sparsity.to_string()),
            setting("augmentation", |t| list(&t.augmentation)),
            setting("corruption", |t| list(&t.corruption)),
            setting("validation", |t| optional(&t.validation)),
            Setting {
                is_notable: self.evaluate_every.is_some(),
                ..setting("epochs between measurements", |t| {
                    optional(&t.evaluates_every())
                })
            },
            setting("early stopping", |t| optional(&t.early_stopping)),
            setting("best weights", |t| yes_or_no(t.best_weights)),
            setting("averaging", |t| optional(&t.averaging)),
            setting("from", |t| optional(&t.from)),
            setting("keeps its state", |t| yes_or_no(t.keep_state)),
        ]
    }
}

fn list<T: ToString>(changes: &[T]) -> String {
    if changes.is_empty() {
        return "none".to_owned();
    }
    let texts: Vec<String> = changes.iter().map(T::to_string).collect();
    texts.join(", then ")
}

fn optional<T: ToString>(value: &Option<T>) -> String {
    value.as_ref().map_or("none".to_owned(), T::to_string)
}

fn yes_or_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

/// A count with a comma after each three digits: `60,000`.
pub fn thousands(value: usize) -> String {
    let digits = value.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).expect("digits are ASCII"))
        .collect();
    groups.join(",")
}

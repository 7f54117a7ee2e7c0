//! What figures call the models: short names that tell them apart.

use experiment::{Method, Setting};

use super::{Run, differences::varying, experiment::ExperimentResults};
use crate::format::join;

/// The maximum length of a name as it is, in characters: every figure has room for as many and for
/// the place in the ranking.
const MAX_CHARACTERS: usize = 32;
/// Shorter words for settings, for names that are too long.
const SHORT_WORDS: [(&str, &str); 2] = [("learning rate", "rate"), ("batch size", "batch")];

impl Run {
    /// The own experiments by their images, in the order of the first of each by name; those on the
    /// same images by the score, the best first.
    pub fn rankings(&self) -> Vec<Vec<&ExperimentResults>> {
        let mut rankings: Vec<Vec<&ExperimentResults>> = Vec::new();
        for experiment in self.own_experiments() {
            let data = &experiment.first().data;
            match rankings.iter_mut().find(|all| all[0].first().data == *data) {
                Some(ranking) => ranking.push(experiment),
                None => rankings.push(vec![experiment]),
            }
        }
        for ranking in &mut rankings {
            let value = |e: &ExperimentResults| e.test_score(&self.score);
            ranking.sort_by(|a, b| self.score.better_first(value(a), value(b)));
        }
        rankings
    }

    /// Gives each own experiment the name that figures call it: its place in the ranking, and its id
    /// or what differs from the others.
    pub(super) fn label_own_experiments(&mut self) {
        let mut labels: Vec<(String, String)> = Vec::new();
        for ranking in self.rankings() {
            let names = short_names(&ranking);
            let of_ranking = (1..).zip(&ranking).zip(names);
            labels.extend(
                of_ranking.map(|((place, e), name)| (e.id().into(), format!("{place}. {name}"))),
            );
        }
        for (id, label) in labels {
            if let Some(experiment) = self.results.get_mut(&id) {
                experiment.label = label;
            }
        }
    }
}

/// The ids if all are short; or else without the beginning that they share; or else the settings that
/// differ.
fn short_names(experiments: &[&ExperimentResults]) -> Vec<String> {
    let ids: Vec<&str> = experiments.iter().map(|e| e.id()).collect();
    let fit = |names: &[&str]| {
        names
            .iter()
            .all(|name| name.chars().count() <= MAX_CHARACTERS)
    };
    let rests: Vec<&str> = ids.iter().map(|id| &id[shared_beginning(&ids)..]).collect();
    for names in [&ids, &rests] {
        if fit(names) {
            return names.iter().map(|&name| name.to_owned()).collect();
        }
    }
    let described: Vec<Vec<Setting>> = experiments.iter().map(|e| e.described()).collect();
    let mut differing = varying(described.iter().map(Vec::as_slice));
    // Several seeds of an experiment are no setting that tells it from others.
    if experiments.iter().any(|e| e.seeds.len() > 1) {
        differing.retain(|name| *name != "seed");
    }
    let has_code_sizes = code_sizes_tell_models_apart(experiments);
    let settings = |experiment: &ExperimentResults, described: &[Setting]| {
        let differing = described.iter().filter(|s| differing.contains(&s.name));
        let texts: Vec<String> = differing
            .map(
                |setting| match (&experiment.settings().method, setting.name) {
                    (method @ Method::Autoencoder { .. }, "model") if has_code_sizes => {
                        format!("code {}", method.code_size())
                    }
                    (_, "model") => setting.value.clone(),
                    (_, name) => format!("{name} {}", setting.value),
                },
            )
            .collect();
        let full = join(texts, ", ");
        if full.chars().count() <= MAX_CHARACTERS {
            return full;
        }
        SHORT_WORDS
            .iter()
            .fold(full, |text, (long, short)| text.replace(long, short))
    };
    let names = experiments.iter().zip(&described);
    let names = names.map(|(experiment, described)| settings(experiment, described));
    names
        .zip(ids)
        .map(|(name, id)| if name.is_empty() { id.to_owned() } else { name })
        .collect()
}

/// The length of the beginning that all of several ids share, up to a separator before a word: a
/// number alone would not say what it is.
fn shared_beginning(ids: &[&str]) -> usize {
    let (Some(first), true) = (ids.first(), ids.len() > 1) else {
        return 0;
    };
    let is_end = |(index, character): &(usize, char)| {
        let end = index + character.len_utf8();
        let is_before_word = |id: &&str| {
            let rest = id.strip_prefix(&first[..end]);
            rest.is_some_and(|rest| rest.starts_with(char::is_alphabetic))
        };
        "-_/.".contains(*character) && ids.iter().all(is_before_word)
    };
    let last = first.char_indices().rfind(is_end);
    last.map_or(0, |(index, _)| index + 1)
}

/// Whether any two autoencoders of different models have different sizes of the code.
fn code_sizes_tell_models_apart(experiments: &[&ExperimentResults]) -> bool {
    let methods = experiments.iter().map(|e| &e.settings().method);
    let models: Vec<&Method> = methods.filter(|method| !method.is_pca()).collect();
    models.iter().all(|a| {
        let same_size = models.iter().filter(|b| a.code_size() == b.code_size());
        same_size.into_iter().all(|b| a.describe() == b.describe())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_share_a_beginning_up_to_a_separator() {
        let length = |ids: &[&str]| shared_beginning(ids);
        assert_eq!(length(&["grid-code-12", "grid-code-16"]), 5);
        assert_eq!(length(&["grid-small", "grid-large"]), 5);
        assert_eq!(length(&["grid-a", "pca"]), 0);
        assert_eq!(length(&["alone-id"]), 0);
    }
}

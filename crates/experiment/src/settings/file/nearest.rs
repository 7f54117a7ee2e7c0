//! What a user may have meant by a name that is unknown or in another place.

use std::collections::BTreeMap;

use serde_json::Value;

use super::schema::collect_names;

/// Less similar names, by Jaro and Winkler, are not suggested; `lr` is 0.746 from `learning_rate`.
const MIN_SIMILARITY: f64 = 0.74;

/// The same for names that belong elsewhere, of which there are many.
const MIN_SIMILARITY_ELSEWHERE: f64 = 0.85;

/// Names of other programs, each with the one that it has here.
const OTHER_NAMES: [(&str, &str); 4] = [
    ("noise", "corruption"),
    ("sd", "std"),
    ("sigma", "std"),
    ("swish", "silu"),
];

/// The one of `known` that other programs call `name`.
pub fn called_otherwise<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let (_, here) = OTHER_NAMES.iter().find(|(other, _)| *other == name)?;
    known.iter().copied().find(|known| known == here)
}

/// The most similar of several names, if one is similar enough to be a misspelling.
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    most_similar(name, known, MIN_SIMILARITY)
}

fn most_similar<'a>(name: &str, known: &[&'a str], min: f64) -> Option<&'a str> {
    let similarities = known.iter().map(|known| (*known, similarity(name, known)));
    let found = similarities.max_by(|a, b| a.1.total_cmp(&b.1));
    found
        .filter(|(_, similarity)| *similarity > min)
        .map(|(known, _)| known)
}

/// What to do about a `name` that is no setting in `outer`, a dotted name with `[]` after that of a
/// list, where those of `known` are: `belongs in training`, `did you mean learning_rate?`.
pub fn remedy(experiment: &Value, outer: &str, known: &[&str], name: &str) -> Option<String> {
    if let Some(found) = called_otherwise(name, known) {
        return Some(format!("did you mean {found}?"));
    }
    let mut all = BTreeMap::new();
    collect_names("", experiment, &mut all);
    let last = |dotted: &str| dotted.rsplit('.').next().unwrap_or_default().to_owned();
    if let Some(dotted) = all.keys().find(|dotted| last(dotted) == name) {
        return Some(match dotted.rsplit_once('.') {
            Some((parent, _)) if parent == outer => return None,
            Some((parent, _)) => format!("belongs in {}", parent.replace("[]", "")),
            None if outer.contains('.') => "belongs outside of all braces, beside id".to_owned(),
            None => "belongs one level up, beside id".to_owned(),
        });
    }
    if let Some(found) = nearest(name, known) {
        return Some(format!("did you mean {found}?"));
    }
    let lasts: Vec<String> = all.keys().map(|dotted| last(dotted)).collect();
    let lasts: Vec<&str> = lasts.iter().map(String::as_str).collect();
    let found = most_similar(name, &lasts, MIN_SIMILARITY_ELSEWHERE)?;
    let dotted = all.keys().find(|dotted| last(dotted) == found)?;
    Some(format!("did you mean {}?", dotted.replace("[]", "")))
}

fn similarity(name: &str, known: &str) -> f64 {
    // Longer names are no setting's, and take long to compare.
    let name: String = name.chars().take(64).collect();
    let name = name.to_ascii_lowercase().replace(['-', ' '], "_");
    strsim::jaro_winkler(&name, &known.to_ascii_lowercase())
}

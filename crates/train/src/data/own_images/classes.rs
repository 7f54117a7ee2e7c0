//! The classes of a set.

use std::collections::{BTreeMap, BTreeSet};

/// The classes of a set: its labels in ascending order.
pub(super) struct Classes {
    indices: BTreeMap<i64, u32>,
    /// What texts call each.
    pub(super) names: Vec<String>,
}

impl Classes {
    /// The classes of two parts of a set, with the names of its folders if it has any.
    pub(super) fn of(labels: [Option<&[i64]>; 2], folders: &[String]) -> Self {
        let labels = labels.into_iter().flatten().flatten();
        let labels: BTreeSet<i64> = labels.copied().collect();
        let name = |label: &i64| {
            let folder = usize::try_from(*label).ok().and_then(|l| folders.get(l));
            folder.cloned().unwrap_or_else(|| label.to_string())
        };
        Classes {
            names: labels.iter().map(name).collect(),
            indices: labels.into_iter().zip(0..).collect(),
        }
    }

    /// The index of the class of each label.
    pub(super) fn indices<'a>(&self, labels: impl IntoIterator<Item = &'a i64>) -> Vec<u32> {
        labels
            .into_iter()
            .map(|label| self.indices[label])
            .collect()
    }
}

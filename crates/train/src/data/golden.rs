//! Golden values of `tests/golden/`, for tests of this crate's private parts.

use std::{collections::HashMap, env, fs, path::Path};

use experiment::Shape;
use serde_json::Value;

/// Cases by the name of what they test.
pub(crate) fn golden(file: &str) -> HashMap<String, Vec<Case>> {
    let folder = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("tests/golden");
    let text = fs::read_to_string(folder.join(file)).unwrap();
    let groups: HashMap<String, Vec<Value>> = serde_json::from_str(&text).unwrap();
    let cases = |cases: Vec<Value>| cases.into_iter().map(Case).collect();
    groups
        .into_iter()
        .map(|(name, group)| (name, cases(group)))
        .collect()
}

/// Numbers and lists of numbers by their names.
pub(crate) struct Case(Value);

impl Case {
    pub(crate) fn number(&self, name: &str) -> f64 {
        self.0[name].as_f64().unwrap()
    }

    pub(crate) fn numbers(&self, name: &str) -> Vec<f32> {
        serde_json::from_value(self.0[name].clone()).unwrap()
    }

    /// Of the list `shape`: channels, rows, columns.
    pub(crate) fn shape(&self) -> Shape {
        let [channels, rows, columns] = serde_json::from_value(self.0["shape"].clone()).unwrap();
        Shape {
            channels,
            rows,
            columns,
        }
    }
}

pub(crate) fn assert_near(found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len());
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!(
            (found - expected).abs() <= tolerance,
            "{index}: {found}, expected {expected}"
        );
    }
}

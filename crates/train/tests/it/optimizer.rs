//! Each optimizer, and gradient clipping, against PyTorch: `tests/golden/README.md` says how the
//! golden values were made.

use std::{collections::BTreeMap, env, fs, path::Path};

use experiment::Training;
use serde_json::Value;
use tch::Tensor;
use train::training::{Optimizer, clip_gradients};

/// Values by the names of parameters.
type Numbers = BTreeMap<String, Vec<f32>>;

struct Golden {
    shapes: BTreeMap<String, Vec<i64>>,
    before: Numbers,
    /// Of each step.
    gradients: Vec<Numbers>,
    /// Settings, and the parameters after the first and after the last step.
    cases: Vec<(Training, [Numbers; 2])>,
}

fn golden() -> Golden {
    let path =
        Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("tests/golden/optimizers.json");
    let json: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let parameters = json["parameters"].as_object().unwrap();
    let steps = parameters["encoder.0.bias"]["gradients"]
        .as_array()
        .unwrap();
    fn of_each<T>(
        parameters: &serde_json::Map<String, Value>,
        value: impl Fn(&Value) -> T,
    ) -> BTreeMap<String, T> {
        let entries = parameters.iter();
        entries.map(|(name, p)| (name.clone(), value(p))).collect()
    }
    Golden {
        shapes: of_each(parameters, |p| {
            serde_json::from_value(p["shape"].clone()).unwrap()
        }),
        before: of_each(parameters, |p| {
            serde_json::from_value(p["before"].clone()).unwrap()
        }),
        gradients: (0..steps.len())
            .map(|step| {
                of_each(parameters, |p| {
                    serde_json::from_value(p["gradients"][step].clone()).unwrap()
                })
            })
            .collect(),
        cases: json["cases"]
            .as_array()
            .unwrap()
            .iter()
            .map(|case| {
                (
                    serde_json::from_value(case["training"].clone()).unwrap(),
                    serde_json::from_value(case["after"].clone()).unwrap(),
                )
            })
            .collect(),
    }
}

impl Golden {
    fn tensors(&self, numbers: &Numbers) -> Vec<Tensor> {
        let tensor =
            |(name, numbers)| Tensor::from_slice(numbers).view(self.shapes[name].as_slice());
        numbers
            .iter()
            .map(|(name, numbers)| tensor((name, numbers)))
            .collect()
    }
}

fn assert_near(found: &[Tensor], expected: &Numbers, tolerance: f32, what: &str) {
    for (found, (name, expected)) in found.iter().zip(expected) {
        let found: Vec<f32> = Vec::try_from(found.flatten(0, -1)).unwrap();
        for (found, expected) in found.iter().zip(expected) {
            assert!(
                (found - expected).abs() <= tolerance,
                "{what}, {name}: {found}, expected {expected}"
            );
        }
    }
}

#[test]
fn every_optimizer_takes_the_steps_of_pytorch() {
    let golden = golden();
    assert_eq!(golden.cases.len(), 13);
    for (training, [after_first, after_last]) in &golden.cases {
        let what = format!(
            "{:?}, clipped {:?}",
            training.optimizer, training.gradient_clipping
        );
        // Muon multiplies in 16-bit floats, whose rounding depends on the processor.
        let tolerance = match training.optimizer {
            experiment::Optimizer::Muon { .. } => 2e-3,
            _ => 1e-6,
        };
        let mut parameters = golden.tensors(&golden.before);
        let names = golden.before.keys().map(String::as_str);
        let mut rule = Optimizer::new(training, names.zip(&golden.tensors(&golden.before)));
        for (step, gradients) in (1..).zip(&golden.gradients) {
            let mut gradients = golden.tensors(gradients);
            if let Some(max_norm) = training.gradient_clipping {
                clip_gradients(&mut gradients, max_norm);
            }
            let rate = training.learning_rate / step as f64;
            rule.step(step, rate, &mut parameters, &gradients);
            if step == 1 {
                assert_near(&parameters, after_first, tolerance, &what);
            }
        }
        assert_near(&parameters, after_last, tolerance, &what);
    }
}

#[test]
fn the_state_has_the_names_of_the_parameters() {
    let parameters = [
        Tensor::from_slice(&[1_f32, 2.0]).view([1, 2]),
        Tensor::from(3_f32).view([1]),
    ];
    let state = |optimizer_settings: &str| -> Vec<String> {
        let training = Training {
            optimizer: serde_json::from_str(optimizer_settings).unwrap(),
            ..Training::default()
        };
        let rule = Optimizer::new(
            &training,
            ["a.weight", "a.bias"].into_iter().zip(&parameters),
        );
        rule.state().into_iter().map(|(name, _)| name).collect()
    };
    let adam = [
        "first_moment/a.weight",
        "second_moment/a.weight",
        "first_moment/a.bias",
        "second_moment/a.bias",
    ];
    assert_eq!(state(r#"{"kind": "adam"}"#), adam);
    assert_eq!(state(r#"{"kind": "adamw"}"#), adam);
    assert_eq!(state(r#"{"kind": "sgd"}"#), [""; 0]);
    let sgd = state(r#"{"kind": "sgd", "momentum": 0.9}"#);
    assert_eq!(sgd, ["momentum/a.weight", "momentum/a.bias"]);
    let muon = state(r#"{"kind": "muon"}"#);
    assert_eq!(
        muon,
        [
            "momentum/a.weight",
            "first_moment/a.bias",
            "second_moment/a.bias"
        ]
    );
}

#[test]
fn weights_rest_when_the_momentum_has_faded_unless_they_decay() {
    let weight = [Tensor::from_slice(&[1_f32, -2.0, 3.0, -4.0]).view([2, 2])];
    let gradient = [Tensor::from_slice(&[1e-3_f32, 2e-3, -3e-3, 4e-3]).view([2, 2])];
    let zero = [gradient[0].zeros_like()];
    for (settings, rests) in [
        (r#"{"kind": "adam"}"#, true),
        (r#"{"kind": "adam", "beta1": 0}"#, true),
        (r#"{"kind": "adam", "weight_decay": 0.1}"#, false),
        (r#"{"kind": "adamw"}"#, false),
        (r#"{"kind": "adamw", "weight_decay": 0}"#, true),
        (r#"{"kind": "sgd"}"#, true),
        (r#"{"kind": "sgd", "momentum": 0.99}"#, true),
        (r#"{"kind": "sgd", "weight_decay": 0.1}"#, false),
        (r#"{"kind": "muon"}"#, false),
        (r#"{"kind": "muon", "weight_decay": 0}"#, true),
    ] {
        let training = Training {
            optimizer: serde_json::from_str(settings).unwrap(),
            ..Training::default()
        };
        let mut rule = Optimizer::new(&training, ["a"].into_iter().zip(&weight));
        let Some(steps) = rule.steps_to_rest() else {
            assert!(!rests, "{settings}");
            continue;
        };
        assert!(rests, "{settings}");
        let mut moved = [weight[0].copy()];
        (1..=10).for_each(|step| rule.step(step, 1e-3, &mut moved, &gradient));
        (11..11 + steps).for_each(|step| rule.step(step, 1e-3, &mut moved, &zero));
        let at_rest = moved[0].copy();
        (11 + steps..1000 + steps).for_each(|step| rule.step(step, 1e-3, &mut moved, &zero));
        assert_eq!(moved[0], at_rest, "{settings}, {steps} steps");
    }
}

//! The learning rates of all schedules.

use std::{env, fs, path::Path};

use experiment::Schedule;
use serde_json::Value;

#[test]
fn every_schedule_has_the_rates_of_pytorch() {
    let path =
        Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("tests/golden/schedules.json");
    let golden: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let number = |name: &str| golden[name].as_u64().unwrap() as usize;
    let (epochs, steps_per_epoch) = (number("epochs"), number("steps_per_epoch"));
    for case in golden["cases"].as_array().unwrap() {
        let schedule: Schedule = serde_json::from_value(case["schedule"].clone()).unwrap();
        let expected: Vec<f64> = serde_json::from_value(case["factors"].clone()).unwrap();
        assert_eq!(expected.len(), epochs * steps_per_epoch);
        for (step, expected) in (1..).zip(expected) {
            let found = schedule.factor(step, steps_per_epoch, epochs);
            assert!(
                (found - expected).abs() < 1e-12,
                "{schedule}, step {step}: {found}, expected {expected}"
            );
        }
    }
}

#[test]
fn a_cosine_begins_with_the_whole_rate_after_its_warm_up_and_falls_to_almost_nothing() {
    let factor = |warmup_epochs, step| {
        let schedule = Schedule::Cosine {
            warmup_epochs,
            minimum: 0.0,
        };
        schedule.factor(step, 10, 5)
    };
    assert_eq!(factor(0, 1), 1.0);
    assert_eq!(factor(2, 10), 0.5);
    assert_eq!(factor(2, 20), 1.0);
    assert_eq!(factor(2, 21), 1.0);
    assert!((factor(2, 36) - 0.5).abs() < 1e-12);
    let last = factor(2, 50);
    assert!(last > 0.0 && last < 0.01, "{last}");
    let falls = (21..50).all(|step| factor(2, step + 1) < factor(2, step));
    assert!(falls);
    assert_eq!(Schedule::default().factor(33, 10, 5), 1.0);
    assert!(
        Schedule::Cosine {
            warmup_epochs: 0,
            minimum: 0.0
        }
        .depends_on_length()
    );
    assert!(!Schedule::default().depends_on_length());
}

//! The summary of a run for a terminal.

use std::fs;

use crate::{
    drawn::{DrawnRun, drawn, only},
    fabricated::{add_seed, change},
};
use experiment::{Evaluation, Experiment, Health, RunFolder, assignment::full};

const ALIVE: Health = Health {
    hidden_units: 64,
    dead_hidden_units: 0,
    dead_output_pixels: 0,
    constant_output: false,
    worse_than_mean_image: false,
    loss_stalled: false,
    stopped_after_epoch: None,
};
const DYING: Health = Health {
    dead_hidden_units: 12,
    ..ALIVE
};
const DIVERGED: Health = Health {
    worse_than_mean_image: true,
    ..ALIVE
};
const DEAD: Health = Health {
    dead_hidden_units: 64,
    constant_output: true,
    stopped_after_epoch: Some(3),
    ..ALIVE
};

/// Experiments of these names, all with the settings of `standard-ae-64`.
fn named(ids: &[&str]) -> Vec<Experiment> {
    let standard = &only(&["standard-ae-64"])[0];
    ids.iter()
        .map(|id| Experiment {
            id: (*id).into(),
            ..standard.clone()
        })
        .collect()
}

/// Sets what the table shows of an evaluation.
fn set(run: &RunFolder, id: &str, sse: f64, health: Health) {
    change(&run.experiment(id), |evaluation: &mut Evaluation| {
        let assignment = evaluation.assignment.as_mut().unwrap();
        for (sample, error) in assignment.samples.iter_mut().zip([4.0, 5.5].repeat(5)) {
            sample.squared_error = error;
        }
        let test = &mut evaluation.corrected.test;
        test.sse = sse;
        test.psnr = None;
        test.ssim = 0.87654;
        evaluation.health = health;
    });
}

/// The table's line about an experiment.
fn line<'a>(drawn: &'a DrawnRun, id: &str) -> &'a str {
    let mut lines = drawn.summary.lines();
    lines
        .find(|line| line.split(' ').next() == Some(id))
        .unwrap()
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

#[test]
fn each_experiment_has_its_numbers_and_its_state() {
    let ids = ["alive", "dying", "dead", "diverged"];
    let drawn = drawn(&named(&ids), |run| {
        for (id, health) in ids.into_iter().zip([ALIVE, DYING, DEAD, DIVERGED]) {
            set(run, id, 13.8661, health);
        }
        let broken = &named(&["broken"])[0];
        run.experiment("broken").write_settings(broken).unwrap();
    });
    assert_eq!(
        words(line(&drawn, "alive")),
        ["alive", "1", "0.0112", "13.866", "-", "0.8765", "ok"]
    );
    assert!(line(&drawn, "dying").ends_with("12 of 64 hidden units are dead"));
    assert!(line(&drawn, "diverged").ends_with("its error is above that of the mean image"));
    let dead = line(&drawn, "dead");
    assert!(dead.contains("CONSTANT OUTPUT"), "{dead}");
    assert!(dead.contains("stopped after epoch 3"), "{dead}");
    assert_eq!(
        words(line(&drawn, "broken"))[..6],
        ["broken", "0", "-", "-", "-", "-"]
    );
    assert!(line(&drawn, "broken").ends_with("unfinished"));
}

#[test]
fn a_damaged_experiment_shows_no_number() {
    for file in ["experiment.json", "metrics.jsonl", "evaluation.json"] {
        let drawn = drawn(&named(&["sound", "damaged"]), |run| {
            let path = run.experiment("damaged").path().join(file);
            fs::write(path, "[[\n").unwrap();
        });
        let damaged = line(&drawn, "damaged");
        assert_eq!(words(damaged)[..3], ["damaged", "0", "-"]);
        assert!(damaged.ends_with("  damaged"), "{damaged}");
        assert_eq!(words(line(&drawn, "sound"))[1], "1");
    }
}

#[test]
fn several_seeds_give_mean_and_standard_deviation_and_name_what_went_wrong() {
    let ids = ["alive", "dead", "sometimes"];
    let experiments = named(&ids);
    let all = [experiments.clone(), named(&["broken"])].concat();
    let drawn = drawn(&all, |run| {
        set(run, "broken", 12.0, DYING);
        add_seed(run, 13, &experiments);
        add_seed(run, 14, &experiments);
        for (seed, sse) in [(1, 12.0), (13, 13.0), (14, 14.0)] {
            let run = if seed == 1 {
                run.clone()
            } else {
                run.seed(seed)
            };
            if seed != 1 {
                let broken = Experiment {
                    seed,
                    ..named(&["broken"])[0].clone()
                };
                run.experiment("broken").write_settings(&broken).unwrap();
            }
            set(&run, "alive", sse, ALIVE);
            set(&run, "dead", sse, DEAD);
            set(
                &run,
                "sometimes",
                sse,
                if seed == 13 { DEAD } else { ALIVE },
            );
        }
    });
    // The standard deviation of 12, 13 and 14 is 1.
    let alive = line(&drawn, "alive");
    assert_eq!(words(alive)[..2], ["alive", "3"]);
    assert!(alive.contains("13.000 ± 1.000"), "{alive}");
    assert!(alive.ends_with("ok"), "{alive}");
    let dead = line(&drawn, "dead");
    assert!(dead.contains("CONSTANT OUTPUT in all 3 seeds"), "{dead}");
    let sometimes = line(&drawn, "sometimes");
    assert!(
        sometimes.contains("CONSTANT OUTPUT in 1 of 3 seeds (13)"),
        "{sometimes}"
    );
    // As in the report, a dead seed does not count where another is alive.
    assert!(sometimes.contains("13.000 ± 1.414"), "{sometimes}");
    let broken = line(&drawn, "broken");
    assert_eq!(words(broken)[..4], ["broken", "1", "0.0112", "12.000"]);
    assert!(
        broken.ends_with(
            "unfinished in 2 of 3 seeds (13, 14); dead hidden units in 1 of 3 seeds (1)"
        ),
        "{broken}"
    );
}

#[test]
fn experiments_are_in_the_order_of_the_assignment_and_custom_ones_last() {
    let mut experiments = named(&["a-custom-one"]);
    let mut planned = full(1);
    planned.truncate(9);
    experiments.extend(planned.iter().rev().cloned());
    let drawn = drawn(&experiments, |_| ());
    let ids: Vec<&str> = drawn
        .summary
        .lines()
        .skip(2)
        .map(|line| words(line)[0])
        .collect();
    let planned = planned.iter().map(|experiment| experiment.id.as_str());
    let expected: Vec<&str> = planned.chain(["a-custom-one"]).collect();
    assert_eq!(ids, expected);
}

#[test]
fn errors_under_the_assignments_protocol_are_only_in_its_own_table() {
    let id = "standard-ae-64";
    let assignment = drawn(&only(&[id]), |run| set(run, id, 13.8661, ALIVE));
    assert!(assignment.summary.contains("assignment"));
    assert_eq!(words(line(&assignment, id))[3], "4.750");
    let own = drawn(&named(&["own"]), |run| set(run, "own", 13.8661, ALIVE));
    assert!(!own.summary.contains("assignment"));
}

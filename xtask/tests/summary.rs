//! The table at the end of `all`.

use std::fs;

use experiment::{
    AssignmentEvaluation, CorrectedEvaluation, Evaluation, Experiment, Health, Measures, Method,
    Metric, NotebookError, RunFolder, Scores,
};
use tempfile::TempDir;
use xtask::summary::table;

const ALIVE: Health = Health {
    hidden_units: 64,
    dead_hidden_units: 0,
    dead_output_pixels: 0,
    constant_output: false,
    loss_stalled: false,
    stopped_after_epoch: None,
};
const DYING: Health = Health {
    dead_hidden_units: 12,
    ..ALIVE
};
const DEAD: Health = Health {
    dead_hidden_units: 64,
    constant_output: true,
    stopped_after_epoch: Some(3),
    ..ALIVE
};

fn evaluation(id: &str, sse: f64, health: Health) -> Evaluation {
    let scores = Scores {
        sse,
        mse: 0.0177,
        psnr: None,
        ssim: 0.87654,
    };
    let sample = |test_index, squared_error| NotebookError {
        test_index,
        squared_error,
        signed_error: None,
    };
    Evaluation {
        experiment: id.into(),
        assignment: AssignmentEvaluation {
            samples: vec![sample(9705, 4.0), sample(9706, 5.5)],
            fashion_mse: 0.0,
            random_squared_error: 0.0,
            noisy_squared_error: Vec::new(),
        },
        corrected: CorrectedEvaluation {
            samples: Vec::new(),
            test: scores,
            fashion: scores,
            random: scores,
            noisy: Vec::new(),
            code_noise: Vec::new(),
        },
        measures: Measures {
            noisy_sse: Vec::new(),
            fashion_sse: 0.0,
            random_sse: 0.0,
            fashion_auc: 0.5,
            random_auc: 0.5,
            contrast: 1.0,
            random_border: 0.5,
            activity: None,
            decoder_weights: Vec::new(),
            filter_correlation: None,
            image_correlation: 0.5,
            image_variance: 0.0625,
            code_noise: Vec::new(),
        },
        health,
        explained_variance_ratio: None,
    }
}

/// Leaves the settings of an experiment with a seed, as one that was begun does.
fn begin(run: &RunFolder, id: &str, seed: u64) {
    let experiment = Experiment {
        id: id.into(),
        seed,
        training_images: None,
        method: Method::Pca { components: 1 },
    };
    run.experiment(id).write_settings(&experiment).unwrap();
}

/// Leaves an experiment that was trained for two epochs.
fn finish(run: &RunFolder, id: &str, seed: u64, sse: f64, health: Health) {
    begin(run, id, seed);
    let epoch = |epoch, loss| Metric::Epoch {
        epoch,
        loss,
        images_per_second: 1000.0,
    };
    let folder = run.experiment(id);
    folder
        .write_metrics(&[epoch(1, 0.05), epoch(2, 0.01234)])
        .unwrap();
    let evaluation = evaluation(id, sse, health);
    folder.write_evaluation(&evaluation).unwrap();
}

/// The table's line about an experiment.
fn line(run: &RunFolder, id: &str) -> String {
    let text = table(run, &[id.to_owned()]).unwrap();
    text.lines().last().unwrap().to_owned()
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

#[test]
fn each_experiment_has_its_numbers_and_its_state() {
    let folder = TempDir::new().unwrap();
    let run = RunFolder::new(folder.path());
    finish(&run, "alive", 12, 13.8661, ALIVE);
    finish(&run, "dying", 12, 13.8661, DYING);
    finish(&run, "dead", 12, 50.0, DEAD);
    begin(&run, "broken", 12);
    assert_eq!(
        words(&line(&run, "alive")),
        [
            "alive", "1", "0.0123", "4.750", "13.866", "-", "0.8765", "ok"
        ]
    );
    assert!(line(&run, "dying").ends_with("12 of 64 hidden units are dead"));
    let dead = line(&run, "dead");
    assert!(dead.contains("CONSTANT OUTPUT"), "{dead}");
    assert!(dead.contains("stopped after epoch 3"), "{dead}");
    assert!(line(&run, "broken").ends_with("failed, stopped or damaged"));
    for file in ["experiment.json", "metrics.jsonl", "evaluation.json"] {
        finish(&run, "damaged", 12, 13.8661, ALIVE);
        fs::write(run.experiment("damaged").path().join(file), "[[\n").unwrap();
        let damaged = line(&run, "damaged");
        assert!(damaged.ends_with("failed, stopped or damaged"), "{damaged}");
    }
    assert!(line(&run, "absent").ends_with("missing"));
}

#[test]
fn several_seeds_give_mean_and_deviation_and_name_what_went_wrong() {
    let folder = TempDir::new().unwrap();
    let run = RunFolder::new(folder.path());
    for (seed, run) in [(12, run.clone()), (13, run.seed(13)), (14, run.seed(14))] {
        let sse = seed as f64;
        finish(&run, "alive", seed, sse, ALIVE);
        finish(&run, "dead", seed, sse, DEAD);
        let health = if seed == 13 { DEAD } else { ALIVE };
        finish(&run, "sometimes", seed, sse, health);
        if seed == 12 {
            finish(&run, "broken", seed, sse, DYING);
        } else {
            begin(&run, "broken", seed);
        }
    }
    // The deviation of 12, 13 and 14 is 1.
    let alive = line(&run, "alive");
    assert_eq!(words(&alive)[..2], ["alive", "3"]);
    assert!(alive.contains("13.000 ± 1.000"), "{alive}");
    assert!(alive.ends_with("ok"), "{alive}");
    let dead = line(&run, "dead");
    assert!(dead.contains("CONSTANT OUTPUT in all 3 seeds"), "{dead}");
    let sometimes = line(&run, "sometimes");
    assert!(
        sometimes.contains("CONSTANT OUTPUT in 1 of 3 seeds (13)"),
        "{sometimes}"
    );
    let broken = line(&run, "broken");
    assert_eq!(
        words(&broken)[..5],
        ["broken", "1", "0.0123", "4.750", "12.000"]
    );
    assert!(
        broken.ends_with(
            "failed, stopped or damaged in 2 of 3 seeds (13, 14); dead hidden units in 1 of 3 seeds (12)"
        ),
        "{broken}"
    );
}

//! The table at the end of `all`.

use experiment::{
    AssignmentEvaluation, CorrectedEvaluation, Evaluation, Health, Metric, NotebookError,
    RunFolder, Scores,
};
use xtask::summary::table;

fn evaluation(id: &str, health: Health) -> Evaluation {
    let scores = Scores {
        sse: 13.8661,
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
        health,
        explained_variance_ratio: None,
    }
}

const ALIVE: Health = Health {
    hidden_units: 64,
    dead_hidden_units: 0,
    dead_output_pixels: 0,
    constant_output: false,
    stopped_after_epoch: None,
};

#[test]
fn each_experiment_has_its_numbers_and_its_state() {
    let folder = tempfile::tempdir().unwrap();
    let run = RunFolder::new(folder.path());
    let write = |id: &str, health| {
        run.experiment(id)
            .write_evaluation(&evaluation(id, health))
            .unwrap();
    };
    write("alive", ALIVE);
    let epoch = |epoch, loss| Metric::Epoch {
        epoch,
        loss,
        images_per_second: 1000.0,
    };
    run.experiment("alive")
        .write_metrics(&[epoch(1, 0.05), epoch(2, 0.01234)])
        .unwrap();
    let dying = Health {
        dead_hidden_units: 12,
        ..ALIVE
    };
    write("dying", dying);
    let dead = Health {
        dead_hidden_units: 64,
        constant_output: true,
        stopped_after_epoch: Some(3),
        ..ALIVE
    };
    write("dead", dead);

    let ids = ["alive", "dying", "dead", "absent"].map(str::to_owned);
    let text = table(&run, &ids).unwrap();
    let rows: Vec<Vec<_>> = text
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(
        rows[2],
        ["alive", "0.0123", "4.750", "13.866", "-", "0.8765", "ok"]
    );
    assert!(text.contains("12 of 64 units dead"), "{text}");
    assert!(text.contains("constant output, stopped early, after epoch 3, 64 of 64 units dead"));
    assert_eq!(rows[5], ["absent", "missing"]);
}

//! A finished training goes on to more epochs, with the bits of one that had them from the start; or
//! is refused with what to do.

use std::fs;

use experiment::{Metric, RunFolder};

use crate::harness::{HeldProgram, TestRun, assert_same, contents, run};

/// Epochs of three steps each.
fn list(epochs: usize, training: &str) -> String {
    format!(
        r#"[{{"id": "dense", "training_images": 300,
            "model": {{"kind": "dense", "widths": [784, 8, 784]}},
            "training": {{"epochs": {epochs}, "batch_size": 75, "validation": 0.25,
                          "best_weights": true, "averaging": {{"kind": "exponential", "decay": 0.9}}{training}}}}}]"#
    )
}

/// A finished training of two epochs, which is then asked to have more.
fn two_epochs(training: &str) -> TestRun {
    let test = TestRun::new(&list(2, training));
    test.train().with_status(0);
    test
}

/// What the folder has of a training: weights, numbers, and errors along the way.
fn outcome(test: &TestRun) -> (Vec<u8>, Vec<u8>, Vec<String>) {
    let folder = test.run.experiment("dense");
    assert!(folder.is_sealed().unwrap());
    let metrics = folder.metrics().unwrap();
    let mut lines = Vec::new();
    for metric in metrics {
        let mut line = serde_json::to_value(metric).unwrap();
        line.as_object_mut().unwrap().remove("images_per_second");
        lines.push(line.to_string());
    }
    (
        fs::read(folder.model_path()).unwrap(),
        fs::read(folder.evaluation_path()).unwrap(),
        lines,
    )
}

const KEPT: &str = r#", "keep_state": true"#;

#[test]
fn a_kept_state_goes_on_to_the_same_bits_through_kills() {
    let whole = TestRun::new(&list(4, KEPT));
    whole.train().with_status(0);
    let expected = outcome(&whole);
    let measured = expected.2.iter().filter(|line| line.contains("validation"));
    assert_eq!(measured.count(), 4);

    let test = two_epochs(KEPT);
    let finished = contents(test.run.path());
    test.train().with_status(0).saying(&["is complete already"]);
    assert_same(&finished, &contents(test.run.path()));
    test.rewrite(&list(4, KEPT));
    // Killed before the third epoch is saved.
    drop(HeldProgram::start(test.command(), "dense/metrics.jsonl", 1));
    test.train()
        .with_status(0)
        .saying(&["epoch 4/4", "validation SSE"]);
    assert!(outcome(&test) == expected);

    // Killed before the new settings are written.
    let test = two_epochs(KEPT);
    test.rewrite(&list(4, KEPT));
    test.run.experiment("dense").remove_evaluation().unwrap();
    test.train().with_status(0);
    assert!(outcome(&test) == expected);
}

#[test]
fn a_training_that_cannot_go_on_is_refused_until_its_folder_is_deleted() {
    let remedy = "delete the named folder to train all epochs anew, or choose another --out folder";
    let cosine = r#", "schedule": {"kind": "cosine"}"#;
    for (training, reason) in [
        (
            "",
            "its state was not kept, as training.keep_state would have done",
        ),
        (
            cosine,
            "its schedule, cosine, depends on the number of epochs",
        ),
    ] {
        let test = two_epochs(training);
        test.rewrite(&list(3, training));
        let folder = test.run.experiment("dense").path().display().to_string();
        let trained = "was trained for 2 epochs, and cannot go on to 3";
        test.assert_refused(1, &[&folder, trained, reason, remedy]);
        fs::remove_dir_all(folder).unwrap();
        test.train().with_status(0).saying(&["epoch 3/3"]);
    }
}

#[test]
fn fewer_epochs_and_other_settings_are_refused() {
    let test = two_epochs(KEPT);
    for (list, difference) in [
        (list(1, KEPT), "training.epochs: here 1, there 2"),
        (
            list(3, r#", "keep_state": true, "learning_rate": 0.01"#),
            "training.learning_rate: here 0.01, there 0.001",
        ),
    ] {
        test.rewrite(&list);
        let remedy = "delete the named folder to begin anew, or choose another --out folder";
        test.assert_refused(1, &[difference, remedy]);
    }
}

#[test]
fn the_errors_along_the_training_are_those_of_its_end_and_the_same_for_any_number_of_jobs() {
    let settings = list(2, "");
    let two = settings.trim_end_matches(']').to_owned()
        + &settings
            .replace(
                "\"dense\", \"training_images\"",
                "\"other\", \"training_images\"",
            )
            .replacen('[', ",", 1);
    let test = TestRun::new(&two);
    for jobs in ["1", "2"] {
        let mut train = test.command_into(&test.beside(jobs));
        run(train.args(["--jobs", jobs, "--evaluate-every", "2"])).with_status(0);
    }
    let errors = |jobs: &str, id: &str| {
        let folder = RunFolder::new(test.beside(jobs)).experiment(id);
        let last = folder.metrics().unwrap().pop().unwrap();
        let Metric::Evaluation { epoch: 2, errors } = last else {
            panic!("{last:?}");
        };
        (errors, folder.evaluation().unwrap().unwrap())
    };
    for id in ["dense", "other"] {
        let (found, evaluation) = errors("1", id);
        assert_eq!(found, errors("2", id).0);
        let expected = evaluation.corrected.test.sse;
        assert!((found.test.unwrap().sse / expected - 1.0).abs() < 1e-5);
        let training = evaluation.training.unwrap();
        assert_eq!((training.images, training.validation_images), (225, 75));
        assert_eq!(training.best_epoch, Some(2));
    }
}

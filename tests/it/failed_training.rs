//! A training that cannot continue, because a number is infinite or memory is missing, stops with the
//! reason; the others continue.

use crate::harness::{TestRun, limited, program, run};

/// Steps of 10 through wide layers: the second loss is infinite.
const EXPERIMENTS: &str = r#"[
    {"id": "exploding", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 2000, 2000, 2000, 2000, 784], "code_layer": 2,
               "output": "relu"},
     "training": {"epochs": 2, "batch_size": 100, "learning_rate": 10}},
    {"id": "sound", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 8, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 1, "batch_size": 100, "learning_rate": 1e-3}}
]"#;

#[test]
fn an_infinite_loss_stops_only_its_experiment() {
    let test = TestRun::new(EXPERIMENTS);
    test.train().with_status(3).saying(&[
        "\"exploding\": the loss of step 2 (epoch 1, batch 2 of 3) is inf",
        "no checkpoint was made before",
        "1 of 2 experiments failed: exploding",
    ]);
    assert!(test.run.experiment("sound").evaluation().unwrap().is_some());
    let exploding = test.run.experiment("exploding");
    assert_eq!(exploding.metrics().unwrap().len(), 1);
    assert!(!exploding.model_path().exists());
    // The report explains it.
    run(program("viz").arg(test.run.path())).with_status(0);
    let report = std::fs::read_to_string(test.run.path().join("report.md")).unwrap();
    let failure = "exploding: the loss of step 2 (epoch 1, batch 2 of 3) is inf. Such a training";
    assert!(report.contains(failure), "{report}");
}

/// A convolutional model takes no more memory than an image needs, however large its batches.
const LARGE_BATCH: &str = r#"[
    {"id": "convolutional", "training_images": 100,
     "model": {"kind": "convolutional", "decoder": "unpool"},
     "training": {"epochs": 1, "batch_size": 38000, "learning_rate": 1e-3}}
]"#;

#[test]
fn what_fits_into_the_memory_is_not_refused() {
    let test = TestRun::new(LARGE_BATCH);
    let mut train = test.command();
    train.args(["--jobs", "1"]).env("MALLOC_ARENA_MAX", "2");
    run(&mut limited("ulimit -v 3300000", &train)).with_status(0);
}

/// The output of the wide layer alone takes 3.3 GB.
const TOO_WIDE: &str = r#"[
    {"id": "wide",
     "model": {"kind": "dense", "widths": [784, 16384, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 1, "batch_size": 50000, "learning_rate": 1e-3}},
    {"id": "sound", "training_images": 300,
     "model": {"kind": "dense", "widths": [784, 8, 784], "code_layer": 1, "output": "relu"},
     "training": {"epochs": 1, "batch_size": 100, "learning_rate": 1e-3}}
]"#;

#[test]
fn an_experiment_that_exceeds_the_memory_stops_alone() {
    let test = TestRun::new(TOO_WIDE);
    let mut train = test.command_on_all_images();
    train.args(["--jobs", "2"]);
    // Each thread reserves address space.
    train
        .env("RAYON_NUM_THREADS", "2")
        .env("MALLOC_ARENA_MAX", "2");
    run(&mut limited("ulimit -v 3300000", &train))
        .with_status(3)
        .saying(&[
            "\"wide\": expected at least 4002 MB of memory, found ",
            " MB free",
            "a smaller batch_size",
        ]);
    assert!(test.run.experiment("sound").evaluation().unwrap().is_some());
    // The report names what was begun.
    assert!(test.run.experiment("wide").settings().unwrap().is_some());
}

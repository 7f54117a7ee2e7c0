//! Whether a report is about the assignment or about own experiments.

use std::fs;

use crate::{
    drawn::{between, drawn, only},
    own::{COLOR, FASHION, experiment},
};
use experiment::{
    Data, Experiment, Method, ModelSpec, Training,
    assignment::{full, quick},
};

#[test]
fn an_unfinished_or_damaged_own_run_has_a_report_of_own_experiments() {
    let begun = drawn(&[], |run| {
        let mine = experiment("mine", COLOR, 8, |_| ());
        run.experiment("mine").write_settings(&mine).unwrap();
        let folder = run.experiment("broken");
        folder
            .write_settings(&Experiment {
                id: "broken".into(),
                ..mine
            })
            .unwrap();
        fs::write(folder.path().join("experiment.json"), "{").unwrap();
    });
    assert!(begun.top().contains("Begun, not finished:</strong> mine."));
    assert!(begun.top().contains("Damaged, left out"));
    assert!(begun.html.contains("No experiment has results."));
    assert!(begun.figures.is_empty() && !begun.html.contains("Missing"));
}

#[test]
fn an_experiment_of_the_assignment_on_other_images_is_an_own_one() {
    let mut experiments = only(&["standard-ae-64"]);
    experiments[0].data = Data::named(FASHION);
    let drawn = drawn(&experiments, |_| ());
    assert!(
        drawn
            .html
            .contains("<h1>Autoencoders on Fashion-MNIST</h1>")
    );
    assert!(!drawn.html.contains("<section id=\"part-1\">"));
}

#[test]
fn a_few_of_the_assignments_experiments_are_compared_with_own_ones() {
    let mut experiments = only(&["standard-ae-64"]);
    experiments.push(experiment("mine", "mnist", 64, |_| ()));
    let drawn = drawn(&experiments, |_| ());
    let sections = between(&drawn.html, "<section id=\"", '"');
    assert!(sections.contains(&"ranking") && !sections.contains(&"part-1"));
    assert!(!drawn.html.contains("Missing"));
}

#[test]
fn own_experiments_follow_the_assignment() {
    let mut experiments = full(1);
    experiments[1].method = Method::Autoencoder {
        model: ModelSpec::dense(&[784, 32, 784]),
        training: experiments[1].method.training().unwrap().clone(),
    };
    experiments.push(Experiment {
        training_images: Some(500),
        method: Method::Autoencoder {
            model: ModelSpec::dense(&[784, 15, 784]),
            training: Training {
                epochs: 3,
                ..Training::default()
            },
        },
        id: "mine_2".into(),
        ..Experiment::default()
    });
    let drawn = drawn(&experiments, |_| ());
    let own = drawn.html.split("<section id=\"own\">").nth(1).unwrap();
    for name in [
        "own-training-mean-squared-error",
        "own-reconstructions",
        "own-codes",
        "own-errors",
    ] {
        assert!(own.contains(&format!("<figure id=\"{name}\"")), "{name}");
    }
    assert!(own.contains("784-15-784, ReLU") && own.contains(". mine_2</a>"));
    // What the notebook printed for deep-ae-10 does not apply to another model.
    assert!(!own.contains("the notebook printed"));
    assert!(own.contains("deep-ae-10: model 784-32-784, ReLU instead of"));
    let missing = "deep-ae-10 (run with another model or other images, see Own experiments)";
    assert!(drawn.html.contains(missing));
}

#[test]
fn a_quick_run_is_not_judged() {
    let drawn = drawn(&quick(1), |_| ());
    assert!(drawn.top().contains("Not judged"));
    assert!(drawn.claims.as_array().unwrap().is_empty());
    assert!(!drawn.html.contains("What the notebook concluded"));
}

//! A user's custom experiments, beside the assignment's and alone.

use crate::drawn::{between, drawn};
use experiment::{Experiment, Method, ModelSpec, Training, assignment::full};

fn mine() -> Experiment {
    Experiment {
        id: "mine_2".into(),
        seed: 9,
        training_images: Some(500),
        method: Method::Autoencoder {
            model: ModelSpec::dense(&[784, 15, 784]),
            training: Training {
                epochs: 3,
                batch_size: 64,
                learning_rate: 1e-2,
                ..Training::default()
            },
        },
    }
}

#[test]
fn custom_experiments_have_their_own_section() {
    let mut experiments = full(1);
    experiments[1].method = Method::Autoencoder {
        model: ModelSpec::dense(&[784, 32, 784]),
        training: experiments[1].method.training().unwrap().clone(),
    };
    experiments.push(mine());
    let drawn = drawn(&experiments, |_| ());
    let custom = drawn.html.split("<section id=\"custom\">").nth(1).unwrap();
    for name in [
        "custom-mine_2-loss",
        "custom-mine_2-samples-corrected",
        "custom-deep-ae-10-loss",
        "custom-deep-ae-10-samples-corrected",
    ] {
        assert!(custom.contains(&format!("<figure id=\"{name}\"")), "{name}");
    }
    assert!(custom.contains("784-15-784, ReLU"));
    // What the notebook printed for deep-ae-10 does not apply to another model.
    assert!(!custom.contains("the notebook printed"));
    assert!(custom.contains("deep-ae-10: model 784-32-784, ReLU instead of"));
    assert!(
        drawn
            .html
            .contains("deep-ae-10 (run with another model, see Custom experiments)")
    );
}

#[test]
fn a_run_of_custom_experiments_opens_with_them_and_does_not_miss_the_assignment() {
    let drawn = drawn(&[mine()], |_| ());
    let sections = between(&drawn.html, "<section id=\"", '"');
    assert_eq!(
        sections,
        ["abstract", "custom", "overview", "health", "across"]
    );
    for text in [&drawn.html, &drawn.markdown] {
        for of_assignment in [
            "Missing",
            "issing:",
            "notebook of",
            "deep-ae-10",
            "not tested",
        ] {
            assert!(!text.contains(of_assignment), "{of_assignment}");
        }
    }
    let stems = drawn.figures.iter().map(|path| path.file_stem().unwrap());
    let names: Vec<_> = stems.map(|stem| stem.to_str().unwrap()).collect();
    let expected = [
        "custom-mine_2-loss",
        "custom-mine_2-samples-corrected",
        "across-errors-mine_2",
        "across-code-size",
    ];
    assert_eq!(names, expected);
    assert!(drawn.markdown.contains("| [mine\\_2]"));
}

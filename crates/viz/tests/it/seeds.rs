//! Fabricated runs with several seeds.

use std::fs;

use crate::{
    drawn::{DrawnRun, between, drawn, only},
    fabricated::{self, add_seed, change},
};
use experiment::{Metric, assignment::full};
use viz::{Error, draw};

#[test]
fn tables_give_mean_and_standard_deviation_over_the_living_seeds() {
    let ids = ["pca-30", "deep-ae-10", "deep-ae-20"];
    let drawn = drawn(&only(&ids), |run| {
        for (seed, sse) in [(2, 8.25), (3, 9.25), (4, 100.0)] {
            add_seed(run, seed, &only(&ids));
            change(&run.seed(seed).experiment("deep-ae-10"), |evaluation| {
                evaluation.corrected.test.sse = sse;
                evaluation.health.constant_output = seed == 4;
            });
        }
    });
    let part = drawn.markdown.split("## Part 1").nth(1).unwrap();
    let scores = part.split("**Scores, corrected protocol**").nth(1).unwrap();
    let row = |id: &str| {
        let start = format!("| {id} |");
        scores
            .lines()
            .find(|line| line.starts_with(&start))
            .unwrap()
    };
    assert!(row("deep-ae-10").contains("| 8.2500 ±\u{a0}1.0000 |"));
    assert!(row("deep-ae-20").contains("| 7.2500 |"));
    assert!(row("pca-30").contains("| 7.2500 |"));
    assert!(scores.contains(
        "over all where none is alive. deep-ae-10: 3 of 4 seeds alive; deep-ae-20: 4 seeds; pca-30: 1 \
         seed."
    ));
    assert!(
        drawn
            .top()
            .contains("deep-ae-10 (seed 4): every image gets the same")
    );
    assert!(drawn.markdown.contains("CONSTANT OUTPUT (1 of 4 seeds)"));
    assert!(
        drawn.html.contains(
            "seeds/3/experiments/deep-ae-10/evaluation.json"
                .replace('/', "&#x2f;")
                .as_str()
        )
    );
}

#[test]
fn loss_curves_get_a_band_from_the_lowest_to_the_highest_seed() {
    let experiments = only(&["standard-ae-64", "sparse-ae-1e-6"]);
    let without = drawn(&experiments, |_| ());
    let with = drawn(&experiments, |run| {
        add_seed(run, 2, &experiments);
        for id in ["standard-ae-64", "sparse-ae-1e-6"] {
            let folder = run.seed(2).experiment(id);
            let mut metrics = folder.metrics().unwrap();
            for metric in &mut metrics {
                match metric {
                    Metric::Step { loss, .. } | Metric::Epoch { loss, .. } => *loss *= 2.0,
                    Metric::Evaluation { .. } => {}
                }
            }
            folder.write_metrics(&metrics).unwrap();
        }
    });
    for name in ["part-2-loss", "part-3-loss"] {
        let svg = |drawn: &DrawnRun| {
            let file = drawn.folder.path().join(format!("figures/{name}.svg"));
            fs::read_to_string(file).unwrap()
        };
        assert!(svg(&with).contains("<polygon opacity=\"0.2\""), "{name}");
        assert!(
            !svg(&without).contains("<polygon opacity=\"0.2\""),
            "{name}"
        );
        assert!(
            with.figure(name)
                .contains("its band from the lowest to the highest")
        );
        assert!(!without.figure(name).contains("band"), "{name}");
    }
}

#[test]
fn images_are_those_of_the_first_seed_and_one_seed_is_not_mentioned() {
    let experiments = only(&["standard-ae-64"]);
    let with = drawn(&experiments, |run| {
        add_seed(run, 2, &experiments);
        change(&run.seed(2).experiment("standard-ae-64"), |evaluation| {
            evaluation.corrected.samples[5].scores.sse = 55.5;
            evaluation.health.constant_output = true;
        });
    });
    let figure = with.figure("part-2-sample-5-corrected");
    assert!(!figure.contains("CONSTANT OUTPUT"));
    let file = "figures/part-2-sample-5-corrected.svg";
    let svg = fs::read_to_string(with.folder.path().join(file)).unwrap();
    assert!(svg.contains(">7.25<") && !svg.contains(">55.50<"));
    let without = drawn(&experiments, |_| ());
    for word in ["several seeds, the first is", "<strong>Seeds:"] {
        assert!(with.html.contains(word), "{word}");
        assert!(!without.html.contains(word), "{word}");
    }
}

#[test]
fn seeds_with_different_settings_are_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let run = fabricated::run(folder.path(), &full(1)[..3]);
    let mut other = full(1)[1].clone();
    other.method.training_mut().unwrap().epochs = 3;
    add_seed(&run, 2, &[other]);
    let error = draw(folder.path()).unwrap_err();
    assert!(matches!(error, Error::Content { .. }));
    let message = error.to_string();
    assert!(message.contains("seeds/2/experiments/deep-ae-10/experiment.json"));
    assert!(
        message.contains("expected the settings of seed 1"),
        "{message}"
    );
    assert!(!folder.path().join("report.html").exists());
}

#[test]
fn training_takes_the_seconds_that_its_images_and_its_speed_give() {
    let with_images = |count: usize| {
        let drawn = drawn(&only(&["conv-ae-deconv"]), |run| {
            let folder = run.experiment("conv-ae-deconv");
            let mut metrics = folder.metrics().unwrap();
            for metric in &mut metrics {
                if let Metric::Epoch { images, .. } = metric {
                    *images = count;
                }
            }
            folder.write_metrics(&metrics).unwrap();
        });
        let marker = "training,seconds,";
        between(&drawn.results, marker, '\n')[0].to_owned()
    };
    // Ten epochs at 10,000 images per second.
    assert_eq!(with_images(60_000), "60");
    assert_eq!(with_images(30_000), "30");
}

#[test]
fn results_hold_every_seed_and_both_protocols() {
    let ids = ["pca-30", "conv-ae-deconv"];
    let drawn = drawn(&only(&ids), |run| {
        add_seed(run, 2, &only(&ids));
        change(&run.seed(2).experiment("conv-ae-deconv"), |evaluation| {
            evaluation.measures.random_sse = 12.125;
        });
    });
    let lines: Vec<&str> = drawn.results.lines().collect();
    assert_eq!(lines[0], "experiment,seed,protocol,measure,value");
    for line in [
        "pca-30,1,assignment,samples[9705].squared_error,12.5",
        "conv-ae-deconv,1,assignment,samples[9714].signed_error,-3.5",
        "conv-ae-deconv,1,training,loss[10],0.01125",
        "conv-ae-deconv,1,corrected,measures.noisy_sse[0.9],25.25",
        "conv-ae-deconv,1,corrected,measures.random_sse,80.25",
        "conv-ae-deconv,2,corrected,measures.random_sse,12.125",
        "conv-ae-deconv,2,corrected,measures.code_noise[10].recognised,0.09090909090909091",
        "conv-ae-deconv,2,corrected,health.constant_output,0",
    ] {
        assert!(lines.contains(&line), "{line}");
    }
    assert!(!lines.iter().any(|line| line.starts_with("pca-30,2")));
    let mut reader = csv::Reader::from_reader(drawn.results.as_bytes());
    assert!(reader.records().all(|record| record.unwrap().len() == 5));
}

#[test]
fn a_seed_that_some_experiments_lack_is_named_at_the_top() {
    let experiments = only(&["pca-30", "deep-ae-10", "deep-ae-20"]);
    let with = |added: &[&str]| {
        drawn(&experiments, |run| add_seed(run, 2, &only(added)))
            .top()
            .to_owned()
    };
    assert!(with(&["deep-ae-10"]).contains("Seeds missing:</strong> deep-ae-20: 2."));
    assert!(!with(&["deep-ae-10", "deep-ae-20"]).contains("Seeds missing"));
}

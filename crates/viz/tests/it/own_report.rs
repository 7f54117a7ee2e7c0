//! The report of a user's own experiments, alone and beside the assignment's.

use std::fs;

use crate::{
    drawn::{DrawnRun, between, drawn},
    fabricated,
    own::{COLOR, FASHION, PLAIN, experiment},
};
use experiment::{
    Activation, Corruption, Experiment, ImageError, Method, Metric, ModelSpec, RunFolder, Scores,
    TrainingRecord, arrays,
};

fn names(drawn: &DrawnRun) -> Vec<&str> {
    let stems = drawn.figures.iter().map(|path| path.file_stem().unwrap());
    stems.map(|stem| stem.to_str().unwrap()).collect()
}

/// A few experiments on color images, one of which denoises.
fn colors() -> Vec<Experiment> {
    vec![
        experiment("code-2", COLOR, 2, |_| ()),
        experiment("code-128", COLOR, 128, |_| ()),
        experiment("code-16", COLOR, 16, |t| t.learning_rate = 3e-4),
        experiment("denoising", COLOR, 16, |t| {
            t.corruption = vec![Corruption::Gaussian {
                std: 0.3,
                clip: false,
            }]
        }),
    ]
}

#[test]
fn models_are_ranked_by_their_error_with_the_settings_that_differ() {
    let drawn = drawn(&colors(), |_| ());
    let ranking = drawn.html.split("<section id=\"ranking\">").nth(1).unwrap();
    let ranking = ranking.split("</section>").next().unwrap();
    let order: Vec<usize> = ["code-128", "code-16", "denoising", "code-2"]
        .map(|id| ranking.find(&format!(". {id}</a>")).unwrap())
        .into();
    assert!(order.is_sorted(), "{order:?}");
    for column in [">model<", ">learning rate<", ">corruption<"] {
        assert!(ranking.contains(column), "{column}");
    }
    assert!(!ranking.contains(">batch size<"));
    assert!(
        ranking.contains("127\u{a0}of\u{a0}128"),
        "a dead unit of the code"
    );
}

#[test]
fn models_are_ranked_by_the_chosen_score_with_the_better_ones_first() {
    let drawn = drawn(&colors(), |run| {
        for (id, ssim) in [("code-2", 0.95), ("code-16", 0.92), ("code-128", 0.7)] {
            fabricated::change(&run.experiment(id), |evaluation| {
                evaluation.corrected.test.ssim = ssim;
                evaluation.corrected.test.psnr = (id == "code-16").then_some(50.0);
            });
        }
    });
    let ranked_by = |name: &str| {
        let score = Scores::COLUMNS.into_iter().find(|score| score.name == name);
        let outputs = viz::draw_ranked_by(score.unwrap(), drawn.folder.path()).unwrap();
        (fs::read_to_string(outputs.html).unwrap(), outputs.summary)
    };
    let (html, summary) = ranked_by("ssim");
    for text in [
        "by the SSIM of an image, mean over the test images: 1. code-2 (0.9500), 2. code-16",
        "SSIM of the test images of my images",
        ">0.0300<",
        "SSIM against code size",
    ] {
        assert!(html.contains(text), "{text}");
    }
    let lines: Vec<&str> = summary.lines().skip(2).collect();
    assert!(
        lines[0].starts_with("code-2 ") && lines[1].starts_with("code-16 "),
        "{summary}"
    );
    assert!(svg(&drawn, "own-errors").contains(">1. code-2<"));
    // Reconstructions without any error have an infinite PSNR.
    let (html, _) = ranked_by("psnr");
    assert!(html.contains("3. code-16") && html.contains("4. denoising"));
    let ranking = html.split("<section id=\"ranking\">").nth(1).unwrap();
    let ranking = ranking.split("</section>").next().unwrap();
    assert!(
        !ranking.contains("NaN") && !ranking.contains(">inf"),
        "{ranking}"
    );
}

#[test]
fn a_model_without_any_error_is_ranked_without_shares() {
    let drawn = drawn(&colors(), |run| {
        fabricated::change(&run.experiment("code-128"), |evaluation| {
            evaluation.corrected.test.sse = 0.0;
        });
    });
    let ranking = drawn.html.split("<section id=\"ranking\">").nth(1).unwrap();
    let ranking = ranking.split("</section>").next().unwrap();
    assert!(
        !ranking.contains("NaN") && !ranking.contains("inf"),
        "{ranking}"
    );
}

#[test]
fn the_images_are_called_by_their_name_and_counted() {
    let drawn = drawn(&colors(), |_| ());
    let title = "Autoencoders on my images (3 x 16 x 16)";
    assert!(drawn.html.contains(&format!("<h1>{title}</h1>")));
    assert!(drawn.markdown.starts_with(&format!("# {title}\n")));
    for text in [
        "100, held out",
        "900",
        "768 numbers of an image, 3 of each pixel",
        "the values use a small part",
    ] {
        assert!(drawn.html.contains(text), "{text}");
    }
    for text in [&drawn.html, &drawn.markdown] {
        for absent in [
            "MNIST",
            // Not the coordinates of points.
            "784 ",
            "784-",
            "784,",
            "%3E784%3C",
            "60,000",
            "10,000",
            "otebook",
            "ssignment",
            "Missing",
        ] {
            let place = text
                .find(absent)
                .map(|at| &text[at.saturating_sub(60)..at + 40]);
            assert_eq!(place, None, "{absent}");
        }
    }
    assert!(drawn.claims.as_array().unwrap().is_empty());
}

#[test]
fn a_report_of_own_experiments_has_every_chapter() {
    let drawn = drawn(&colors(), |_| ());
    let expected = [
        "own-training-mean-squared-error",
        "own-generalization",
        "own-generalization-place-2",
        "own-generalization-place-3",
        "own-generalization-place-4",
        "own-reconstructions",
        "own-denoising",
        "own-noise",
        "own-codes",
        "own-code-grid",
        "own-errors",
        "own-extremes",
        "own-classes",
        "own-code-size",
        "own-filters",
    ];
    assert_eq!(names(&drawn), expected);
    let sections = between(&drawn.html, "<section id=\"", '"');
    assert_eq!(
        sections,
        [
            "abstract",
            "ranking",
            "training",
            "generalization",
            "reconstructions",
            "denoising",
            "codes",
            "errors",
            "classes",
            "code-size",
            "filters",
            "experiments",
            "health",
            "conditions"
        ]
    );
    let svg = |name: &str| {
        fs::read_to_string(drawn.folder.path().join(format!("figures/{name}.svg"))).unwrap()
    };
    let losses = drawn.figure("own-training-mean-squared-error");
    assert!(losses.contains("dashed: the loss at the end of an epoch on the test images"));
    assert!(svg("own-training-mean-squared-error").contains("test images"));
    let classes = svg("own-codes");
    assert!(classes.contains(">cat<") && classes.contains("&lt;horse&gt;"));
    // Originals once and a row for each model.
    assert_eq!(
        svg("own-reconstructions").matches("<image ").count(),
        10 * 5
    );
    // The model without corruption is beside the one with it.
    assert_eq!(svg("own-denoising").matches("<image ").count(), 5 * 3);
    assert!(
        drawn
            .html
            .contains("The last row is the best model that was trained without")
    );
    assert!(
        drawn
            .figure("own-filters")
            .contains("unit 1 is dead: zero for every test image")
    );
    assert_eq!(svg("own-filters").matches(">dead<").count(), 3);
    assert_eq!(
        drawn.html.matches("<details class=\"experiment\">").count(),
        4
    );
}

#[test]
fn errors_along_the_training_and_by_class_are_those_of_the_run() {
    let validation = |run: &RunFolder| {
        let folder = run.experiment("code-128");
        let mut metrics = folder.metrics().unwrap();
        for metric in &mut metrics {
            if let Metric::Evaluation { errors, .. } = metric {
                errors.validation = Some(ImageError {
                    sse: 4.75,
                    loss: 0.01,
                });
            }
        }
        folder.write_metrics(&metrics).unwrap();
        fabricated::change(&folder, |evaluation| {
            evaluation.training = Some(TrainingRecord {
                validation_images: 90,
                ..TrainingRecord::default()
            });
        });
    };
    let drawn = drawn(&colors(), validation);
    let along = svg(&drawn, "own-generalization");
    for label in ["training images", "validation images", "test images"] {
        assert!(along.contains(label), "{label}");
    }
    assert!(along.contains(", squared error 4.75"));
    assert!(!svg(&drawn, "own-generalization-place-2").contains("validation images"));
    let ranking = drawn.html.split("<section id=\"ranking\">").nth(1).unwrap();
    assert!(ranking.contains(">validation SSE<") && ranking.contains(">4.75"));

    let classes = svg(&drawn, "own-classes");
    for text in [">cat<", "horse", ">6.00", ">8.00"] {
        assert!(classes.contains(text), "{text}");
    }
}

#[test]
fn published_errors_are_beside_codes_of_their_size_on_mnist_only() {
    let published = "Martens 2010";
    let with = |source, codes: [usize; 2]| {
        let of_size = |code| experiment(&format!("code-{code}"), source, code, |_| ());
        svg(&drawn(&codes.map(of_size), |_| ()), "own-code-size").contains(published)
    };
    assert!(with("mnist", [2, 30]));
    assert!(!with("mnist", [2, 16]));
    assert!(!with(FASHION, [2, 30]));
}

#[test]
fn several_sets_of_images_are_compared_apart() {
    let experiments = [
        experiment("garments", FASHION, 8, |_| ()),
        experiment("small", PLAIN, 8, |_| ()),
        experiment("garments-large", FASHION, 32, |_| ()),
    ];
    let drawn = drawn(&experiments, |_| ());
    assert!(
        drawn
            .html
            .contains("<h1>Autoencoders on Fashion-MNIST, digits.npz (8 x 8)</h1>")
    );
    assert!(drawn.html.contains("Test error on Fashion-MNIST"));
    assert!(drawn.html.contains("Test error on digits.npz (8 x 8)"));
    let row = |id: &str| drawn.summary.lines().position(|line| line.starts_with(id));
    assert!(row("garments-large ") < row("garments ") && row("garments ") < row("small "));
    assert!(drawn.summary.contains("garments-large  Fashion-MNIST "));
    assert!(
        drawn
            .summary
            .contains("small           digits.npz (8 x 8) ")
    );
    assert!(names(&drawn).contains(&"own-reconstructions-2"));
    assert!(drawn.figure("own-codes-2").contains("have no labels"));
}

#[test]
fn many_experiments_make_a_short_page() {
    let experiments: Vec<Experiment> = (1..=60)
        .map(|code| experiment(&format!("code-{code}"), COLOR, code, |_| ()))
        .collect();
    let drawn = drawn(&experiments, |_| ());
    assert!(drawn.html.len() < 3_000_000, "{} bytes", drawn.html.len());
    let reconstructions = drawn.figure("own-reconstructions");
    assert!(reconstructions.contains("Of 60 models, the best 10 and the worst 3 are shown."));
    let panels = svg(&drawn, "own-training-each-mean-squared-error");
    assert_eq!(panels.matches("<use ").count(), 60);
    assert!(panels.contains(">1. code-60<") && panels.contains(">60. code-1<"));
    assert!(drawn.html.contains("1. code-60") && drawn.html.contains("60. code-1"));
}

#[test]
fn what_an_older_folder_does_not_have_is_not_drawn() {
    let drawn = drawn(&colors(), |run| {
        for experiment in colors() {
            let arrays = run.experiment(&experiment.id).path().join("arrays");
            fs::remove_dir_all(arrays).unwrap();
        }
    });
    assert_eq!(
        names(&drawn),
        [
            "own-training-mean-squared-error",
            "own-generalization",
            "own-generalization-place-2",
            "own-generalization-place-3",
            "own-generalization-place-4",
            "own-noise",
            "own-classes",
            "own-code-size"
        ]
    );
}

#[test]
fn runs_are_compared_under_their_names() {
    let root = tempfile::tempdir().unwrap();
    let [first, second] = ["a b", "second"].map(|name| root.path().join(name));
    fabricated::run(&first, &colors()[..2]);
    fabricated::run(&second, &colors()[1..]);
    let report = root.path().join("out");
    let outputs = viz::compare(Scores::SSE, &[&first, &second], &report).unwrap();
    let html = fs::read_to_string(&outputs.html).unwrap();
    for text in [
        "of the runs a b, second",
        "1. a b&#x2f;code-128</a>",
        "2. second&#x2f;code-128</a>",
    ] {
        assert!(html.contains(text), "{text}");
    }
    for link in between(&html, "href=\"", '"') {
        let link = link.replace("&#x2f;", "/").replace("%20", " ");
        let is_there = match link.strip_prefix('#') {
            Some(id) => html.contains(&format!("id=\"{id}\"")),
            None => report.join(&link).is_file(),
        };
        assert!(is_there, "{link}");
    }
    let results = fs::read_to_string(&outputs.results).unwrap();
    assert!(
        results.contains("second/code-16,13,settings,training.learning_rate,0.0003"),
        "{results}"
    );
    let error = viz::compare(Scores::SSE, &[&first], &second).unwrap_err();
    assert!(matches!(error, viz::Error::ReportInRun { .. }));
    let again = second.join("../second");
    let error = viz::compare(Scores::SSE, &[&first, &second, &again], &report).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{} is named twice", again.display())
    );
    let error = viz::draw(&outputs.results).unwrap_err();
    assert!(matches!(error, viz::Error::NotARun { .. }));
}

/// Experiments whose names are those of a grid.
fn grid() -> Vec<Experiment> {
    let mut experiments = Vec::new();
    for code in [4, 16, 64] {
        for rate in [0.003, 0.001] {
            let id = format!("search-widths-768-512-{code}-512-768-learning_rate-{rate}");
            experiments.push(experiment(&id, COLOR, code, |t| t.learning_rate = rate));
        }
    }
    experiments
}

fn svg(drawn: &DrawnRun, name: &str) -> String {
    fs::read_to_string(drawn.folder.path().join(format!("figures/{name}.svg"))).unwrap()
}

#[test]
fn figures_call_models_of_a_grid_by_what_differs() {
    let drawn = drawn(&grid(), |_| ());
    for figure in [
        "own-training-mean-squared-error",
        "own-reconstructions",
        "own-codes",
        "own-errors",
        "own-code-size",
    ] {
        let svg = svg(&drawn, figure);
        for name in [
            "1. code 64, learning rate 0.001",
            "5. code 4, learning rate 0.001",
        ] {
            assert!(
                svg.contains(name),
                "{figure}: {name}: {:?}",
                between(&svg, "\n1. ", '<')
            );
        }
        assert!(!svg.contains("widths"), "{figure}");
    }
    assert!(drawn.html.contains(
        "1. code 64, learning rate 0.001: search-widths-768-512-64-512-768-learning_rate-0.001"
    ));
    let ranking = drawn.html.split("id=\"experiments\"").next().unwrap();
    assert!(!ranking.contains(">search-widths"), "a short name is used");
}

#[test]
fn seeds_of_a_grid_are_part_of_the_names() {
    let mut experiments = Vec::new();
    for (rate, seed) in [(0.003, 1), (0.003, 2), (0.001, 1)] {
        let id = format!("{rate}-of-a-search-with-a-long-name-seed-{seed}");
        experiments.push(Experiment {
            seed,
            ..experiment(&id, COLOR, 4, |t| t.learning_rate = rate)
        });
    }
    let svg = svg(&drawn(&experiments, |_| ()), "own-errors");
    for (rate, seed) in [(0.003, 1), (0.003, 2), (0.001, 1)] {
        assert!(svg.contains(&format!(". learning rate {rate}, seed {seed}<")));
    }
}

#[test]
fn long_names_lose_the_beginning_that_they_share() {
    let long = |end| format!("the-long-name-of-a-series-of-experiments-{end}");
    let experiments = ["first", "second"].map(|end| experiment(&long(end), COLOR, 8, |_| ()));
    let drawn = drawn(&experiments, |_| ());
    let svg = svg(&drawn, "own-errors");
    assert!(
        svg.contains(">1. first<") && svg.contains(">2. second<"),
        "{svg}"
    );
}

/// Changes what `run.json` says about the images.
fn change_data(run: &RunFolder, change: impl Fn(&mut experiment::DataRecord)) {
    let mut record = run.record().unwrap().unwrap();
    record.data.values_mut().for_each(change);
    run.write_record(&record).unwrap();
}

#[test]
fn a_folder_of_many_images_is_one_line() {
    let drawn = drawn(&colors(), |run| {
        change_data(run, |data| {
            data.files = (0..180)
                .map(|index| (format!("image-{index}.png"), "ab".repeat(32)))
                .collect();
        })
    });
    assert!(drawn.html.contains("180 files") && !drawn.html.contains("image-7.png"));
}

#[test]
fn a_ranking_by_few_images_says_so() {
    let note = "Few test images:";
    assert!(!drawn(&colors(), |_| ()).html.contains(note));
    let drawn = drawn(&colors(), |run| {
        change_data(run, |data| data.test_images = 5)
    });
    assert!(drawn.html.contains(note) && drawn.html.contains("means over 5 images"));
}

#[test]
fn a_model_that_denoises_another_corruption_is_tested_with_gaussian_noise() {
    let masked = experiment("masked", COLOR, 16, |t| {
        t.corruption = vec![Corruption::Masking { share: 0.5 }]
    });
    let drawn = drawn(&[masked], |_| ());
    let text =
        "tested with Gaussian noise, also those that were trained with another corruption: masked.";
    assert!(drawn.html.contains(text));
    for absent in ["trained without corruption", "in bold"] {
        assert!(!drawn.html.contains(absent), "{absent}");
    }
}

#[test]
fn early_stopping_is_told_with_its_epoch() {
    let stopping = experiment("stopping", COLOR, 16, |_| ());
    let drawn = drawn(&[stopping], |run| {
        fabricated::change(&run.experiment("stopping"), |evaluation| {
            let training = evaluation.training.get_or_insert_with(Default::default);
            training.stopped_early_after_epoch = Some(4);
            training.best_epoch = Some(2);
        })
    });
    let losses = drawn.figure("own-training-mean-squared-error");
    assert!(losses.contains("1. stopping: ended after epoch 4, with the weights of epoch 2."));
}

#[test]
fn a_code_that_is_the_same_for_all_images_is_named() {
    let dead = "all test images have the same code";
    let drawn = drawn(&colors(), |run| {
        let codes = fabricated::floats(&[300, 16], vec![0.0; 300 * 16]);
        run.experiment("code-16")
            .write_array(experiment::arrays::CODES_TEST, &codes)
            .unwrap();
    });
    let ranking = drawn.html.split("<section id=\"ranking\">").nth(1).unwrap();
    let ranking = ranking.split("</section>").next().unwrap();
    assert!(
        ranking.contains("0\u{a0}of\u{a0}16") && ranking.contains(">DEAD CODE<"),
        "{ranking}"
    );
    assert_eq!(ranking.matches(dead).count(), 1);
    assert!(ranking.contains(&format!("2. code-16: {dead}")));
}

#[test]
fn the_share_of_the_error_in_dead_output_pixels_is_among_the_details() {
    let experiments = ["some", "none"].map(|id| experiment(id, FASHION, 16, |_| ()));
    let drawn = drawn(&experiments, |run| {
        let folder = run.experiment("some");
        fabricated::change(&folder, |evaluation| {
            evaluation.health.dead_output_pixels = 6
        });
        let errors = [vec![0.02; 784], vec![0.01; 392], vec![0.0; 392]].concat();
        let errors = fabricated::floats(&[2, 28, 28], errors);
        folder.write_array(arrays::PIXEL_ERRORS, &errors).unwrap();
    });
    let row = "error in dead output pixels";
    let rows: Vec<&str> = drawn.html.split(row).skip(1).collect();
    assert_eq!(rows.len(), 1);
    let row = rows[0].split("</tr>").next().unwrap();
    assert!(row.contains("25.0\u{a0}%"), "{row}");
}

#[test]
fn a_dead_code_is_named_once_with_what_helps() {
    let kill = |run: &RunFolder| {
        fabricated::change(&run.experiment("dead"), |evaluation| {
            evaluation.health.constant_output = true;
        })
    };
    let drawn_dead = drawn(&[experiment("dead", COLOR, 16, |_| ())], kill);
    assert_eq!(
        drawn_dead.html.matches("<strong>CONSTANT OUTPUT:").count(),
        1
    );
    assert!(drawn_dead.html.contains("a sigmoid on the output"));
    assert!(drawn_dead.html.contains("code_activation"));
    let mut with_sigmoid = experiment("dead", COLOR, 16, |_| ());
    if let Method::Autoencoder {
        model: ModelSpec::Dense(dense),
        ..
    } = &mut with_sigmoid.method
    {
        dense.output = Activation::Sigmoid;
    }
    let drawn_dead = drawn(&[with_sigmoid], kill);
    assert!(!drawn_dead.html.contains("a sigmoid on the output may"));
}

#[test]
fn an_unfinished_training_has_its_losses_and_how_to_resume() {
    let drawn = drawn(&colors(), |run| {
        let begun = experiment("begun", COLOR, 4, |_| ());
        let folder = run.experiment("begun");
        folder.write_settings(&begun).unwrap();
        let done = run.experiment("code-2").metrics().unwrap();
        folder.write_metrics(&done).unwrap();
    });
    assert!(
        drawn
            .top()
            .contains("begun. The same `train run` command resumes it.")
    );
    assert!(
        drawn
            .figure("own-unfinished")
            .contains("begun: mean squared error")
    );
    assert!(drawn.summary.contains("unfinished"));
    let markers = svg(&drawn, "own-unfinished").matches("<polygon").count();
    assert!(markers >= 5, "a marker for each epoch");
}

//! Draws fabricated run folders and reads the report.

use std::{env, fs, path::Path};

use crate::{
    drawn::{DrawnRun, between, drawn, only},
    fabricated,
};
use experiment::{
    Activation, Experiment, ExperimentFolder, Method, ModelSpec, arrays,
    assignment::{full, quick},
};
use serde_json::Value;

/// The figures of a run whose models all have their arrays, in the order of the page.
const EXPECTED: &[&str] = &[
    "opening",
    "lessons-dead-pixels",
    "across-code-size",
    "lessons-codes",
    "part-1-layers",
    "part-1-all-corrected",
    "part-1-loss-deep-ae-10",
    "part-1-loss-deep-ae-20",
    "part-1-deep-ae-10-and-pca-assignment",
    "part-1-all-assignment",
    "part-1-codes",
    "part-1-plane",
    "part-1-between-deep-ae-10",
    "part-1-between-deep-ae-20",
    "part-1-between-pca-30",
    "part-1-deep-ae-10-and-pca-corrected",
    "part-2-layers",
    "part-2-sample-5-corrected",
    "part-2-fashion-corrected",
    "part-2-random-corrected",
    "part-2-loss",
    "part-2-filters",
    "part-2-sample-5-assignment",
    "part-2-fashion-assignment",
    "part-2-random-assignment",
    "part-2-codes",
    "part-3-layers",
    "part-3-samples-corrected",
    "part-3-activations-corrected",
    "part-3-loss",
    "part-3-weights-unit-0",
    "part-3-weights-unit-6",
    "part-3-samples-assignment",
    "part-3-activations-assignment",
    "part-3-codes",
    "part-4-layers",
    "part-4-standard-corrected",
    "part-4-lowest-corrected",
    "part-4-own-level-corrected",
    "part-4-loss",
    "part-4-noise-matrix",
    "part-4-weights-unit-0",
    "part-4-standard-assignment",
    "part-4-lowest-assignment",
    "part-4-own-level-assignment",
    "part-4-codes",
    "part-5-layers",
    "part-5-codes",
    "part-5-plane",
    "part-5-between",
    "part-5-code-noise",
    "part-5-noisy-images",
    "part-5-loss",
    "part-6-layers",
    "part-6-samples-corrected",
    "part-6-loss",
    "part-6-conv-ae-unpool-layer-2",
    "part-6-conv-ae-unpool-layer-3",
    "part-6-conv-ae-deconv-layer-1",
    "part-6-conv-ae-deconv-layer-2",
    "part-6-conv-ae-deconv-layer-3",
    "part-6-conv-ae-deconv-unpool-layer-1",
    "part-6-conv-ae-deconv-unpool-layer-2",
    "part-6-conv-ae-deconv-unpool-layer-3",
    "part-6-samples-assignment",
    "part-6-codes",
    "across-errors-pca-30",
    "across-errors-deep-ae-20",
    "across-errors-standard-ae-256",
    "across-errors-conv-ae-deconv-unpool",
];

#[test]
fn a_full_run_gives_every_figure_of_the_assignment() {
    let drawn = drawn(&full(1), |_| ());
    let expected = EXPECTED;
    let found: Vec<_> = drawn
        .figures
        .iter()
        .map(|path| path.file_stem().unwrap().to_str().unwrap())
        .collect();
    assert_eq!(found, expected);
    for &name in expected {
        let figure = drawn.figure(name);
        assert!(
            figure.contains("<img ") || figure.contains("<svg "),
            "{name}"
        );
        let file = drawn.folder.path().join(format!("figures/{name}.svg"));
        let svg = fs::read_to_string(file).unwrap();
        assert!(
            svg.starts_with("<svg ") && svg.ends_with("</svg>\n"),
            "{name}"
        );
        // Inkscape before version 1.3 draws no image without the older of the two.
        for image in between(&svg, "<image ", '>') {
            assert!(svg.contains("xmlns:xlink="), "{name}");
            let links = [" href=\"", " xlink:href=\""].map(|link| between(image, link, '"'));
            assert!(links[0].len() == 1 && links[0] == links[1], "{name}");
        }
    }
    for word in [
        "Missing",
        "Not the assignment's settings",
        "CONSTANT OUTPUT:",
    ] {
        assert!(
            !drawn.html.contains(&word.replace('\'', "&#x27;")),
            "{word}"
        );
        assert!(!drawn.markdown.contains(word), "{word}");
    }
}

#[test]
fn each_fault_of_the_notebook_is_said_once_and_beside_no_figure() {
    let drawn = drawn(&full(1), |_| ());
    for fault in [
        "trained on pixels from 0 to 1 are given the raw",
        "without subtracting the mean",
        "changes nothing visible",
        "so it is not an error",
        "rest on ten test images at most",
        "((x − x̂) / 255)²",
        "SSE: squared error",
    ] {
        let page = drawn.html.replace("&#x2f;", "/");
        assert_eq!(page.matches(fault).count(), 1, "{fault}");
    }
    assert!(!drawn.figure("part-1-all-assignment").contains("Fault of"));
    let without_pca = crate::drawn::drawn(&only(&["standard-ae-64"]), |_| ());
    assert!(!without_pca.html.contains("without subtracting the mean"));
}

#[test]
fn a_partial_run_says_what_is_missing_and_draws_the_rest() {
    let experiments = only(&["pca-30", "standard-ae-256"]);
    let drawn = drawn(&experiments, |run| {
        let begun = &only(&["deep-ae-10"])[0];
        run.experiment("deep-ae-10").write_settings(begun).unwrap();
    });
    for text in [&drawn.html, &drawn.markdown] {
        assert!(text.contains("(begun, not finished), deep-ae-20, standard-ae-64,"));
        assert!(text.contains("deep-ae-10 (begun, not finished)"));
        assert!(text.contains("cargo xtask all --only deep-ae-10,deep-ae-20,standard-ae-64,"));
    }
    let samples = drawn.figure("part-1-all-corrected");
    assert!(samples.contains("Missing here") && samples.contains("reconstructions by pca-30"));
    assert!(drawn.html.contains("Missing: manifold-ae."));
    assert!(!drawn.html.contains("<figure id=\"part-6"));
}

#[test]
fn a_run_without_results_still_has_a_report() {
    let drawn = drawn(&[], |_| ());
    assert!(drawn.html.contains("No experiment has results."));
    assert!(drawn.html.contains("No experiment is finished."));
    assert!(!drawn.html.contains("trained for 0"));
    assert!(drawn.figures.is_empty());
}

#[test]
fn pca_is_counted_apart_and_has_no_dead_pixels() {
    let is_shown = |e: &Experiment| matches!(&*e.id, "pca-30" | "standard-ae-64");
    let experiments: Vec<_> = full(1).into_iter().filter(is_shown).collect();
    let drawn = drawn(&experiments, |run| {
        fabricated::change(&run.experiment("pca-30"), |evaluation| {
            evaluation.health.dead_output_pixels = 6;
        });
    });
    assert!(
        drawn
            .html
            .contains("1 autoencoder (1 experiment with one seed) was")
    );
    assert!(drawn.html.contains("1 PCA was fitted, which is not timed."));
    assert!(!drawn.html.contains("output pixels are dead"));
    assert!(!drawn.summary.contains("6 output pixels"));
}

#[test]
fn a_quick_run_is_marked_once_and_judges_nothing() {
    let drawn = drawn(&quick(1), |_| ());
    let mark = "training images 2,000 instead of all, epochs 1 instead of 10";
    assert_eq!(drawn.html.matches(mark).count(), 1);
    assert!(drawn.top().contains(mark) && drawn.top().contains("Not judged"));
    let markdown = drawn.markdown.split("## Contents").next().unwrap();
    assert!(markdown.contains(mark));
    for judged in [
        "class=\"strip\"",
        "What the notebook concluded",
        "id=\"claims\"",
        "claim-",
    ] {
        assert!(!drawn.html.contains(judged), "{judged}");
    }
}

#[test]
fn the_first_screen_has_every_model_and_a_verdict_for_each_claim() {
    let drawn = drawn(&full(1), |_| ());
    let top = drawn.top();
    assert!(top.contains("<figure id=\"opening\">"));
    let chips = between(top, "<li><a class=\"", '"');
    assert_eq!(chips.len(), drawn.claims.as_array().unwrap().len());
    let svg = fs::read_to_string(drawn.folder.path().join("figures/opening.svg")).unwrap();
    assert_eq!(svg.matches("<image ").count(), 10 * (1 + full(1).len()));
}

#[test]
fn dead_output_pixels_have_a_map_with_their_share_and_the_twin_with_a_sigmoid() {
    let errors = |experiment: &ExperimentFolder| {
        let all = [vec![0.02; 784], vec![0.01; 392], vec![0.0; 392]].concat();
        let array = fabricated::floats(&[2, 28, 28], all);
        experiment
            .write_array(arrays::PIXEL_ERRORS, &array)
            .unwrap();
    };
    let mut experiments = full(1);
    let drawn_alone = drawn(&experiments, |run| {
        experiments
            .iter()
            .for_each(|e| errors(&run.experiment(&e.id)));
    });
    assert!(
        drawn_alone
            .html
            .contains("model.output = &quot;sigmoid&quot;")
    );
    let map = |drawn: &DrawnRun| {
        let path = drawn.folder.path().join("figures/lessons-dead-pixels.svg");
        fs::read_to_string(path).unwrap()
    };
    assert_eq!(map(&drawn_alone).matches("0 dead: 25 %").count(), 3);
    assert!(
        drawn_alone
            .top()
            .contains("cause 25, 25, 25 percent of the error")
    );

    let standard = experiments.iter().find(|e| e.id == "standard-ae-64");
    let mut twin = standard.unwrap().clone();
    twin.id = "twin".into();
    if let Method::Autoencoder {
        model: ModelSpec::Dense(model),
        ..
    } = &mut twin.method
    {
        model.output = Activation::Sigmoid;
    }
    experiments.push(twin);
    let with_twin = drawn(&experiments, |run| {
        experiments
            .iter()
            .for_each(|e| errors(&run.experiment(&e.id)));
    });
    assert!(map(&with_twin).contains(">twin</text>"));
    assert!(
        !with_twin
            .html
            .contains("model.output = &quot;sigmoid&quot;")
    );
}

#[test]
fn each_part_begins_with_its_layers_and_says_how_it_was_trained() {
    let drawn = drawn(&full(1), |_| ());
    for part in 1..=6 {
        let section = format!("<section id=\"part-{part}\">");
        let section = drawn.html.split(&section).nth(1).unwrap();
        let (before, after) = section.split_once("What it is").unwrap();
        assert!(
            before.contains(&format!("<figure id=\"part-{part}-layers\">")),
            "{part}"
        );
        assert!(after.contains("Adam with learning rate"), "{part}");
        assert!(after.contains("loss: mean squared error"), "{part}");
    }
    let layers = fs::read_to_string(drawn.folder.path().join("figures/part-1-layers.svg")).unwrap();
    for size in [">784<", ">512<", ">30<", ">linear, ReLU<"] {
        assert!(layers.contains(size), "{size}");
    }
}

#[test]
fn curves_show_their_values_under_a_pointer() {
    let drawn = drawn(&full(1), |_| ());
    let loss = drawn.figure("part-2-loss");
    assert!(loss.contains("<title>standard-ae-64: iteration "));
    assert!(loss.contains("<title>standard-ae-64, notebook: iteration "));
    let sizes = drawn.figure("across-code-size");
    assert!(sizes.contains("<title>deep-ae-20: live units of the code "));
}

#[test]
fn a_dead_model_is_named_once_where_its_figures_begin_and_in_what_is_folded() {
    let drawn = drawn(&full(1), |run| {
        fabricated::change(&run.experiment("sparse-ae-1e-4"), |evaluation| {
            evaluation.health.constant_output = true;
            evaluation.health.dead_hidden_units = 1156;
            evaluation.health.hidden_units = 1156;
            evaluation.health.stopped_after_epoch = Some(4);
        });
    });
    let constant = "sparse-ae-1e-4: every image gets the same reconstruction";
    assert!(drawn.top().contains(constant));
    for name in [
        "part-3-samples-corrected",
        "part-3-samples-assignment",
        "across-code-size",
    ] {
        let figure = drawn.figure(name);
        assert!(
            figure.contains("CONSTANT OUTPUT:</strong> sparse-ae-1e-4."),
            "{name}"
        );
    }
    for name in [
        "part-2-loss",
        "part-3-loss",
        "part-3-activations-assignment",
    ] {
        assert!(!drawn.figure(name).contains("CONSTANT OUTPUT"), "{name}");
    }
    assert!(drawn.top().contains("stopped early after epoch 4"));
    assert!(
        drawn
            .markdown
            .contains(") | CONSTANT OUTPUT, stopped early |")
    );
    let health = drawn.html.split("<section id=\"health\">").nth(1).unwrap();
    let health = health.split("</section>").next().unwrap();
    for condition in ["Constant output", "Stopped early"] {
        let row = health.split(condition).nth(1).unwrap();
        let affected = row.split("</tr>").next().unwrap();
        assert!(affected.contains(">sparse-ae-1e-4</td>"), "{condition}");
    }
}

#[test]
fn text_from_the_run_cannot_become_markup() {
    let drawn = drawn(&only(&["pca-30"]), |run| {
        let mut machine = fabricated::machine();
        machine.processor = "<script>alert('x')</script> | *5* [d](e) <f>\n# g_h".into();
        run.experiment("pca-30").write_machines(&[machine]).unwrap();
    });
    assert_eq!(
        drawn.html.matches("<script").count(),
        1,
        "only the page's own"
    );
    assert!(drawn.html.contains("&lt;script&gt;alert"));
    assert!(!drawn.markdown.contains("<script"));
    assert!(drawn.markdown.contains("&lt;script&gt;alert('x')"));
    assert!(
        drawn
            .markdown
            .contains("&lt;/script&gt; \\| \\*5\\* \\[d\\](e) &lt;f&gt; \\# g\\_h")
    );
}

#[test]
fn the_page_needs_no_network_and_every_image_has_an_alternative_text() {
    let drawn = drawn(&full(1), |_| ());
    let html = &drawn.html;
    for outside in [
        "https:",
        "src=\"//",
        "<script src",
        "<link",
        "@import",
        "url(",
    ] {
        assert!(!html.contains(outside), "{outside}");
    }
    let mut links = html.clone();
    for namespace in ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"] {
        links = links.replace(namespace, "");
    }
    assert!(!links.contains("http:"));
    let images = between(html, "<img ", '>');
    let plots = between(html, "<div class=\"plot\" role=\"img\" aria-label=\"", '"');
    assert_eq!(images.len() + plots.len(), drawn.figures.len());
    assert!(plots.iter().all(|alternative| alternative.len() > 10));
    for image in images {
        assert!(image.starts_with("src=\"data:image/svg+xml,"));
        let alternative = between(image, " alt=\"", '"');
        assert!(alternative[0].len() > 10, "{alternative:?}");
    }
}

#[test]
fn every_link_leads_to_a_file_or_a_place_in_the_page() {
    let drawn = drawn(&full(1), |_| ());
    let html_links = between(&drawn.html, "href=\"", '"');
    let markdown_links = between(&drawn.markdown, "](", ')');
    assert!(html_links.len() > 100 && markdown_links.len() > 100);
    let anchor = |link: &str| link.strip_prefix('#').map(str::to_owned);
    for link in html_links {
        let link = link.replace("&#x2f;", "/");
        match anchor(&link) {
            Some(id) => assert!(drawn.html.contains(&format!("id=\"{id}\"")), "{link}"),
            None => assert!(drawn.folder.path().join(&link).is_file(), "{link}"),
        }
    }
    for link in markdown_links {
        match anchor(link) {
            Some(id) => assert!(drawn.markdown.contains(&format!("id=\"{id}\"")), "{link}"),
            None => assert!(drawn.folder.path().join(link).is_file(), "{link}"),
        }
    }
}

#[test]
fn numbers_are_shown_beside_those_that_the_notebook_printed() {
    let drawn = drawn(&full(1), |_| ());
    for row in [
        "| standard-ae-256 | 12.5000 | 12.7045 | 7.2500 |",
        "| standard-ae-256 | 4321.0000 | 4222.0620 | 7.2500 |",
        "| denoising-ae-0.9 | 0.9 | 12.5000 | 21.9202 | 7.2500 |",
        "| 9705 | 12.5000 | -3.5000 | 11.2341 | 12.5000 | -3.5000 | -1.4055 |",
        "| deep-ae-20 | 20 | 0.0225 | 0.0106 | 0.0153 | 0.69 |",
    ] {
        assert!(drawn.markdown.contains(row), "{row}");
    }
}

#[test]
fn every_experiment_of_the_assignment_was_printed_and_no_other() {
    let file = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("src/run/notebook.json");
    let printed: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let found: Vec<_> = printed.as_object().unwrap().keys().cloned().collect();
    let mut expected: Vec<_> = full(1).into_iter().map(|e| e.id).collect();
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(printed["pca-30"]["samples"][1], 16.862376);
    let drawn = drawn(&only(&["pca-30"]), |_| ());
    assert!(drawn.markdown.contains("| 9706 | 12.5000 | 16.8624 |"));
}

#[test]
fn settings_that_differ_are_named_whatever_the_seed() {
    let mut changed = full(7);
    assert!(!drawn(&changed, |_| ()).top().contains("instead of"));
    changed[2].method = changed[3].method.clone();
    changed[2].method.training_mut().unwrap().learning_rate = 0.01;
    let expected = "deep-ae-20: model 784-64-784, ReLU instead of 784-512-256-128-30-128-256-784, \
                    ReLU, epochs 10 instead of 20, learning rate 0.01 instead of 0.001.";
    assert!(drawn(&changed, |_| ()).top().contains(expected));
    let expected = "deep-ae-20: training images 2,000 instead of all, epochs 1 instead of 20.";
    assert!(drawn(&quick(1)[2..3], |_| ()).top().contains(expected));
}

#[test]
fn a_run_of_another_version_is_marked_at_the_top() {
    let drawn = drawn(&only(&["pca-30"]), |run| {
        let mut record = run.record().unwrap().unwrap();
        record.version = "0.1.0".into();
        run.write_record(&record).unwrap();
    });
    assert!(drawn.top().contains("the run was made by version 0.1.0"));
}

#[test]
fn a_damaged_experiment_is_excluded_and_named_at_the_top() {
    let drawn = drawn(&only(&["pca-30", "deep-ae-10"]), |run| {
        for id in ["pca-30", "deep-ae-10"] {
            let folder = run.experiment(id);
            fs::write(folder.model_path(), "weights").unwrap();
            folder.seal().unwrap();
        }
        fs::write(run.experiment("deep-ae-10").model_path(), "weighty").unwrap();
    });
    assert!(drawn.top().contains("Damaged, left out"));
    for part in [
        "deep-ae-10: experiments/deep-ae-10/model.safetensors: expected content of SHA-256",
        "missing: damaged",
    ] {
        assert!(drawn.markdown.contains(part), "expected {part:?}");
    }
    assert!(!drawn.markdown.contains("pca-30: experiments"));
}

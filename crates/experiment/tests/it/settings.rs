//! A user's list of experiments: what is taken and what is refused, with the field named.

use std::fs;

use experiment::{
    EarlyStopping, Experiment, Shape, Sparsity, Training, assignment, read_experiments,
};
use tempfile::TempDir;

/// Reads `text` as a file of experiments.
fn read(text: &str) -> Result<Vec<Experiment>, String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("my.json");
    fs::write(&path, text).unwrap();
    read_experiments(&path).map_err(|error| error.to_string())
}

/// An experiment with one line of its JSON replaced.
fn with(line: &str, replacement: &str) -> String {
    let text = r#"[{
        "id": "mine",
        "model": {
            "kind": "dense",
            "widths": [784, 32, 784],
            "code_layer": 1,
            "output": "relu"
        },
        "training": {
            "epochs": 2,
            "batch_size": 256,
            "learning_rate": 0.001
        }
    }]"#;
    assert!(text.contains(line), "{line}");
    text.replace(line, replacement)
}

fn refused(line: &str, replacement: &str, expected: &str) {
    let message = read(&with(line, replacement)).unwrap_err();
    assert!(
        message.contains(expected),
        "{replacement}: expected {expected:?} in {message:?}"
    );
}

#[test]
fn what_train_list_prints_can_be_read() {
    let list = assignment::full(7);
    let text = serde_json::to_string(&list).unwrap();
    assert_eq!(read(&text).unwrap(), list);
}

#[test]
fn whatever_has_a_default_may_be_left_out() {
    let list = read(&with("", "")).unwrap();
    assert_eq!(list[0].seed, Experiment::DEFAULT_SEED);
    assert_eq!(list[0].training_images, None);
    let training = list[0].method.training().unwrap();
    let expected = Training {
        epochs: 2,
        ..Training::default()
    };
    assert_eq!(*training, expected);
    for kind in ["pca", "convolutional"] {
        let list = read(&format!(
            r#"[{{"id": "a", "model": {{"kind": "{kind}"}}}}]"#
        ))
        .unwrap();
        assert!(
            assignment::full(12)
                .iter()
                .any(|e| e.method == list[0].method),
            "{kind}"
        );
    }
    let shortest = r#"[{"id": "a", "model": {"kind": "dense"}}]"#;
    let expected = Experiment {
        id: "a".into(),
        ..Experiment::default()
    };
    assert_eq!(read(shortest).unwrap(), [expected]);
}

#[test]
fn a_sparsity_is_a_number_or_an_object() {
    let sparsity = |json: &str| {
        let training = format!(r#"0.001, "sparsity": {json}"#);
        let model = "\"activation\": \"sigmoid\", \"code_layer\": 1";
        let text = with("0.001", &training).replace("\"code_layer\": 1", model);
        let list = read(&text).unwrap();
        let training = list[0].method.training().unwrap();
        (
            training.sparsity,
            serde_json::to_string(&training.sparsity).unwrap(),
        )
    };
    let l1 = Sparsity::L1 { weight: 0.5 };
    assert_eq!(sparsity("0.5"), (l1, "0.5".to_owned()));
    let object = r#"{"kind": "l1", "weight": 0.5}"#;
    assert_eq!(sparsity(object), (l1, "0.5".to_owned()));
    let kl = Sparsity::Kl {
        weight: 2.0,
        target: 0.05,
    };
    let (found, written) = sparsity(r#"{"kind": "kl", "weight": 2}"#);
    assert_eq!(found, kl);
    assert_eq!(sparsity(&written), (kl, written));
}

#[test]
fn ids_that_are_not_plain_folder_names_are_refused() {
    for id in ["", "../up", "a/b", ".hidden", "-rf", "<b>", "a b", "\u{e9}"] {
        refused("\"mine\"", &format!("{id:?}"), "id must be 1 to 64 letters");
    }
    refused(
        "\"mine\"",
        &format!("{:?}", "x".repeat(65)),
        "id must be 1 to 64",
    );
}

#[test]
fn a_misspelled_field_is_named() {
    refused(
        "\"epochs\"",
        "\"epoch\"",
        "[0].training.epoch: did you mean epochs?",
    );
    refused(
        "\"output\"",
        "\"outputs\"",
        "[0].model.outputs: did you mean output?",
    );
}

#[test]
fn a_window_of_no_images_is_refused() {
    let file = r#"{"id": "a", "data": {"source": "b", "window": 0}, "model": {"kind": "pca"}}"#;
    let message = read(file).unwrap_err();
    assert!(
        message.contains("data.window must be from 1 to"),
        "{message}"
    );
}

#[test]
fn settings_out_of_bounds_are_refused_by_name() {
    for (line, replacement, expected) in [
        (
            "\"epochs\": 2",
            "\"epochs\": 0",
            "training.epochs must be from 1",
        ),
        (
            "\"batch_size\": 256",
            "\"batch_size\": 0",
            "training.batch_size",
        ),
        ("0.001", "0", "training.learning_rate must be from 1e-12"),
        (
            "0.001",
            "1e-320",
            "training.learning_rate must be from 1e-12",
        ),
        ("0.001", "-1", "training.learning_rate must be from 1e-12"),
        (
            "0.001",
            "0.001, \"corruption\": [{\"kind\": \"gaussian\", \"std\": -0.5}]",
            "training.corruption.std",
        ),
        (
            "0.001",
            "0.001, \"augmentation\": [{\"kind\": \"shift\", \"pixels\": 0}]",
            "training.augmentation.pixels",
        ),
        (
            "0.001",
            "0.001, \"optimizer\": {\"kind\": \"adam\", \"beta1\": 1}",
            "training.optimizer.beta1",
        ),
        (
            "0.001",
            "0.001, \"schedule\": {\"kind\": \"cosine\", \"warmup_epochs\": 2}",
            "training.schedule.warmup_epochs must be less than training.epochs",
        ),
        (
            "0.001",
            "0.001, \"schedule\": {\"kind\": \"constant\", \"minimum\": 1}",
            "[0].training.schedule.minimum: is a setting of kind cosine, not of constant",
        ),
        (
            "0.001",
            "0.001, \"schedule\": {\"kind\": \"constant\", \"warmup_epochs\": 2}",
            "training.schedule.warmup_epochs must be less than training.epochs",
        ),
        (
            "0.001",
            "0.001, \"schedule\": {\"kind\": \"step\", \"every_epochs\": 0}",
            "training.schedule.every_epochs",
        ),
        (
            "0.001",
            "0.001, \"schedule\": {\"kind\": \"step\", \"every_epochs\": 1, \"factor\": 2}",
            "training.schedule.factor",
        ),
        (
            "0.001",
            "0.001, \"schedule\": {\"kind\": \"cosine\", \"minimum\": -0.1}",
            "training.schedule.minimum",
        ),
        (
            "0.001",
            "0.001, \"optimizer\": {\"kind\": \"adamw\", \"weight_decay\": -0.1}",
            "training.optimizer.weight_decay",
        ),
        (
            "0.001",
            "0.001, \"optimizer\": {\"kind\": \"sgd\", \"momentum\": 1}",
            "training.optimizer.momentum",
        ),
        (
            "0.001",
            "0.001, \"optimizer\": {\"kind\": \"sgd\", \"nesterov\": true}",
            "training.optimizer.nesterov needs a training.optimizer.momentum above 0",
        ),
        (
            "0.001",
            "0.001, \"optimizer\": {\"kind\": \"muon\", \"adamw_learning_rate\": 0}",
            "training.optimizer.adamw_learning_rate",
        ),
        (
            "0.001",
            "0.001, \"gradient_clipping\": 0",
            "training.gradient_clipping",
        ),
        (
            "0.001",
            "0.001, \"corruption\": [{\"kind\": \"masking\", \"share\": 1.5}]",
            "training.corruption.share",
        ),
        (
            "0.001",
            "0.001, \"augmentation\": [{\"kind\": \"rotation\", \"degrees\": 200}]",
            "training.augmentation.degrees",
        ),
        (
            "0.001",
            "0.001, \"augmentation\": [{\"kind\": \"elastic\", \"sigma\": 0}]",
            "training.augmentation.sigma",
        ),
        (
            "0.001",
            "0.001, \"loss\": \"bce\"",
            "found ReLU as its last activation; set model.output to",
        ),
        ("0.001", "0.001, \"sparsity\": -1", "training.sparsity"),
        (
            "0.001",
            "0.001, \"validation\": 1.5",
            "training.validation must be a number of images, at least 1, or a share of them",
        ),
        ("0.001", "0.001, \"validation\": 0", "found 0"),
        (
            "0.001",
            "0.001, \"validation\": \"some\"",
            "[0].training.validation: expected a number, found \"some\"",
        ),
        (
            "0.001",
            "0.001, \"evaluate_every\": 3",
            "training.evaluate_every must be from 1 to 2, found 3",
        ),
        (
            "0.001",
            "0.001, \"early_stopping\": {\"patience\": 2}",
            "training.early_stopping needs images to measure on: set training.validation",
        ),
        (
            "0.001",
            "0.001, \"best_weights\": true",
            "training.best_weights needs images to measure on",
        ),
        (
            "0.001",
            "0.001, \"validation\": 9, \"early_stopping\": {\"patience\": 0}",
            "training.early_stopping.patience",
        ),
        (
            "0.001",
            "0.001, \"averaging\": {\"kind\": \"exponential\", \"decay\": 1}",
            "training.averaging.decay",
        ),
        (
            "0.001",
            "0.001, \"averaging\": {\"kind\": \"mean\", \"from_epoch\": 3}",
            "training.averaging.from_epoch must be from 1 to 2",
        ),
        (
            "0.001",
            "0.001, \"averaging\": {\"kind\": \"exponential\", \"from_epoch\": 1}",
            "is a setting of kind mean, not of exponential",
        ),
        ("0.001", "0.001, \"from\": \"\"", "training.from must be"),
        (
            "0.001",
            "0.001, \"sparsity\": {\"kind\": \"kl\", \"weight\": 0.1}",
            "needs a code from 0 to 1: set model.code_activation",
        ),
        (
            "0.001",
            "0.001, \"sparsity\": {\"kind\": \"kl\", \"weight\": 0.1, \"target\": 0}",
            "training.sparsity.target",
        ),
        (
            "0.001",
            "0.001, \"sparsity\": \"much\"",
            "[0].training.sparsity: expected a number or settings in braces",
        ),
        (
            "\"code_layer\": 1",
            "\"variational\": {\"beta\": -1}",
            "model.variational.beta",
        ),
        (
            "\"code_layer\": 1",
            "\"variational\": {}, \"code_activation\": \"relu\"",
            "model.code_activation of a variational model must be linear",
        ),
        (
            "\"code_layer\": 1",
            "\"top_k\": 33",
            "model.top_k must be from 1 to 32",
        ),
        (
            "\"code_layer\": 1",
            "\"code_layer\": 18446744073709551615",
            "model.code_layer must be from 1 to 1",
        ),
        (
            "\"code_layer\": 1",
            "\"skip_connections\": true",
            "model.skip_connections needs at least two hidden layers in model.widths, found [784, 32, 784]",
        ),
        (
            "\"code_layer\": 1",
            "\"tied\": true, \"skip_connections\": true",
            "model.skip_connections must be false if model.tied is true",
        ),
        ("784, 32, 784", "784, 784", "model.widths must have from 3"),
        (
            "784, 32, 784",
            "783, 32, 784",
            "begin and end with the same width",
        ),
        ("784, 32, 784", "784, 0, 784", "each of model.widths"),
        ("784, 32, 784", "784, 1000000, 784", "each of model.widths"),
        (
            "784, 32, 784",
            "784, 16384, 16384, 784",
            "at most 100000000 weights",
        ),
        ("\"code_layer\": 1", "\"code_layer\": 2", "model.code_layer"),
        (
            "\"code_layer\": 1",
            "\"dropout\": 1",
            "model.dropout must be from 0 to 0.99",
        ),
        (
            "[784, 32, 784]",
            "[784, 32, 8, 784], \"tied\": true",
            "model.tied needs model.widths that are the same backwards",
        ),
        ("\"code_layer\": 1", "\"code_layer\": 0", "model.code_layer"),
        (
            "\"id\"",
            "\"training_images\": 0, \"id\"",
            "training_images",
        ),
    ] {
        refused(line, replacement, expected);
    }
}

#[test]
fn a_validation_set_leaves_images_to_train_on() {
    let images = "\"training_images\": 10, \"id\"";
    for (validation, is_fine) in [("9", true), ("0.9", true), ("10", false), ("0.96", false)] {
        let text = with("\"id\"", images);
        let text = text.replace("0.001", &format!("0.001, \"validation\": {validation}"));
        let found = read(&text);
        assert_eq!(found.is_ok(), is_fine, "{validation}: {found:?}");
        if let Err(message) = found {
            let part = "must leave at least one of the 10 training images, found 10 held out";
            assert!(message.contains(part), "{message}");
        }
    }
}

#[test]
fn a_training_ends_when_its_patience_does() {
    let ends = |patience, minimum_improvement, losses: &[(usize, f64)]| {
        let early_stopping = EarlyStopping {
            patience,
            minimum_improvement,
        };
        early_stopping.ends(losses)
    };
    assert!(!ends(1, 0.0, &[]));
    let falling = [(1, 0.5), (2, 0.45), (3, 0.4)];
    assert!(!ends(1, 0.0, &falling));
    // None of the last two improves on the first by enough; together they do.
    assert!(!ends(2, 0.06, &falling));
    assert!(ends(1, 0.06, &falling[..2]));
    let rising = [(1, 0.5), (2, 0.5), (3, 0.6)];
    assert!(ends(2, 0.0, &rising));
    assert!(!ends(3, 0.0, &rising));
    // Patience counts epochs, not measurements.
    assert!(ends(4, 0.0, &[(2, 0.5), (4, 0.6), (6, 0.6)]));
}

#[test]
fn convolutional_settings_out_of_bounds_are_refused_by_name() {
    for (model, expected) in [
        (
            r#""blocks": []"#,
            "the number of model.blocks must be from 1 to 16",
        ),
        (
            r#""blocks": [{}, {"filters": 0}]"#,
            "model.blocks[1].filters",
        ),
        (
            r#""blocks": [{"pool": 3}]"#,
            "model.blocks[0].pool must be from 1 to 2",
        ),
        (r#""blocks": [{"stride": 0}]"#, "model.blocks[0].stride"),
        (r#""blocks": [{"kernel": 16}]"#, "model.blocks[0].kernel"),
        (
            r#""blocks": [{}, {}, {}, {}, {}]"#,
            "model.blocks[4] leaves no pixel of an input of 1 x 1: expected fewer blocks, smaller \
             kernels or less pooling; an image of mnist is 28 x 28",
        ),
        (
            r#""blocks": [{"stride": 2}]"#,
            "expected deconv or deconv-unpool",
        ),
        (r#""image": [1, 0, 28]"#, "model.image's rows"),
        (r#""top_k": 145"#, "model.top_k must be from 1 to 144"),
        (
            r#""initialization": "sparse""#,
            "model.initialization of a convolutional model",
        ),
        (
            r#""variational": {}, "top_k": 3"#,
            "model.top_k must be absent",
        ),
        (r#""layers": 3"#, "model.layers: is not a setting"),
    ] {
        let text = format!(r#"[{{"id": "a", "model": {{"kind": "convolutional", {model}}}}}]"#);
        let message = read(&text).unwrap_err();
        assert!(message.contains(expected), "{model}: {message}");
    }
    let norm = r#"[{"id": "a", "model": {"kind": "dense", "widths": [784, 8, 4, 8, 784], "norm": "batch"}, "training": {"batch_size": 1}}]"#;
    let message = read(norm).unwrap_err();
    assert!(
        message.contains("training.batch_size must be at least 2"),
        "{message}"
    );
}

#[test]
fn a_state_is_not_kept_for_epochs_that_cannot_follow() {
    let text = |schedule| {
        format!(
            r#"{{"id": "a", "model": {{"kind": "dense"}}, "training": {{"epochs": 4, "keep_state": true,
             "schedule": {{"kind": "{schedule}"}}}}}}"#
        )
    };
    read(&text("constant")).unwrap();
    let problem = read(&text("cosine")).unwrap_err();
    assert!(
        problem.contains("training.keep_state is for more epochs later"),
        "{problem}"
    );
    assert!(problem.contains("schedule, cosine,"), "{problem}");
}

#[test]
fn a_convolutional_model_for_images_of_unknown_size_waits_for_them() {
    let of = |model: &str| {
        let text = format!(
            r#"{{"id": "a", "data": "photos", "model": {{"kind": "convolutional", {model}}}}}"#
        );
        read(&text).map(|mut experiments| experiments.remove(0))
    };
    for (model, expected) in [
        (
            r#""blocks": [{}, {}, {}, {}, {}]"#,
            "model.blocks[4] leaves no pixel of an input of 1 x 1",
        ),
        (r#""top_k": 145"#, "model.top_k must be from 1 to 144"),
    ] {
        let mut small = of(model).unwrap();
        let problem = small.fit_to(Shape::square(1, 28)).unwrap_err().to_string();
        assert!(problem.contains(expected), "{problem}");
        assert!(
            problem.ends_with("; an image of photos is 28 x 28"),
            "{problem}"
        );
        let mut large = of(model).unwrap();
        large.fit_to(Shape::square(3, 64)).unwrap();
        large.check().unwrap();
        assert_eq!(large.method.model().unwrap().pixels(), 3 * 64 * 64);
    }
    // What no size of images makes possible is refused at once.
    for (model, expected) in [
        (r#""top_k": 0"#, "model.top_k"),
        (
            r#""blocks": [{"stride": 2}]"#,
            "expected deconv or deconv-unpool",
        ),
        (r#""image": [1, 28, 28], "top_k": 145"#, "from 1 to 144"),
    ] {
        let problem = of(model).unwrap_err();
        assert!(problem.contains(expected), "{problem}");
    }
}

#[test]
fn a_value_of_another_type_is_named_by_its_place_in_the_list() {
    refused(
        "0.001",
        "\"fast\"",
        "line 12, column 30: [0].training.learning_rate: expected a number, found \"fast\"",
    );
    refused(
        "\"epochs\": 2",
        "\"epochs\": -2",
        "[0].training.epochs: expected a whole number, 0 or more, found -2",
    );
    refused(
        "784, 32, 784",
        "784, 3.5, 784",
        "[0].model.widths[1]: expected a whole number, 0 or more, found 3.5",
    );
}

#[test]
fn nan_and_infinity_are_refused() {
    refused("0.001", "NaN", "expected a finite number, found NaN");
    refused("0.001", "1e999", "number out of range");
}

#[test]
fn pca_has_no_training() {
    let pca = r#"[{"id": "a", "model": {"kind": "pca", "components": 3},
        "training": {"epochs": 1, "batch_size": 1, "learning_rate": 1}}]"#;
    assert!(read(pca).unwrap_err().contains("training must be absent"));
    let wide = r#"[{"id": "a", "model": {"kind": "pca", "components": 16385}}]"#;
    assert!(read(wide).unwrap_err().contains("model.components"));
}

#[test]
fn an_id_may_appear_only_once() {
    let one = with("", "");
    let twice = one.replace("}]", "}") + "," + one.trim_start_matches('[');
    assert!(read(&twice).unwrap_err().contains("twice"), "{twice}");
    let id = one.split('"').nth(3).unwrap();
    let capitals = one.replace("}]", "}") + "," + one.trim_start_matches('[');
    let capitals = capitals.replacen(id, &id.to_uppercase(), 1);
    let refused = read(&capitals).unwrap_err();
    assert!(
        refused.contains("only in capitals"),
        "{capitals}: {refused}"
    );
}

#[test]
fn an_empty_object_an_empty_list_and_a_huge_file_are_refused() {
    assert!(read("{}").unwrap_err().contains("id: is missing"));
    assert!(read("[]").unwrap_err().contains("at least one"));
    let huge = " ".repeat(2 << 20);
    assert!(read(&huge).unwrap_err().contains("at most 1 MiB"));
    let missing = read_experiments("nowhere.json".as_ref()).unwrap_err();
    assert!(
        missing
            .to_string()
            .starts_with("cannot read nowhere.json: ")
    );
}

#[test]
fn a_difference_names_the_field_and_both_values() {
    let one = &assignment::full(1)[1];
    let mut other = one.clone();
    assert_eq!(one.difference(&other), None);
    other.method.training_mut().unwrap().epochs = 3;
    let found = one.difference(&other).unwrap();
    assert_eq!(found, "training.epochs: here 10, there 3");
    other = one.clone();
    other.training_images = Some(5);
    let found = one.difference(&other).unwrap();
    assert_eq!(found, "training_images: here absent, there 5");
}

#[test]
fn the_minimum_memory_is_that_of_the_available_images() {
    let mut experiment = assignment::full(1)
        .into_iter()
        .find(|experiment| experiment.id == "standard-ae-64")
        .unwrap();
    let weights = 784 * 64 * 2 + 64 + 784;
    let outputs = 784 + 64 + 784;
    let bytes = |images: u64| 4 * (4 * weights + images * outputs);
    assert_eq!(experiment.min_memory(60_000, 784), bytes(256));
    experiment.method.training_mut().unwrap().batch_size = 5_000;
    assert_eq!(experiment.min_memory(100, 784), bytes(100));
    experiment.method.training_mut().unwrap().best_weights = true;
    assert_eq!(experiment.min_memory(100, 784), bytes(100) + 4 * weights);

    let pca = assignment::full(1).into_iter().find(|e| e.method.is_pca());
    let pca = pca.unwrap();
    assert_eq!(pca.min_memory(60_000, 784), 16 * 784 * 784);
    assert_eq!(pca.min_memory(162, 9_216), 16 * (162 * 162 + 162 * 9_216));

    // The assignment's convolutional models go from image to image, others through whole batches.
    let memory = |model: &str| {
        let text = format!(r#"[{{"id": "a", "model": {{"kind": "convolutional", {model}}}}}]"#);
        read(&text).unwrap()[0].min_memory(10, 784)
    };
    let weights = 9 * 8 + 8 + 9 * 8 + 1;
    let outputs = 784 + 8 * (784 + 196 + 784) + 784;
    let found = memory(r#""blocks": [{}]"#);
    assert_eq!(found, 4 * (4 * weights + 10 * outputs));
    let assignments = memory(r#""decoder": "unpool""#);
    assert!(assignments < memory(r#""output": "sigmoid""#));
}

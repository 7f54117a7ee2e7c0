//! Files that a person writes: their formats, their mistakes, and grids.

use std::fs;

use experiment::{Activation, Experiment, Method, ModelSpec, read_experiments};
use serde_json::{Value, json};
use tempfile::TempDir;

fn from_bytes(name: &str, bytes: &[u8]) -> Result<Vec<Experiment>, String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    read_experiments(&path).map_err(|error| {
        let message = error.to_string();
        let after = message.strip_prefix(&format!("{}: ", path.display()));
        after.expect("a message begins with the file").to_owned()
    })
}

fn from_json(text: &str) -> Result<Vec<Experiment>, String> {
    from_bytes("my.json", text.as_bytes())
}

fn from_toml(text: &str) -> Result<Vec<Experiment>, String> {
    from_bytes("my.toml", text.as_bytes())
}

fn ids(list: &[Experiment]) -> Vec<&str> {
    list.iter().map(|experiment| &*experiment.id).collect()
}

#[track_caller]
fn refused(result: Result<Vec<Experiment>, String>, expected: &str) {
    assert_eq!(result.unwrap_err(), expected);
}

#[test]
fn one_experiment_may_be_without_a_list_and_begin_with_a_byte_order_mark() {
    let single = r#"{"id": "a", "model": {"kind": "pca"}}"#;
    let expected = from_json(&format!("[{single}]")).unwrap();
    assert_eq!(from_json(single).unwrap(), expected);
    assert_eq!(from_json(&format!("\u{feff}{single}")).unwrap(), expected);
    let named = format!(r#"{{"$schema": "s.json", "experiment": [{single}]}}"#);
    assert_eq!(from_json(&named).unwrap(), expected);
    let toml = |text: &str| from_toml(text).unwrap();
    assert_eq!(toml("\u{feff}id = \"a\"\nmodel.kind = \"pca\"\n"), expected);
    let table = "[[experiment]] # the only one\nid = \"a\"\n[experiment.model]\nkind = \"pca\"\n";
    assert_eq!(toml(table), expected);
}

#[test]
fn json_may_have_comments_and_places_stay_right() {
    let commented = r#"// mine
        [{"id": "a//b", /* "c": "\"" */ "model": {"kind": "pca"}}] // "the end"#;
    let problem = from_json(commented).unwrap_err();
    assert!(problem.starts_with("line 2, column 17: "), "{problem}");
    assert!(problem.contains("a//b"), "{problem}");

    let commented = commented.replace("a//b", "a");
    let plain = r#"{"id": "a", "model": {"kind": "pca"}}"#;
    assert_eq!(from_json(&commented).unwrap(), from_json(plain).unwrap());
    let wrong = commented.replace("\"pca\"}", "\"pca\", /* Größe */ \"x\": 1}");
    let problem = from_json(&wrong).unwrap_err();
    assert!(problem.starts_with("line 2, column 75: "), "{problem}");
}

#[test]
fn every_encoding_of_editors_is_taken() {
    let text = "id = \"a\" # Größe\r\nmodel.kind = \"pca\"\r\n";
    let expected = from_toml(text).unwrap();
    let marked = |text: &str| {
        format!("\u{feff}{text}")
            .encode_utf16()
            .collect::<Vec<u16>>()
    };
    let little: Vec<u8> = marked(text)
        .iter()
        .flat_map(|unit| unit.to_le_bytes())
        .collect();
    let big: Vec<u8> = marked(text)
        .iter()
        .flat_map(|unit| unit.to_be_bytes())
        .collect();
    for bytes in [little.clone(), big, format!("\u{feff}{text}").into_bytes()] {
        assert_eq!(from_bytes("a.toml", &bytes).unwrap(), expected);
    }
    let encoding = "expected text in UTF-8, found another encoding";
    refused(from_bytes("a.toml", &little[..little.len() - 1]), encoding);
    refused(from_bytes("a.toml", b"id = \"Gr\xf6\xdfe\""), encoding);
}

#[test]
fn a_file_that_is_no_text_is_named() {
    for (bytes, kind) in [
        (&b"PK\x03\x04"[..], "a zip archive"),
        (b"\x1f\x8b\x08", "a gzip stream"),
        (b"<!DOCTYPE html><html></html>", "an HTML or XML page"),
        (
            b"version https://git-lfs.github.com/spec/v1\n",
            "a pointer of Git LFS",
        ),
        (b"\0\0\x08\x03\0\0", "an IDX file"),
        (b"\x93NUMPY\x01\0", "a NumPy array"),
        (b"\x89PNG\r\n", "a PNG image"),
    ] {
        let problem = from_bytes("a.json", bytes).unwrap_err();
        let expected = format!("expected experiments in JSON or TOML, found {kind}");
        assert!(problem.starts_with(&expected), "{problem}");
    }
}

#[test]
fn toml_and_json_mean_the_same() {
    let toml = from_toml(
        r#"
        [[experiment]]
        id = "a"
        seed = 7
        model = { kind = "dense", widths = [784, 8, 784], output = "sigmoid" }
        [experiment.training]
        learning_rate = 1e-4
        batch_size = 1_000
        corruption = [{ kind = "gaussian", std = 0.5 }]
        "#,
    );
    let json = from_json(
        r#"[{"id": "a", "seed": 7,
            "model": {"kind": "dense", "widths": [784, 8, 784], "output": "sigmoid"},
            "training": {"learning_rate": 1e-4, "batch_size": 1000,
                         "corruption": [{"kind": "gaussian", "std": 0.5}]}}]"#,
    );
    assert_eq!(toml.unwrap(), json.unwrap());
}

#[test]
fn defaults_hold_for_each_experiment_that_does_not_say_otherwise() {
    let with_defaults = from_toml(
        r#"
        [defaults]
        seed = 3
        model = { kind = "dense", widths = [784, 8, 784], output = "sigmoid" }
        training = { epochs = 5, optimizer = { kind = "muon", momentum = 0.5 } }

        [[experiment]]
        id = "same"

        [[experiment]]
        id = "inner"
        model.output = "linear"
        training.optimizer.momentum = 0.6

        [[experiment]]
        id = "kind"
        seed = 4
        training.optimizer = { kind = "sgd" }

        [[experiment]]
        id = "varied"
        training.epochs = [1, 2]

        [[experiment]]
        id = "pca"
        model = { kind = "pca", components = 8 }
        "#,
    );
    let in_full = from_json(
        r#"[
        {"id": "same", "seed": 3,
         "model": {"kind": "dense", "widths": [784, 8, 784], "output": "sigmoid"},
         "training": {"epochs": 5, "optimizer": {"kind": "muon", "momentum": 0.5}}},
        {"id": "inner", "seed": 3,
         "model": {"kind": "dense", "widths": [784, 8, 784], "output": "linear"},
         "training": {"epochs": 5, "optimizer": {"kind": "muon", "momentum": 0.6}}},
        {"id": "kind", "seed": 4,
         "model": {"kind": "dense", "widths": [784, 8, 784], "output": "sigmoid"},
         "training": {"epochs": 5, "optimizer": {"kind": "sgd"}}},
        {"id": "varied", "seed": 3,
         "model": {"kind": "dense", "widths": [784, 8, 784], "output": "sigmoid"},
         "training": {"epochs": [1, 2], "optimizer": {"kind": "muon", "momentum": 0.5}}},
        {"id": "pca", "seed": 3, "model": {"kind": "pca", "components": 8}}
        ]"#,
    );
    assert_eq!(with_defaults.unwrap(), in_full.unwrap());
}

#[test]
fn mistakes_in_defaults_are_found_where_they_are() {
    refused(
        from_toml(
            "[defaults]\ntraining.lr = 1\n[[experiment]]\nid = \"a\"\nmodel.kind = \"dense\"\n",
        ),
        "line 2, column 10: experiment[0].training.lr: did you mean learning_rate?",
    );
    refused(
        from_json("{\"defaults\": 3, \"experiment\": [{\"id\": \"a\"}]}"),
        "line 1, column 2: defaults: expected settings, as in defaults = { training = { epochs = 5 } }",
    );
    refused(
        from_toml("[defaults]\nid = \"x\"\n[[experiment]]\nmodel.kind = \"pca\"\n"),
        "line 2, column 1: defaults.id: belongs in each experiment, since no two share it",
    );
    refused(
        from_toml("[defaults]\nmodel.kind = \"dense\"\n"),
        "line 1, column 2: defaults: expected experiments beside it, in TOML [[experiment]] before each",
    );
}

#[test]
fn what_is_neither_json_nor_toml_is_explained() {
    refused(
        from_json(" \n"),
        "expected experiments, found an empty file",
    );
    refused(
        from_json("# mine\n[]"),
        "line 1, column 1: comments in JSON begin with //; those of TOML (the name of its file ends in \
         .toml) with #",
    );
    refused(
        from_json("[/* never closed"),
        "line 1, column 16: the file ends within a value, a list or braces",
    );
    refused(
        from_json("{\"id\": \"a\", \"seed\": NaN}"),
        "line 1, column 21: expected a finite number, found NaN",
    );
    refused(
        from_json("{\"id\": \"a\",}"),
        "line 1, column 12: this is not JSON: trailing comma",
    );
    refused(
        from_json("[{'id': 1}]"),
        "line 1, column 3: expected a text in double quotes, found a single quote",
    );
    refused(
        from_json("[{\"id\": \"a\""),
        "line 1, column 11: the file ends within a value, a list or braces",
    );
    refused(
        from_toml("id = \"a\"\nid = \"b\"\n"),
        "line 2, column 1: this is not TOML: duplicate key",
    );
    refused(
        from_toml("id = \"a\"\nmodel = { kind = \"pca\" }\nseed = nan"),
        "line 3, column 8: seed: expected a whole number, 0 or more, found NaN",
    );
    refused(
        from_json("[[experiment]]\nid = \"a\"\n"),
        "line 1, column 1: this is TOML, and the name of its file must end in .toml",
    );
    refused(
        from_toml("[{\"id\": \"a\"}]"),
        "line 1, column 1: this is JSON, and the name of its file must not end in .toml",
    );
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("my.json");
    fs::write(&path, b"[{\"id\": \"\xff\"}]").unwrap();
    let message = read_experiments(&path).unwrap_err().to_string();
    assert!(message.ends_with("expected text in UTF-8, found another encoding"));
}

/// The message about an experiment of this JSON, in addition to a dense model's.
fn message(rest: &str) -> String {
    let text = format!(r#"[{{"id": "a", "model": {{"kind": "dense"}}, {rest}}}]"#);
    let message = from_json(&text).unwrap_err();
    let (_, message) = message.split_once(": ").unwrap();
    message.to_owned()
}

#[test]
fn an_unknown_setting_is_answered_with_the_nearest_right_one() {
    for (rest, expected) in [
        (r#""epochs": 3"#, "[0].epochs: belongs in training"),
        (r#""epoch": 3"#, "[0].epoch: did you mean training.epochs?"),
        (
            r#""training": {"training_images": 3}"#,
            "[0].training.training_images: belongs one level up, beside id",
        ),
        (
            r#""training": {"schedule": {"kind": "constant", "seed": 3}}"#,
            "[0].training.schedule.seed: belongs outside of all braces, beside id",
        ),
        (
            r#""training": {"lr": 3}"#,
            "[0].training.lr: did you mean learning_rate?",
        ),
        (
            r#""training": {"learningRate": 3}"#,
            "[0].training.learningRate: did you mean learning_rate?",
        ),
        (
            r#""training": {"optimizer": {"kind": "adam", "epsilom": 3}}"#,
            "[0].training.optimizer.epsilom: did you mean epsilon?",
        ),
        (
            r#""training": {"corruption": [{"kind": "gaussian", "sd": 1}]}"#,
            "[0].training.corruption[0].sd: did you mean std?",
        ),
        (
            r#""training": {"corruption": [{"kind": "gaussian", "sigma": 1}]}"#,
            "[0].training.corruption[0].sigma: did you mean std?",
        ),
        (
            r#""training": {"noise": 1}"#,
            "[0].training.noise: did you mean corruption?",
        ),
        (r#""id": "b""#, "[0].id: appears twice"),
    ] {
        assert_eq!(message(rest), expected);
    }
    refused(
        from_json("{\"experiments\": []}"),
        "line 1, column 2: experiments: did you mean experiment?",
    );
    refused(
        from_toml("[experiment]\nid = \"a\"\n"),
        "line 1, column 2: experiment: write [[experiment]] with two brackets, which begins one of \
         several",
    );
    refused(
        from_json("{\"experiment\": [], \"seed\": 1}"),
        "line 1, column 20: seed: belongs in one of the experiments, or for all of them in defaults",
    );
}

#[test]
fn a_value_of_another_type_is_answered_in_words_a_user_knows() {
    for (rest, expected) in [
        (
            r#""training": {"optimizer": {"kind": "adam", "beta1": "x"}}"#,
            "[0].training.optimizer.beta1: expected a number, found \"x\"",
        ),
        (
            r#""training": {"schedule": "cosine"}"#,
            "[0].training.schedule: expected settings in braces whose kind is one of constant, step, cosine, \
             found \"cosine\"; write {\"kind\": \"cosine\"}",
        ),
        (
            r#""training": {"schedule": {"kind": "cosin"}}"#,
            "[0].training.schedule.kind: expected one of constant, step, cosine, found \"cosin\"; did you \
             mean \"cosine\"?",
        ),
        (
            r#""training": {"loss": "MSE"}"#,
            "[0].training.loss: expected one of mse, bce, l1, found \"MSE\"; did you mean \"mse\"?",
        ),
        (
            r#""training": {"corruption": {"kind": "gaussian", "std": 1}}"#,
            "[0].training.corruption: expected a list in square brackets, found settings in braces; \
             write [{...}]",
        ),
        (
            r#""data": {"source": "photos", "resize": [8, 8, 3]}"#,
            "[0].data.resize: expected a list of 2 values, found 3",
        ),
        (
            r#""training": {"corruption": [{"std": 1}]}"#,
            "[0].training.corruption[0].kind: is missing; expected one of gaussian, masking, \
             salt-and-pepper",
        ),
        (
            r#""seed": []"#,
            "[0].seed: expected a whole number, 0 or more, found a list in square brackets without a \
             value",
        ),
        (
            r#""training.epochs": [1, "x"]"#,
            "[0].training.epochs[1]: expected a whole number, 0 or more, found \"x\"",
        ),
    ] {
        assert_eq!(message(rest), expected);
    }
    refused(
        from_json(r#"["a"]"#),
        "line 1, column 2: [0]: expected settings in braces, found \"a\"",
    );
    for (line, expected) in [
        (
            "model.kind = \"vae\"",
            "column 14: model.kind: expected one of pca, dense, convolutional, found \"vae\"; any model \
             but pca is variational by model.variational.beta = 1",
        ),
        (
            "training.learning_rate = nan",
            "column 26: training.learning_rate: expected a number, found NaN",
        ),
        (
            "seed = 99999999999999999999",
            "column 8: seed: expected a whole number, 0 or more, found 99999999999999999999; the maximum \
             is 18446744073709551615",
        ),
    ] {
        refused(
            from_toml(&format!("id = \"a\"\n{line}\n")),
            &format!("line 2, {expected}"),
        );
    }
    let swish = from_toml("id = \"a\"\nmodel = {kind = \"dense\", activation = \"swish\"}\n");
    assert!(swish.unwrap_err().ends_with("did you mean \"silu\"?"));
}

#[test]
fn a_value_out_of_bounds_is_named_with_its_line() {
    let toml = from_toml("id = \"a\"\nmodel.kind = \"dense\"\ntraining.epochs = 0\n");
    refused(
        toml,
        "line 3, column 19: experiment \"a\": training.epochs must be from 1 to 100000, found 0",
    );
    let json = from_json(
        "{\"id\": \"a\", \"model\": {\"kind\": \"dense\"},\n \"training.epochs\": [1, 0]}",
    );
    refused(
        json,
        "line 2, column 21: experiment \"a-epochs-0\": training.epochs must be from 1 to 100000, \
         found 0",
    );
}

#[test]
fn a_grid_is_every_combination_under_a_name_of_what_varies() {
    let list = from_json(
        r#"{"id": "lr", "seed": [1, 2], "training.learning_rate": [1e-3, 3e-4],
            "model": {"kind": "dense"}, "training": {"epochs": 3}}"#,
    )
    .unwrap();
    let expected = [
        "lr-learning_rate-0.001-seed-1",
        "lr-learning_rate-0.001-seed-2",
        "lr-learning_rate-0.0003-seed-1",
        "lr-learning_rate-0.0003-seed-2",
    ];
    assert_eq!(ids(&list), expected);
    assert_eq!(list[3].seed, 2);
    let training = list[3].method.training().unwrap();
    assert_eq!((training.learning_rate, training.epochs), (3e-4, 3));
    let nested = from_toml(
        "id = \"lr\"\nmodel.kind = \"dense\"\nseed = [1, 2]\ntraining.learning_rate = [1e-3, 3e-4]\n\
         training.epochs = 3",
    );
    assert_eq!(nested.unwrap(), list);
}

#[test]
fn settings_that_are_lists_or_have_a_kind_vary_too() {
    let list = from_json(
        r#"{"id": "a", "model": {"kind": "dense"},
            "model.widths": [[784, 8, 784], [784, 16, 784]],
            "training.corruption": [[], [{"kind": "gaussian", "std": 0.5}]]}"#,
    );
    let expected = [
        "a-widths-784-8-784-corruption-none",
        "a-widths-784-8-784-corruption-gaussian-std-0.5",
        "a-widths-784-16-784-corruption-none",
        "a-widths-784-16-784-corruption-gaussian-std-0.5",
    ];
    assert_eq!(ids(&list.unwrap()), expected);
    let list = from_toml(
        "id = \"a\"\nmodel = [{ kind = \"pca\" }, { kind = \"dense\", activation = \"gelu\" }]\n",
    )
    .unwrap();
    assert_eq!(ids(&list), ["a-model-pca", "a-model-dense-activation-gelu"]);
    let Method::Autoencoder {
        model: ModelSpec::Dense(dense),
        ..
    } = &list[1].method
    else {
        panic!("{:?}", list[1]);
    };
    assert_eq!(dense.activation, Activation::Gelu);
    let within = from_toml(
        "id = \"a\"\nmodel.kind = \"dense\"\n\
         training.optimizer = { kind = \"adam\", beta1 = [0.5, 0.8] }",
    );
    let last = within.unwrap().remove(1);
    assert_eq!(last.id, "a-beta1-0.8");
    let optimizer = serde_json::to_value(last.method.training().unwrap().optimizer).unwrap();
    assert_eq!(optimizer["beta1"], 0.8);
}

#[test]
fn ids_that_would_be_too_long_are_shortened() {
    let base = "x".repeat(55);
    let text = |base: &str| {
        format!(
            r#"{{"id": "{base}", "model": {{"kind": "dense"}},
                "training.learning_rate": [0.1, 0.2]}}"#
        )
    };
    let list = from_json(&text(&base)).unwrap();
    assert_eq!(ids(&list), [format!("{base}-0.1"), format!("{base}-0.2")]);
    let base = "x".repeat(61);
    let list = from_json(&text(&base)).unwrap();
    assert_eq!(ids(&list), [format!("{base}-1"), format!("{base}-2")]);
}

#[test]
fn a_grid_of_too_many_experiments_is_refused_with_their_number() {
    let seeds: Vec<String> = (0..600).map(|seed| seed.to_string()).collect();
    let text = format!(
        r#"{{"id": "a", "model": {{"kind": "dense"}}, "seed": [{}], "training.epochs": [1, 2]}}"#,
        seeds.join(",")
    );
    refused(
        from_json(&text),
        "line 1, column 1: expected at most 1000 experiments, found 1200 with all combinations",
    );
}

#[test]
fn differences_of_a_list_are_spelled_as_in_a_file() {
    let list = from_json(
        r#"[{"id": "a", "model": {"kind": "convolutional", "decoder": "deconv-unpool"}},
            {"id": "b", "model": {"kind": "convolutional"}, "training.epochs": 3},
            {"id": "c", "model": {"kind": "pca"}, "training_images": 5}]"#,
    );
    let differences = Experiment::differences(&list.unwrap());
    let expected = [
        json!({"model.decoder": "deconv-unpool", "model.kind": "convolutional", "training.epochs": 10}),
        json!({"model.decoder": "unpool", "model.kind": "convolutional", "training.epochs": 3}),
        json!({"model.kind": "pca", "training_images": 5}),
    ];
    let found = differences.into_iter().map(serde_json::Map::from_iter);
    assert!(found.map(Value::Object).eq(expected));
}

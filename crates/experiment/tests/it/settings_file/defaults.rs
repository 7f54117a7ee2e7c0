//! Settings that all experiments of a file share.

use super::{from_json, from_toml, refused};

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

//! Settings with several values, each of which makes an experiment.

use experiment::{Activation, Experiment, Method, ModelSpec};
use serde_json::{Value, json};

use super::{from_json, from_toml, ids, refused};

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

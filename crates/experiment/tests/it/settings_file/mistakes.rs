//! Each mistake is answered with its place and what helps.

use super::{from_json, from_toml, refused};

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

//! Files that a person writes: their formats here, then what several experiments share, mistakes, and
//! grids.

mod defaults;
mod grids;
mod mistakes;

use std::fs;

use experiment::{Experiment, read_experiments};
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

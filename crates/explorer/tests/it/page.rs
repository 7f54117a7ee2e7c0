//! What the page has, and what it names as left out.

use std::{fs, path::Path};

use explorer::MAX_BYTES;
use serde_json::Value;

use crate::invented;

/// The data of the page: what its script begins with.
fn data(html: &str) -> Value {
    let start = "<script type=\"application/json\" id=\"run\">";
    let data = html
        .split_once(start)
        .unwrap()
        .1
        .split_once("</script>")
        .unwrap()
        .0;
    serde_json::from_str(data).unwrap()
}

fn write(folders: &[(&str, &experiment::RunFolder)], root: &Path) -> String {
    let path = root.join("explorer.html");
    explorer::write(folders, &path).unwrap();
    fs::read_to_string(path).unwrap()
}

#[test]
fn the_page_has_each_complete_model_and_names_the_others() {
    let root = tempfile::tempdir().unwrap();
    let run = invented::run(root.path());
    invented::add(&run, "good", &[784, 6, 784]);
    invented::add(&run, "incomplete", &[784, 6, 784]);
    fs::remove_file(run.experiment("incomplete").evaluation_path()).unwrap();
    invented::add(&run, "other-weights", &[784, 6, 784]);
    let good = run.experiment("good").model_path();
    invented::add(&run, "wider", &[784, 7, 784]);
    fs::copy(&good, run.experiment("wider").model_path()).unwrap();
    fs::write(run.experiment("other-weights").model_path(), "no weights").unwrap();

    let html = write(&[("", &run)], root.path());
    let data = data(&html);
    let ids: Vec<&Value> = data["models"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| &m["id"])
        .collect();
    assert_eq!(ids, ["good"]);
    let absent = data["absent"].as_array().unwrap();
    let reason = |id: &str| {
        let found = absent.iter().find(|absent| absent["id"] == id).unwrap();
        found["reason"].as_str().unwrap().to_owned()
    };
    assert_eq!(absent.len(), 3);
    assert_eq!(reason("incomplete"), "it is not complete");
    assert!(reason("other-weights").starts_with("experiments/other-weights/model.safetensors"));
    assert!(
        reason("wider").contains("encoder.0.weight"),
        "{}",
        reason("wider")
    );
    // Offline: nothing is loaded.
    assert!(!html.contains("http://") && !html.contains("https://"));
}

#[test]
fn units_that_never_change_are_dead() {
    let root = tempfile::tempdir().unwrap();
    let run = invented::run(root.path());
    invented::add(&run, "mine", &[784, 3, 784]);
    let data = data(&write(&[("", &run)], root.path()));
    let model = &data["models"][0];
    assert_eq!(model["live"], serde_json::json!([true, true, false]));
    assert_eq!(model["codeSize"], 3);
    assert_eq!(model["quantiles"][50], 15.0);
}

#[test]
fn a_page_is_at_most_as_large_as_it_says() {
    let root = tempfile::tempdir().unwrap();
    let run = invented::run(root.path());
    for (id, units) in [
        ("small", 10),
        ("large-1", 1200),
        ("large-2", 1300),
        ("large-3", 1400),
    ] {
        invented::add(&run, id, &[784, units, 784]);
    }
    let html = write(&[("", &run)], root.path());
    assert!(html.len() <= MAX_BYTES, "{}", html.len());
    let data = data(&html);
    assert_eq!(data["models"].as_array().unwrap().len(), 3);
    assert_eq!(data["absent"][0]["id"], "large-3");
}

#[test]
fn several_runs_are_in_one_page_and_an_empty_one_is_a_page_too() {
    let [first, second] = [0, 1].map(|_| tempfile::tempdir().unwrap());
    let runs = [&first, &second].map(|root| invented::run(root.path()));
    let empty = data(&write(&[("", &runs[0])], first.path()));
    assert_eq!(empty["models"], serde_json::json!([]));
    invented::add(&runs[0], "mine", &[784, 3, 784]);
    invented::add(&runs[1], "mine", &[784, 4, 784]);
    let both = write(&[("a/", &runs[0]), ("b/", &runs[1])], first.path());
    let data = data(&both);
    assert_eq!(
        [&data["models"][0]["id"], &data["models"][1]["id"]],
        ["a/mine", "b/mine"]
    );
    // Both are on the same images, which are in the page once.
    assert_eq!(data["sets"].as_array().unwrap().len(), 1);
}

#[test]
fn the_same_run_gives_the_same_page() {
    let root = tempfile::tempdir().unwrap();
    let run = invented::run(root.path());
    invented::add(&run, "mine", &[784, 5, 784]);
    let [first, second] = [0, 1].map(|_| write(&[("", &run)], root.path()));
    assert!(first == second);
}

#[test]
fn names_cannot_end_the_script_that_holds_them() {
    let root = tempfile::tempdir().unwrap();
    let run = invented::run(root.path());
    invented::add(&run, "mine", &[784, 5, 784]);
    let path = root.path().join("run.json");
    let record = fs::read_to_string(&path).unwrap();
    let mut record: Value = serde_json::from_str(&record).unwrap();
    record["data"]["mnist"]["classes"] = serde_json::json!(["</script><b>", "1"]);
    fs::write(&path, record.to_string()).unwrap();
    let html = write(&[("", &run)], root.path());
    assert!(!html.contains("</script><b>"));
    assert_eq!(data(&html)["sets"][0]["classes"][0], "</script><b>");
}

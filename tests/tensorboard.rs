//! The real TensorBoard reads what `train run --tensorboard` writes. Where Python cannot import it, the
//! test is listed as ignored, with the reason.
#![cfg(target_os = "linux")]

#[allow(dead_code, unused_imports, reason = "the other tests use the rest")]
#[path = "it/harness/mod.rs"]
mod harness;

use std::{env, path::Path, process::Command};

use event_file::{Point, Value};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Value as Json, json};

use harness::{DENSE_AND_PCA, TestRun, run};

fn main() {
    let arguments = Arguments::from_args();
    let trial = Trial::test("tensorboard_reads_every_point", compare);
    let trials = match missing() {
        None => vec![trial],
        // This asks for the long tests.
        Some(_) if arguments.ignored || arguments.include_ignored => Vec::new(),
        Some(what) => vec![
            trial
                .with_kind(format!("skipped: {what}"))
                .with_ignored_flag(true),
        ],
    };
    libtest_mimic::run(&arguments, trials).exit();
}

/// What the test needs and this machine lacks.
fn missing() -> Option<&'static str> {
    let import = Command::new("python3")
        .args(["-c", "import tensorboard"])
        .output();
    let is_there = import.is_ok_and(|output| output.status.success());
    (!is_there).then_some("python3 cannot import tensorboard")
}

fn compare() -> Result<(), Failed> {
    let test = TestRun::new(DENSE_AND_PCA);
    run(test.command().arg("--tensorboard")).with_status(0);
    for (id, count) in [("dense", 9 + 9 + 3 + 4), ("pca", 4)] {
        let file = test.run.tensorboard(id, None);
        let file = file.join("events.out.tfevents.train");
        let points = event_file::read(&file)?;
        assert_eq!(points.len(), count);
        let mut expected: Vec<Json> = points.iter().map(as_json).collect();
        let mut found: Vec<Json> = read_by_tensorboard(&file)?;
        for points in [&mut expected, &mut found] {
            points.sort_by_key(Json::to_string);
        }
        assert_eq!(expected, found);
    }
    Ok(())
}

/// A point as `read_events.py` prints it.
fn as_json(point: &Point) -> Json {
    let value = match &point.value {
        Value::Scalar(value) => json!(f64::from(*value)),
        Value::Image(image) => json!([image.width, image.height, image.png.len()]),
    };
    json!([point.tag, point.step, value])
}

fn read_by_tensorboard(file: &Path) -> Result<Vec<Json>, Failed> {
    let script = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("read_events.py");
    let output = Command::new("python3").arg(script).arg(file).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

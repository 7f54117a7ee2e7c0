//! The run folder: what is written is read back; an interrupted file is told from a damaged one.

use std::{env, fs, path::Path};

use experiment::{
    Machine, Metric, RunFolder, SampleScores, assignment, metrics_sha256, read_experiments,
};
use tempfile::TempDir;

fn step(step: usize) -> Metric {
    Metric::Step {
        step,
        epoch: 1,
        loss: f64::from(0.1_f32) / step as f64,
        parts: None,
    }
}

#[test]
fn metrics_are_appended_and_read_back_exactly() {
    let folder = TempDir::new().unwrap();
    let experiment = RunFolder::new(folder.path()).experiment("a");
    let mut log = experiment.write_metrics(&[step(1)]).unwrap();
    log.append(&[step(2), step(3)]).unwrap();
    let all = [step(1), step(2), step(3)];
    assert_eq!(log.sha256(), metrics_sha256(&all));
    assert_eq!(experiment.metrics().unwrap(), all);
}

#[test]
fn an_incomplete_last_line_is_dropped() {
    let folder = TempDir::new().unwrap();
    let experiment = RunFolder::new(folder.path()).experiment("a");
    experiment.write_metrics(&[step(1), step(2)]).unwrap();
    let path = experiment.path().join("metrics.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, &text[..text.len() - 5]).unwrap();
    assert_eq!(experiment.metrics().unwrap(), [step(1)]);
}

#[test]
fn a_damaged_line_is_named() {
    let folder = TempDir::new().unwrap();
    let experiment = RunFolder::new(folder.path()).experiment("a");
    experiment.write_metrics(&[step(1), step(2)]).unwrap();
    let path = experiment.path().join("metrics.jsonl");
    let text = fs::read_to_string(&path)
        .unwrap()
        .replacen("step\":2", "step\":x", 1);
    fs::write(&path, text).unwrap();
    let message = experiment.metrics().unwrap_err().to_string();
    assert!(
        message.contains("metrics.jsonl") && message.contains("line 2"),
        "{message}"
    );
}

#[test]
fn experiments_are_found_by_their_folders() {
    let folder = TempDir::new().unwrap();
    let run = RunFolder::new(folder.path());
    assert!(run.ids().unwrap().is_empty());
    let list = assignment::full(1);
    for experiment in [&list[3], &list[0]] {
        run.experiment(&experiment.id)
            .write_settings(experiment)
            .unwrap();
    }
    // A folder of the user, not of an experiment.
    fs::create_dir(folder.path().join("experiments/.notes")).unwrap();
    assert_eq!(run.ids().unwrap(), ["pca-30", "standard-ae-64"]);
    assert_eq!(
        run.experiment("pca-30").settings().unwrap().as_ref(),
        Some(&list[0])
    );
}

#[test]
fn seeds_are_found_by_the_names_that_their_folders_have() {
    let folder = TempDir::new().unwrap();
    for name in ["13", "2", "+14", "015", "copy of 13"] {
        fs::create_dir_all(folder.path().join("seeds").join(name)).unwrap();
    }
    assert_eq!(RunFolder::new(folder.path()).seeds().unwrap(), [2, 13]);
}

#[test]
fn settings_in_a_folder_of_another_name_are_refused() {
    let folder = TempDir::new().unwrap();
    let run = RunFolder::new(folder.path());
    let experiment = &assignment::full(1)[0];
    run.experiment("other").write_settings(experiment).unwrap();
    let message = run.experiment("other").settings().unwrap_err().to_string();
    assert!(message.contains("found \"pca-30\""), "{message}");
}

#[test]
fn the_assignment_has_the_seventeen_experiments() {
    let ids: Vec<String> = assignment::full(1).into_iter().map(|e| e.id).collect();
    assert_eq!(
        ids.join(" "),
        "pca-30 deep-ae-10 deep-ae-20 standard-ae-64 standard-ae-128 standard-ae-256 \
         sparse-ae-1e-6 sparse-ae-1e-5 sparse-ae-1e-4 denoising-ae-0.3 denoising-ae-0.5 \
         denoising-ae-0.8 denoising-ae-0.9 manifold-ae conv-ae-unpool conv-ae-deconv \
         conv-ae-deconv-unpool"
    );
    for list in [assignment::full(1), assignment::quick(1)] {
        list.iter()
            .for_each(|experiment| experiment.check().unwrap());
    }
}

#[test]
fn a_folder_is_for_one_process_at_a_time() {
    let folder = TempDir::new().unwrap();
    let run = RunFolder::new(folder.path());
    let lock = run.lock().unwrap();
    let message = run.lock().unwrap_err().to_string();
    assert!(message.contains("another process"), "{message}");
    drop(lock);
    run.lock().unwrap();
}

#[test]
fn a_file_named_lock_keeps_what_is_in_it() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("lock");
    fs::write(&path, "notes of a user").unwrap();
    RunFolder::new(folder.path()).lock().unwrap();
    assert_eq!(fs::read_to_string(path).unwrap(), "notes of a user");
}

#[cfg(unix)]
#[test]
fn links_among_results_are_refused_and_nothing_is_created() {
    use std::os::unix::fs::symlink;

    for name in [
        "lock",
        "run.json",
        "inputs",
        "inputs/samples.idx",
        "experiments/a/metrics.jsonl",
        "seeds/3/experiments/a/arrays/codes.idx",
        "figures/loss.svg",
    ] {
        let folder = TempDir::new().unwrap();
        let (run, target) = (folder.path().join("run"), folder.path().join("target"));
        let link = run.join(name);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(&target, &link).unwrap();
        let message = RunFolder::new(&run).lock().unwrap_err().to_string();
        for part in [&link.display().to_string(), "found a link", "remove it"] {
            assert!(message.contains(part), "expected {part:?} in {message}");
        }
        assert!(!target.exists());
        fs::remove_file(&link).unwrap();
        RunFolder::new(&run).lock().unwrap();
    }
}

#[test]
fn a_file_instead_of_a_run_folder_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("run");
    fs::write(&path, "notes").unwrap();
    let message = RunFolder::new(&path).lock().unwrap_err().to_string();
    assert!(
        message.ends_with("expected a run folder, found a file; choose another"),
        "{message}"
    );
}

/// A fuzzer that starts from files that are refused early finds little.
#[test]
fn the_seeds_of_the_fuzzer_are_valid() {
    let seed = |name: &str| {
        let folder = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap())
            .join("../../fuzz/seeds/run_folder");
        // The first byte says which file it is.
        fs::read(folder.join(name)).unwrap().split_off(1)
    };
    let folder = TempDir::new().unwrap();
    let run = RunFolder::new(folder.path());
    let mine = run.experiment("mine");
    fs::create_dir_all(mine.path()).unwrap();
    fs::write(run.path().join("run.json"), seed("run")).unwrap();
    assert!(run.record().unwrap().is_some());
    fs::write(run.path().join("my.json"), seed("experiments")).unwrap();
    assert_eq!(
        read_experiments(&run.path().join("my.json")).unwrap().len(),
        1
    );
    let toml = run.path().join("my.toml");
    fs::write(&toml, seed("toml")).unwrap();
    assert_eq!(read_experiments(&toml).unwrap().len(), 3);
    for name in ["experiment.json", "evaluation.json", "metrics.jsonl"] {
        let bytes = seed(name.split('.').next().unwrap());
        fs::write(mine.path().join(name), bytes).unwrap();
    }
    assert!(mine.settings().unwrap().is_some());
    assert!(mine.evaluation().unwrap().is_some());
    assert!(mine.metrics().unwrap().len() > 1);
    fs::write(mine.path().join("SHA256SUMS"), seed("sums")).unwrap();
    let missing = mine.is_sealed().unwrap_err().to_string();
    assert!(
        missing.contains("arrays/codes.idx: no such file"),
        "{missing}"
    );
}

/// The names in `evaluation.json` are those of earlier versions, so that their run folders stay
/// readable.
#[test]
fn samples_of_an_evaluation_have_a_squared_error() {
    let json = r#"{"test_index":9705,"squared_error":7.25,"mse":0.5,"psnr":null,"ssim":0.9}"#;
    let sample: SampleScores = serde_json::from_str(json).unwrap();
    assert_eq!((sample.scores.sse, sample.scores.psnr), (7.25, None));
    assert_eq!(serde_json::to_string(&sample).unwrap(), json);
}

#[test]
fn a_type_of_machine_is_all_but_the_number_of_processors() {
    let machine = |processor: &str, features: &[&str], processors| Machine {
        system: "linux".into(),
        architecture: "x86_64".into(),
        processor: processor.into(),
        features: features.iter().map(|&name| name.into()).collect(),
        processors,
    };
    let one = machine("Invented", &["avx2", "fma"], 2);
    assert!(one.is_of_type(&machine("Invented", &["avx2", "fma"], 64)));
    // A processor of the same name without an instruction set, as in a virtual machine, is another.
    assert!(!one.is_of_type(&machine("Invented", &["avx2"], 2)));
    assert!(!one.is_of_type(&machine("Other", &["avx2", "fma"], 2)));
    // Older versions recorded no features.
    assert!(one.is_of_type(&machine("Invented", &[], 2)));

    let folder = TempDir::new().unwrap();
    let experiment = RunFolder::new(folder.path()).experiment("a");
    assert_eq!(experiment.machines().unwrap(), []);
    experiment
        .write_machines(std::slice::from_ref(&one))
        .unwrap();
    assert_eq!(experiment.machines().unwrap(), [one]);
}

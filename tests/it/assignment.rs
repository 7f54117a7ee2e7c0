//! The whole pipeline on little data: every experiment of the assignment leaves its files, and the
//! report has every figure.

use std::{fs, time::SystemTime};

use experiment::{Experiment, Metric, RunFolder, assignment};
use tempfile::TempDir;

use crate::harness::{program, run};

#[test]
fn the_quick_assignment_leaves_a_whole_run_folder() {
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("run");
    let all = || {
        let mut all = program("xtask");
        all.args(["all", "--quick", "--out"]).arg(&root);
        run(&mut all).with_status(0)
    };
    let summary = all().stdout;
    assert!(summary.contains("report.html"), "{summary}");

    let run = RunFolder::new(&root);
    let list = assignment::quick(Experiment::DEFAULT_SEED);
    for experiment in &list {
        let id = &experiment.id;
        let folder = run.experiment(id);
        assert_eq!(folder.settings().unwrap().as_ref(), Some(experiment));
        let evaluation = folder.evaluation().unwrap().expect(id);
        assert_eq!(&evaluation.experiment, id);
        let assignment = evaluation.assignment.expect(id);
        assert_eq!(assignment.samples[0].test_index, 9705, "{id}");
        assert_eq!(evaluation.corrected.samples.len(), 10, "{id}");
        let sse = evaluation.corrected.test.sse;
        assert!(sse > 0.0, "{id}");
        // The first noise level is 0.
        let without_noise = evaluation.measures.noisy_sse[0];
        assert!((without_noise - sse).abs() < 1e-6 * sse, "{id}");
        assert!(folder.model_path().exists(), "{id}");
        assert!(!folder.resume_path().exists(), "{id}");
        assert!(summary.contains(id.as_str()), "{id} is not in {summary}");
        // 2,000 images are seven batches of 256 and one of 208.
        let metrics = folder.metrics().unwrap();
        let steps = metrics.iter().filter(|m| matches!(m, Metric::Step { .. }));
        let expected = if experiment.method.is_pca() { 0 } else { 8 };
        assert_eq!(steps.count(), expected, "{id}");
    }
    let report = fs::read_to_string(root.join("report.html")).unwrap();
    assert!(report.contains("training images 2,000 instead of all"));
    assert!(fs::read_dir(root.join("figures")).unwrap().count() >= 43);
    assert!(root.join("report.md").exists());

    let written = |id: &str| -> SystemTime {
        let model = run.experiment(id).model_path();
        fs::metadata(model).unwrap().modified().unwrap()
    };
    let before: Vec<SystemTime> = list.iter().map(|e| written(&e.id)).collect();
    let again = all().stderr;
    let after: Vec<SystemTime> = list.iter().map(|e| written(&e.id)).collect();
    assert_eq!(before, after, "complete experiments are not trained again");
    assert!(again.contains("is complete already"), "{again}");
}

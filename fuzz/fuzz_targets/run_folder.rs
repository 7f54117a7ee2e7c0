//! The records of a run folder: what each file holds is a record, or an error that names it. The
//! first byte says which file.
#![no_main]

use std::{fs, sync::LazyLock};

use experiment::{Error, RunFolder, read_experiments};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("experiments/mine")).unwrap();
    folder
});

fuzz_target!(|bytes: &[u8]| {
    let Some((which, bytes)) = bytes.split_first() else {
        return;
    };
    let run = RunFolder::new(FOLDER.path());
    let mine = run.experiment("mine");
    let (path, read): (_, &dyn Fn() -> Result<(), Error>) = match which % 7 {
        0 => (mine.path().join("experiment.json"), &|| {
            if let Some(settings) = mine.settings()? {
                settings.check().unwrap();
                assert_eq!(settings.id, "mine");
                assert_eq!(settings.difference(&settings), None);
            }
            Ok(())
        }),
        1 => (mine.evaluation_path(), &|| {
            if let Some(evaluation) = mine.evaluation()? {
                evaluation.first_non_finite();
                evaluation.health.warning();
            }
            Ok(())
        }),
        2 => (run.path().join("run.json"), &|| run.record().map(drop)),
        3 => (mine.path().join("metrics.jsonl"), &|| {
            let metrics = mine.metrics()?;
            // Lines that were read can be written and read again.
            mine.write_metrics(&metrics).unwrap();
            assert_eq!(mine.metrics().unwrap(), metrics);
            Ok(())
        }),
        4 => (run.path().join("my.json"), &|| {
            read_experiments(&run.path().join("my.json")).map(drop)
        }),
        5 => (mine.path().join("SHA256SUMS"), &|| {
            mine.is_sealed().map(drop)
        }),
        _ => (run.path().join("my.toml"), &|| {
            read_experiments(&run.path().join("my.toml")).map(drop)
        }),
    };
    fs::write(&path, bytes).unwrap();
    if let Err(error) = read() {
        assert!(error.to_string().len() < 2000);
    }
    // The list of digests would have the next evaluation refused.
    fs::remove_file(&path).unwrap();
});

//! What was run: the images, the programs, the machine.

use std::collections::BTreeSet;

use experiment::thousands;

use super::own::data_table;
use crate::{
    format::{count, join},
    report::{Block, Columns, Section, Table},
    run::{ExperimentResults, OpenedFolder, Run, images_name},
};

/// The maximum number of files of a set of images whose digests are shown.
const MAX_FILES: usize = 6;

pub fn section(run: &Run) -> Section {
    let folders = run.folders.iter();
    let about = folders.map(|folder| Block::Table(about(run, folder)));
    Section {
        id: "conditions",
        title: "Conditions",
        text: "The images, the programs and the machine that all results depend on.".into(),
        blocks: data_table(run).into_iter().chain(about).collect(),
    }
}

/// What one run folder says about its run.
fn about(run: &Run, folder: &OpenedFolder) -> Table {
    let record = &folder.record;
    let mut rows = vec![
        ("program".to_owned(), format!("version {}", record.version)),
        ("libtorch".to_owned(), record.libtorch.clone()),
        ("device".to_owned(), record.device.clone()),
    ];
    if run.folders.len() == 1 {
        rows.extend(run.machines().into_iter().map(|(machine, names)| {
            let processors = count(machine.processors, "processor");
            let what = format!("machine of {}", count(names.len(), "experiment"));
            (what, format!("{machine}, {processors}"))
        }));
        let seeds = run.experiments().flat_map(ExperimentResults::seed_numbers);
        let seeds: BTreeSet<u64> = seeds.collect();
        rows.push(("seeds".into(), join(seeds, ", ")));
    }
    if run.of_assignment {
        let found = run.assignment.iter().filter(|e| run.get(&e.id).is_some());
        let found = format!("{} of {}", found.count(), run.assignment.len());
        rows.push(("experiments of the assignment".into(), found));
    }
    let own = run.own_experiments().count();
    if own > 0 && run.folders.len() == 1 {
        rows.push(("own experiments".into(), own.to_string()));
    }
    for data in record.data.values() {
        if data.files.len() > MAX_FILES {
            let what = format!(
                "{}: {} files",
                images_name(data),
                thousands(data.files.len())
            );
            rows.push((what, "the SHA-256 of each is in run.json".into()));
            continue;
        }
        let digests = data.files.iter();
        rows.extend(digests.map(|(file, digest)| {
            let what = format!("{}: {file}", images_name(data));
            (what, format!("SHA-256 {digest}"))
        }));
    }
    let title = match folder.name.as_str() {
        "" => "What was run".to_owned(),
        name => format!("What was run: {name}"),
    };
    let caption = "The digests are of the data files' decompressed content.";
    let mut table = Columns::new()
        .words("what", |(what, _): &(String, String)| what.as_str())
        .words("value", |(_, value)| value.as_str())
        .table(&title, caption, &rows);
    table.sources.push(folder.source("run.json"));
    table
}

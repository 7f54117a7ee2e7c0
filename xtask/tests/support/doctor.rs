//! A machine that lacks nothing, for `doctor` to look at.

use std::{fs, os::unix::fs::symlink, path::PathBuf, process::ExitCode};

use xtask::{
    digests,
    doctor::{self, Arguments, Finding, State},
};

use super::{World, unpacked_libtorch};

/// What `train self-check` says when all is well.
pub const GOOD: &str = r#"{"cpu_computes": true, "cuda_devices": 0, "cuda_computes": false}"#;

/// A world that lacks nothing, and the folder of its programs.
pub fn whole_world() -> (World, PathBuf) {
    let mut world = World::new();
    let libtorch = world.folder("libtorch");
    unpacked_libtorch(&libtorch, "2.13.0");
    digests::record(&libtorch).unwrap();
    symlink(libtorch, world.context.root.join(".libtorch")).unwrap();
    world.write_data();
    let programs = world.fake_programs();
    let built = programs.join("target/debug");
    fs::create_dir_all(&built).unwrap();
    symlink(programs.join("train"), built.join("train")).unwrap();
    says(&world, GOOD);
    (world, programs)
}

/// What `train self-check` prints.
pub fn says(world: &World, report: &str) {
    fs::write(
        world.folder("programs/target/debug").join("self-check"),
        report,
    )
    .unwrap();
}

/// The one finding about `what` is this, no other has failed, and the exit status says so.
pub fn finds(world: &World, what: &str, state: State, found: &str, remedy: &str) {
    let findings = doctor::examine(&world.context);
    let finding = about(&findings, what);
    assert_eq!(finding.state, state, "{finding}");
    assert!(finding.found.contains(found), "no {found:?} in: {finding}");
    assert!(
        finding.remedy.contains(remedy),
        "no {remedy:?} in: {finding}"
    );
    for other in &findings {
        assert!(
            other.what == what || other.state != State::Failed,
            "{other}"
        );
    }
    let expected = if state == State::Failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    };
    assert_eq!(
        doctor::run(&world.context, &Arguments { json: false }),
        expected
    );
    assert!(world.context.output.recorded().contains(found));
}

pub fn about<'a>(findings: &'a [Finding], what: &str) -> &'a Finding {
    let mut found = findings.iter().filter(|finding| finding.what == what);
    found.next().unwrap()
}

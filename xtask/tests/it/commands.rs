//! `all`, `test`, `bench` and `fetch-data` with programs that only record how they are called.

use std::{fs, os::unix::fs::symlink, path::PathBuf, process::ExitCode};

use xtask::{
    commands::{Command, ForwardedArguments, all, bench, fetch_data, test},
    device::Device,
};

use crate::support::{World, libtorch::unpacked_libtorch};

/// A world that is set up, and the folder of its programs.
fn set_up_world() -> (World, PathBuf) {
    let mut world = World::new();
    let libtorch = world.folder("libtorch");
    unpacked_libtorch(&libtorch, "2.13.0");
    symlink(libtorch, world.context.root.join(".libtorch")).unwrap();
    world.write_data();
    let programs = world.fake_programs();
    (world, programs)
}

fn arguments() -> all::Arguments {
    all::Arguments {
        experiments: None,
        out: None,
        quick: false,
        device: Device::Auto,
        data: None,
        only: None,
        seed: None,
        seeds: None,
        jobs: None,
        more: Vec::new(),
    }
}

#[test]
fn all_builds_trains_and_draws() {
    let (world, _) = set_up_world();
    let code = all::run(&world.context, &arguments()).unwrap();
    assert_eq!(code, ExitCode::SUCCESS);
    let root = world.context.root.display();
    let all_calls = world.calls();
    let calls: Vec<&str> = all_calls
        .lines()
        .filter(|call| !call.starts_with("c++"))
        .collect();
    assert_eq!(
        calls.join("\n"),
        format!(
            "cargo build --package train --package viz --message-format=json-render-diagnostics\n\
             train run --out {root}/runs/assignment --data {root}/data --device auto\n\
             viz {root}/runs/assignment"
        )
    );
}

#[test]
fn all_forwards_its_arguments() {
    let (world, _) = set_up_world();
    let arguments = all::Arguments {
        only: Some("pca-30,manifold-ae".to_owned()),
        quick: true,
        seed: Some(7),
        seeds: Some(3),
        jobs: Some(3),
        more: vec!["--threads".into(), "2".into()],
        device: Device::Cpu,
        ..arguments()
    };
    all::run(&world.context, &arguments).unwrap();
    let calls = world.calls();
    let root = world.context.root.display();
    let expected = format!(
        "train run --out {root}/runs/quick --data {root}/data --device cpu \
         --quick --only pca-30,manifold-ae --seed 7 --seeds 3 --jobs 3 --threads 2\n"
    );
    assert!(calls.contains(&expected), "{calls}");
}

#[test]
fn all_runs_a_file_of_experiments_in_a_folder_of_its_name() {
    let (world, programs) = set_up_world();
    let own = all::Arguments {
        experiments: Some("settings/my.grid.toml".into()),
        data: Some("kmnist".into()),
        only: Some("a".to_owned()),
        ..arguments()
    };
    all::run(&world.context, &own).unwrap();
    let root = world.context.root.display();
    let expected = format!(
        "train run --out {root}/runs/my.grid --data kmnist --device auto \
         --experiments settings/my.grid.toml --only a\n\
         viz {root}/runs/my.grid\n"
    );
    let calls = world.calls();
    assert!(calls.contains(&expected), "{calls}");

    let elsewhere = all::Arguments {
        out: Some("elsewhere".into()),
        ..own
    };
    fs::remove_file(programs.join("calls")).unwrap();
    all::run(&world.context, &elsewhere).unwrap();
    let calls = world.calls();
    assert!(calls.contains("train run --out elsewhere "), "{calls}");
    assert!(calls.contains("\nviz elsewhere\n"), "{calls}");
}

#[test]
fn all_returns_the_exit_status_of_train() {
    let (world, programs) = set_up_world();
    fs::write(programs.join("train-fails"), "130").unwrap();
    let code = all::run(&world.context, &arguments()).unwrap();
    assert_eq!(code, ExitCode::from(130));
    assert!(
        !fs::read_to_string(programs.join("calls"))
            .unwrap()
            .contains("\nviz ")
    );
}

#[test]
fn all_reports_what_there_is_when_some_experiments_failed() {
    let (world, programs) = set_up_world();
    fs::write(programs.join("train-fails"), "3").unwrap();
    let code = all::run(&world.context, &arguments()).unwrap();
    assert_eq!(code, ExitCode::from(3));
    let calls = world.calls();
    assert!(calls.contains("\nviz "), "{calls}");
}

#[test]
fn all_leaves_a_users_data_folder_alone() {
    let (world, _) = set_up_world();
    let data = tempfile::tempdir().unwrap();
    let arguments = all::Arguments {
        data: Some(data.path().to_owned()),
        ..arguments()
    };
    all::run(&world.context, &arguments).unwrap();
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
    let calls = world.calls();
    let expected = format!("--data {}", data.path().display());
    assert!(calls.contains(&expected), "{calls}");
}

#[test]
fn test_runs_each_check_until_one_fails() {
    let (world, programs) = set_up_world();
    test::run(&world.context).unwrap();
    let calls = world.calls();
    let commands: Vec<_> = calls
        .lines()
        .filter_map(|line| line.strip_prefix("cargo ")?.split(' ').next())
        .collect();
    // The first is the question whether it is installed.
    assert_eq!(commands, ["deny", "deny", "fmt", "clippy", "doc", "test"]);

    fs::write(programs.join("cargo-clippy-fails"), "101").unwrap();
    fs::remove_file(programs.join("calls")).unwrap();
    let error = test::run(&world.context).unwrap_err().to_string();
    assert!(
        error.contains("`cargo clippy --workspace --all-targets -- -D warnings` failed"),
        "{error}"
    );
    assert_eq!(
        fs::read_to_string(programs.join("calls"))
            .unwrap()
            .lines()
            .filter(|line| line.starts_with("cargo ") && !line.starts_with("cargo deny"))
            .count(),
        2
    );
}

#[test]
fn test_says_that_it_skips_the_check_of_dependencies_without_its_tool() {
    let (world, programs) = set_up_world();
    fs::write(programs.join("cargo-deny-fails"), "101").unwrap();
    test::run(&world.context).unwrap();
    let said = world.context.output.recorded();
    assert!(said.contains("skipped: cargo deny check"), "{said}");
    assert!(said.contains("cargo test --workspace"), "{said}");
}

#[test]
fn after_ctrl_c_all_returns_the_status_of_its_child() {
    let (world, programs) = set_up_world();
    // Ctrl-C in a terminal reaches both processes; this one is sent it by the child.
    fs::write(programs.join("train-interrupts"), "").unwrap();
    fs::write(programs.join("train-fails"), "130").unwrap();
    let code = all::run(&world.context, &arguments()).unwrap();
    assert_eq!(code, ExitCode::from(130));
    let calls = world.calls();
    assert!(!calls.contains("\nviz "), "{calls}");
}

#[test]
fn offline_is_forwarded_to_cargo() {
    let (mut world, programs) = set_up_world();
    world.context.offline = true;
    test::run(&world.context).unwrap();
    let calls = world.calls();
    assert!(calls.contains("cargo test --workspace, offline"), "{calls}");
    assert!(calls.contains("cargo deny --offline check"), "{calls}");

    fs::write(programs.join("cargo-metadata-fails"), "101").unwrap();
    test::run(&world.context).unwrap();
    let said = world.context.output.recorded();
    assert!(said.contains("skipped: cargo deny --offline"), "{said}");
}

#[test]
fn bench_builds_and_starts_the_benchmark_with_its_options() {
    let (mut world, programs) = set_up_world();
    world.context.offline = true;
    fs::write(programs.join("python---train-fails"), "130").unwrap();
    let code = bench::run(&world.context, &["--full".into()]).unwrap();
    assert_eq!(code, ExitCode::from(130));
    let calls = world.calls();
    let root = world.context.root.display();
    let train = programs.join("train");
    for call in [
        format!("python {root}/bench/main.py --full --check\n"),
        "\ncargo build --package train ".to_owned(),
        format!(
            "\npython {root}/bench/main.py --full --train {} --cache {} --jobs ",
            train.display(),
            world.context.cache.display()
        ),
        " --offline\n".to_owned(),
    ] {
        assert!(calls.contains(&call), "{call}: {calls}");
    }
}

#[test]
fn help_and_typing_errors_of_bench_need_no_set_up() {
    for (argument, status) in [("--help", 0), ("-h", 0), ("--ful", 2)] {
        let mut world = World::new();
        let programs = world.fake_programs();
        fs::write(programs.join("python---check-fails"), status.to_string()).unwrap();
        let code = bench::run(&world.context, &[argument.into()]).unwrap();
        assert_eq!(code, ExitCode::from(status));
        let calls = world.calls();
        let started = calls.lines().map(|call| call.split(' ').next().unwrap());
        assert_eq!(started.collect::<Vec<_>>(), ["python"]);
        assert_eq!(world.linked(), None);
    }
}

#[test]
fn offline_after_another_option_forbids_the_network_too() {
    let commands: [(fn(_) -> _, _); 2] = [
        (Command::Bench, "bench/main.py --all --train "),
        (Command::FetchData, "fetch-data --data "),
    ];
    for (command, start) in commands {
        for was_given_before in [false, true] {
            let (mut world, _) = set_up_world();
            world.context.offline = was_given_before;
            let arguments = vec!["--all".into(), "--offline".into()];
            let calls = world.folder("programs").join("calls");
            let command = command(ForwardedArguments { arguments });
            command.execute(world.context).unwrap();
            let calls = fs::read_to_string(calls).unwrap();
            let started = calls.lines().find(|call| call.contains(start)).unwrap();
            assert!(started.ends_with(" --offline"), "{calls}");
            assert_eq!(started.matches("--offline").count(), 1, "{calls}");
            let mut builds = calls.lines().filter(|call| call.starts_with("cargo"));
            assert!(builds.all(|call| call.ends_with(", offline")), "{calls}");
        }
    }
}

#[test]
fn all_fetches_data_that_are_not_the_known_ones() {
    let (world, programs) = set_up_world();
    fs::write(world.write_data(), "other images").unwrap();
    all::run(&world.context, &arguments()).unwrap();
    let data = world.context.root.join("data");
    let call = format!("fetch-data --data {}\n", data.display());
    assert!(world.calls().contains(&call), "{}", world.calls());

    fs::write(programs.join("fetch-data-fails"), "1").unwrap();
    fs::remove_file(programs.join("calls")).unwrap();
    let error = all::run(&world.context, &arguments()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("fetch-data failed (exit status 1)"),
        "{error}"
    );
    assert!(!world.calls().contains("train run"), "{}", world.calls());
}

#[test]
fn fetch_data_forwards_its_options() {
    let (mut world, programs) = set_up_world();
    world.context.offline = true;
    fs::write(programs.join("fetch-data-fails"), "1").unwrap();
    let code = fetch_data::run(&world.context, &["--all".into()]).unwrap();
    assert_eq!(code, ExitCode::FAILURE);
    let calls = world.calls();
    assert!(calls.contains("/data --all --offline"), "{calls}");
}

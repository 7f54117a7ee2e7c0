//! How far a sweep is, from its files alone, in a copy too.

use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use sweep::{Claimed, FailureRecord, Owner, State, Status, SweepFolder, Timings};

use crate::fixture::{Fixture, begin, claims, dense, finish, set_age};

fn read(sweep: &SweepFolder) -> Status {
    Status::read(sweep, Timings::default()).unwrap()
}

fn names(status: &Status) -> Vec<&str> {
    status.states.iter().map(State::name).collect()
}

#[test]
fn each_experiment_has_a_state() {
    let ids = ["done", "running", "stale", "failed", "waiting"];
    let fixture = Fixture::new(ids.map(|id| dense(id, 1)).to_vec());
    let sweep = fixture.open();
    assert_eq!(names(&read(&sweep)), ["waiting"; 5]);
    assert_eq!(read(&sweep).seconds_left(), None);

    let attempt = begin(&sweep, 0);
    finish(attempt.folder(), &sweep.plan().experiments()[0], "weights");
    attempt.publish(&sweep, Duration::ZERO).unwrap();
    set_age(
        &fixture.path("experiments/done/experiment.json"),
        Duration::from_secs(100),
    );
    set_age(
        &fixture.path("experiments/done/SHA256SUMS"),
        Duration::from_secs(60),
    );
    let claims = claims(&sweep);
    let _held = [1, 2].map(|number| match claims.claim(number).unwrap() {
        Claimed::Own(claim) => claim,
        Claimed::BySomebody => panic!("nobody else is there"),
    });
    set_age(&fixture.path("claims/2"), Duration::from_secs(3600));
    let record = FailureRecord {
        name: "failed".into(),
        line: "the loss is NaN".into(),
        owner: Owner::this(),
    };
    record.write(&sweep, 3).unwrap();

    let status = read(&sweep);
    assert_eq!(names(&status), ids);
    for id in ids {
        assert_eq!(status.count(id), 1);
    }
    assert_eq!(status.left().collect::<Vec<_>>(), [1, 2, 4]);
    let State::Done {
        seconds: Some(seconds),
    } = status.states[0]
    else {
        panic!("{:?}", status.states[0]);
    };
    assert!((seconds - 40.0).abs() < 1.0, "{seconds}");
    let State::Running(place) = &status.states[1] else {
        panic!("{:?}", status.states[1]);
    };
    assert_eq!(place.owner.as_ref(), Some(claims.owner()));
    let State::Stale(place) = &status.states[2] else {
        panic!("{:?}", status.states[2]);
    };
    assert!(place.heard >= 3590, "{place:?}");
    let line = "the loss is NaN".to_owned();
    assert_eq!(status.states[3], State::Failed { line });
    // Three are left, of 40 s each, one of which runs.
    let left = status.seconds_left().unwrap();
    assert!((80.0..=121.0).contains(&left), "{left}");
}

#[test]
fn a_folder_that_cannot_be_written_has_a_status() {
    let fixture = Fixture::new(vec![dense("a", 1)]);
    let sweep = fixture.open();
    // A copy may lack the folders in which work is done.
    fs::remove_dir(fixture.path("claims")).unwrap();
    fs::remove_dir(fixture.path("failures")).unwrap();
    fs::set_permissions(fixture.run.path(), fs::Permissions::from_mode(0o555)).unwrap();
    assert_eq!(names(&read(&sweep)), ["waiting"]);
    fs::set_permissions(fixture.run.path(), fs::Permissions::from_mode(0o755)).unwrap();
}

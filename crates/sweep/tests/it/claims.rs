//! Claims: one process has an experiment, until it ends or is not heard of for long.

use std::{fs, time::Duration};

use sweep::{Claim, Claimed, Claims, SweepFolder, Timings};

use crate::fixture::{Fixture, claims, dense, set_age, wait_until};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[track_caller]
fn claim(claims: &Claims, number: usize) -> Claim {
    match claims.claim(number).unwrap() {
        Claimed::Own(claim) => claim,
        Claimed::BySomebody => panic!("claimed by somebody"),
    }
}

fn is_claimed(claims: &Claims, number: usize) -> bool {
    matches!(claims.claim(number).unwrap(), Claimed::BySomebody)
}

/// Makes the claim on experiment 0 one of a process of another machine.
fn move_to_another_machine(fixture: &Fixture) {
    let path = fixture.path("claims/0");
    let mut record: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    record["owner"]["pid_space"] = "another machine".into();
    fs::write(&path, record.to_string()).unwrap();
}

#[test]
fn one_process_has_an_experiment_until_it_releases_it() {
    let fixture = Fixture::new(vec![dense("a", 1), dense("b", 1)]);
    let sweep = fixture.open();
    let (one, other) = (claims(&sweep), claims(&sweep));
    let held = claim(&one, 0);
    assert!(is_claimed(&other, 0));
    let _second = claim(&other, 1);
    drop(held);
    let _taken = claim(&other, 0);
    assert!(is_claimed(&one, 0));
}

#[test]
fn a_claim_on_another_machine_is_stale_after_long_by_the_clock_of_the_file_server() {
    let fixture = Fixture::new(vec![dense("a", 1)]);
    let sweep = fixture.open();
    let one = claims(&sweep);
    let held = claim(&one, 0);
    move_to_another_machine(&fixture);
    let other = claims(&sweep);
    let path = fixture.path("claims/0");
    set_age(&path, Timings::default().stale_after / 2);
    assert!(is_claimed(&other, 0));
    set_age(&path, DAY);
    let _taken = claim(&other, 0);
    // The one that comes back leaves the new claim alone.
    drop(held);
    assert!(is_claimed(&one, 0));
    // Nothing is left of the old one.
    assert_eq!(fs::read_dir(fixture.path("claims")).unwrap().count(), 1);
}

#[test]
fn the_claim_of_a_process_of_this_machine_that_has_ended_is_stale_at_once() {
    let fixture = Fixture::new(vec![dense("a", 1)]);
    let sweep = fixture.open();
    let one = claims(&sweep);
    let held = claim(&one, 0);
    let path = fixture.path("claims/0");
    let mut record: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    // A process of the same number that began at another time has taken its place.
    record["owner"]["began"] = "1".into();
    fs::write(&path, record.to_string()).unwrap();
    let _taken = claim(&claims(&sweep), 0);
    drop(held);
}

#[test]
fn what_is_no_claim_is_one_until_it_is_old() {
    let fixture = Fixture::new(vec![dense("a", 1)]);
    let sweep = fixture.open();
    let one = claims(&sweep);
    let path = fixture.path("claims/0");
    // A process was killed between making and writing it.
    fs::write(&path, "").unwrap();
    assert!(is_claimed(&one, 0));
    set_age(&path, DAY);
    claim(&one, 0);
}

#[test]
fn claims_are_renewed_and_one_that_was_taken_over_is_known_to_be_lost() {
    let fixture = Fixture::new(vec![dense("a", 1)]);
    let sweep: SweepFolder = fixture.open();
    let timings = Timings::with_heartbeat(Duration::from_millis(1));
    let one = Claims::start(&sweep, timings).unwrap();
    let held = claim(&one, 0);
    let path = fixture.path("claims/0");
    set_age(&path, DAY);
    wait_until(|| {
        let time = fs::metadata(&path).unwrap().modified().unwrap();
        time.elapsed().unwrap_or_default() < DAY / 2
    });
    assert!(!held.is_lost());
    move_to_another_machine(&fixture);
    wait_until(|| held.is_lost());
}

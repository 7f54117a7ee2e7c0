//! Attempts: each in a folder of its own, published by one rename, never mixed; interrupted ones are
//! resumed from the newest checkpoint.

use std::{fs, time::Duration};

use sweep::{Attempt, Begun, FailureRecord, Owner, Published};

use crate::fixture::{Fixture, begin, dense, finish, leave_checkpoint, pca, set_age};

fn text(path: impl AsRef<std::path::Path>) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn results_appear_at_once_and_leave_no_attempt() {
    let experiment = dense("a", 1);
    let fixture = Fixture::new(vec![experiment.clone(), dense("a", 2)]);
    let sweep = fixture.open();
    for number in [0, 1] {
        let attempt = begin(&sweep, number);
        let experiment = &sweep.plan().experiments()[number];
        finish(attempt.folder(), experiment, &format!("weights {number}"));
        assert!(!sweep.is_done(number));
        assert!(!sweep.results(number).path().exists());
        let published = attempt.publish(&sweep, Duration::ZERO).unwrap();
        assert_eq!(published, Published::Own);
        assert!(sweep.is_done(number));
        let results = sweep.results(number);
        assert!(results.is_sealed().unwrap());
        assert_eq!(text(results.model_path()), format!("weights {number}"));
    }
    assert_eq!(fixture.attempts(), 0);
}

#[test]
fn of_two_attempts_the_second_is_thrown_away() {
    let experiment = dense("a", 1);
    let fixture = Fixture::new(vec![experiment.clone()]);
    let sweep = fixture.open();
    let (first, second) = (begin(&sweep, 0), begin(&sweep, 0));
    finish(second.folder(), &experiment, "of the second");
    let kept = sweep.results(0);
    let published = second.publish(&sweep, Duration::ZERO).unwrap();
    assert_eq!(published, Published::Own);
    // The folder of the first is gone; it may have been held up in the middle of its work.
    assert!(!first.folder().path().exists());
    fs::create_dir_all(first.folder().path()).unwrap();
    finish(first.folder(), &experiment, "of the first");
    let published = first.publish(&sweep, Duration::ZERO).unwrap();
    assert_eq!(published, Published::Another);
    assert_eq!(text(kept.model_path()), "of the second");
    assert_eq!(fixture.attempts(), 0);
}

#[test]
fn damaged_results_are_replaced() {
    let experiment = dense("a", 1);
    let fixture = Fixture::new(vec![experiment.clone()]);
    let sweep = fixture.open();
    let results = sweep.results(0);
    fs::create_dir_all(results.path()).unwrap();
    finish(&results, &experiment, "sound");
    fs::write(results.model_path(), "damaged").unwrap();
    let attempt = begin(&sweep, 0);
    finish(attempt.folder(), &experiment, "new");
    let published = attempt.publish(&sweep, Duration::ZERO).unwrap();
    assert_eq!(published, Published::Own);
    assert_eq!(text(results.model_path()), "new");
    assert_eq!(fixture.attempts(), 0);
}

#[test]
fn an_attempt_copies_the_newest_checkpoint_and_shares_no_file() {
    let experiment = dense("a", 1);
    let fixture = Fixture::new(vec![experiment.clone()]);
    let sweep = fixture.open();
    let earlier = [begin(&sweep, 0), begin(&sweep, 0), begin(&sweep, 0)];
    for (number, attempt) in earlier.iter().enumerate() {
        leave_checkpoint(
            attempt.folder(),
            &experiment,
            &format!("checkpoint {number}"),
        );
        let age = Duration::from_secs(60 * [2, 1, 3][number]);
        set_age(&attempt.folder().resume_path(), age);
    }
    let attempt = begin(&sweep, 0);
    assert_eq!(text(attempt.folder().resume_path()), "checkpoint 1");
    assert_eq!(attempt.folder().metrics().unwrap().len(), 1);
    fs::write(attempt.folder().resume_path(), "later").unwrap();
    assert_eq!(text(earlier[1].folder().resume_path()), "checkpoint 1");
    // One more is kept, in case the newest is damaged; the oldest is not.
    assert!(earlier[0].folder().path().exists());
    assert!(!earlier[2].folder().path().exists());
    // It proves damaged: the next newest is taken, and with none left the training begins anew.
    assert!(attempt.reject_checkpoint());
    assert!(!earlier[1].folder().path().exists());
    let attempt = begin(&sweep, 0);
    assert_eq!(text(attempt.folder().resume_path()), "checkpoint 0");
    assert!(attempt.reject_checkpoint());
    let attempt = begin(&sweep, 0);
    assert!(!attempt.folder().resume_path().exists());
    assert!(!attempt.reject_checkpoint());
    assert_eq!(fixture.attempts(), 0);
}

#[test]
fn an_attempt_that_was_killed_before_publishing_is_published() {
    let experiment = pca(1);
    let fixture = Fixture::new(vec![experiment.clone()]);
    let sweep = fixture.open();
    let killed = begin(&sweep, 0);
    finish(killed.folder(), &experiment, "whole");
    fs::write(killed.folder().resume_path(), "not removed yet").unwrap();
    let begun = Attempt::begin(&sweep, 0, &Owner::this()).unwrap();
    assert!(matches!(begun, Begun::Published));
    assert_eq!(text(sweep.results(0).model_path()), "whole");
    assert!(!sweep.results(0).resume_path().exists());
    assert_eq!(fixture.attempts(), 0);
}

#[test]
fn results_remove_the_record_of_an_earlier_failure() {
    let experiment = pca(1);
    let fixture = Fixture::new(vec![experiment.clone()]);
    let sweep = fixture.open();
    let record = FailureRecord {
        name: "pca".into(),
        line: "too many components".into(),
        owner: Owner::this(),
    };
    record.write(&sweep, 0).unwrap();
    let line = FailureRecord::line(&sweep, 0).unwrap();
    assert_eq!(line.as_deref(), Some("too many components"));
    let attempt = begin(&sweep, 0);
    finish(attempt.folder(), &experiment, "whole");
    attempt.publish(&sweep, Duration::ZERO).unwrap();
    assert_eq!(FailureRecord::line(&sweep, 0).unwrap(), None);
}

#[test]
fn what_a_process_left_that_was_killed_after_publishing_is_removed() {
    let list = vec![dense("a", 1), dense("b", 1)];
    let fixture = Fixture::new(list.clone());
    let sweep = fixture.open();
    let attempt = begin(&sweep, 0);
    finish(attempt.folder(), &list[0], "whole");
    attempt.publish(&sweep, Duration::ZERO).unwrap();
    // Two more, of the published experiment and of another; and the claims on both.
    fs::create_dir(fixture.path("attempts/0.host.1.abcdef")).unwrap();
    let other = begin(&sweep, 1);
    for number in [0, 1] {
        fs::write(fixture.path("claims").join(number.to_string()), "").unwrap();
    }
    Attempt::remove_superfluous(&sweep);
    assert_eq!(fixture.attempts(), 1);
    assert!(other.folder().path().exists());
    assert!(!fixture.path("claims/0").exists() && fixture.path("claims/1").exists());
}

/// It was removed, or a process was killed, while it was copied.
#[test]
fn a_checkpoint_that_cannot_be_copied_whole_is_not_taken() {
    let experiment = dense("a", 1);
    let fixture = Fixture::new(vec![experiment.clone()]);
    let sweep = fixture.open();
    let earlier = [begin(&sweep, 0), begin(&sweep, 0)];
    for (number, attempt) in earlier.iter().enumerate() {
        leave_checkpoint(
            attempt.folder(),
            &experiment,
            &format!("checkpoint {number}"),
        );
    }
    set_age(&earlier[0].folder().resume_path(), Duration::from_secs(60));
    fs::remove_file(earlier[1].folder().path().join("metrics.jsonl")).unwrap();
    let attempt = begin(&sweep, 0);
    assert_eq!(text(attempt.folder().resume_path()), "checkpoint 0");
    fs::remove_dir_all(earlier[0].folder().path()).unwrap();
    fs::remove_dir_all(attempt.folder().path()).unwrap();
    assert!(!begin(&sweep, 0).folder().resume_path().exists());
}

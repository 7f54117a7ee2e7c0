//! A plan is numbered, has a digest, and can be extended, but not changed.

use std::{fs, time::Duration};

use experiment::{Experiment, Method};
use sweep::{Error, Plan, SweepFolder};

use crate::fixture::{Fixture, dense, pca};

fn names(plan: &Plan) -> Vec<String> {
    (0..plan.len()).map(|number| plan.name(number)).collect()
}

#[test]
fn a_plan_is_read_as_it_was_written_and_knows_where_results_appear() {
    let list = vec![dense("a", 1), pca(1), dense("b", 4), dense("a", 2)];
    let fixture = Fixture::new(list.clone());
    let sweep = fixture.open();
    assert_eq!(sweep.plan(), &Plan::new(list.clone()).unwrap());
    assert_eq!(sweep.plan().experiments(), list);
    let expected = ["a seed 1", "pca seed 1", "b seed 4", "a seed 2"];
    assert_eq!(names(sweep.plan()), expected);
    let places = [
        "experiments/a",
        "experiments/pca",
        "experiments/b",
        "seeds/2/experiments/a",
    ];
    for (number, place) in places.into_iter().enumerate() {
        assert_eq!(sweep.results(number).path(), fixture.path(place));
    }
}

#[test]
fn an_extension_appends_and_keeps_every_line() {
    let fixture = Fixture::new(vec![dense("a", 1), pca(1)]);
    let before = fs::read(fixture.path("plan.jsonl")).unwrap();
    let sweep = fixture.open();
    // With a further seed, PCA is asked for again, and the list is in another order.
    let asked = vec![pca(1), dense("b", 1), dense("a", 1), pca(2), dense("a", 2)];
    let extended = sweep.plan().clone().extended(asked.clone()).unwrap();
    let expected = ["a seed 1", "pca seed 1", "b seed 1", "a seed 2"];
    assert_eq!(names(&extended), expected);
    fixture.write(&extended);
    assert!(
        fs::read(fixture.path("plan.jsonl"))
            .unwrap()
            .starts_with(&before)
    );
    // Asked once more, nothing is new.
    assert_eq!(extended.clone().extended(asked).unwrap(), extended);
}

#[test]
fn what_is_planned_cannot_be_changed() {
    let plan = || Plan::new(vec![dense("a", 1), pca(1)]).unwrap();
    let mut longer = dense("a", 1);
    longer.method.training_mut().unwrap().epochs = 99;
    let further_seed = Experiment {
        seed: 2,
        ..longer.clone()
    };
    let method = Method::Pca { components: 5 };
    let capitals = dense("A", 1);
    for (changed, difference) in [
        (longer, "training.epochs: here 99"),
        (further_seed, "training.epochs: here 99"),
        (
            Experiment { method, ..pca(1) },
            "components: here 5, there 4",
        ),
        (capitals, "id: here"),
    ] {
        let error = plan().extended(vec![changed]).unwrap_err();
        assert!(error.to_string().contains(difference), "{error}");
    }
}

#[test]
fn lines_that_run_json_does_not_count_are_not_planned_yet() {
    let fixture = Fixture::new(vec![dense("a", 1)]);
    let extended = fixture.open().plan().clone();
    let extended = extended.extended(vec![dense("b", 1)]).unwrap();
    // It was stopped before `run.json` was written.
    extended.write(&fixture.run).unwrap();
    assert_eq!(fixture.open().plan().len(), 1);
}

#[test]
fn another_plan_than_that_of_run_json_is_refused() {
    let fixture = Fixture::new(vec![dense("a", 1), dense("b", 1)]);
    let open = || SweepFolder::open(fixture.run.path(), Duration::ZERO);
    let path = fixture.path("plan.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"seed\":1", "\"seed\":2", 1)).unwrap();
    assert!(matches!(open(), Err(Error::OtherPlan { .. })));
    fs::write(&path, &text[..text.len() - 1]).unwrap();
    assert!(matches!(
        open(),
        Err(Error::ShortPlan {
            expected: 2,
            found: 1,
            ..
        })
    ));
    fs::write(&path, text.replacen("784", "0", 1)).unwrap();
    assert!(matches!(open(), Err(Error::Line { line: 1, .. })));
    fs::remove_file(fixture.path("run.json")).unwrap();
    assert!(matches!(open(), Err(Error::NoFolder { .. })));
}

/// A folder that was made on another machine may show late.
#[test]
fn a_folder_that_shows_late_is_waited_for() {
    let fixture = Fixture::new(vec![dense("a", 1)]);
    let (seen, late) = (fixture.path("run.json"), fixture.path("late.json"));
    fs::rename(&seen, &late).unwrap();
    // Much longer than the test takes; it is asked again after a twentieth.
    let patience = Duration::from_secs(2);
    std::thread::scope(|scope| {
        let open = scope.spawn(|| SweepFolder::open(fixture.run.path(), patience));
        fs::rename(&late, &seen).unwrap();
        assert_eq!(open.join().unwrap().unwrap().plan().len(), 1);
    });
}

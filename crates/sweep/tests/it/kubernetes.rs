//! Manifests for Kubernetes: ours has no defect, and each defect that an API server refuses is found
//! by its field.

use sweep::launch::{
    Tasks,
    kubernetes::{IndexedJob, MAX_TASKS, check},
};

fn job() -> IndexedJob {
    IndexedJob {
        name: "widths".into(),
        namespace: "default".into(),
        image: "registry.example/train:1".into(),
        claim: "work".into(),
        folder: "runs/it's \"Größe\"".into(),
        tasks: Tasks::new(&[60.0; 24], Some(8), 4, 2, MAX_TASKS).unwrap(),
    }
}

fn manifest() -> String {
    job().manifest().unwrap()
}

#[test]
fn the_manifest_has_no_defect_and_the_command_in_it() {
    let manifest = manifest();
    assert_eq!(check(&manifest), []);
    let read: serde_json::Value = serde_saphyr::from_str(&manifest).unwrap();
    assert_eq!(read["spec"]["completions"], 8);
    assert_eq!(read["spec"]["parallelism"], 4);
    let container = &read["spec"]["template"]["spec"]["containers"][0];
    let command = [
        "train",
        "work",
        "runs/it's \"Größe\"",
        "--of",
        "8",
        "--threads",
        "2",
    ];
    assert_eq!(container["command"], serde_json::json!(command));
    assert_eq!(container["env"][0]["value"], "1");
}

/// What replaces what in the manifest, and the field of the defect.
const DEFECTS: &[(&str, &str, &str)] = &[
    ("  completionMode: Indexed\n", "", "spec.completionMode"),
    (
        "completionMode: Indexed",
        "completionMode: NonIndexed",
        "spec.completionMode",
    ),
    (
        "completionMode: Indexed",
        "completionMode: indexed",
        "spec.completionMode",
    ),
    ("  completions: 8\n", "", "spec.completions"),
    ("completions: 8", "completions: eight", "spec.completions"),
    ("parallelism: 4", "parallelism: -1", "spec.parallelism"),
    (
        "restartPolicy: Never",
        "restartPolicy: OnFailure",
        "spec.template.spec.restartPolicy",
    ),
    (
        "      restartPolicy: Never\n",
        "",
        "spec.template.spec.restartPolicy",
    ),
    ("parallelism: 4", "paralelism: 4", "spec"),
    (
        "          image:",
        "          imagee: x\n          image:",
        "spec.template.spec.containers[0]",
    ),
    (
        "maxFailedIndexes: 8",
        "maxFailedIndexes: 9",
        "spec.maxFailedIndexes",
    ),
    ("name: \"widths\"", "name: Widths_1", "metadata.name"),
    (
        "\"registry.example/train:1\"",
        "\"\"",
        "spec.template.spec.containers[0].image",
    ),
    (
        "action: FailIndex",
        "action: FailPod",
        "spec.podFailurePolicy.rules[0].action",
    ),
    (
        "operator: In\n",
        "operator: Equals\n",
        "spec.podFailurePolicy.rules[0].onExitCodes.operator",
    ),
    (
        "containerName: train",
        "containerName: trains",
        "spec.podFailurePolicy.rules[0].onExitCodes.containerName",
    ),
    (
        "[3, 64]",
        "[64, 3]",
        "spec.podFailurePolicy.rules[0].onExitCodes.values",
    ),
    (
        "[3, 64]",
        "[3, 3]",
        "spec.podFailurePolicy.rules[0].onExitCodes.values",
    ),
    (
        "[3, 64]",
        "[0, 3]",
        "spec.podFailurePolicy.rules[0].onExitCodes.values",
    ),
    // Beyond the list of what a validator by schema lets through.
    (
        "  backoffLimitPerIndex: 3\n",
        "",
        "spec.backoffLimitPerIndex",
    ),
    (
        "values: [75]",
        "values: []",
        "spec.podFailurePolicy.rules[2].onExitCodes.values",
    ),
    ("kind: Job", "kind: CronJob", "kind"),
    ("kind: Job", "kind: Job\nkind: Job", ""),
    ("kind: Job", "kind: [", ""),
];

#[test]
fn each_defect_is_found_by_its_field() {
    let good = manifest();
    for (old, new, field) in DEFECTS {
        let bad = good.replacen(old, new, 1);
        assert_ne!(bad, good, "{old}");
        let found = check(&bad);
        assert!(
            found.iter().any(|defect| defect.field == *field),
            "{new}: {found:?}"
        );
    }
}

#[test]
fn what_a_site_adds_is_let_alone() {
    let addition =
        "      nodeSelector: {disk: fast}\n      tolerations: [{key: gpu, operator: Exists}]\n";
    let more = manifest().replacen(
        "      restartPolicy",
        &format!("{addition}      restartPolicy"),
        1,
    );
    assert_eq!(check(&more), []);
}

#[test]
fn parameters_that_no_server_takes_are_refused() {
    for (job, field) in [
        (
            IndexedJob {
                image: " ".into(),
                ..job()
            },
            "containers[0].image: expected the name",
        ),
        (
            IndexedJob {
                name: "a b".into(),
                ..job()
            },
            "metadata.name: expected a DNS label",
        ),
        (
            IndexedJob {
                namespace: "A".into(),
                ..job()
            },
            "metadata.namespace: expected a DNS label",
        ),
        (
            IndexedJob {
                claim: "".into(),
                ..job()
            },
            "claimName: expected",
        ),
    ] {
        let error = job.manifest().unwrap_err().to_string();
        assert!(error.contains(field), "{error}");
    }
}

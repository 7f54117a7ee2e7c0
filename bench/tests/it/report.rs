//! The tables of `bench`, from invented numbers.

use bench::{
    measuring::train_runner::{Baselines, FullRun, Speed},
    report::tables,
    results::Results,
    workloads::Workload,
};
use serde_json::json;

fn results() -> Results {
    let workloads = [Workload::of_assignment().swap_remove(1)];
    let mut results = Results::new(&workloads, 6_000, 3, 2);
    let baselines = Baselines {
        matmul_gflops: 50.0,
        matmul_gflops_side_by_side: 100.0,
        read_seconds: 0.1,
        pca_seconds: 0.2,
        explained_variance: Vec::new(),
    };
    results.add_baselines(&baselines, None);
    let speed = |images_per_second| Speed {
        images_per_second,
        peak_memory: 250e6,
    };
    let workload = &mut results.workloads[0];
    workload.side_by_side.add(speed(100_000.0));
    workload.side_by_side.add(speed(120_000.0));
    workload.side_by_side.add(speed(80_000.0));
    workload.tensors.add(speed(25_000.0));
    workload.best_settings = json!({"processes": 2, "threads": 1, "fused": true});
    results.sum_up();
    results
}

#[test]
fn ratios_spread_and_share_are_those_of_the_medians() {
    let tables = tables(&results());
    let epochs = &tables[0].rows[0];
    assert_eq!(epochs[0], "standard-ae-64");
    assert_eq!(epochs[2], "0.600 (0.500-0.750)");
    assert_eq!(epochs[5..7], ["2.40", "4.00x"]);
    assert_eq!((epochs[1].as_str(), epochs[3].as_str()), ("-", "-"));
    // 100,000 x 501,760 operations of 100 x 10^9 per second.
    assert_eq!(tables[1].rows[0][4], "50 %");
    assert_eq!(tables[1].rows[0][10], "2 processes, fused Adam");
}

#[test]
fn what_was_not_run_is_called_an_estimate() {
    let mut results = results();
    let first = |results: &Results| tables(results)[2].rows[0].clone();
    assert!(first(&results)[0].contains("ESTIMATED"));
    assert_eq!(first(&results)[1..], ["6.00", "1.00x"]);
    results.add_full_run(FullRun {
        seconds: 12.0,
        peak_memory: 1e9,
    });
    assert!(first(&results)[0].contains("measured"));
    assert_eq!(first(&results)[1..], ["12.0", "1.00x"]);
}

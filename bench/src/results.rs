//! What was measured: the content of `bench.json`.

use serde::Serialize;
use serde_json::Value;

use crate::{
    measuring::{
        pytorch::{PcaFit, PyTorchMode},
        train_runner::{Baselines, FullRun, Speed},
    },
    samples::Samples,
    workloads::{TRAINING_IMAGES, Workload},
};

/// Everything that was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Results {
    /// Training images of an epoch that was measured.
    pub images: usize,
    /// Epochs that count in each measurement of a model.
    pub epochs: usize,
    /// Experiments side by side: as many as there are processors.
    pub jobs: usize,
    /// Matrix products in 32 bits on one thread, 10^9 operations per second.
    pub matmul_gflops: Samples,
    /// The same of all processors at once, each with separate products, added up.
    pub matmul_gflops_side_by_side: Samples,
    /// The models.
    pub workloads: Vec<WorkloadResults>,
    /// All experiments of the assignment.
    pub full_run: FullRunResults,
    /// PCA with 30 components, in seconds.
    pub pca: Pair,
    /// The largest relative difference of an eigenvalue from scikit-learn's.
    pub eigenvalue_difference: Option<f64>,
    /// Reading MNIST from gzip, in seconds.
    pub read: Pair,
}

/// Times of this project, and of another library if it was measured.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Pair {
    /// This project's.
    pub ours: Samples,
    /// scikit-learn's or torchvision's.
    pub theirs: Samples,
}

/// The measurements of a workload.
#[derive(Clone, Debug, Serialize)]
pub struct WorkloadResults {
    /// The experiment that was measured.
    pub id: String,
    /// Epochs of this workload in the assignment.
    pub epochs_of_assignment: usize,
    /// See [`crate::operations::per_image`].
    pub operations_per_image: u64,
    /// One experiment of this project.
    pub alone: Speeds,
    /// As many experiments of this project at once as there are processors.
    pub side_by_side: Speeds,
    /// PyTorch as in the assignment.
    pub notebook: Speeds,
    /// PyTorch with tensors in memory.
    pub tensors: Speeds,
    /// PyTorch with the settings that were fastest.
    pub best: Speeds,
    /// The fastest settings.
    pub best_settings: Value,
}

/// How fast training is. All samples are empty if it was not measured.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Speeds {
    /// All experiments and processes added up.
    pub images_per_second: Samples,
    /// Seconds for 60,000 images.
    pub epoch_seconds: Samples,
    /// Peak memory, in bytes.
    pub peak_memory: Samples,
}

/// All experiments of the assignment, in seconds.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FullRunResults {
    /// `train run` from its start to the last evaluation; empty in the short version.
    pub measured: Samples,
    /// Peak memory of that run, in bytes.
    pub peak_memory: Samples,
    /// Epochs times the time of an epoch side by side: training alone.
    pub training: f64,
    /// The same in PyTorch; absent if it was not measured.
    pub notebook: Option<f64>,
    /// With tensors in memory.
    pub tensors: Option<f64>,
    /// With the settings that were fastest.
    pub best: Option<f64>,
}

impl Results {
    /// Results without measurements.
    pub fn new(workloads: &[Workload], images: usize, epochs: usize, jobs: usize) -> Self {
        Results {
            images,
            epochs,
            jobs,
            matmul_gflops: Samples::default(),
            matmul_gflops_side_by_side: Samples::default(),
            workloads: workloads.iter().map(WorkloadResults::new).collect(),
            full_run: FullRunResults::default(),
            pca: Pair::default(),
            eigenvalue_difference: None,
            read: Pair::default(),
        }
    }

    /// Adds the baselines of this project and of the other libraries.
    pub fn add_baselines(&mut self, ours: &Baselines, theirs: Option<(&PcaFit, f64)>) {
        self.matmul_gflops.add(ours.matmul_gflops);
        let side_by_side = ours.matmul_gflops_side_by_side;
        self.matmul_gflops_side_by_side.add(side_by_side);
        self.pca.ours.add(ours.pca_seconds);
        self.read.ours.add(ours.read_seconds);
        if let Some((pca, read)) = theirs {
            self.pca.theirs.add(pca.seconds);
            self.read.theirs.add(read);
            let pairs = ours.explained_variance.iter().zip(&pca.explained_variance);
            self.eigenvalue_difference = pairs
                .map(|(ours, theirs)| (ours / theirs - 1.0).abs())
                .reduce(f64::max);
        }
    }

    /// Adds a run of the whole assignment.
    pub fn add_full_run(&mut self, run: FullRun) {
        self.full_run.measured.add(run.seconds);
        self.full_run.peak_memory.add(run.peak_memory);
    }

    /// Adds up the workloads.
    pub fn sum_up(&mut self) {
        self.full_run.training = self.sum(|workload| &workload.side_by_side);
        let measured = |sum: f64| sum.is_finite().then_some(sum);
        self.full_run.notebook = measured(self.sum(|workload| &workload.notebook));
        self.full_run.tensors = measured(self.sum(|workload| &workload.tensors));
        self.full_run.best = measured(self.sum(|workload| &workload.best));
    }

    fn sum(&self, speeds: fn(&WorkloadResults) -> &Speeds) -> f64 {
        let seconds = |workload: &WorkloadResults| {
            workload.epochs_of_assignment as f64 * speeds(workload).epoch_seconds.median()
        };
        self.workloads.iter().map(seconds).sum()
    }
}

impl WorkloadResults {
    fn new(workload: &Workload) -> Self {
        WorkloadResults {
            id: workload.id().to_owned(),
            epochs_of_assignment: workload.epochs,
            operations_per_image: workload.operations_per_image,
            alone: Speeds::default(),
            side_by_side: Speeds::default(),
            notebook: Speeds::default(),
            tensors: Speeds::default(),
            best: Speeds::default(),
            best_settings: Value::Null,
        }
    }

    /// The speeds of PyTorch in one of its modes.
    pub fn mode(&mut self, mode: PyTorchMode) -> &mut Speeds {
        match mode {
            PyTorchMode::Notebook => &mut self.notebook,
            PyTorchMode::Tensors => &mut self.tensors,
            PyTorchMode::Best => &mut self.best,
        }
    }
}

impl Speeds {
    /// Adds a measurement.
    pub fn add(&mut self, speed: Speed) {
        let rate = speed.images_per_second;
        self.images_per_second.add(rate);
        self.epoch_seconds.add(TRAINING_IMAGES as f64 / rate);
        self.peak_memory.add(speed.peak_memory);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speed(images_per_second: f64) -> Speed {
        Speed {
            images_per_second,
            peak_memory: 1e6,
        }
    }

    #[test]
    fn the_whole_is_the_sum_of_all_epochs() {
        let workloads = Workload::of_assignment();
        let mut results = Results::new(&workloads, 600, 1, 2);
        for workload in &mut results.workloads {
            workload.side_by_side.add(speed(60_000.0));
            workload.tensors.add(speed(30_000.0));
        }
        results.sum_up();
        assert_eq!(results.full_run.training, 170.0);
        assert_eq!(results.full_run.tensors, Some(340.0));
        assert_eq!(results.full_run.notebook, None);
    }

    #[test]
    fn the_eigenvalue_that_differs_most_counts() {
        let mut results = Results::new(&[], 600, 1, 2);
        let ours = Baselines {
            matmul_gflops: 90.0,
            matmul_gflops_side_by_side: 180.0,
            read_seconds: 0.1,
            pca_seconds: 0.2,
            explained_variance: vec![100.0, 51.0, 10.0],
        };
        let theirs = PcaFit {
            seconds: 0.4,
            explained_variance: vec![100.0, 50.0, 10.01],
        };
        results.add_baselines(&ours, None);
        assert_eq!(results.eigenvalue_difference, None);
        results.add_baselines(&ours, Some((&theirs, 0.3)));
        assert!((results.eigenvalue_difference.unwrap() - 0.02).abs() < 1e-12);
        assert_eq!(results.pca.theirs.median(), 0.4);
        assert_eq!(results.read.theirs.median(), 0.3);
    }
}

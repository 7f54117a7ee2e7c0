//! The Indexed Job as YAML.

use serde_json::json;

use super::{Defect, check};
use crate::launch::Tasks;

/// An Indexed Job may have more, but then needs further limits.
pub const MAX_TASKS: usize = 10_000;

/// Seconds from the request to end to the kill: enough to save in the middle of an epoch.
const GRACE: u32 = 120;
/// Memory of an experiment: three to four times what those of the assignment take, with the images.
const MEBIBYTES: usize = 1024;
/// The name's limit leaves room for the index and the suffix of a pod's, which is at most 63 long.
const MAX_NAME: usize = 40;

/// The Job that works on a sweep.
#[derive(Clone, Debug)]
pub struct IndexedJob {
    /// The Job's name, a DNS label: [`job_name`] makes one.
    pub name: String,
    /// The namespace that it belongs to.
    pub namespace: String,
    /// The image with the program `train` on its path.
    pub image: String,
    /// The claim of the volume that has the sweep's folder and the images.
    pub claim: String,
    /// The folder of the sweep, relative to the volume.
    pub folder: String,
    /// How the plan is divided.
    pub tasks: Tasks,
}

/// Defects of a manifest.
#[derive(Debug, thiserror::Error)]
#[error("{}", lines(.0))]
pub struct Unusable(pub Vec<Defect>);

fn lines(defects: &[Defect]) -> String {
    let lines: Vec<String> = defects.iter().map(Defect::to_string).collect();
    lines.join("; ")
}

/// The DNS label that is nearest to the name of a folder.
pub fn job_name(folder: &str) -> String {
    let small = folder.to_ascii_lowercase();
    let label: String = small
        .chars()
        .map(|char| {
            if char.is_ascii_alphanumeric() {
                char
            } else {
                '-'
            }
        })
        .take(MAX_NAME)
        .collect();
    match label.trim_matches('-') {
        "" => "sweep".to_owned(),
        label => label.to_owned(),
    }
}

impl IndexedJob {
    /// The command of a pod. The index comes from `JOB_COMPLETION_INDEX`.
    pub fn command(&self) -> Vec<String> {
        let (count, threads) = (self.tasks.count, self.tasks.side_by_side);
        let words = ["train", "work", &self.folder, "--of"];
        let mut command: Vec<String> = words.map(str::to_owned).into();
        command.extend([count.to_string(), "--threads".into(), threads.to_string()]);
        command
    }

    /// The manifest.
    ///
    /// # Errors
    /// What an API server would refuse.
    pub fn manifest(&self) -> Result<String, Unusable> {
        let Tasks {
            count,
            at_a_time,
            side_by_side,
            experiments,
            ..
        } = self.tasks;
        let manifest = format!(
            r#"# Experiments: {experiments}. Tasks: {count}; task I has the experiments I, I + {count}, I + 2 x {count}, ... of the plan.
# By estimate a task takes {minutes} min.
apiVersion: batch/v1
kind: Job
metadata:
  name: {name}
  namespace: {namespace}
spec:
  completionMode: Indexed
  completions: {count}
  parallelism: {at_a_time}
  # A task that fails for no known reason is tried three more times, and the other tasks go on.
  backoffLimitPerIndex: 3
  maxFailedIndexes: {count}
  # Two pods of one task would do the same work twice.
  podReplacementPolicy: Failed
  podFailurePolicy:
    rules:
      # 3: an experiment failed, and would fail again. 64: this is not the plan, or not its division.
      - action: FailIndex
        onExitCodes:
          containerName: train
          operator: In
          values: [3, 64]
      # The node is drained, or the pod was preempted: not the task's failure.
      - action: Ignore
        onPodConditions:
          - type: DisruptionTarget
      # 75: the task was asked to end, saved its state, and resumes.
      - action: Ignore
        onExitCodes:
          containerName: train
          operator: In
          values: [75]
  template:
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: {GRACE}
      containers:
        - name: train
          image: {image}
          command: {command}
          workingDir: /work
          env:
            # libtorch computes on one thread.
            - name: OMP_NUM_THREADS
              value: "1"
          resources:
            requests:
              cpu: {side_by_side}
              memory: {memory}Mi
            limits:
              memory: {memory}Mi
          volumeMounts:
            - name: work
              mountPath: /work
      volumes:
        - name: work
          persistentVolumeClaim:
            claimName: {claim}
"#,
            minutes = self.tasks.minutes(),
            // JSON's strings and lists are YAML's.
            name = json!(self.name),
            namespace = json!(self.namespace),
            image = json!(self.image),
            command = json!(self.command()),
            claim = json!(self.claim),
            memory = side_by_side * MEBIBYTES,
        );
        match check(&manifest) {
            defects if defects.is_empty() => Ok(manifest),
            defects => Err(Unusable(defects)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_a_name() {
        for (folder, name) in [
            ("widths", "widths"),
            ("Größe_2 x", "gr--e-2-x"),
            ("-.-", "sweep"),
            ("", "sweep"),
        ] {
            assert_eq!(job_name(folder), name);
        }
        assert_eq!(job_name(&"a".repeat(300)).len(), 40);
    }
}

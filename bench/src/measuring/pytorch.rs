//! Measurements of PyTorch, torchvision and scikit-learn: `bench/pytorch/measure.py`, kept running.

use std::{
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::Duration,
};

use anyhow::{Context as _, bail};
use experiment::Experiment;
use rustix::process::{Pid, Signal, kill_process_group};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::train_runner::{Speed, TrainRunner};
use crate::interrupt::Interrupt;

/// Between two looks for Ctrl-C.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// How PyTorch is used: see `bench/pytorch/training.py`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PyTorchMode {
    /// MNIST from torchvision through a DataLoader, as in the assignment.
    Notebook,
    /// All pixels in one tensor in memory, everything else by default.
    Tensors,
    /// Pixels in memory, with the settings that were fastest.
    Best,
}

/// scikit-learn's PCA.
#[derive(Clone, Debug, Deserialize)]
pub struct PcaFit {
    /// Time of the fit, from pixels that are 64-bit floats already.
    pub seconds: f64,
    /// Eigenvalues, descending.
    pub explained_variance: Vec<f64>,
}

/// The running program.
#[derive(Debug)]
pub struct PyTorch {
    child: Child,
    /// `None` once it was told to end.
    requests: Option<ChildStdin>,
    /// Lines, until the program ends.
    answers: Receiver<String>,
    data: PathBuf,
    /// Where torchvision's copies of MNIST go, and how many there are.
    temporary: PathBuf,
    copies: usize,
    interrupt: Interrupt,
}

impl PyTorch {
    /// Starts `script` with `python`, with the data and the temporary folder of `train`, which must
    /// be absolute paths.
    ///
    /// # Errors
    /// A Python that cannot be run.
    pub fn start(python: &Path, script: &Path, train: &TrainRunner) -> anyhow::Result<Self> {
        let mut child = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // There, its temporary files are removed even if the program is ended.
            .env("TMPDIR", &train.temporary)
            // A new group, so that the program is ended together with the processes it starts.
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot run {}", python.display()))?;
        let requests = child.stdin.take();
        let output = child.stdout.take().context("no output of the program")?;
        let (sender, answers) = mpsc::channel();
        thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            // Sending fails once nobody listens any more.
            _ = lines.into_iter().try_for_each(|line| sender.send(line));
        });
        Ok(PyTorch {
            child,
            requests,
            answers,
            data: train.data.clone(),
            temporary: train.temporary.clone(),
            copies: 0,
            interrupt: train.interrupt.clone(),
        })
    }

    /// Tries settings for `experiment` and returns the fastest.
    ///
    /// # Errors
    /// A measurement that fails, as in the other functions; the program says why.
    pub fn choose(&mut self, experiment: &Experiment) -> anyhow::Result<Value> {
        self.ask(json!({"task": "choose", "experiment": experiment}))
    }

    /// Trains `experiment` on its first `images` images for `epochs` epochs after a few steps to
    /// warm up. `settings` are those of [`PyTorch::choose`], for [`PyTorchMode::Best`].
    ///
    /// # Errors
    /// Those of [`PyTorch::choose`]; [`PyTorchMode::Notebook`] before the first [`PyTorch::read`].
    pub fn epochs(
        &mut self,
        experiment: &Experiment,
        mode: PyTorchMode,
        settings: &Value,
        images: usize,
        epochs: usize,
    ) -> anyhow::Result<Speed> {
        self.ask(json!({
            "task": "train",
            "experiment": experiment,
            "mode": mode,
            "settings": if mode == PyTorchMode::Best { settings.clone() } else { json!({}) },
            "images": images,
            "epochs": epochs,
        }))
    }

    /// Fits scikit-learn's PCA with `components` components.
    ///
    /// # Errors
    /// Those of [`PyTorch::choose`].
    pub fn pca(&mut self, components: usize) -> anyhow::Result<PcaFit> {
        self.ask(json!({"task": "pca", "components": components}))
    }

    /// Seconds of torchvision's first read of MNIST, both sets, from gzip.
    ///
    /// # Errors
    /// Those of [`PyTorch::choose`].
    pub fn read(&mut self) -> anyhow::Result<f64> {
        #[derive(Deserialize)]
        struct Read {
            seconds: f64,
        }
        self.copies += 1;
        Ok(self.ask::<Read>(json!({"task": "read"}))?.seconds)
    }

    fn ask<T: DeserializeOwned>(&mut self, mut request: Value) -> anyhow::Result<T> {
        request["data"] = json!(self.data);
        request["torchvision"] = json!(self.temporary.join(format!("mnist-{}", self.copies)));
        let requests = self.requests.as_mut().context("the program was ended")?;
        // If the program has ended, its answer is missing as well.
        _ = writeln!(requests, "{request}");
        let answer = self.answer()?;
        serde_json::from_str(&answer)
            .with_context(|| format!("bench/pytorch/measure.py: found {answer:?}"))
    }

    fn answer(&self) -> anyhow::Result<String> {
        loop {
            match self.answers.recv_timeout(POLL_INTERVAL) {
                Ok(answer) => return Ok(answer),
                Err(RecvTimeoutError::Timeout) => {
                    if let Err(interrupted) = self.interrupt.check() {
                        kill_process_group(Pid::from_child(&self.child), Signal::TERM)?;
                        return Err(interrupted.into());
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    bail!("bench/pytorch/measure.py ended early; it says why above")
                }
            }
        }
    }
}

impl Drop for PyTorch {
    /// The program ends with its input.
    fn drop(&mut self) {
        self.requests = None;
        _ = self.child.wait();
    }
}

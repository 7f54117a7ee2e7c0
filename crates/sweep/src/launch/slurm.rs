//! A batch script for Slurm: an array of tasks, each of which works on its share of the plan.

use std::path::{Path, PathBuf};

use super::Tasks;

/// Indices of an array are below Slurm's `MaxArraySize`, which is 1001 where a site has not changed it
/// (`scontrol show config`).
pub const MAX_TASKS: usize = 1001;

/// Seconds before the time limit at which a task is told to save and end.
const WARNING: u32 = 120;
/// Memory of an experiment: three to four times what those of the assignment take, with the images.
const MEGABYTES: u32 = 1000;

/// The array that works on a sweep.
#[derive(Clone, Debug)]
pub struct Array {
    /// The program `train`, as an absolute path.
    pub program: PathBuf,
    /// The folder of the sweep, as an absolute path.
    pub folder: PathBuf,
    /// Where the tasks begin: relative paths of images are relative to it.
    pub directory: PathBuf,
    /// How the plan is divided.
    pub tasks: Tasks,
}

/// A path that has no form in a batch script.
#[derive(Debug, thiserror::Error)]
#[error(
    "{path:?}: expected a path in UTF-8 without line breaks and backslashes, for Slurm's script"
)]
pub struct UnusablePath {
    /// The path.
    pub path: PathBuf,
}

impl Array {
    /// Where the logs are, below the sweep's folder. Slurm does not make it: without it, every task
    /// fails without a word.
    pub fn logs(folder: &Path) -> PathBuf {
        folder.join("logs")
    }

    /// The script.
    ///
    /// # Errors
    /// A path that cannot be written into it.
    pub fn script(&self) -> Result<String, UnusablePath> {
        let Tasks {
            count,
            at_a_time,
            side_by_side,
            experiments,
            ..
        } = self.tasks;
        let minutes = self.tasks.minutes();
        Ok(format!(
            r#"#!/bin/bash
# Experiments: {experiments}. Tasks: {count}; task I has the experiments I, I + {count}, I + 2 x {count}, ... of the plan.
# By estimate a task takes {minutes} min. What is left after the time limit: train remaining.
#SBATCH --job-name={name}
#SBATCH --array=0-{last}%{at_a_time}
#SBATCH --cpus-per-task={side_by_side}
#SBATCH --mem-per-cpu={MEGABYTES}M
#SBATCH --time={limit}
# After a node failure or a preemption the task runs again, and resumes.
#SBATCH --requeue
# The steps, not this shell, are told to save {WARNING} s before the limit.
#SBATCH --signal=USR1@{WARNING}
#SBATCH --open-mode=append
#SBATCH --output={log}

cd {directory} || exit
# libtorch computes on one thread; srun does not take over the task's processors by itself.
export OMP_NUM_THREADS=1 SRUN_CPUS_PER_TASK="$SLURM_CPUS_PER_TASK"
exec srun {program} work {folder} \
    --index "$SLURM_ARRAY_TASK_ID" --of {count} --threads "$SLURM_CPUS_PER_TASK"
"#,
            name = option(&self.folder, self.name(), "")?,
            last = count - 1,
            // Twice the estimate, the warning, and a start on a busy file system.
            limit = 2 * minutes + 5,
            log = option(
                &self.folder,
                &self.text(&self.folder)?.replace('%', "%%"),
                "/logs/%A_%a.log"
            )?,
            directory = self.word(&self.directory)?,
            program = self.word(&self.program)?,
            folder = self.word(&self.folder)?,
        ))
    }

    fn name(&self) -> &str {
        let name = self.folder.file_name().and_then(|name| name.to_str());
        name.unwrap_or("sweep")
    }

    fn text<'a>(&self, path: &'a Path) -> Result<&'a str, UnusablePath> {
        path.to_str()
            .ok_or_else(|| UnusablePath { path: path.into() })
    }

    /// A word of the shell.
    fn word(&self, path: &Path) -> Result<String, UnusablePath> {
        let unusable = || UnusablePath { path: path.into() };
        let text = self.text(path)?;
        if text.contains(['\n', '\r']) {
            return Err(unusable());
        }
        Ok(shlex::try_quote(text).map_err(|_| unusable())?.into_owned())
    }
}

/// The value of an option in a line of `#SBATCH`, which is no shell: double quotes group, a backslash
/// escapes. A backslash within a file's name would also turn off `%A`, in all of the name.
fn option(path: &Path, text: &str, end: &str) -> Result<String, UnusablePath> {
    if text.contains(['\n', '\r', '\\', '\0']) {
        return Err(UnusablePath { path: path.into() });
    }
    Ok(format!("\"{}{end}\"", text.replace('"', "\\\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(folder: &str) -> Array {
        Array {
            program: "/opt/it's/train".into(),
            folder: folder.into(),
            directory: "/home/me".into(),
            tasks: Tasks::new(&[100.0; 24], Some(8), 4, 2, MAX_TASKS).unwrap(),
        }
    }

    #[test]
    fn the_script_has_what_a_site_needs_to_know() {
        let script = array("/data/runs/widths").script().unwrap();
        for line in [
            "#SBATCH --job-name=\"widths\"",
            "#SBATCH --array=0-7%4",
            "#SBATCH --cpus-per-task=2",
            "#SBATCH --time=11",
            "#SBATCH --requeue",
            "#SBATCH --signal=USR1@120",
            "#SBATCH --open-mode=append",
            "#SBATCH --output=\"/data/runs/widths/logs/%A_%a.log\"",
            "cd /home/me || exit",
            r#"exec srun "/opt/it's/train" work /data/runs/widths \"#,
            r#"    --index "$SLURM_ARRAY_TASK_ID" --of 8 --threads "$SLURM_CPUS_PER_TASK""#,
        ] {
            assert!(
                script.lines().any(|found| found == line),
                "{line}\n{script}"
            );
        }
    }

    #[test]
    fn odd_paths_are_quoted_for_the_shell_and_for_sbatch() {
        let script = array("/d/a b'ü\"c$x%j&d#f").script().unwrap();
        let log = r#"#SBATCH --output="/d/a b'ü\"c$x%%j&d#f/logs/%A_%a.log""#;
        assert!(script.contains(log), "{script}");
        let words = shlex::split(&script[script.find("exec").unwrap()..]).unwrap();
        assert_eq!(words[4], "/d/a b'ü\"c$x%j&d#f");
    }

    #[test]
    fn paths_without_a_form_in_the_script_are_refused() {
        for folder in ["/d/a\nb", "/d/a\\b"] {
            let error = array(folder).script().unwrap_err();
            assert_eq!(error.path, Path::new(folder));
        }
    }
}

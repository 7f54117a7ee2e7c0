//! `train submit`: prints what starts the workers of a sweep on a cluster, to be read, changed, and given
//! to the cluster's own program.

use std::{
    env, fs,
    path::{Component, Path, PathBuf},
    process::ExitCode,
};

use ::sweep::launch::{
    Tasks,
    kubernetes::{self, IndexedJob},
    seconds,
    slurm::{self, Array},
};
use anyhow::{Context as _, bail, ensure};

use super::{
    arguments::SweepArgument,
    bundle::own_program,
    terminal::{eprint_line, print_line},
};

#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("engine").required(true))]
pub struct Arguments {
    #[command(flatten)]
    sweep: SweepArgument,
    /// Print a batch script: train submit DIR --slurm > job.sh, then sbatch job.sh.
    #[arg(long, group = "engine")]
    slurm: bool,
    /// Print a manifest: train submit DIR --kubernetes ... > job.yaml, then kubectl apply -f job.yaml.
    #[arg(long, group = "engine")]
    kubernetes: bool,
    /// Tasks that the plan is divided into [default: as many as take some ten minutes each by estimate].
    #[arg(long, value_name = "N")]
    tasks: Option<usize>,
    /// Tasks at a time, at most.
    #[arg(long, value_name = "N", default_value_t = 16)]
    at_a_time: usize,
    /// Processors of a task, each of which has an experiment.
    #[arg(long, value_name = "N", default_value_t = 4,
          value_parser = clap::value_parser!(u16).range(1..))]
    processors: u16,
    /// Image with `train` on its path (docs/many-machines.md has a Dockerfile).
    #[arg(long, value_name = "NAME", conflicts_with = "slurm")]
    image: Option<String>,
    /// Claim of a volume that has the folder of the sweep, and `data`, at the paths that they have here.
    #[arg(long, value_name = "NAME", conflicts_with = "slurm")]
    claim: Option<String>,
    /// Namespace of the Job.
    #[arg(
        long,
        value_name = "NAME",
        conflicts_with = "slurm",
        default_value = "default"
    )]
    namespace: String,
    /// Check this manifest, which was printed here and changed, instead of printing one.
    #[arg(long, value_name = "FILE", conflicts_with = "slurm")]
    check: Option<PathBuf>,
}

pub fn submit(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if let Some(file) = &arguments.check {
        return check(file);
    }
    let sweep = arguments.sweep.open()?;
    let experiments = sweep.plan().experiments().iter();
    let seconds: Vec<f64> = experiments.map(seconds).collect();
    let tasks = |max| {
        let (at_a_time, processors) = (arguments.at_a_time, arguments.processors.into());
        Tasks::new(&seconds, arguments.tasks, at_a_time, processors, max).context("--tasks")
    };
    let text = if arguments.slurm {
        script(&arguments.sweep.folder, tasks(slurm::MAX_TASKS)?)?
    } else {
        manifest(arguments, tasks(kubernetes::MAX_TASKS)?)?
    };
    print_line(text.trim_end())?;
    Ok(ExitCode::SUCCESS)
}

fn script(folder: &Path, tasks: Tasks) -> anyhow::Result<String> {
    let folder = folder.canonicalize()?;
    let logs = Array::logs(&folder);
    fs::create_dir_all(&logs).with_context(|| logs.display().to_string())?;
    let array = Array {
        program: own_program()?,
        folder,
        directory: env::current_dir()?,
        tasks,
    };
    Ok(array.script()?)
}

fn manifest(arguments: &Arguments, tasks: Tasks) -> anyhow::Result<String> {
    let (Some(image), Some(claim)) = (&arguments.image, &arguments.claim) else {
        bail!("--kubernetes needs --image and --claim");
    };
    let folder = &arguments.sweep.folder;
    let is_below = folder
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    ensure!(
        is_below,
        "{}: expected a folder below this one, as it is on the volume",
        folder.display()
    );
    let folder = folder.to_str().context("the folder's name is not UTF-8")?;
    let name = Path::new(folder).file_name().and_then(|name| name.to_str());
    let job = IndexedJob {
        name: kubernetes::job_name(name.unwrap_or_default()),
        namespace: arguments.namespace.clone(),
        image: image.clone(),
        claim: claim.clone(),
        folder: folder.to_owned(),
        tasks,
    };
    Ok(job.manifest()?)
}

fn check(file: &Path) -> anyhow::Result<ExitCode> {
    let manifest = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let defects = kubernetes::check(&manifest);
    for defect in &defects {
        eprint_line(format!("error: {}: {defect}", file.display()));
    }
    Ok(if defects.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

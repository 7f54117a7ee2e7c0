//! Writes the model of an experiment: `export RUN ID FILE`.
use std::{env, error::Error, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = env::args().skip(1).collect();
    let [run, id, file] = &words[..] else {
        return Err("expected a run folder, an experiment and a file".into());
    };
    let folder = experiment::RunFolder::new(run).experiment(id);
    Ok(fs::write(file, onnx_export::export(&folder)?)?)
}

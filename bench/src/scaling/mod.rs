//! `cargo xtask bench --scaling`: how cost grows with images, hidden units and experiments.

mod series;
mod sizes;

use std::path::Path;

use anyhow::Context as _;

use crate::{files::write, measuring::train_runner::TrainRunner};
use series::series;
pub use sizes::Plan;

/// Measures, writes `scaling.json`, `scaling.md` and four figures to the folder `out`, and says by
/// `say` what it does.
///
/// # Errors
/// A measurement or a file that fails.
pub fn run(train: &TrainRunner, plan: &Plan, out: &Path, say: &dyn Fn(&str)) -> anyhow::Result<()> {
    let mut sizes = plan.sizes();
    for round in 1..=plan.repeats {
        say(&format!("round {round} of {}", plan.repeats));
        for size in &mut sizes {
            let speed = train.epochs(&size.experiment(), size.images, plan.epochs, size.jobs)?;
            let seconds = size.images as f64 / speed.images_per_second;
            size.epoch_seconds.add(seconds);
            size.peak_memory.add(speed.peak_memory);
        }
        let json = serde_json::to_string_pretty(&sizes)? + "\n";
        write(&out.join("scaling.json"), &json)?;
    }

    let mut markdown = String::new();
    for series in &series(plan, &sizes) {
        let table = series.table();
        say(&format!("\n{}", table.text().trim_end()));
        markdown += &format!("{}\n", table.markdown());
        for (name, plot) in series.plots(plan) {
            let drawing = plot.draw().context("cannot draw the figure")?;
            let varied = series.name.replace(' ', "-");
            let figure = out.join(format!("scaling-{name}-{varied}.svg"));
            write(&figure, &drawing.svg)?;
        }
    }
    write(&out.join("scaling.md"), &markdown)?;
    say(&format!("\nwritten: {}/scaling*", out.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_is_measured_once_and_is_in_its_series() {
        let plan = Plan::new(1, 2);
        let mut sizes = plan.sizes();
        // 6 numbers of images and 7 of hidden units share one size; alone and side by side.
        assert_eq!(sizes.len(), 2 * 12);
        for size in &mut sizes {
            // Time proportional to work.
            size.epoch_seconds.add(size.operations as f64 / 1e9);
            size.peak_memory.add(1e8);
        }
        let [images, hidden] = series(&plan, &sizes);
        assert_eq!((images.sizes.len(), hidden.sizes.len()), (12, 14));
        let table = hidden.table();
        assert_eq!(table.rows[0][..2], ["64", "1"]);
        assert_eq!(table.rows[13][..2], ["4096", "2"]);
        let growth: Vec<&str> = table.rows.iter().map(|row| row[5].as_str()).collect();
        assert_eq!((growth[0], growth[7]), ("-", "-"));
        assert!(
            growth[1..7].iter().all(|&growth| growth == "1.0"),
            "{growth:?}"
        );
        for (_, plot) in hidden.plots(&plan) {
            assert!(plot.draw().unwrap().svg.contains("2 side by side"));
        }
    }
}

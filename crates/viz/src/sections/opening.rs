//! The first screen: the ten digits through every model, and what came out in a few sentences.

use experiment::{Protocol, SAMPLE_COUNT, Scores, arrays};

use super::shared::figures::sample_title;
use crate::{
    claims::{ClaimResult, Verdict},
    drawing::{Grid, Picture, Row, Tile},
    error::Error,
    format::{decimals, join},
    report::{Chip, Figure, Selection},
    run::Run,
};

/// Side of the digits, and on narrow screens.
const SIDE: u32 = 54;
const NARROW: u32 = 28;

/// The ten samples and their reconstructions by every model of the assignment; `None` without any.
pub fn picture(run: &Run) -> Result<Option<Figure>, Error> {
    let planned = run.experiments().filter(|e| e.of_assignment).collect();
    let all = Selection::of(run, planned);
    if all.is_empty() {
        return Ok(None);
    }
    let originals = run.input(arrays::SAMPLES, SAMPLE_COUNT)?;
    let mut models = vec![(
        "original".to_owned(),
        Row::of("original", &originals, 255.0),
    )];
    let array = arrays::samples(Protocol::Corrected);
    let mut sources = vec![run.input_source(arrays::SAMPLES)];
    for experiment in all.rows() {
        let seed = experiment.first();
        let images = seed.pictures(&array, SAMPLE_COUNT)?;
        let errors = seed.evaluation.sample_errors(Protocol::Corrected);
        let size = seed.settings.method.code_size();
        let code = match seed.live_code_units()? {
            _ if seed.is_dead() => "dead".into(),
            Some(live) if live < size => format!("{live} of {size}"),
            _ => size.to_string(),
        };
        let error = decimals(experiment.test_score(&Scores::SSE), 1);
        let tiles = images.iter().zip(errors);
        let tiles =
            tiles.map(|(image, error)| Tile::new(Picture::clipped(image, 1.0), decimals(error, 1)));
        models.push((
            format!("{}\n{code}\n{error}", experiment.id()),
            Row::new(
                &format!("{}: code {code}, error {error}", experiment.id()),
                tiles,
            ),
        ));
        sources.push(seed.array_source(&array));
        sources.push(seed.source("evaluation.json"));
    }
    let (column_titles, by_model): (Vec<String>, Vec<Row>) = models.into_iter().unzip();
    let rows = (0..SAMPLE_COUNT).map(|sample| Row {
        label: String::new(),
        tiles: by_model
            .iter()
            .map(|row| row.tiles[sample].clone())
            .collect(),
    });
    let wide = Grid {
        side: SIDE,
        column_titles,
        rows: rows.collect(),
    };
    let narrow = Grid {
        side: NARROW,
        column_titles: (0..SAMPLE_COUNT).map(sample_title).collect(),
        rows: by_model,
    };
    let drawing = wide.draw()?.with_narrow(narrow.draw_compact()?);
    Ok(Some(Figure {
        name: "opening".into(),
        title: "Ten test digits through every model".into(),
        alt: format!("Ten test digits, and their reconstructions by {}, each with its error", all.names()),
        caption: "Beside each name: how many numbers of the code are live, and the squared error, mean over \
                  the whole test set. Below each reconstruction: its own squared error, the sum over the \
                  784 pixels, which go from 0 (black) to 1 (white). Small is good."
            .into(),
        notes: Vec::new(),
        sources,
        drawing,
    }))
}

/// What came out, as far as the run has it.
pub fn sentences(run: &Run) -> Result<Vec<String>, Error> {
    let mut sentences = Vec::new();
    if run.is_of_other_length() {
        return Ok(sentences);
    }
    if let (Some(pca), Some(deep)) = (run.get("pca-30"), run.get("deep-ae-20")) {
        let size = deep.settings().method.code_size();
        let live = deep.first().live_code_units()?.filter(|live| *live < size);
        let live = live.map_or(String::new(), |live| {
            format!(", though only {live} of its {size} numbers are alive")
        });
        sentences.push(format!(
            "With {size} numbers for each digit, the squared error of PCA is {}, mean over the test digits, and \
             that of the deep autoencoder {}{live}.",
            decimals(pca.test_score(&Scores::SSE), 1),
            decimals(deep.test_score(&Scores::SSE), 1),
        ));
    }
    let standard = Selection::new(
        run,
        &["standard-ae-64", "standard-ae-128", "standard-ae-256"],
    );
    let mut shares = Vec::new();
    for seed in standard.first_seeds() {
        shares.extend(seed.dead_pixel_share()?);
    }
    if let [first, ..] = shares[..]
        && first > 0.0
    {
        let shares = shares.iter().map(|share| decimals(share * 100.0, 0));
        sentences.push(format!(
            "Pixels of the output that died in training cause {} percent of the error of {}.",
            join(shares, ", "),
            standard.names(),
        ));
    }
    let dead: Vec<&str> = run
        .experiments()
        .filter(|e| e.first().is_dead())
        .map(|e| e.id())
        .collect();
    if !dead.is_empty() {
        sentences.push(format!(
            "Training killed {}: every digit comes out as the same picture.",
            join(dead, " and ")
        ));
    }
    Ok(sentences)
}

/// The verdicts as small squares.
pub fn strip(claims: &[ClaimResult]) -> Vec<Chip> {
    let chip = |claim: &ClaimResult| Chip {
        claim: crate::report::Cell::linked(
            claim.number.to_string(),
            format!("#{}", claim.anchor()),
        ),
        text: format!(
            "Claim {}: {} {}.",
            claim.number, claim.observation, claim.verdict
        ),
        verdict: match claim.verdict {
            Verdict::Holds => "holds",
            Verdict::DoesNotHold => "does-not-hold",
            _ => "open",
        },
        symbol: match claim.verdict {
            Verdict::Holds => "✓",
            Verdict::DoesNotHold => "✗",
            Verdict::NotDecided => "?",
            Verdict::NotTested | Verdict::NotTestable => "–",
        },
    };
    claims.iter().map(chip).collect()
}

//! The report as data: one tree, which both templates write out.

use serde::Serialize;

use super::{
    note::{Note, said_once},
    table::{Cell, Table},
};
use crate::{drawing::Drawing, run::Source};

#[derive(Debug, Serialize)]
pub struct Report {
    /// What it is about: the images.
    pub title: String,
    pub introduction: String,
    /// The picture of the first screen.
    pub opening: Option<Figure>,
    /// What a reader must know before any figure.
    pub notes: Vec<Note>,
    /// Experiments of the assignment without results.
    pub missing: Option<MissingExperiments>,
    /// What came out, and what it cost.
    pub summary: Summary,
    /// In reading order.
    pub sections: Vec<Section>,
}

impl Report {
    /// All figures in the order of the page.
    pub fn figures(&self) -> Vec<&Figure> {
        let sections = self.sections.iter().flat_map(Section::figures);
        self.opening.iter().chain(sections).collect()
    }
}

#[derive(Debug, Serialize)]
pub struct Summary {
    /// What came out, in a few sentences.
    pub sentences: Vec<String>,
    /// The number of claims with each verdict, or the best of the user's own experiments.
    pub finding: String,
    pub verdicts: Vec<Verdicts>,
    /// The verdicts in the order of the claims.
    pub strip: Vec<Chip>,
    /// What was trained, for how long, on what.
    pub cost: String,
}

#[derive(Debug, Serialize)]
pub struct Verdicts {
    pub title: &'static str,
    /// Links to their rows in the table of claims.
    pub claims: Vec<Cell>,
}

/// A verdict as a small square.
#[derive(Debug, Serialize)]
pub struct Chip {
    /// The number of the claim, with a link to its row.
    pub claim: Cell,
    /// The observation and the verdict.
    pub text: String,
    /// The verdict's name in `claims.json`, and its symbol.
    pub verdict: &'static str,
    pub symbol: &'static str,
}

/// The assignment's experiments without results, and how to get them.
#[derive(Debug, Serialize)]
pub struct MissingExperiments {
    /// Each with the reason, if it was run at all.
    pub experiments: Vec<String>,
    pub command: String,
}

/// A section, for instance a part of the assignment.
#[derive(Debug, Serialize)]
pub struct Section {
    /// Its anchor.
    pub id: &'static str,
    pub title: &'static str,
    pub text: String,
    /// Figures and tables in reading order.
    pub blocks: Vec<Block>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Block {
    Heading {
        title: String,
    },
    Paragraph {
        text: String,
    },
    /// Names and values, folded until the reader opens them.
    Details {
        title: String,
        rows: Vec<(String, Cell)>,
    },
    /// Figures and tables that are folded until the reader opens them.
    Fold {
        title: String,
        blocks: Vec<Block>,
    },
    /// Blocks side by side, where there is room.
    Side {
        blocks: Vec<Block>,
    },
    /// Short texts, each after a word in bold.
    Points {
        points: Vec<Note>,
    },
    Figure(Figure),
    Table(Table),
    /// A placeholder that says why a figure or a table is missing.
    Missing {
        title: String,
        reason: String,
    },
    Conclusions {
        /// Each conclusion, with a link to the claim that was made of it.
        claims: Vec<Conclusion>,
        /// Reasons why they may not hold.
        notes: Vec<Note>,
    },
}

/// A conclusion of the notebook.
#[derive(Debug, Serialize)]
pub struct Conclusion {
    /// What the notebook says, reworded.
    pub observation: String,
    /// What this run says, with a link to the claim.
    pub verdict: Cell,
}

/// A figure with its title, caption, notes and sources.
#[derive(Debug, Serialize)]
pub struct Figure {
    /// Its file is `figures/NAME.svg`.
    pub name: String,
    pub title: String,
    /// The alternative text, for readers who cannot see the figure.
    pub alt: String,
    pub caption: String,
    /// What a reader must know to interpret it.
    pub notes: Vec<Note>,
    /// The files it was drawn from.
    pub sources: Vec<Source>,
    pub drawing: Drawing,
}

impl Section {
    /// All figures in reading order, folded ones too.
    pub fn figures(&self) -> Vec<&Figure> {
        self.blocks.iter().flat_map(Block::figures).collect()
    }

    /// Says of dead models once that they are dead, and again in what is folded.
    pub fn saying_once(mut self) -> Self {
        say_once(&mut self.blocks);
        self
    }
}

fn say_once(blocks: &mut [Block]) {
    said_once(blocks.iter_mut().flat_map(Block::open_notes));
    for block in blocks {
        if let Block::Fold { blocks, .. } = block {
            say_once(blocks);
        }
    }
}

impl Block {
    pub fn heading(title: &str) -> Self {
        Block::Heading {
            title: title.into(),
        }
    }

    pub fn fold(title: &str, blocks: Vec<Block>) -> Self {
        Block::Fold {
            title: title.into(),
            blocks,
        }
    }

    /// The notes of figures and tables that are not folded.
    fn open_notes(&mut self) -> Vec<&mut Vec<Note>> {
        match self {
            Block::Figure(figure) => vec![&mut figure.notes],
            Block::Table(table) => vec![&mut table.notes],
            Block::Side { blocks } => blocks.iter_mut().flat_map(Block::open_notes).collect(),
            _ => Vec::new(),
        }
    }

    fn figures(&self) -> Vec<&Figure> {
        match self {
            Block::Figure(figure) => vec![figure],
            Block::Fold { blocks, .. } | Block::Side { blocks } => {
                blocks.iter().flat_map(Block::figures).collect()
            }
            _ => Vec::new(),
        }
    }
}

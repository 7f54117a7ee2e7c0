//! Tables of numbers as coloured cells, as SVG.

use std::fmt::Write;

use crate::{
    drawing::svg::{Drawing, STYLE, escape},
    format::decimals,
};

/// Positive numbers in rows and columns.
#[derive(Clone, Debug)]
pub struct HeatMap {
    /// What stands over the columns.
    pub heads: Vec<String>,
    /// Label and numbers of each row.
    pub rows: Vec<(String, Vec<f64>)>,
}

const MARGIN: u32 = 8;
const LINE: u32 = 24;
const CELL: (u32, u32) = (96, 40);
const FONT_SIZE: u32 = 15;

impl HeatMap {
    /// Draws the table: the larger a number, the darker its cell, by logarithms. The smallest
    /// number of each column is in bold.
    pub fn draw(&self) -> Drawing {
        let characters = self.rows.iter().map(|(label, _)| label.chars().count());
        let labels = characters.max().unwrap_or(0) as u32 * FONT_SIZE * 6 / 10;
        let (left, top) = (MARGIN + labels + MARGIN, MARGIN + LINE);
        let width = left + self.heads.len() as u32 * CELL.0 + MARGIN;
        let height = top + self.rows.len() as u32 * CELL.1 + MARGIN;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\">{STYLE}\
             <rect class=\"paper\" width=\"{width}\" height=\"{height}\" fill=\"#FFFFFF\"/>\n"
        );
        let mut text = |x: u32, y: u32, attributes: &str, content: &str| {
            let _ = writeln!(
                svg,
                "<text x=\"{x}\" y=\"{y}\" font-size=\"{FONT_SIZE}\" {attributes}>{}</text>",
                escape(content)
            );
        };
        let middle = |column: usize| left + column as u32 * CELL.0 + CELL.0 / 2;
        let base = |row: usize| top + row as u32 * CELL.1 + (CELL.1 + FONT_SIZE) / 2 - 2;
        for (column, head) in self.heads.iter().enumerate() {
            text(middle(column), top - 8, "text-anchor=\"middle\"", head);
        }
        for (row, (label, _)) in self.rows.iter().enumerate() {
            text(MARGIN, base(row), "", label);
        }
        let range = self.range();
        for (row, (_, values)) in self.rows.iter().enumerate() {
            for (column, &value) in values.iter().enumerate() {
                let darkness = darkness(value, range);
                let best = self.rows.iter().all(|(_, other)| value <= other[column]);
                let _ = writeln!(
                    svg,
                    "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\" \
                     stroke=\"#808080\" stroke-opacity=\"0.5\"/>\
                     <text x=\"{}\" y=\"{}\" font-size=\"{FONT_SIZE}\" text-anchor=\"middle\" \
                     font-weight=\"{}\" style=\"fill:{}\">{}</text>",
                    left + column as u32 * CELL.0,
                    top + row as u32 * CELL.1,
                    CELL.0,
                    CELL.1,
                    colour(darkness),
                    middle(column),
                    base(row),
                    if best { "bold" } else { "normal" },
                    if darkness > 0.6 { "#fff" } else { "#000" },
                    decimals(value, 2),
                );
            }
        }
        svg.push_str("</svg>\n");
        Drawing { svg, width, height }
    }

    /// Smallest and largest number.
    fn range(&self) -> (f64, f64) {
        let values = self.rows.iter().flat_map(|(_, values)| values);
        values.fold((f64::INFINITY, 0.0), |(least, most), &value| {
            (value.min(least), value.max(most))
        })
    }
}

/// From 0 for the smallest number to 1 for the largest.
fn darkness(value: f64, (least, most): (f64, f64)) -> f64 {
    let share = (value / least).ln() / (most / least).ln();
    if share.is_finite() { share } else { 0.0 }
}

/// From nearly white to dark blue.
fn colour(darkness: f64) -> String {
    const LIGHT: [f64; 3] = [239.0, 246.0, 252.0];
    const DARK: [f64; 3] = [5.0, 48.0, 107.0];
    let mixed = LIGHT.iter().zip(DARK);
    mixed.fold("#".to_owned(), |mut colour, (light, dark)| {
        let level = (light + (dark - light) * darkness).round() as u8;
        let _ = write!(colour, "{level:02x}");
        colour
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn larger_numbers_are_darker_and_the_best_of_a_column_is_bold() {
        let map = HeatMap {
            heads: vec!["<noise> 0".into(), "noise 1".into()],
            rows: vec![
                ("a".into(), vec![1.0, 100.0]),
                ("b".into(), vec![10.0, 4.0]),
            ],
        };
        let svg = map.draw().svg;
        assert!(svg.contains("&lt;noise&gt; 0"));
        assert!(svg.contains("fill=\"#eff6fc\"") && svg.contains("fill=\"#05306b\""));
        let bold: Vec<&str> = svg.split("font-weight=\"bold\"").skip(1).collect();
        assert_eq!(bold.len(), 2);
        assert!(bold[0].contains(">1.00<") && bold[1].contains(">4.00<"));
    }

    #[test]
    fn numbers_that_are_all_alike_are_light() {
        assert_eq!(darkness(3.0, (3.0, 3.0)), 0.0);
        assert_eq!(darkness(0.0, (0.0, 5.0)), 0.0);
    }
}

//! A table of numbers as colored cells.

use std::fmt::Write;

use super::svg::{Canvas, Drawing, text_width};
use crate::format::decimals;

/// Positive numbers in rows and columns.
#[derive(Clone, Debug)]
pub struct HeatMap {
    /// The texts above the columns.
    pub column_titles: Vec<String>,
    /// Label and numbers of each row.
    pub rows: Vec<(String, Vec<f64>)>,
}

const MARGIN: u32 = 8;
const LINE: u32 = 24;
/// Width and height of a cell, and its width on narrow screens, where labels are above their rows.
const CELL: (u32, u32) = (96, 40);
const NARROW: u32 = 82;
const FONT_SIZE: u32 = 15;

impl HeatMap {
    /// Draws the table: the larger a number, the darker its cell, by logarithms. The smallest
    /// number of each column is in bold.
    pub fn draw(&self) -> Drawing {
        let labels = text_width(self.rows.iter().map(|(label, _)| label), FONT_SIZE);
        let wide = self.draw_as(CELL.0, labels + MARGIN, 0);
        wide.with_narrow(self.draw_as(NARROW, 0, LINE))
    }

    /// With cells that wide, and so much room to the left of each row and above it.
    fn draw_as(&self, cell: u32, beside: u32, above: u32) -> Drawing {
        let (left, top) = (MARGIN + beside, MARGIN + LINE);
        let row_height = above + CELL.1;
        let width = left + self.column_titles.len() as u32 * cell + MARGIN;
        let height = top + self.rows.len() as u32 * row_height + MARGIN;
        let mut canvas = Canvas::new(width, height, FONT_SIZE);
        let middle = |column: usize| left + column as u32 * cell + cell / 2;
        let cell_top = |row: usize| top + row as u32 * row_height + above;
        let baseline = |row: usize| cell_top(row) + (CELL.1 + FONT_SIZE) / 2 - 2;
        let centered = "text-anchor=\"middle\"";
        for (column, title) in self.column_titles.iter().enumerate() {
            canvas.text(middle(column), top - 8, centered, title);
        }
        for (row, (label, _)) in self.rows.iter().enumerate() {
            let y = if above > 0 {
                cell_top(row) - 7
            } else {
                baseline(row)
            };
            canvas.text(MARGIN, y, "", label);
        }
        let range = self.range();
        for (row, (_, values)) in self.rows.iter().enumerate() {
            for (column, &value) in values.iter().enumerate() {
                let darkness = darkness(value, range);
                let is_smallest = self.rows.len() > 1
                    && self.rows.iter().all(|(_, other)| value <= other[column]);
                canvas.element(format_args!(
                    "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\" \
                     stroke=\"#808080\" stroke-opacity=\"0.5\"/>",
                    left + column as u32 * cell,
                    cell_top(row),
                    cell,
                    CELL.1,
                    color(darkness),
                ));
                let weight = if is_smallest { "bold" } else { "normal" };
                let fill = if darkness > 0.6 { "#fff" } else { "#000" };
                canvas.text(
                    middle(column),
                    baseline(row),
                    &format!("{centered} font-weight=\"{weight}\" style=\"fill:{fill}\""),
                    &decimals(value, 2),
                );
            }
        }
        canvas.finish()
    }

    fn range(&self) -> (f64, f64) {
        let values = self.rows.iter().flat_map(|(_, values)| values);
        values.fold((f64::INFINITY, 0.0), |(min, max), &value| {
            (value.min(min), value.max(max))
        })
    }
}

/// From 0 for the smallest number to 1 for the largest.
fn darkness(value: f64, (min, max): (f64, f64)) -> f64 {
    let share = (value / min).ln() / (max / min).ln();
    if share.is_finite() { share } else { 0.0 }
}

/// From nearly white to dark blue.
fn color(darkness: f64) -> String {
    const LIGHT: [f64; 3] = [239.0, 246.0, 252.0];
    const DARK: [f64; 3] = [5.0, 48.0, 107.0];
    let mut color = "#".to_owned();
    for (light, dark) in LIGHT.iter().zip(DARK) {
        let level = (light + (dark - light) * darkness).round() as u8;
        write!(color, "{level:02x}").expect("a string takes any text");
    }
    color
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn larger_numbers_are_darker_and_the_best_of_a_column_is_bold() {
        let map = HeatMap {
            column_titles: vec!["<noise> 0".into(), "noise 1".into()],
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
    fn equal_numbers_are_light() {
        assert_eq!(darkness(3.0, (3.0, 3.0)), 0.0);
        assert_eq!(darkness(0.0, (0.0, 5.0)), 0.0);
    }
}

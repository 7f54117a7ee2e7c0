//! Tables as text and as Markdown.

/// A table; its first column is text, the others are numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What it shows.
    pub title: String,
    /// The titles of the columns.
    pub column_titles: Vec<String>,
    /// Each has one cell for each column.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub fn new(title: &str, column_titles: &[&str]) -> Self {
        Table {
            title: title.to_owned(),
            column_titles: column_titles.iter().map(|&cell| cell.to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// For a terminal: columns as wide as their widest cell.
    pub fn text(&self) -> String {
        let lines = || [&self.column_titles].into_iter().chain(&self.rows);
        let width = |column: usize| {
            let lengths = lines().map(|line| line[column].chars().count());
            lengths.max().unwrap_or(0)
        };
        let mut text = format!("{}\n", self.title);
        for line in lines() {
            let mut padded = format!("  {:<1$}", line[0], width(0));
            for (column, cell) in line.iter().enumerate().skip(1) {
                padded += &format!("  {cell:>0$}", width(column));
            }
            text += padded.trim_end();
            text += "\n";
        }
        text
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let mut text = format!("{}:\n\n{}", self.title, line(&self.column_titles));
        text += &format!("|---|{}\n", "---:|".repeat(self.column_titles.len() - 1));
        self.rows.iter().for_each(|row| text += &line(row));
        text
    }
}

/// `value` with `digits` significant digits; a dash if it is not finite.
pub fn number(value: f64, digits: i32) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    let magnitude = if value == 0.0 {
        0
    } else {
        value.abs().log10().floor() as i32
    };
    let decimals = (digits - 1 - magnitude).max(0);
    format!("{value:.0$}", decimals as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new("Times", &["model", "s"]);
        table.rows.push(vec!["deep-ae".into(), "1.8".into()]);
        table.rows.push(vec!["pca".into(), "12".into()]);
        table
    }

    #[test]
    fn columns_line_up() {
        assert_eq!(
            table().text(),
            "Times\n  model      s\n  deep-ae  1.8\n  pca       12\n"
        );
    }

    #[test]
    fn markdown_has_a_line_below_the_titles() {
        assert_eq!(
            table().markdown(),
            "Times:\n\n| model | s |\n|---|---:|\n| deep-ae | 1.8 |\n| pca | 12 |\n"
        );
    }

    #[test]
    fn numbers_have_as_many_digits_as_asked_for() {
        assert_eq!(number(1.8449, 3), "1.84");
        assert_eq!(number(0.0123456, 3), "0.0123");
        assert_eq!(number(33_333.3, 3), "33333");
        assert_eq!(number(0.0, 2), "0.0");
        assert_eq!(number(f64::NAN, 3), "-");
    }
}

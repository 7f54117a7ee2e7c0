//! The layers of models as bars, from the image down to the code and on to the reconstruction.

use super::svg::{Canvas, Drawing, lines};

/// Models side by side.
#[derive(Clone, Debug)]
pub struct Layers {
    pub models: Vec<Model>,
}

/// A model from its input to its output.
#[derive(Clone, Debug)]
pub struct Model {
    pub title: String,
    pub stages: Vec<Stage>,
}

/// What a layer gives.
#[derive(Clone, Debug)]
pub struct Stage {
    /// What makes it of the stage before; empty for the input.
    pub operation: String,
    /// How many numbers it has.
    pub size: usize,
    /// The text on its bar.
    pub label: String,
    /// Whether it is the code.
    pub is_code: bool,
}

const WIDTH: u32 = 352;
const MARGIN: u32 = 8;
const LINE: u32 = 16;
const FONT_SIZE: u32 = 13;
const BAR: u32 = 17;
/// From the top of a bar to that of the next.
const STEP: u32 = 33;
/// The width of the bar of 1 number, and of the widest; those between by their logarithms.
const ONE: f64 = 50.0;
const WIDEST: f64 = 200.0;
/// The middle of the bars.
const MIDDLE: u32 = 108;
const CHARACTERS: usize = 42;

impl Layers {
    /// Draws the models side by side, and below each other for narrow screens.
    pub fn draw(&self) -> Drawing {
        let wide = self.draw_across(self.models.len().max(1));
        if self.models.len() < 2 {
            return wide;
        }
        wide.with_narrow(self.draw_across(1))
    }

    fn draw_across(&self, across: usize) -> Drawing {
        let height = |model: &Model| {
            let title = lines(&model.title, CHARACTERS).len() as u32;
            2 * MARGIN + title * LINE + model.stages.len() as u32 * STEP
        };
        let heights = self.models.chunks(across);
        let heights: Vec<u32> = heights
            .map(|row| row.iter().map(height).max().unwrap_or(0))
            .collect();
        let mut canvas = Canvas::new(across as u32 * WIDTH, heights.iter().sum(), FONT_SIZE);
        let mut top = 0;
        for (row, height) in self.models.chunks(across).zip(heights) {
            for (left, model) in (0..).step_by(WIDTH as usize).zip(row) {
                draw_model(&mut canvas, model, left, top + MARGIN);
            }
            top += height;
        }
        canvas.finish()
    }
}

fn draw_model(canvas: &mut Canvas, model: &Model, left: u32, top: u32) {
    let mut y = top;
    for line in lines(&model.title, CHARACTERS) {
        y += LINE;
        canvas.text(left + MARGIN, y - 4, "font-weight=\"bold\"", &line);
    }
    let logarithm = |stage: &Stage| (stage.size.max(2) as f64).ln();
    let max = model.stages.iter().map(logarithm).fold(0.0, f64::max);
    for stage in &model.stages {
        if !stage.operation.is_empty() {
            let middle = left + MIDDLE;
            canvas.element(format_args!(
                "<path d=\"M{middle} {}v13m-4 -5l4 5l4 -5\" fill=\"none\" stroke=\"#808080\"/>\n",
                y + 2
            ));
            canvas.text(middle + 14, y + 14, "", &stage.operation);
        }
        y += STEP - BAR;
        let width = (ONE + (WIDEST - ONE) * logarithm(stage) / max) as u32;
        let (fill, text) = if stage.is_code {
            ("#D55E00", "#fff")
        } else {
            ("#CFE3F1", "#1b1b1b")
        };
        canvas.element(format_args!(
            "<rect x=\"{}\" y=\"{y}\" width=\"{width}\" height=\"{BAR}\" rx=\"3\" fill=\"{fill}\"/>\n",
            left + MIDDLE - width / 2
        ));
        let attributes = format!("text-anchor=\"middle\" style=\"fill:{text}\"");
        canvas.text(left + MIDDLE, y + 14, &attributes, &stage.label);
        y += BAR;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_beside_each_other_or_below() {
        let stage = |size| Stage {
            operation: String::new(),
            size,
            label: size.to_string(),
            is_code: size == 2,
        };
        let model = Model {
            title: "a <b>".into(),
            stages: vec![stage(784), stage(2)],
        };
        let drawing = Layers {
            models: vec![model; 3],
        }
        .draw();
        let narrow = drawing.narrow.unwrap();
        assert_eq!((drawing.width, narrow.width), (3 * WIDTH, WIDTH));
        assert_eq!(narrow.height, 3 * drawing.height);
        assert!(drawing.svg.contains("a &lt;b&gt;"));
    }
}

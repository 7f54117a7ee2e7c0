//! Where the names of points stand, so that none hides another.

/// A point's name and its place.
#[derive(Clone, Debug)]
pub struct Label {
    /// The name.
    pub text: String,
    /// The point, in pixels.
    pub point: (i32, i32),
    /// The end of the text that is nearer to the point, at half its height.
    pub end: (i32, i32),
    /// Whether the text stands to the right of the point.
    pub is_right: bool,
}

/// Height of the text in pixels.
pub const FONT_SIZE: i32 = 16;
/// From a point to its name: the first of these with which there is room.
const GAPS: [i32; 3] = [10, 50, 110];

/// A rectangle: left, top, right, bottom.
type Rectangle = (i32, i32, i32, i32);

/// Finds a place for the name of each point in a picture of the given size: beside the point, or
/// else as near to that height as is free of other points, of names and the lines to them, and of
/// `obstacles`. The width of a text is estimated, since the reader's own font draws it.
pub fn place(
    points: Vec<(String, (i32, i32))>,
    obstacles: impl Iterator<Item = (i32, i32)>,
    (width, height): (u32, u32),
) -> Vec<Label> {
    let places = points.iter().map(|(_, point)| *point);
    let mut taken: Vec<Rectangle> = places.chain(obstacles).map(around).collect();
    let mut names: Vec<Rectangle> = Vec::new();
    let mut labels = Vec::new();
    for (text, point) in points {
        let text_width = text.chars().count() as i32 * FONT_SIZE * 6 / 10;
        let rectangle = |label: &Label| {
            let (x, y) = label.end;
            let left = if label.is_right { x } else { x - text_width };
            let half = FONT_SIZE / 2 + 1;
            (left, y - half, left + text_width, y + half)
        };
        let at = |gap: i32, shift: i32, is_right: bool| Label {
            text: text.clone(),
            point,
            end: (point.0 + if is_right { gap } else { -gap }, point.1 + shift),
            is_right,
        };
        let is_free = |label: &Label| {
            let (left, top, right, bottom) = rectangle(label);
            left >= 0
                && top >= 0
                && right <= width as i32
                && bottom <= height as i32
                && !taken.iter().any(|other| overlap(rectangle(label), *other))
                && !line(label).any(|dot| names.iter().any(|name| overlap(dot, *name)))
        };
        let shifts = (0..30).flat_map(|step| [step * 6, -step * 6]);
        let mut places = GAPS.into_iter().flat_map(|gap| {
            let shifts = shifts.clone();
            shifts.flat_map(move |shift| [(gap, shift, true), (gap, shift, false)])
        });
        let label = places
            .find_map(|(gap, shift, is_right)| Some(at(gap, shift, is_right)).filter(is_free))
            .unwrap_or_else(|| at(GAPS[0], 0, true));
        taken.push(rectangle(&label));
        taken.extend(line(&label));
        names.push(rectangle(&label));
        labels.push(label);
    }
    labels
}

/// The line from a point to its name, as a row of dots.
fn line(label: &Label) -> impl Iterator<Item = Rectangle> {
    const DOTS: i32 = 20;
    let (point, end) = (label.point, label.end);
    (0..=DOTS).map(move |dot| {
        let x = point.0 + (end.0 - point.0) * dot / DOTS;
        let y = point.1 + (end.1 - point.1) * dot / DOTS;
        (x - 1, y - 1, x + 1, y + 1)
    })
}

fn around((x, y): (i32, i32)) -> Rectangle {
    (x - 6, y - 6, x + 6, y + 6)
}

fn overlap(a: Rectangle, b: Rectangle) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_near_points_do_not_hide_each_other() {
        let points: Vec<_> = (0..8)
            .map(|index| (format!("point {index}"), (890, 200 + index)))
            .collect();
        let labels = place(points, std::iter::empty(), (900, 480));
        for (index, label) in labels.iter().enumerate() {
            assert!(!label.is_right, "no room to the right: {label:?}");
            for other in &labels[..index] {
                let distance = (label.end.1 - other.end.1).abs();
                assert!(distance >= FONT_SIZE, "{label:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_name_keeps_off_obstacles() {
        let place = |obstacle| {
            let points = vec![("name".to_owned(), (100, 100))];
            place(points, std::iter::once(obstacle), (900, 480)).remove(0)
        };
        assert!(place((500, 400)).is_right);
        assert!(!place((120, 100)).is_right);
    }
}

//! Where to write the names of points so that none hides another.

/// A point's name with its position.
#[derive(Clone, Debug)]
pub struct Label {
    pub text: String,
    /// The point, in pixels.
    pub point: (i32, i32),
    /// The end of the text that is nearer to the point, at half its height.
    pub end: (i32, i32),
    /// Whether the text is to the right of the point.
    pub is_right: bool,
}

/// Height of the text in pixels.
pub const FONT_SIZE: i32 = 16;
/// Distances from a point to its name, in the order in which they are tried.
const GAPS: [i32; 5] = [10, 50, 110, 170, 230];

/// Left, top, right, bottom, in pixels.
type Rectangle = (i32, i32, i32, i32);

/// Positions the name of each point within `bounds`: beside the point, or as near to that height as is
/// free of points, of other names with the lines to them, and of `obstacles`; of the latter only if
/// there is such a place. A name without room is left out: its text is empty. The width of a text is estimated, since the reader's own font draws it.
pub fn place(
    points: Vec<(String, (i32, i32))>,
    obstacles: impl Iterator<Item = (i32, i32)>,
    bounds: Rectangle,
) -> Vec<Label> {
    let around = |(x, y): (i32, i32)| (x - 6, y - 6, x + 6, y + 6);
    let obstacles: Vec<Rectangle> = obstacles.map(around).collect();
    let mut taken: Vec<Rectangle> = points.iter().map(|(_, point)| around(*point)).collect();
    let mut names: Vec<Rectangle> = Vec::new();
    let mut labels = Vec::new();
    for (text, point) in points {
        let is_free = |label: &Label| {
            let (left, top, right, bottom) = rectangle(label);
            let is_inside =
                left >= bounds.0 && top >= bounds.1 && right <= bounds.2 && bottom <= bounds.3;
            is_inside
                && !taken.iter().any(|other| overlap(rectangle(label), *other))
                && !line(label).any(|dot| names.iter().any(|name| overlap(dot, *name)))
        };
        let is_clear = |label: &Label| {
            let text = rectangle(label);
            is_free(label) && !obstacles.iter().any(|obstacle| overlap(text, *obstacle))
        };
        let label = candidates(&text, point)
            .find(is_clear)
            .or_else(|| candidates(&text, point).find(is_free))
            .unwrap_or_else(|| Label {
                text: String::new(),
                point,
                end: point,
                is_right: true,
            });
        if !label.text.is_empty() {
            taken.extend(line(&label));
            taken.push(rectangle(&label));
            names.push(rectangle(&label));
        }
        labels.push(label);
    }
    labels
}

/// All positions of a name, the best first.
fn candidates(text: &str, point: (i32, i32)) -> impl Iterator<Item = Label> {
    let shifts = (0..180).step_by(6).flat_map(|shift| [shift, -shift]);
    GAPS.into_iter().flat_map(move |gap| {
        shifts.clone().flat_map(move |shift| {
            [gap, -gap].map(|gap| Label {
                text: text.into(),
                point,
                end: (point.0 + gap, point.1 + shift),
                is_right: gap > 0,
            })
        })
    })
}

fn rectangle(label: &Label) -> Rectangle {
    let width = label.text.chars().count() as i32 * FONT_SIZE / 2;
    let half = FONT_SIZE / 2 + 1;
    let (x, y) = label.end;
    let left = if label.is_right { x } else { x - width };
    (left, y - half, left + width, y + half)
}

/// The line from the point to the text, as a row of dots.
fn line(label: &Label) -> impl Iterator<Item = Rectangle> {
    const DOTS: i32 = 20;
    let (point, end) = (label.point, label.end);
    (0..=DOTS).map(move |dot| {
        let x = point.0 + (end.0 - point.0) * dot / DOTS;
        let y = point.1 + (end.1 - point.1) * dot / DOTS;
        (x - 1, y - 1, x + 1, y + 1)
    })
}

fn overlap(a: Rectangle, b: Rectangle) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_near_points_do_not_overlap() {
        let points: Vec<_> = (0..8)
            .map(|index| (format!("point {index}"), (890, 200 + index)))
            .collect();
        let labels = place(points, std::iter::empty(), (0, 0, 900, 480));
        for (index, label) in labels.iter().enumerate() {
            assert!(!label.is_right, "no room to the right: {label:?}");
            for other in &labels[..index] {
                let distance = (label.end.1 - other.end.1).abs();
                assert!(distance >= FONT_SIZE, "{label:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_name_without_room_is_left_out() {
        let points = vec![("a name that is wider than all".to_owned(), (100, 100))];
        let labels = place(points, std::iter::empty(), (0, 0, 200, 480));
        assert_eq!(labels[0].text, "");
    }

    #[test]
    fn no_name_is_in_the_legend() {
        let points = vec![("name".to_owned(), (100, 105))];
        let labels = place(points, std::iter::empty(), (0, 100, 900, 480));
        assert!(labels[0].end.1 >= 100 + FONT_SIZE / 2);
    }

    #[test]
    fn a_name_is_written_over_a_curve_rather_than_left_out() {
        let points = vec![("name".to_owned(), (100, 100))];
        let everywhere = (0..200).flat_map(|x| (0..200).map(move |y| (x, y)));
        let labels = place(points, everywhere, (0, 0, 200, 200));
        assert_eq!(labels[0].text, "name");
    }

    #[test]
    fn a_label_avoids_obstacles() {
        let place = |obstacle| {
            let points = vec![("name".to_owned(), (100, 100))];
            place(points, std::iter::once(obstacle), (0, 0, 900, 480)).remove(0)
        };
        assert!(place((500, 400)).is_right);
        assert!(!place((120, 100)).is_right);
    }
}

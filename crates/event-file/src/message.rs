//! The records of an event file: the part of TensorFlow's `Event` that scalars and images need.
//! Source of the numbers of the fields: `tensorflow/core/util/event.proto` and
//! `tensorflow/core/framework/summary.proto`.

use prost::{Message, Oneof};

use crate::point::{self, Point};

/// The first record of a file says this.
const VERSION: &str = "brain.Event:2";

/// A record.
#[derive(Clone, PartialEq, Message)]
pub struct Event {
    /// Seconds since 1970.
    #[prost(double, tag = "1")]
    pub wall_time: f64,
    #[prost(int64, tag = "2")]
    step: i64,
    #[prost(string, optional, tag = "3")]
    file_version: Option<String>,
    #[prost(message, optional, tag = "5")]
    summary: Option<Summary>,
}

#[derive(Clone, PartialEq, Message)]
struct Summary {
    #[prost(message, repeated, tag = "1")]
    values: Vec<SummaryValue>,
}

#[derive(Clone, PartialEq, Message)]
struct SummaryValue {
    #[prost(string, tag = "1")]
    tag: String,
    #[prost(oneof = "Shown", tags = "2, 4")]
    shown: Option<Shown>,
}

#[derive(Clone, PartialEq, Oneof)]
enum Shown {
    #[prost(float, tag = "2")]
    Scalar(f32),
    #[prost(message, tag = "4")]
    Image(Image),
}

#[derive(Clone, PartialEq, Message)]
struct Image {
    #[prost(int32, tag = "1")]
    height: i32,
    #[prost(int32, tag = "2")]
    width: i32,
    /// The number of channels.
    #[prost(int32, tag = "3")]
    colorspace: i32,
    #[prost(bytes = "vec", tag = "4")]
    png: Vec<u8>,
}

impl Event {
    /// The first record of a file.
    pub fn version() -> Self {
        Event {
            file_version: Some(VERSION.into()),
            ..Event::default()
        }
    }

    /// The record of a point.
    pub fn of(point: Point) -> Self {
        let shown = match point.value {
            point::Value::Scalar(value) => Shown::Scalar(value),
            point::Value::Image(image) => Shown::Image(Image {
                height: image.height as i32,
                width: image.width as i32,
                colorspace: image.channels as i32,
                png: image.png,
            }),
        };
        let value = SummaryValue {
            tag: point.tag,
            shown: Some(shown),
        };
        Event {
            step: point.step as i64,
            summary: Some(Summary {
                values: vec![value],
            }),
            ..Event::default()
        }
    }

    /// The points that the record has: none of the first record.
    pub fn into_points(self) -> impl Iterator<Item = Point> {
        let step = self.step as u64;
        let values = self.summary.unwrap_or_default().values.into_iter();
        values.filter_map(move |value| {
            Some(Point {
                step,
                tag: value.tag,
                value: match value.shown? {
                    Shown::Scalar(value) => point::Value::Scalar(value),
                    Shown::Image(image) => point::Value::Image(point::Image {
                        width: image.width as u32,
                        height: image.height as u32,
                        channels: image.colorspace as u32,
                        png: image.png,
                    }),
                },
            })
        })
    }

    /// Whether it says the same as `other`, at whatever time.
    pub fn says_the_same_as(&self, other: &Event) -> bool {
        let at_zero = |event: &Event| Event {
            wall_time: 0.0,
            ..event.clone()
        };
        at_zero(self) == at_zero(other)
    }
}

//! Which classes of a set are normal; images of the others are what the error should find.

use apply::{Error, ImageName, Images};

/// The classes that are normal.
pub struct Normal(Vec<String>);

impl Normal {
    /// The classes that the user names, if any, of `images`, which need others too.
    pub fn new(classes: &[String], images: &Images) -> Result<Option<Self>, Error> {
        let normal = Normal::among(classes, images)?;
        if normal.is_some() && images.classes().iter().all(|class| classes.contains(class)) {
            let images = images.name().to_owned();
            let classes = classes.to_vec();
            return Err(Error::OnlyNormal { images, classes });
        }
        Ok(normal)
    }

    /// The classes that the user names, if any, of `images`.
    pub fn among(classes: &[String], images: &Images) -> Result<Option<Self>, Error> {
        if classes.is_empty() {
            return Ok(None);
        }
        let known = images.classes();
        let name = || images.name().to_owned();
        if known.is_empty() {
            return Err(Error::NoClasses { images: name() });
        }
        if let Some(found) = classes.iter().find(|class| !known.contains(*class)) {
            return Err(Error::NoClass {
                images: name(),
                classes: known.into_iter().collect(),
                found: found.clone(),
            });
        }
        Ok(Some(Normal(classes.to_vec())))
    }

    /// Whether an image is normal.
    pub fn has(&self, name: &ImageName) -> bool {
        let label = name.label.as_ref();
        label.is_some_and(|label| self.0.contains(label))
    }

    /// What texts call the normal ones of `images`.
    pub fn describe(&self, images: &Images) -> String {
        let classes = if self.0.len() == 1 {
            "class"
        } else {
            "classes"
        };
        format!("{classes} {} of {}", self.0.join(", "), images.name())
    }
}

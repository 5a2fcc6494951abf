//! JSON inside credentials.
//!
//! # Bounds
//! A value is at most as long as what may be looked at, and `serde_json` gives up at a depth of 128.

use serde_json::{Map, Value};

use crate::{
    moment,
    shape::{Property, Shape},
};

/// The object that a text is.
pub(crate) fn object(text: &[u8]) -> Option<Map<String, Value>> {
    match serde_json::from_slice(text) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// What stands in an object under a path of names joined by `/`.
fn at<'o>(object: &'o Map<String, Value>, path: &str) -> Option<&'o Value> {
    let mut names = path.split('/');
    let mut value = object.get(names.next()?)?;
    for name in names {
        value = value.get(name)?;
    }
    Some(value)
}

/// The same as text.
pub(crate) fn text(object: &Map<String, Value>, path: &str) -> Option<String> {
    match at(object, path)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// A moment in an object, in seconds since 1970 or as text.
pub(crate) fn moment(object: &Map<String, Value>, path: &str) -> Option<i64> {
    match at(object, path)? {
        Value::Number(number) => {
            let whole = number.as_i64();
            // Some issuers write fractions.
            let number = whole.or_else(|| number.as_f64().map(|it| it as i64));
            number.map(moment::number)
        }
        Value::String(text) => moment::parse(text).or_else(|| text.parse().ok()),
        _ => None,
    }
}

/// Notes what stands under these paths.
pub(crate) fn note(object: &Map<String, Value>, shape: &mut Shape, paths: &[(&str, Property)]) {
    for (path, property) in paths {
        shape.note_some(*property, text(object, path));
    }
}

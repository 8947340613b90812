//! Values of columns as texts, whatever type a file gives them.

use std::{fmt::Display, io::Write};

use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Date64Array, Float32Array, Float64Array,
    LargeListArray, ListArray, MapArray, PrimitiveArray, StructArray, TimestampMicrosecondArray,
    TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray,
    types::{
        ArrowPrimitiveType, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
        DecimalType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
        UInt64Type,
    },
};
use arrow_schema::{DataType, TimeUnit};
use firedamp_core::time::Time;

use super::cells;

/// How deep maps, lists and structures are written.
const DEPTH_MAX: usize = 4;
/// Elements written of one list or map.
const ELEMENTS_MAX: usize = 1000;
const DAY_MILLIS: i64 = 86_400_000;

/// Appends the text of a value: nothing for none, JSON for what holds values.
pub(super) fn write(array: &ArrayRef, row: usize, out: &mut Vec<u8>) {
    if array.is_null(row) {
        return;
    }
    if let Some(text) = cells::text(array, row) {
        out.extend_from_slice(text.as_bytes());
    } else if is_nested(array.data_type()) {
        json(array, row, 0, out);
    } else {
        scalar(array, row, out);
    }
}

const fn is_nested(kind: &DataType) -> bool {
    matches!(
        kind,
        DataType::Struct(_) | DataType::List(_) | DataType::LargeList(_) | DataType::Map(..)
    )
}

/// Writes to memory, which can't fail.
fn put(value: impl Display, out: &mut Vec<u8>) {
    write!(out, "{value}").unwrap_or_default();
}

fn scalar(array: &ArrayRef, row: usize, out: &mut Vec<u8>) {
    match array.data_type() {
        DataType::Int64 => integer::<Int64Type>(array, row, out),
        DataType::Int32 => integer::<Int32Type>(array, row, out),
        DataType::Int16 => integer::<Int16Type>(array, row, out),
        DataType::Int8 => integer::<Int8Type>(array, row, out),
        DataType::UInt64 => integer::<UInt64Type>(array, row, out),
        DataType::UInt32 => integer::<UInt32Type>(array, row, out),
        DataType::UInt16 => integer::<UInt16Type>(array, row, out),
        DataType::UInt8 => integer::<UInt8Type>(array, row, out),
        DataType::Float64 | DataType::Float32 => float(array, row, out),
        DataType::Decimal32(..) => decimal::<Decimal32Type>(array, row, out),
        DataType::Decimal64(..) => decimal::<Decimal64Type>(array, row, out),
        DataType::Decimal128(..) => decimal::<Decimal128Type>(array, row, out),
        DataType::Decimal256(..) => decimal::<Decimal256Type>(array, row, out),
        DataType::Boolean => {
            let flags = array.as_any().downcast_ref::<BooleanArray>();
            flags.into_iter().for_each(|flags| put(flags.value(row), out));
        }
        _ => {
            let time = millis(array, row).map(Time::from_millis);
            time.into_iter().for_each(|time| put(time, out));
        }
    }
}

fn integer<T>(array: &ArrayRef, row: usize, out: &mut Vec<u8>)
where
    T: ArrowPrimitiveType,
    T::Native: Display,
{
    let numbers = array.as_any().downcast_ref::<PrimitiveArray<T>>();
    numbers.into_iter().for_each(|numbers| put(numbers.value(row), out));
}

/// A float in its shortest form; none where it is no number.
fn float(array: &ArrayRef, row: usize, out: &mut Vec<u8>) {
    let any = array.as_any();
    if let Some(numbers) = any.downcast_ref::<Float64Array>() {
        let number = Some(numbers.value(row)).filter(|number| number.is_finite());
        number.into_iter().for_each(|number| put(number, out));
    } else if let Some(numbers) = any.downcast_ref::<Float32Array>() {
        let number = Some(numbers.value(row)).filter(|number| number.is_finite());
        number.into_iter().for_each(|number| put(number, out));
    }
}

fn decimal<T: DecimalType>(array: &ArrayRef, row: usize, out: &mut Vec<u8>) {
    let numbers = array.as_any().downcast_ref::<PrimitiveArray<T>>();
    numbers.into_iter().for_each(|numbers| put(numbers.value_as_string(row), out));
}

/// A time as milliseconds since 1970.
fn millis(array: &ArrayRef, row: usize) -> Option<i64> {
    let any = array.as_any();
    match array.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => {
            Some(any.downcast_ref::<TimestampSecondArray>()?.value(row).saturating_mul(1000))
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            Some(any.downcast_ref::<TimestampMillisecondArray>()?.value(row))
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            Some(any.downcast_ref::<TimestampMicrosecondArray>()?.value(row).div_euclid(1000))
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            Some(any.downcast_ref::<TimestampNanosecondArray>()?.value(row).div_euclid(1_000_000))
        }
        DataType::Date32 => {
            Some(i64::from(any.downcast_ref::<Date32Array>()?.value(row)) * DAY_MILLIS)
        }
        DataType::Date64 => Some(any.downcast_ref::<Date64Array>()?.value(row)),
        _ => None,
    }
}

/// Writes a value as JSON.
fn json(array: &ArrayRef, row: usize, depth: usize, out: &mut Vec<u8>) {
    let any = array.as_any();
    if array.is_null(row) || depth > DEPTH_MAX {
        out.extend_from_slice(b"null");
    } else if let Some(members) = any.downcast_ref::<StructArray>() {
        let names = members.fields().iter().zip(members.columns());
        list(b"{}", names, out, |(field, member), out| {
            quoted(field.name(), out);
            out.push(b':');
            json(member, row, depth + 1, out);
        });
    } else if let Some(map) = any.downcast_ref::<MapArray>() {
        let entries = map.value(row);
        let [keys, values] = entries.columns() else {
            return out.extend_from_slice(b"null");
        };
        list(b"{}", 0..entries.len(), out, |at, out| {
            quoted(&text(keys, at), out);
            out.push(b':');
            json(values, at, depth + 1, out);
        });
    } else if let Some(elements) = any.downcast_ref::<ListArray>() {
        elements_of(&elements.value(row), depth, out);
    } else if let Some(elements) = any.downcast_ref::<LargeListArray>() {
        elements_of(&elements.value(row), depth, out);
    } else if array.data_type().is_numeric() || *array.data_type() == DataType::Boolean {
        let before = out.len();
        write(array, row, out);
        if out.len() == before {
            out.extend_from_slice(b"null");
        }
    } else {
        quoted(&text(array, row), out);
    }
}

fn elements_of(elements: &ArrayRef, depth: usize, out: &mut Vec<u8>) {
    list(b"[]", 0..elements.len(), out, |at, out| json(elements, at, depth + 1, out));
}

/// Writes elements between brackets.
fn list<T>(
    brackets: &[u8; 2],
    elements: impl Iterator<Item = T>,
    out: &mut Vec<u8>,
    mut write: impl FnMut(T, &mut Vec<u8>),
) {
    out.push(brackets[0]);
    for (at, element) in elements.take(ELEMENTS_MAX).enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write(element, out);
    }
    out.push(brackets[1]);
}

fn text(array: &ArrayRef, row: usize) -> String {
    let mut text = Vec::new();
    if !is_nested(array.data_type()) {
        write(array, row, &mut text);
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn quoted(text: &str, out: &mut Vec<u8>) {
    // Memory can't fail, and texts are JSON.
    serde_json::to_writer(out, text).unwrap_or_default();
}

//! The values of a column, whatever type this file gives it.

use arrow_array::{
    Array, ArrayRef, BinaryArray, DictionaryArray, Float64Array, Int32Array, Int64Array,
    LargeStringArray, StringArray, StringViewArray, UInt16Array, UInt32Array, UInt64Array,
    types::{Int32Type, UInt32Type},
};

/// The text of a cell; `None` where it is null or of a type that holds no text.
pub(super) fn text(array: &ArrayRef, row: usize) -> Option<&str> {
    if array.is_null(row) {
        return None;
    }
    let any = array.as_any();
    if let Some(texts) = any.downcast_ref::<StringArray>() {
        return Some(texts.value(row));
    }
    if let Some(dictionary) = any.downcast_ref::<DictionaryArray<Int32Type>>() {
        return text(dictionary.values(), dictionary.key(row)?);
    }
    if let Some(texts) = any.downcast_ref::<LargeStringArray>() {
        return Some(texts.value(row));
    }
    if let Some(texts) = any.downcast_ref::<StringViewArray>() {
        return Some(texts.value(row));
    }
    if let Some(dictionary) = any.downcast_ref::<DictionaryArray<UInt32Type>>() {
        return text(dictionary.values(), dictionary.key(row)?);
    }
    std::str::from_utf8(any.downcast_ref::<BinaryArray>()?.value(row)).ok()
}

/// The number of a cell; a float only where it is whole.
pub(super) fn number(array: &ArrayRef, row: usize) -> Option<i64> {
    if array.is_null(row) {
        return None;
    }
    let any = array.as_any();
    if let Some(numbers) = any.downcast_ref::<Int64Array>() {
        return Some(numbers.value(row));
    }
    if let Some(numbers) = any.downcast_ref::<Int32Array>() {
        return Some(i64::from(numbers.value(row)));
    }
    if let Some(numbers) = any.downcast_ref::<Float64Array>() {
        let number = numbers.value(row);
        let whole = number.fract() == 0.0 && number.abs() < 9e15;
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        return whole.then_some(number as i64);
    }
    if let Some(numbers) = any.downcast_ref::<UInt64Array>() {
        return i64::try_from(numbers.value(row)).ok();
    }
    if let Some(numbers) = any.downcast_ref::<UInt32Array>() {
        return Some(i64::from(numbers.value(row)));
    }
    any.downcast_ref::<UInt16Array>().map(|numbers| i64::from(numbers.value(row)))
}

/// Writes a cell as the text format writes it: `-` for none. A text can't break the line.
pub(super) fn write(array: &ArrayRef, row: usize, line: &mut String) {
    if let Some(text) = text(array, row).filter(|text| !text.is_empty()) {
        line.extend(text.chars().map(|letter| if letter.is_whitespace() { '?' } else { letter }));
    } else if let Some(number) = number(array, row) {
        line.push_str(&number.to_string());
    } else {
        line.push('-');
    }
}

//! A column of Arrow as numbers, whatever its type.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, DecimalType,
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;

use super::cells::{Cells, Marks, Numbers};
use super::sound::damage;

impl Numbers {
    /// From the chunks of an Arrow column; one chunk of floats without gaps is taken as it is.
    pub fn from_arrow(name: &str, chunks: &[ArrayRef]) -> Self {
        Numbers::from_marked(name, chunks, Marks::None)
    }

    /// The same of a column in which texts may mean a missing value.
    pub fn from_marked<'a>(name: &'a str, chunks: &[ArrayRef], marks: Marks<'a>) -> Self {
        if let [one] = chunks
            && one.null_count() == 0
            && let Some(floats) = one.as_primitive_opt::<Float64Type>()
        {
            return Numbers::plain(floats.values().clone());
        }
        let rows = chunks.iter().map(Array::len).sum();
        if let Some(finding) = damage(name, chunks) {
            let values = vec![f64::NAN; rows].into();
            return Numbers { values, decimals: Vec::new(), findings: vec![finding] };
        }
        let mut cells = Cells::new(name, rows, marks);
        for chunk in chunks {
            cells.append(chunk.as_ref());
        }
        cells.finish()
    }
}

impl Cells<'_> {
    /// One chunk of an Arrow column.
    fn append(&mut self, array: &dyn Array) {
        match array.data_type() {
            DataType::Float64 => self.primitive::<Float64Type>(array, Cells::float),
            DataType::Float32 => self.primitive::<Float32Type>(array, Cells::short_float),
            DataType::Float16 => self.primitive::<Float16Type>(array, |b, x| b.short_float(x.to_f32())),
            DataType::Int8 => self.primitive::<Int8Type>(array, |b, x| b.float(x.into())),
            DataType::Int16 => self.primitive::<Int16Type>(array, |b, x| b.float(x.into())),
            DataType::Int32 => self.primitive::<Int32Type>(array, |b, x| b.float(x.into())),
            DataType::Int64 => self.primitive::<Int64Type>(array, |b, x| b.integer(x.unsigned_abs(), &x)),
            DataType::UInt8 => self.primitive::<UInt8Type>(array, |b, x| b.float(x.into())),
            DataType::UInt16 => self.primitive::<UInt16Type>(array, |b, x| b.float(x.into())),
            DataType::UInt32 => self.primitive::<UInt32Type>(array, |b, x| b.float(x.into())),
            DataType::UInt64 => self.primitive::<UInt64Type>(array, |b, x| b.integer(x, &x)),
            DataType::Decimal32(..) => self.decimals::<Decimal32Type>(array),
            DataType::Decimal64(..) => self.decimals::<Decimal64Type>(array),
            DataType::Decimal128(..) => self.decimals::<Decimal128Type>(array),
            DataType::Decimal256(..) => self.decimals::<Decimal256Type>(array),
            DataType::Boolean => {
                for x in array.as_boolean() {
                    self.float(x.map_or(f64::NAN, f64::from));
                }
            }
            DataType::Null => self.gap(array.len()),
            DataType::Dictionary(..) => self.dictionary(array),
            _ => match texts(array) {
                Some(texts) => texts.for_each(|t| match t {
                    Some(t) => self.text(t),
                    None => self.missing(),
                }),
                None => self.not_numeric(array.len(), array.data_type()),
            },
        }
    }

    fn primitive<T: ArrowPrimitiveType>(&mut self, array: &dyn Array, each: impl Fn(&mut Self, T::Native)) {
        for x in array.as_primitive::<T>() {
            match x {
                Some(x) => each(self, x),
                None => self.missing(),
            }
        }
    }

    fn decimals<T: DecimalType>(&mut self, array: &dyn Array) {
        let array = array.as_primitive::<T>();
        for row in 0..array.len() {
            if array.is_null(row) {
                self.missing();
            } else {
                self.text(&array.value_as_string(row));
            }
        }
    }

    fn dictionary(&mut self, array: &dyn Array) {
        let Some(dictionary) = array.as_any_dictionary_opt() else {
            return self.not_numeric(array.len(), array.data_type());
        };
        if dictionary.values().is_empty() {
            return self.gap(array.len());
        }
        for (row, key) in dictionary.normalized_keys().into_iter().enumerate() {
            if dictionary.keys().is_null(row) {
                self.missing();
            } else {
                self.append(dictionary.values().slice(key, 1).as_ref());
            }
        }
    }
}

/// The texts of a string column of any kind.
pub fn texts(array: &dyn Array) -> Option<Box<dyn Iterator<Item = Option<&str>> + '_>> {
    match array.data_type() {
        DataType::Utf8 => Some(Box::new(array.as_string::<i32>().iter())),
        DataType::LargeUtf8 => Some(Box::new(array.as_string::<i64>().iter())),
        DataType::Utf8View => Some(Box::new(array.as_string_view().iter())),
        _ => None,
    }
}

/// Whether a column of this type is taken for a variable when the caller names none.
pub fn is_numeric(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => is_numeric(values),
        DataType::Boolean => true,
        other => other.is_numeric(),
    }
}

//! From the typed model to the tree: the ground of the canonical form, the fingerprint and the diff.

use std::fmt;

use serde::ser::{self, Impossible, Serialize};

use crate::tree::{Entry, Kind, Node};

/// The tree of a value; `None` only if a type serialises to something no scheme file can hold.
pub(crate) fn tree<T: Serialize>(value: &T) -> Option<Node> {
    value.serialize(Encoder).ok().map(Node::bare)
}

/// No file has a form for the value.
#[derive(Debug)]
pub(crate) struct NoForm;

impl fmt::Display for NoForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that no scheme file can hold")
    }
}
impl std::error::Error for NoForm {}
impl ser::Error for NoForm {
    fn custom<T: fmt::Display>(_: T) -> Self {
        NoForm
    }
}

struct Encoder;

fn entry(key: impl Into<String>, kind: Kind) -> Entry {
    Entry { key: key.into(), span: 0..0, value: Node::bare(kind) }
}

impl ser::Serializer for Encoder {
    type Ok = Kind;
    type Error = NoForm;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = List;
    type SerializeTupleVariant = Impossible<Kind, NoForm>;
    type SerializeMap = Table;
    type SerializeStruct = Table;
    type SerializeStructVariant = Table;

    fn serialize_bool(self, v: bool) -> Result<Kind, NoForm> {
        Ok(Kind::Bool(v))
    }
    fn serialize_i8(self, v: i8) -> Result<Kind, NoForm> {
        Ok(Kind::Integer(v.into()))
    }
    fn serialize_i16(self, v: i16) -> Result<Kind, NoForm> {
        Ok(Kind::Integer(v.into()))
    }
    fn serialize_i32(self, v: i32) -> Result<Kind, NoForm> {
        Ok(Kind::Integer(v.into()))
    }
    fn serialize_i64(self, v: i64) -> Result<Kind, NoForm> {
        Ok(Kind::Integer(v))
    }
    fn serialize_u8(self, v: u8) -> Result<Kind, NoForm> {
        Ok(Kind::Integer(v.into()))
    }
    fn serialize_u16(self, v: u16) -> Result<Kind, NoForm> {
        Ok(Kind::Integer(v.into()))
    }
    fn serialize_u32(self, v: u32) -> Result<Kind, NoForm> {
        Ok(Kind::Integer(v.into()))
    }
    fn serialize_u64(self, v: u64) -> Result<Kind, NoForm> {
        i64::try_from(v).map(Kind::Integer).map_err(|_| NoForm)
    }
    fn serialize_f32(self, v: f32) -> Result<Kind, NoForm> {
        self.serialize_f64(v.into())
    }
    fn serialize_f64(self, v: f64) -> Result<Kind, NoForm> {
        // 20 and 20.0 are one number, so they have one form.
        let whole = v.fract() == 0.0 && v.abs() < 1e15;
        Ok(if whole { Kind::Integer(v as i64) } else { Kind::Float(v) })
    }
    fn serialize_char(self, v: char) -> Result<Kind, NoForm> {
        Ok(Kind::Text(v.to_string()))
    }
    fn serialize_str(self, v: &str) -> Result<Kind, NoForm> {
        Ok(Kind::Text(v.to_owned()))
    }
    fn serialize_bytes(self, _: &[u8]) -> Result<Kind, NoForm> {
        Err(NoForm)
    }
    fn serialize_none(self) -> Result<Kind, NoForm> {
        Ok(Kind::Null)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, v: &T) -> Result<Kind, NoForm> {
        v.serialize(self)
    }
    fn serialize_unit(self) -> Result<Kind, NoForm> {
        Ok(Kind::Null)
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<Kind, NoForm> {
        Ok(Kind::Table(Vec::new()))
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Kind, NoForm> {
        Ok(Kind::Text(variant.to_owned()))
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, v: &T) -> Result<Kind, NoForm> {
        v.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        v: &T,
    ) -> Result<Kind, NoForm> {
        Ok(Kind::Table(vec![entry(variant, v.serialize(self)?)]))
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<List, NoForm> {
        Ok(List(Vec::new()))
    }
    fn serialize_tuple(self, _: usize) -> Result<List, NoForm> {
        Ok(List(Vec::new()))
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List, NoForm> {
        Ok(List(Vec::new()))
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, NoForm> {
        Err(NoForm)
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Table, NoForm> {
        Ok(Table::default())
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Table, NoForm> {
        Ok(Table::default())
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Table, NoForm> {
        Ok(Table { variant: Some(variant), ..Table::default() })
    }
}

struct List(Vec<Node>);

macro_rules! list {
    ($($which:ident $method:ident)*) => {$(
        impl ser::$which for List {
            type Ok = Kind;
            type Error = NoForm;
            fn $method<T: Serialize + ?Sized>(&mut self, v: &T) -> Result<(), NoForm> {
                self.0.push(Node::bare(v.serialize(Encoder)?));
                Ok(())
            }
            fn end(self) -> Result<Kind, NoForm> {
                Ok(Kind::List(self.0))
            }
        }
    )*};
}
list! { SerializeSeq serialize_element SerializeTuple serialize_element SerializeTupleStruct serialize_field }

#[derive(Default)]
struct Table {
    entries: Vec<Entry>,
    key: String,
    variant: Option<&'static str>,
}

impl Table {
    fn done(self) -> Kind {
        let table = Kind::Table(self.entries);
        match self.variant {
            Some(variant) => Kind::Table(vec![entry(variant, table)]),
            None => table,
        }
    }
    fn push<T: Serialize + ?Sized>(&mut self, key: String, v: &T) -> Result<(), NoForm> {
        self.entries.push(entry(key, v.serialize(Encoder)?));
        Ok(())
    }
}

impl ser::SerializeMap for Table {
    type Ok = Kind;
    type Error = NoForm;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NoForm> {
        let Kind::Text(key) = key.serialize(Encoder)? else { return Err(NoForm) };
        self.key = key;
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, v: &T) -> Result<(), NoForm> {
        let key = std::mem::take(&mut self.key);
        self.push(key, v)
    }
    fn end(self) -> Result<Kind, NoForm> {
        Ok(self.done())
    }
}

macro_rules! table {
    ($($which:ident)*) => {$(
        impl ser::$which for Table {
            type Ok = Kind;
            type Error = NoForm;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, v: &T) -> Result<(), NoForm> {
                self.push(key.to_owned(), v)
            }
            fn end(self) -> Result<Kind, NoForm> {
                Ok(self.done())
            }
        }
    )*};
}
table! { SerializeStruct SerializeStructVariant }

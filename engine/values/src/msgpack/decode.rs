//! MessagePack to values.

use rmp::Marker;
use rmp::decode::{
    read_array_len, read_bool, read_ext_meta, read_f32, read_f64, read_int, read_map_len, read_marker, read_u64,
};

use super::{REFINED, known};
use crate::convert::homogeneous;
use crate::{Bound, Number, ObjectType, PathError, Step, Str, Type, Value, quote};

/// Deeper nesting than this is refused.
const MAX_DEPTH: usize = 512;

/// Larger refinements than this are refused.
const MAX_REFINEMENT: u32 = 1024;

/// Decodes by a type. Bytes after the value are ignored.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, PathError> {
    read(&mut Reader { bytes, depth: 0 }, ty)
}

struct Reader<'a> {
    bytes: &'a [u8],
    depth: usize,
}

type Result<T, E = PathError> = std::result::Result<T, E>;

fn error(message: impl Into<String>) -> PathError {
    PathError::new(message)
}

impl<'a> Reader<'a> {
    fn marker(&self) -> Result<Marker> {
        self.bytes.first().map(|byte| Marker::from_u8(*byte)).ok_or_else(|| error("EOF"))
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    /// Text or bytes.
    fn blob(&mut self) -> Option<&'a [u8]> {
        let marker = read_marker(&mut self.bytes).ok()?;
        let length_bytes = match marker {
            Marker::FixStr(length) => return self.take(usize::from(length)),
            Marker::Str8 | Marker::Bin8 => 1,
            Marker::Str16 | Marker::Bin16 => 2,
            Marker::Str32 | Marker::Bin32 => 4,
            _ => return None,
        };
        let length = self.take(length_bytes)?.iter().fold(0_usize, |length, byte| length << 8 | usize::from(*byte));
        self.take(length)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.blob()?).ok()
    }

    /// The number of items that follow, each at least a byte long.
    fn count(&mut self, length: impl FnOnce(&mut &'a [u8]) -> Option<u32>) -> Option<usize> {
        let count = length(&mut self.bytes)? as usize;
        (count <= self.bytes.len()).then_some(count)
    }

    fn array(&mut self) -> Option<usize> {
        self.count(|bytes| read_array_len(bytes).ok())
    }

    fn map(&mut self) -> Option<usize> {
        self.count(|bytes| read_map_len(bytes).ok())
    }
}

fn is_extension(marker: Marker) -> bool {
    use Marker::{Ext8, Ext16, Ext32, FixExt1, FixExt2, FixExt4, FixExt8, FixExt16};
    matches!(marker, FixExt1 | FixExt2 | FixExt4 | FixExt8 | FixExt16 | Ext8 | Ext16 | Ext32)
}

fn read(reader: &mut Reader<'_>, ty: &Type) -> Result<Value> {
    let marker = reader.marker()?;
    if is_extension(marker) {
        return read_unknown(reader, ty);
    }
    if marker == Marker::Null {
        reader.take(1);
        return Ok(Value::null(ty.without_optional()));
    }
    reader.depth += 1;
    if reader.depth > MAX_DEPTH {
        return Err(error("exceeded max depth"));
    }
    let value = read_known(reader, ty, marker);
    reader.depth -= 1;
    value
}

fn read_known(reader: &mut Reader<'_>, ty: &Type, marker: Marker) -> Result<Value> {
    match ty {
        Type::Dynamic => read_dynamic(reader),
        Type::Bool => read_bool(&mut reader.bytes).map(Value::from).map_err(|_| error("bool is required")),
        Type::Number => read_number(reader, marker).map(Value::number).ok_or_else(|| error("number is required")),
        Type::String => reader.text().map(Value::string).ok_or_else(|| error("string is required")),
        Type::List(element) => {
            let count = reader.array().ok_or_else(|| error("a list is required"))?;
            let (element, items) = agreed(read_items(reader, count, |_| element)?, element)?;
            Ok(Value::list(element, items))
        }
        Type::Set(element) => {
            let count = reader.array().ok_or_else(|| error("a set is required"))?;
            let (element, items) = agreed(read_items(reader, count, |_| element)?, element)?;
            Ok(Value::set(element, items))
        }
        Type::Tuple(types) => {
            let count = reader.array().ok_or_else(|| error("a tuple is required"))?;
            if count != types.len() {
                return Err(error(format!("a tuple of length {} is required", types.len())));
            }
            read_items(reader, count, |index| &types[index]).map(Value::tuple)
        }
        Type::Map(element) => read_map(reader, element),
        Type::Object(object) => read_object(reader, object),
        Type::TypeOfType => Err(error("unsupported type type")),
    }
}

fn agreed(items: Vec<Value>, element: &Type) -> Result<(Type, Vec<Value>)> {
    homogeneous(items, element, element).ok_or_else(|| error("all elements must have the same type"))
}

fn read_number(reader: &mut Reader<'_>, marker: Marker) -> Option<Number> {
    match marker {
        Marker::U64 => read_u64(&mut reader.bytes).ok().map(Number::from),
        Marker::F32 => read_f32(&mut reader.bytes).ok().and_then(|float| Number::from_f64(float.into())),
        Marker::F64 => read_f64(&mut reader.bytes).ok().and_then(Number::from_f64),
        Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => Number::parse(reader.text()?),
        _ => read_int::<i64, _>(&mut reader.bytes).ok().map(Number::from),
    }
}

fn read_items<'t>(reader: &mut Reader<'_>, count: usize, ty: impl Fn(usize) -> &'t Type) -> Result<Vec<Value>> {
    (0..count)
        .map(|index| read(reader, ty(index)).map_err(|error| error.inside(Step::Index(Value::number(index)))))
        .collect()
}

fn read_map(reader: &mut Reader<'_>, element: &Type) -> Result<Value> {
    let count = reader.map().ok_or_else(|| error("a map is required"))?;
    let mut names: Vec<Str> = Vec::with_capacity(count);
    let mut items = Vec::with_capacity(count);
    for _ in 0..count {
        let name: Str = reader.text().ok_or_else(|| error("non-string key in map"))?.into();
        let item = read(reader, element).map_err(|error| error.inside(Step::Index(name.clone().into())))?;
        names.push(name);
        items.push(item);
    }
    let (element, items) = agreed(items, element)?;
    Ok(Value::map(element, names.into_iter().zip(items)))
}

fn read_object(reader: &mut Reader<'_>, object: &ObjectType) -> Result<Value> {
    let count = reader.map().ok_or_else(|| error("an object is required"))?;
    if count != object.len() {
        let expected = object.len();
        return Err(error(format!("an object with {expected} attributes is required ({count} given)")));
    }
    let mut items = Vec::with_capacity(count);
    for _ in 0..count {
        let name = reader.text().ok_or_else(|| error("all keys must be strings"))?;
        let Some((index, ty)) = object.find(name) else {
            return Err(error(format!("unsupported attribute {}", quote(name))));
        };
        let item = read(reader, ty).map_err(|error| error.inside(Step::Attribute(name.into())))?;
        items.push((index, Str::from(name), item));
    }
    items.sort_by_key(|(index, ..)| *index);
    items.dedup_by_key(|(index, ..)| *index);
    if items.len() != count {
        return Err(error("an attribute is given twice"));
    }
    Ok(Value::object(items.into_iter().map(|(_, name, item)| (name, item))))
}

fn read_dynamic(reader: &mut Reader<'_>) -> Result<Value> {
    if reader.array() != Some(2) {
        return Err(error("dynamic value array must have exactly two elements"));
    }
    let json = reader.text().ok_or_else(|| error("a type is required"))?;
    let ty = crate::json::decode_type(json)?;
    read(reader, &ty)
}

fn read_unknown(reader: &mut Reader<'_>, ty: &Type) -> Result<Value> {
    let meta = read_ext_meta(&mut reader.bytes).map_err(|_| error("extension code is required for unknown value"))?;
    let nothing_known = meta.size <= 1;
    if !nothing_known && meta.typeid != REFINED {
        let (code, size) = (meta.typeid, meta.size);
        return Err(error(format!("unsupported extension type 0x{code:02x} with len {size}")));
    }
    if meta.size > MAX_REFINEMENT {
        return Err(error("oversize unknown value refinement"));
    }
    let body = reader.take(meta.size as usize).ok_or_else(|| error("failed to read msgpack extension body: EOF"))?;
    let unknown = Value::unknown(ty.without_optional());
    if nothing_known || *ty == Type::Dynamic { Ok(unknown) } else { read_refinements(body, unknown, ty) }
}

fn read_refinements(body: &[u8], mut value: Value, ty: &Type) -> Result<Value> {
    let wrong = |what: &str| error(format!("failed to decode msgpack extension body: {what}"));
    let mut body = Reader { bytes: body, depth: 0 };
    let count = body.map().ok_or_else(|| wrong("not a map"))?;
    let mut not_null = false;
    for _ in 0..count {
        let key = read_int::<i64, _>(&mut body.bytes).map_err(|_| wrong("non-integer key in map"))?;
        match key {
            known::NULLNESS => {
                if read_bool(&mut body.bytes).map_err(|_| wrong("null refinement is not boolean"))? {
                    return Ok(Value::null(ty.without_optional()));
                }
                not_null = true;
            }
            known::PREFIX if *ty == Type::String => {
                let prefix = body.text().ok_or_else(|| wrong("string prefix refinement is not string"))?;
                value = value.refine_prefix_exact(prefix);
            }
            known::LENGTH_MIN | known::LENGTH_MAX if ty.is_collection() => {
                let bound: u64 = read_int(&mut body.bytes).map_err(|_| wrong("length bound must be an integer"))?;
                let is_min = key == known::LENGTH_MIN;
                value = value.refine_length(if is_min { bound } else { 0 }, if is_min { u64::MAX } else { bound });
            }
            known::NUMBER_MIN | known::NUMBER_MAX if *ty == Type::Number => {
                let bound = read_bound(&mut body).map_err(|_| wrong("bound must be a [number, bool] array"))?;
                let is_min = key == known::NUMBER_MIN;
                let (min, max) = if is_min { (bound, None) } else { (None, bound) };
                value = value.refine_range(min, max);
            }
            known::PREFIX..=known::LENGTH_MAX => return Err(wrong("refinement does not suit the type")),
            _ => return Err(wrong("unsupported refinement")),
        }
    }
    Ok(if not_null { value.refine_not_null() } else { value })
}

fn read_bound(reader: &mut Reader<'_>) -> Result<Bound> {
    let pair = read(reader, &Type::tuple([Type::Number, Type::Bool]))?;
    let Some([number, allowed]) = pair.as_sequence() else { return Err(error("not a pair")) };
    match (number.as_number(), allowed.as_bool()) {
        (Some(number), Some(allowed)) => Ok(Some((number.clone(), allowed))),
        _ => Err(error("not a pair")),
    }
}

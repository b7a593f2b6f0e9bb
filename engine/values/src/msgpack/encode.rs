//! Values to MessagePack.

use rmp::encode::{
    ByteBuf, write_array_len, write_bin, write_bool, write_ext_meta, write_f64, write_map_len, write_nil, write_sint,
    write_str,
};

use super::{REFINED, known};
use crate::{Bound, Kind, Mapping, Number, PathError, Refinement, Sequence, Step, Type, Unknown, Value, convert};

/// Longest beginning of an unknown text that is kept, in bytes.
const LONGEST_PREFIX: usize = 256;

/// Encodes an unmarked value by a type: it is converted first. Where the type says `any`, the type is written too.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, PathError> {
    let mut out = ByteBuf::new();
    let dynamic = Some(ty).filter(|ty| ty.has_dynamic());
    if value.has_type(ty) {
        write(value, dynamic, &mut out)?;
    } else if value.contains_marks() {
        return Err(PathError::new(MARKED));
    } else {
        write(&convert(value, ty)?, dynamic, &mut out)?;
    }
    Ok(out.into_vec())
}

const MARKED: &str = "value has marks, so it cannot be serialized";

/// Writing to memory cannot fail.
fn done<T>(result: Result<T, rmp::encode::ValueWriteError<std::convert::Infallible>>) -> T {
    match result {
        Ok(done) => done,
        Err(rmp::encode::ValueWriteError::InvalidMarkerWrite(never)) => match never {},
        Err(rmp::encode::ValueWriteError::InvalidDataWrite(never)) => match never {},
    }
}

fn length(length: usize) -> Result<u32, PathError> {
    u32::try_from(length).map_err(|_| PathError::new("too many elements"))
}

/// Writes by the value's own types; a type is only given where it says `any` somewhere.
fn write(value: &Value, ty: Option<&Type>, out: &mut ByteBuf) -> Result<(), PathError> {
    if !value.marks().is_empty() {
        return Err(PathError::new(MARKED));
    }
    if ty == Some(&Type::Dynamic) && !value.has_type(&Type::Dynamic) {
        done(write_array_len(out, 2).map(drop));
        done(write_bin(out, crate::json::encode_type(&value.ty()).as_bytes()));
        return write(value, None, out);
    }
    match value.kind() {
        Kind::Null(_) => infallible(write_nil(out)),
        Kind::Unknown(unknown) => write_unknown(unknown, out),
        Kind::Bool(truth) => infallible(write_bool(out, *truth)),
        Kind::Number(number) => write_number(number, out),
        Kind::String(text) => done(write_str(out, text)),
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => return write_sequence(items, ty, out),
        Kind::Map(items) | Kind::Object(items) => return write_mapping(items, ty, out),
        Kind::Type(_) => return Err(PathError::new("cannot msgpack-serialize type")),
    }
    Ok(())
}

fn infallible<T>(result: Result<T, std::convert::Infallible>) -> T {
    match result {
        Ok(done) => done,
        Err(never) => match never {},
    }
}

fn write_number(number: &Number, out: &mut ByteBuf) {
    if let Some(int) = number.to_i64() {
        done(write_sint(out, int).map(drop));
        return;
    }
    let float = number.to_f64();
    let exact = Number::from_f64(float).is_some_and(|same| same.compare(number).is_eq());
    if exact && !number.is_integer() {
        done(write_f64(out, float));
    } else {
        done(write_str(out, &number.to_string()));
    }
}

fn write_sequence(items: &Sequence, ty: Option<&Type>, out: &mut ByteBuf) -> Result<(), PathError> {
    done(write_array_len(out, length(items.items().len())?).map(drop));
    for (index, item) in items.items().iter().enumerate() {
        let ty = match ty {
            Some(Type::Tuple(types)) => types.get(index),
            Some(ty) => ty.element(),
            None => None,
        };
        write(item, ty, out).map_err(|error| error.inside(Step::Index(Value::number(index))))?;
    }
    Ok(())
}

fn write_mapping(items: &Mapping, ty: Option<&Type>, out: &mut ByteBuf) -> Result<(), PathError> {
    done(write_map_len(out, length(items.items().len())?).map(drop));
    for (name, item) in items.items() {
        done(write_str(out, name));
        let ty = match ty {
            Some(Type::Object(object)) => object.get(name),
            Some(ty) => ty.element(),
            None => None,
        };
        write(item, ty, out).map_err(|error| error.inside(Step::Attribute(name.clone())))?;
    }
    Ok(())
}

fn write_unknown(unknown: &Unknown, out: &mut ByteBuf) {
    let mut entries = 0;
    let mut body = ByteBuf::new();
    let mut entry = |key: i64, body: &mut ByteBuf| {
        entries += 1;
        done(write_sint(body, key).map(drop));
    };
    if unknown.not_null {
        entry(known::NULLNESS, &mut body);
        infallible(write_bool(&mut body, false));
    }
    match &unknown.refinement {
        Some(Refinement::Prefix(prefix)) => {
            entry(known::PREFIX, &mut body);
            done(write_str(&mut body, shortened(prefix)));
        }
        Some(Refinement::Range { min, max }) => {
            for (key, bound) in [(known::NUMBER_MIN, min), (known::NUMBER_MAX, max)] {
                if bound.is_some() {
                    entry(key, &mut body);
                    write_bound(bound, &mut body);
                }
            }
        }
        Some(Refinement::Length { min, max }) => {
            for (key, bound) in [(known::LENGTH_MIN, *min), (known::LENGTH_MAX, *max)] {
                if let Some(bound) = i64::try_from(bound).ok().filter(|bound| *bound != 0 || key == known::LENGTH_MAX) {
                    entry(key, &mut body);
                    done(write_sint(&mut body, bound).map(drop));
                }
            }
        }
        None => {}
    }
    if entries == 0 || unknown.ty == Type::Dynamic {
        done(write_ext_meta(out, 1, 0).map(drop));
        out.as_mut_vec().push(0);
        return;
    }
    let mut all = ByteBuf::new();
    done(write_map_len(&mut all, entries).map(drop));
    all.as_mut_vec().extend(body.into_vec());
    let all = all.into_vec();
    done(write_ext_meta(out, u32::try_from(all.len()).unwrap_or(u32::MAX), REFINED).map(drop));
    out.as_mut_vec().extend(all);
}

fn write_bound(bound: &Bound, out: &mut ByteBuf) {
    if let Some((number, allowed)) = bound {
        done(write_array_len(out, 2).map(drop));
        write_number(number, out);
        infallible(write_bool(out, *allowed));
    }
}

fn shortened(prefix: &str) -> &str {
    if prefix.len() <= LONGEST_PREFIX {
        return prefix;
    }
    let mut end = LONGEST_PREFIX - 1;
    while !prefix.is_char_boundary(end) {
        end -= 1;
    }
    crate::safe_prefix(&prefix[..end])
}

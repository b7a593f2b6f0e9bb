//! Texts as other texts: Base64, URLs, character sets, gzip.

mod base64_text;
mod charsets;
mod hz;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use landform_values::{Marks, Type, Value, quote};

use super::call::{Call, FunctionError, Outcome};
use super::entry::{Function, function, text};
use super::gzip;
use super::marking::shown;
pub(super) use base64_text::decode;
use charsets::Charset;

pub(super) fn functions() -> Vec<Function> {
    let function = |name, parameters: Vec<_>, body| function(name, parameters, body).returns(Type::String);
    vec![
        function("base64decode", vec![text("str").marked().unknown()], base64decode),
        function("base64encode", vec![text("str")], base64encode),
        function("base64gunzip", vec![text("str").marked()], base64gunzip),
        function("base64gzip", vec![text("str")], base64gzip),
        function("textdecodebase64", vec![text("source"), text("encoding")], textdecodebase64),
        function("textencodebase64", vec![text("string"), text("encoding")], textencodebase64),
        function("urldecode", vec![text("str")], urldecode),
        function("urlencode", vec![text("str")], urlencode),
    ]
}

/// `base64encode(str)`. `base64encode("hi")` is `"aGk="`.
fn base64encode(call: &Call<'_>) -> Outcome {
    Ok(BASE64.encode(call.text(0)).into())
}

/// `base64decode(str)`: the bytes must be UTF-8. `base64decode("aGk=")` is `"hi"`.
fn base64decode(call: &Call<'_>) -> Outcome {
    let (value, marks) = call.value(0).clone().unmark();
    let Some(text) = value.as_str() else { return Ok(call.unknown().with_marks(&marks)) };
    let decoded = decode_shown(text, &marks)?;
    let decoded = String::from_utf8(decoded).map_err(|_| no_text())?;
    Ok(Value::from(decoded).with_marks(&marks))
}

fn decode_shown(text: &str, marks: &Marks) -> Result<Vec<u8>, FunctionError> {
    decode(text).map_err(|_| FunctionError::new(format!("failed to decode base64 data {}", shown(text, marks))))
}

fn no_text() -> FunctionError {
    FunctionError::new("the result of decoding the provided string is not valid UTF-8")
}

/// `base64gzip(str)`: compressed, in Base64; byte for byte what Terraform makes of it.
fn base64gzip(call: &Call<'_>) -> Outcome {
    Ok(BASE64.encode(gzip::compress(call.text(0).as_bytes())).into())
}

/// `base64gunzip(str)`: the inverse of `base64gzip`. As in OpenTofu 1.7.
fn base64gunzip(call: &Call<'_>) -> Outcome {
    let (value, marks) = call.value(0).clone().unmark();
    let compressed = decode_shown(value.as_str().unwrap_or_default(), &marks)?;
    let plain = gzip::decompress(&compressed)
        .map_err(|why| FunctionError::new(format!("failed to gunzip bytestream: {why}")))?;
    let plain = String::from_utf8(plain).map_err(|_| no_text())?;
    Ok(Value::from(plain).with_marks(&marks))
}

/// `urlencode(str)`: for a query. `urlencode("a b&c")` is `"a+b%26c"`.
fn urlencode(call: &Call<'_>) -> Outcome {
    let mut out = String::new();
    for byte in call.text(0).bytes() {
        match byte {
            b' ' => out.push('+'),
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(out.into())
}

/// `urldecode(str)`: the inverse of `urlencode`. As in OpenTofu 1.7.
fn urldecode(call: &Call<'_>) -> Outcome {
    let bytes = call.text(0).as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(byte) = bytes.get(index) {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let end = (index + 3).min(bytes.len());
                let code = std::str::from_utf8(&bytes[index + 1..end]).ok().filter(|code| code.len() == 2);
                let code = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
                let Some(code) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) else {
                    let wrong = String::from_utf8_lossy(&bytes[index..end]);
                    return Err(FunctionError::new(format!(
                        "failed to decode URL '': invalid URL escape {}",
                        quote(&wrong)
                    )));
                };
                out.push(code);
                index += 2;
            }
            other => out.push(*other),
        }
        index += 1;
    }
    String::from_utf8(out).map(Value::from).map_err(|_| no_text())
}

fn charset(call: &Call<'_>) -> Result<Charset, FunctionError> {
    Charset::named(call.text(1)).ok_or_else(|| {
        let name = quote(call.text(1));
        let message = format!("{name} is not a supported IANA encoding name or alias in this Terraform version");
        FunctionError::of_argument(1, message)
    })
}

/// `textencodebase64(string, encoding)`: in another character set, in Base64. `textencodebase64("a", "UTF-16LE")` is
/// `"YQA="`.
fn textencodebase64(call: &Call<'_>) -> Outcome {
    let charset = charset(call)?;
    match charset.encode(call.text(0)) {
        Some(bytes) => Ok(BASE64.encode(bytes).into()),
        None => Err(FunctionError::of_argument(
            0,
            format!("the given string contains characters that cannot be represented in {}", charset.name),
        )),
    }
}

/// `textdecodebase64(source, encoding)`: the inverse of `textencodebase64`.
fn textdecodebase64(call: &Call<'_>) -> Outcome {
    let charset = charset(call)?;
    let bytes = decode(call.text(0)).map_err(|offset| {
        FunctionError::of_argument(0, format!("the given value is has an invalid base64 symbol at offset {offset}"))
    })?;
    match charset.decode(&bytes) {
        Some(text) => Ok(text.into()),
        None => Err(FunctionError::of_argument(
            0,
            format!("the given string contains symbols that are not defined for {}", charset.name),
        )),
    }
}

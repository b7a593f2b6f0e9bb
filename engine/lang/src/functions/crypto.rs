//! Hashes, encryption, unique ids.

mod keys;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use landform_values::{Type, Value, quote};
use md5::Md5;
use rsa::Pkcs1v15Encrypt;
use sha1::Sha1;
use sha2::digest::Digest as _;
use sha2::{Sha256, Sha512};
use uuid::Uuid;

use super::call::{Call, FunctionError, Outcome, integer};
use super::encoding;
use super::entry::{Function, Purity, function, number, text};
use super::filesystem::read_to_hash;
use super::limits::HIGHEST_COST;

pub(super) fn functions() -> Vec<Function> {
    let of_text = |name, body| function(name, [text("str")], body).returns(Type::String);
    let of_file = |name, body| function(name, [text("path").marked()], body).returns(Type::String).reads_files();
    vec![
        of_text("base64sha256", base64sha256),
        of_text("base64sha512", base64sha512),
        of_text("bcrypt", bcrypt).variadic(number("cost")).purity(Purity::Volatile),
        of_file("filebase64sha256", filebase64sha256),
        of_file("filebase64sha512", filebase64sha512),
        of_file("filemd5", filemd5),
        of_file("filesha1", filesha1),
        of_file("filesha256", filesha256),
        of_file("filesha512", filesha512),
        of_text("md5", md5),
        function("rsadecrypt", [text("ciphertext"), text("privatekey")], rsadecrypt).returns(Type::String),
        of_text("sha1", sha1),
        of_text("sha256", sha256),
        of_text("sha512", sha512),
        function("uuid", [], uuid).returns(Type::String).purity(Purity::Volatile),
        function("uuidv5", [text("namespace"), text("name")], uuidv5).returns(Type::String),
    ]
}

fn md5_of(bytes: &[u8]) -> Vec<u8> {
    use md5::Digest as _;
    Md5::digest(bytes).to_vec()
}

fn sha1_of(bytes: &[u8]) -> Vec<u8> {
    use sha1::Digest as _;
    Sha1::digest(bytes).to_vec()
}

fn sha256_of(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

fn sha512_of(bytes: &[u8]) -> Vec<u8> {
    Sha512::digest(bytes).to_vec()
}

fn of_text(call: &Call<'_>, hash: fn(&[u8]) -> Vec<u8>, write: fn(Vec<u8>) -> String) -> Outcome {
    Ok(write(hash(call.text(0).as_bytes())).into())
}

fn of_file(call: &Call<'_>, hash: fn(&[u8]) -> Vec<u8>, write: fn(Vec<u8>) -> String) -> Outcome {
    let (path, marks) = call.value(0).clone().unmark();
    let contents = read_to_hash(call.world()?, path.as_str().unwrap_or_default(), &marks)?;
    Ok(Value::from(write(hash(&contents))).with_marks(&marks))
}

fn hexadecimal(bytes: Vec<u8>) -> String {
    hex::encode(bytes)
}

fn in_base64(bytes: Vec<u8>) -> String {
    BASE64.encode(bytes)
}

/// `md5(str)`: in hexadecimal digits.
fn md5(call: &Call<'_>) -> Outcome {
    of_text(call, md5_of, hexadecimal)
}

/// `sha1(str)`: in hexadecimal digits.
fn sha1(call: &Call<'_>) -> Outcome {
    of_text(call, sha1_of, hexadecimal)
}

/// `sha256(str)`: in hexadecimal digits.
fn sha256(call: &Call<'_>) -> Outcome {
    of_text(call, sha256_of, hexadecimal)
}

/// `sha512(str)`: in hexadecimal digits.
fn sha512(call: &Call<'_>) -> Outcome {
    of_text(call, sha512_of, hexadecimal)
}

/// `base64sha256(str)`: the hash's bytes in Base64.
fn base64sha256(call: &Call<'_>) -> Outcome {
    of_text(call, sha256_of, in_base64)
}

/// `base64sha512(str)`: the hash's bytes in Base64.
fn base64sha512(call: &Call<'_>) -> Outcome {
    of_text(call, sha512_of, in_base64)
}

/// `filemd5(path)`: of a file's bytes.
fn filemd5(call: &Call<'_>) -> Outcome {
    of_file(call, md5_of, hexadecimal)
}

/// `filesha1(path)`: of a file's bytes.
fn filesha1(call: &Call<'_>) -> Outcome {
    of_file(call, sha1_of, hexadecimal)
}

/// `filesha256(path)`: of a file's bytes.
fn filesha256(call: &Call<'_>) -> Outcome {
    of_file(call, sha256_of, hexadecimal)
}

/// `filesha512(path)`: of a file's bytes.
fn filesha512(call: &Call<'_>) -> Outcome {
    of_file(call, sha512_of, hexadecimal)
}

/// `filebase64sha256(path)`: of a file's bytes.
fn filebase64sha256(call: &Call<'_>) -> Outcome {
    of_file(call, sha256_of, in_base64)
}

/// `filebase64sha512(path)`: of a file's bytes.
fn filebase64sha512(call: &Call<'_>) -> Outcome {
    of_file(call, sha512_of, in_base64)
}

/// The cost of `bcrypt` where none, or one below the least, is asked for.
const DEFAULT_COST: u32 = 10;

/// `bcrypt(str, cost)`: with a fresh salt at each call.
fn bcrypt(call: &Call<'_>) -> Outcome {
    let failed = |why: String| FunctionError::new(format!("error occured generating password {why}"));
    let cost = call.arguments.get(1).map_or(Ok(i64::from(DEFAULT_COST)), integer)?;
    if call.len() > 2 {
        return Err(FunctionError::new("bcrypt() takes no more than two arguments"));
    }
    let password = call.text(0);
    if password.len() > 72 {
        return Err(failed("bcrypt: password length exceeds 72 bytes".into()));
    }
    if cost > 31 {
        return Err(failed(format!("crypto/bcrypt: cost {cost} is outside allowed range (4,31)")));
    }
    if cost > HIGHEST_COST {
        let why = format!(
            "cost {cost} would take hours: each step doubles the time, and {HIGHEST_COST}, which takes some ten seconds, \
             is the most that is allowed here"
        );
        return Err(failed(why));
    }
    let cost = u32::try_from(cost).ok().filter(|cost| *cost >= 4).unwrap_or(DEFAULT_COST);
    let mut salt = [0; 16];
    call.world()?.random(&mut salt);
    let parts = ::bcrypt::hash_with_salt(password, cost, salt).map_err(|error| failed(error.to_string()))?;
    Ok(parts.format_for_version(::bcrypt::Version::TwoA).into())
}

/// `rsadecrypt(ciphertext, privatekey)`: PKCS #1 1.5; the ciphertext is in Base64, the key in PEM.
fn rsadecrypt(call: &Call<'_>) -> Outcome {
    let (text, key) = (call.text(0), call.text(1));
    let ciphertext = encoding::decode(text).map_err(|_| {
        let message = format!("failed to decode input {}: cipher text must be base64-encoded", quote(text));
        FunctionError::of_argument(0, message)
    })?;
    let key = keys::parse(key).map_err(|why| FunctionError::of_argument(1, why))?;
    let failed = |why: &str| FunctionError::new(format!("failed to decrypt: {why}"));
    let plain = key.decrypt(Pkcs1v15Encrypt, &ciphertext).map_err(|_| failed("crypto/rsa: decryption error"))?;
    String::from_utf8(plain).map(Value::from).map_err(|_| failed("the result is not valid UTF-8"))
}

/// `uuid()`: random at each call, unknown while planning.
fn uuid(call: &Call<'_>) -> Outcome {
    let mut bytes = [0; 16];
    call.world()?.random(&mut bytes);
    // As in Terraform, no bits tell a version.
    Ok(Uuid::from_bytes(bytes).hyphenated().to_string().into())
}

/// `uuidv5(namespace, name)`: `dns`, `url`, `oid`, `x500` or a UUID, and a name within. The same at each call.
fn uuidv5(call: &Call<'_>) -> Outcome {
    let namespace = match call.text(0) {
        "dns" => Uuid::NAMESPACE_DNS,
        "url" => Uuid::NAMESPACE_URL,
        "oid" => Uuid::NAMESPACE_OID,
        "x500" => Uuid::NAMESPACE_X500,
        other => parse_uuid(other)
            .map_err(|why| FunctionError::new(format!("uuidv5() doesn't support namespace {other} ({why})")))?,
    };
    Ok(Uuid::new_v5(&namespace, call.text(1).as_bytes()).hyphenated().to_string().into())
}

/// A UUID in one of four notations, by their lengths; the errors are those of Go's `google/uuid`.
fn parse_uuid(text: &str) -> Result<Uuid, String> {
    let invalid = || "invalid UUID format".to_owned();
    let plain = match text.len() {
        36 => text,
        45 => match text.get(..9).filter(|prefix| prefix.eq_ignore_ascii_case("urn:uuid:")) {
            Some(_) => &text[9..],
            None => return Err(format!("invalid urn prefix: {}", quote(text.get(..9).unwrap_or_default()))),
        },
        38 => text.get(1..37).ok_or_else(invalid)?,
        32 => return Uuid::try_parse(text).map_err(|_| invalid()),
        other => return Err(format!("invalid UUID length: {other}")),
    };
    let hyphens = [8, 13, 18, 23].iter().all(|index| plain.as_bytes().get(*index) == Some(&b'-'));
    if hyphens { Uuid::try_parse(plain).map_err(|_| invalid()) } else { Err(invalid()) }
}

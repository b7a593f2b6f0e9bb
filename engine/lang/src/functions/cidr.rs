//! IP addresses and prefixes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use landform_values::{Number, Type, Value};

use super::call::{Call, FunctionError, Outcome, integer};
use super::entry::{Function, function, number, text};

pub(super) fn functions() -> Vec<Function> {
    vec![
        function("cidrcontains", [text("containing_prefix"), text("contained_ip_or_prefix")], cidrcontains)
            .returns(Type::Bool)
            .nullable(),
        function("cidrhost", [text("prefix"), number("hostnum")], cidrhost).returns(Type::String),
        function("cidrnetmask", [text("prefix")], cidrnetmask).returns(Type::String),
        function("cidrsubnet", [text("prefix"), number("newbits"), number("netnum")], cidrsubnet).returns(Type::String),
        function("cidrsubnets", [text("prefix")], cidrsubnets)
            .variadic(number("newbits"))
            .returns(Type::list(Type::String)),
    ]
}

/// A prefix: the address's bits beyond the length are zero. IPv4 uses the lower 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Prefix {
    address: u128,
    length: u32,
    bits: u32,
}

impl Prefix {
    fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let (address, bits) = parse_address(address)?;
        let valid = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
        let length = length.parse().ok().filter(|length| valid && *length <= bits)?;
        Some(Self { address: address & !host_mask(bits - length), length, bits })
    }

    fn parse_or_explain(text: &str) -> Result<Self, FunctionError> {
        Self::parse(text)
            .ok_or_else(|| FunctionError::new(format!("invalid CIDR expression: invalid CIDR address: {text}")))
    }

    /// An IPv4 prefix that is written as one of IPv6 (`::ffff:10.0.0.0/104`) as what it stands for.
    fn as_v4_where_mapped(self) -> Self {
        let is_mapped = self.bits == 128 && self.address >> 32 == 0xffff;
        let v4 = Self { address: self.address & host_mask(32), length: self.length.saturating_sub(96), bits: 32 };
        if is_mapped { v4 } else { self }
    }

    /// The last address.
    fn last(&self) -> u128 {
        self.address | host_mask(self.bits - self.length)
    }

    fn contains(&self, address: u128) -> bool {
        address & !host_mask(self.bits - self.length) == self.address
    }

    fn family(&self) -> &'static str {
        if self.bits == 32 { "IPv4" } else { "IPv6" }
    }
}

impl std::fmt::Display for Prefix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", show_address(self.address, self.bits), self.length)
    }
}

/// So many ones at the end.
fn host_mask(bits: u32) -> u128 {
    1_u128.checked_shl(bits).map_or(u128::MAX, |next| next - 1)
}

/// An address and its number of bits. IPv4 numbers may begin with zeros, which mean nothing: modules rely on that.
fn parse_address(text: &str) -> Option<(u128, u32)> {
    if let Some(address) = parse_v4(text) {
        return Some((u128::from(address), 32));
    }
    text.parse::<Ipv6Addr>().ok().map(|address| (u128::from(address), 128))
}

fn parse_v4(text: &str) -> Option<u32> {
    let mut address = 0_u32;
    let mut parts = text.split('.');
    for _ in 0..4 {
        let part = parts.next().filter(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        address = address << 8 | u32::from(part.parse::<u8>().ok()?);
    }
    parts.next().is_none().then_some(address)
}

fn show_address(address: u128, bits: u32) -> String {
    let address = match bits {
        32 => IpAddr::V4(Ipv4Addr::from(address as u32)),
        _ => IpAddr::V6(Ipv6Addr::from(address)),
    };
    address.to_string()
}

/// A whole number of any size; the message is cty's.
fn whole(value: &Value) -> Result<&Number, FunctionError> {
    let whole = value.as_number().filter(|number| number.is_integer());
    whole.ok_or_else(|| FunctionError::new("value must be a whole number"))
}

/// A whole number as far as 128 bits hold it.
fn wide(number: &Number) -> Option<i128> {
    number.to_radix(10)?.parse().ok()
}

/// `cidrhost(prefix, hostnum)`: the address with a number within a prefix; negative ones count from the end.
/// `cidrhost("10.12.112.0/20", 16)` is `"10.12.112.16"`.
fn cidrhost(call: &Call<'_>) -> Outcome {
    let number = whole(call.value(1))?;
    let prefix = Prefix::parse_or_explain(call.text(0))?;
    let highest = host_mask(prefix.bits - prefix.length);
    let refused = |number: String| {
        let length = prefix.length;
        FunctionError::new(format!("prefix of {length} does not accommodate a host numbered {number}"))
    };
    let Some(wanted) = wide(number) else { return Err(refused(number.to_string())) };
    let magnitude = if wanted < 0 { wanted.unsigned_abs() - 1 } else { wanted.unsigned_abs() };
    if magnitude > highest {
        // Terraform names a negative number as counted from the start.
        let highest = i128::try_from(highest).unwrap_or(i128::MAX);
        let named = if wanted < 0 { highest.saturating_add(wanted).saturating_add(1) } else { wanted };
        return Err(refused(named.to_string()));
    }
    let host = if wanted < 0 { highest - magnitude } else { magnitude };
    Ok(show_address(prefix.address | host, prefix.bits).into())
}

/// `cidrnetmask(prefix)`: of an IPv4 prefix. `cidrnetmask("172.16.0.0/12")` is `"255.240.0.0"`.
fn cidrnetmask(call: &Call<'_>) -> Outcome {
    let prefix = Prefix::parse_or_explain(call.text(0))?;
    if prefix.bits != 32 {
        return Err(FunctionError::new(format!("IPv6 addresses cannot have a netmask: {}", call.text(0))));
    }
    Ok(show_address(!host_mask(32 - prefix.length), 32).into())
}

/// `cidrsubnet(prefix, newbits, netnum)`: the subnet with a number, longer by some bits.
/// `cidrsubnet("172.16.0.0/12", 4, 2)` is `"172.18.0.0/16"`.
fn cidrsubnet(call: &Call<'_>) -> Outcome {
    let new_bits = call.integer(1)?;
    let number = whole(call.value(2))?;
    let prefix = Prefix::parse_or_explain(call.text(0))?;
    let length = i64::from(prefix.length).checked_add(new_bits).filter(|length| *length <= i64::from(prefix.bits));
    let Some(length) = length else {
        return Err(FunctionError::new(format!(
            "insufficient address space to extend prefix of {} by {new_bits}",
            prefix.length
        )));
    };
    let length = u32::try_from(length)
        .map_err(|_| FunctionError::of_argument(1, "must not shorten the prefix below zero bits"))?;
    let highest = u32::try_from(new_bits).map_or(u128::from(u64::MAX), |bits| host_mask(bits.min(64)));
    let subnet = wide(number).and_then(|number| u128::try_from(number).ok()).filter(|subnet| *subnet <= highest);
    let Some(subnet) = subnet else {
        return Err(FunctionError::new(format!(
            "prefix extension of {new_bits} does not accommodate a subnet numbered {number}"
        )));
    };
    let shifted = subnet.checked_shl(prefix.bits - length).unwrap_or(0);
    let address = (prefix.address | shifted) & host_mask(prefix.bits);
    Ok(Prefix { address, length, bits: prefix.bits }.as_v4_where_mapped().to_string().into())
}

/// `cidrsubnets(prefix, newbits...)`: one subnet behind the other. `cidrsubnets("10.1.0.0/16", 4, 8)` is
/// `["10.1.0.0/20", "10.1.16.0/24"]`.
fn cidrsubnets(call: &Call<'_>) -> Outcome {
    let prefix = Prefix::parse_or_explain(call.text(0)).map_err(|error| error.about(0))?;
    let mut previous: Option<Prefix> = None;
    let mut subnets = Vec::with_capacity(call.len() - 1);
    for index in 1..call.len() {
        let length = subnet_length(call, index, &prefix)?;
        let next = next_subnet(&prefix, previous.as_ref(), length).ok_or_else(|| {
            let after = previous.unwrap_or(prefix);
            let bits = length;
            FunctionError::of_argument(
                index,
                format!("not enough remaining address space for a subnet with a prefix of {bits} bits after {after}"),
            )
        })?;
        subnets.push(Value::from(next.to_string()));
        previous = Some(next);
    }
    Ok(Value::list(Type::String, subnets))
}

/// The length of the subnet that an argument asks for.
fn subnet_length(call: &Call<'_>, index: usize, prefix: &Prefix) -> Result<u32, FunctionError> {
    let blame = |message: String| FunctionError::of_argument(index, message);
    let new_bits = integer(call.value(index)).map_err(|error| error.about(index))?;
    match new_bits {
        ..1 => return Err(blame("must extend prefix by at least one bit".into())),
        33.. => return Err(blame("may not extend prefix by more than 32 bits".into())),
        _ => {}
    }
    let length = prefix.length + new_bits as u32;
    if length > prefix.bits {
        let family = prefix.family();
        return Err(blame(format!("would extend prefix to {length} bits, which is too long for an {family} address")));
    }
    Ok(length)
}

/// The first subnet of a length behind another one, within the prefix.
fn next_subnet(prefix: &Prefix, previous: Option<&Prefix>, length: u32) -> Option<Prefix> {
    let address = match previous {
        None => prefix.address,
        Some(previous) => {
            let last = previous.last() | host_mask(prefix.bits - length);
            last.checked_add(1).filter(|address| *address <= host_mask(prefix.bits))?
        }
    };
    prefix.contains(address).then_some(Prefix { address, length, bits: prefix.bits })
}

/// `cidrcontains(containing_prefix, contained_ip_or_prefix)`. `cidrcontains("10.0.0.0/8", "10.1.0.0/16")` is `true`. As
/// in OpenTofu 1.7.
fn cidrcontains(call: &Call<'_>) -> Outcome {
    let (outer_text, inner_text) = (call.text(0), call.text(1));
    let outer =
        Prefix::parse(outer_text).ok_or_else(|| FunctionError::new(format!("invalid CIDR address: {outer_text}")))?;
    let inner = match parse_address(inner_text) {
        Some((address, bits)) => Some(Prefix { address, length: bits, bits }),
        None => Prefix::parse(inner_text),
    };
    let inner = inner.ok_or_else(|| FunctionError::new(format!("invalid IP address or prefix: {inner_text}")))?;
    if inner.bits != outer.bits {
        return Err(FunctionError::new(format!("address family mismatch: {outer_text} vs. {inner_text}")));
    }
    Ok((outer.contains(inner.address) && outer.contains(inner.last())).into())
}

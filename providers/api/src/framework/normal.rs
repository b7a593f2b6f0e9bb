//! Forms in which texts are stored, whatever form they are given in: `#[attr(normal = cidr)]`.

use std::net::IpAddr;

/// A network in CIDR notation with its address as short as can be: `2001:db8::/32` of `2001:0DB8:0::/32`. Other text
/// stays as it is.
pub fn cidr(text: &str) -> String {
    let parts = text.split_once('/').and_then(|(address, prefix)| Some((address.parse::<IpAddr>().ok()?, prefix)));
    parts.map_or_else(|| text.to_owned(), |(address, prefix)| format!("{address}/{prefix}"))
}

/// Lower case.
pub fn lower_case(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks() {
        for (given, stored) in
            [("2001:0DB8:0::/32", "2001:db8::/32"), ("10.0.0.0/8", "10.0.0.0/8"), ("${x}/8", "${x}/8"), ("", "")]
        {
            assert_eq!(cidr(given), stored);
        }
    }
}

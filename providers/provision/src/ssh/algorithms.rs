//! The algorithms that this side offers, the best first.

use std::borrow::Cow;

use russh::{Preferred, kex, mac};

use super::host_key::HostKey;

/// What the library prefers, and after it what only old machines still need and Terraform offers too.
pub(super) fn preferred(host_key: Option<&HostKey>) -> Preferred {
    const KEY_EXCHANGES: [kex::Name; 4] =
        [kex::ECDH_SHA2_NISTP256, kex::ECDH_SHA2_NISTP384, kex::ECDH_SHA2_NISTP521, kex::DH_G14_SHA1];
    let Preferred { kex, key, mac, .. } = Preferred::DEFAULT;
    let mut key = key.into_owned();
    if let Some(host_key) = host_key {
        host_key.sort(&mut key);
    }
    Preferred {
        kex: kex.iter().copied().chain(KEY_EXCHANGES).collect(),
        mac: mac.iter().copied().chain([mac::HMAC_SHA1]).collect(),
        // A certificate says nothing where no authority is known.
        host_key_certificates: host_key.map_or(Cow::Borrowed(&[]), |_| Cow::Owned(key.clone())),
        key: Cow::Owned(key),
        ..Preferred::DEFAULT
    }
}

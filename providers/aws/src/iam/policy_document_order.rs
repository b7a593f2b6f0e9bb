//! The order in which the public provider goes through sets of blocks: that of the decimal texts of their CRC-32.
//!
//! It shows where several `principals` blocks are of one type, or several `condition` blocks test one variable. Source:
//! `helper/schema` of the Terraform plugin SDK, which serialises an item as `attribute:value;` in order of names.

use std::fmt::Write as _;

use super::policy_document::{Condition, Principal, Texts};

/// Puts principals into order.
pub(super) fn principals(principals: &mut [Principal]) {
    principals.sort_by_cached_key(|principal| {
        let identifiers = match &principal.identifiers {
            Texts::One(text) => vec![text],
            Texts::Many(texts) => texts.iter().collect(),
        };
        let mut identifiers: Vec<String> = identifiers.into_iter().map(|it| format!("{it};")).collect();
        identifiers.sort_by_cached_key(|it| position(it));
        position(&format!("identifiers:{{{}}};type:{};", identifiers.concat(), principal.kind))
    });
}

/// Puts conditions into order.
pub(super) fn conditions(conditions: &mut [Condition]) {
    conditions.sort_by_cached_key(|condition| {
        let mut values = String::new();
        for value in &condition.values {
            let _ = write!(values, "{value};");
        }
        position(&format!("test:{};values:({values});variable:{};", condition.test, condition.variable))
    });
}

/// Where an item stands.
fn position(serialised: &str) -> String {
    crc32fast::hash(serialised.as_bytes()).to_string()
}

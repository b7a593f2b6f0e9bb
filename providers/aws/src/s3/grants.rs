//! The access control list of a bucket.

use aws_sdk_s3::types::{Grant as Remote, Grantee, Permission, Type};

use crate::core::checks::listed;
use crate::core::prelude::*;

/// What somebody may do.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Grant {
    /// Canonical id of an account.
    #[attr(optional)]
    id: Attr<String>,
    /// What is allowed.
    #[attr(required, check = each(listed(Permission::values())))]
    permissions: Attr<BTreeSet<String>>,
    /// Whether an account (`CanonicalUser`) or a group (`Group`) is meant.
    #[attr(required, name = "type", check = one_of(["CanonicalUser", "Group"]))]
    kind: Attr<String>,
    /// URI of a group.
    #[attr(optional)]
    uri: Attr<String>,
}

/// As the service tells them: one entry for all permissions of a grantee.
pub(super) fn read(grants: &[Remote]) -> Vec<Grant> {
    let mut read: Vec<Grant> = Vec::new();
    for (grantee, permission) in grants.iter().filter_map(|grant| Some((grant.grantee()?, grant.permission()?))) {
        let fresh = Grant {
            id: grantee.id().into(),
            permissions: BTreeSet::from([permission.as_str().to_owned()]).into(),
            kind: grantee.r#type().as_str().into(),
            uri: grantee.uri().into(),
        };
        let same = |it: &&mut Grant| (&it.id, &it.kind, &it.uri) == (&fresh.id, &fresh.kind, &fresh.uri);
        match read.iter_mut().find(same) {
            Some(Grant { permissions: Attr::Known(permissions), .. }) => {
                permissions.insert(permission.as_str().to_owned());
            }
            _ => read.push(fresh),
        }
    }
    read
}

/// As the service wants them: one entry a permission.
pub(super) fn write(grants: &[Grant]) -> Result<Vec<Remote>> {
    let mut written = Vec::new();
    for grant in grants {
        let grantee = Grantee::builder()
            .set_id(grant.id.param())
            .r#type(Type::from(grant.kind.as_str()))
            .set_uri(grant.uri.param())
            .build()?;
        for permission in grant.permissions.items() {
            let permission = Permission::from(permission.as_str());
            written.push(Remote::builder().grantee(grantee.clone()).permission(permission).build());
        }
    }
    Ok(written)
}

//! Attributes of objects that may be written as blocks, for providers of the older kind.

use landform_schema::{Attribute, Block};
use landform_values::Type;

/// Whether attributes of this schema may be written as blocks: only where nothing in it shows that the provider is
/// of the newer kind, which never meant that.
pub(super) fn applies(schema: &Block) -> bool {
    schema.attributes.values().all(of_older_kind) && schema.blocks.values().all(|nested| applies(&nested.block))
}

fn of_older_kind(attribute: &Attribute) -> bool {
    let newer = match &attribute.ty {
        Type::Tuple(_) | Type::Object(_) => true,
        Type::Map(element) if matches!(**element, Type::Object(_)) => true,
        ty => ty.element().and_then(Type::element).is_some_and(|innermost| !innermost.is_primitive()),
    };
    attribute.nested.is_none() && !newer
}

/// The objects' type, if an attribute of this type may be written as blocks.
pub(super) fn object_of(ty: &Type) -> Option<&Type> {
    match ty {
        Type::List(element) | Type::Set(element) if matches!(**element, Type::Object(_)) => Some(element),
        _ => None,
    }
}

/// A schema for the body of a block that stands for an object: all is optional, for the provider to complain.
pub(super) fn schema_of(object: &Type) -> Block {
    let mut schema = Block::default();
    if let Type::Object(object) = object {
        for (name, ty, _) in object.iter() {
            schema.attributes.insert(name.clone(), Attribute::of(ty.clone()).optional());
        }
    }
    schema
}

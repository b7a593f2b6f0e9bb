//! Schemas: the shape of configurations and objects, as providers declare it and the language decodes by it.
//!
//! **Invariant**: data only; nothing here decodes, validates or prints.

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_values::{Str, Type};

/// All schemas of a provider.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProviderSchemas {
    /// Of the provider's own configuration.
    pub provider: Schema,
    /// By resource type.
    pub resources: BTreeMap<Str, Arc<Schema>>,
    /// By data source type.
    pub data_sources: BTreeMap<Str, Arc<Schema>>,
    /// By ephemeral resource type.
    pub ephemeral: BTreeMap<Str, Arc<Schema>>,
    /// By function name.
    pub functions: BTreeMap<Str, FunctionSchema>,
    /// Which resource types are parts of others that may also be written within them.
    pub parts: Vec<PartSchema>,
}

/// A resource type whose objects are parts of others. Those can list their parts themselves, but not both can be done.
#[derive(Clone, Debug, PartialEq)]
pub struct PartSchema {
    /// The part's resource type.
    pub kind: Str,
    /// The rule is only about those with this attribute of this value.
    pub only: Option<(Str, Str)>,
    /// The part's attribute that says whose part it is.
    pub by: Str,
    /// The resource type of the whole.
    pub whole: Str,
    /// The attributes and blocks of the whole that list such parts.
    pub within: Vec<Str>,
}

/// The shape of one kind of object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    /// Of the stored form; raised when old objects need an upgrade.
    pub version: i64,
    /// Its attributes and blocks.
    pub block: Block,
    /// By what its objects are told apart, for resource types that say so.
    pub identity: Option<IdentitySchema>,
}

/// The form of identities: what tells an object of a resource type from all others, wherever they are, and never changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IdentitySchema {
    /// Of the stored form.
    pub version: i64,
    /// By name.
    pub attributes: BTreeMap<Str, IdentityAttribute>,
}

/// An attribute of an identity.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentityAttribute {
    /// Its type.
    pub ty: Type,
    /// Whether an import must give it; others it may give.
    pub required_for_import: bool,
    /// For people.
    pub description: Option<Str>,
}

impl IdentitySchema {
    /// The type of an identity.
    pub fn implied_type(&self) -> Type {
        Type::object(self.attributes.iter().map(|(name, attribute)| (name.clone(), attribute.ty.clone())))
    }
}

/// Attributes and nested blocks, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// `name = value`.
    pub attributes: BTreeMap<Str, Attribute>,
    /// `name { … }`.
    pub blocks: BTreeMap<Str, Nested>,
    /// For people; Markdown.
    pub description: Option<Str>,
    /// Whether its use is warned of.
    pub deprecated: bool,
}

/// An attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Its type. For a nested attribute, what `nested` implies.
    pub ty: Type,
    /// Attributes within, in the newer style of objects with their own schema.
    pub nested: Option<Box<NestedAttributes>>,
    /// Must be given.
    pub required: bool,
    /// May be given.
    pub optional: bool,
    /// The provider may set it.
    pub computed: bool,
    /// Never shown.
    pub sensitive: bool,
    /// Never stored: given to the provider, null in state.
    pub write_only: bool,
    /// Why it should not be used any more.
    pub deprecated: Option<Str>,
    /// For people; Markdown.
    pub description: Option<Str>,
}

/// The attributes of a nested attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct NestedAttributes {
    /// How many and how keyed.
    pub nesting: Nesting,
    /// By name.
    pub attributes: BTreeMap<Str, Attribute>,
}

/// A nested block.
#[derive(Clone, Debug, PartialEq)]
pub struct Nested {
    /// What is in it.
    pub block: Block,
    /// How many and how keyed.
    pub nesting: Nesting,
    /// At least so many.
    pub min_items: u64,
    /// At most so many; 0 is no limit.
    pub max_items: u64,
}

/// How nested objects are arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// One object or null.
    Single,
    /// One object, never null.
    Group,
    /// A list (or a tuple, where types within are dynamic).
    List,
    /// A set.
    Set,
    /// A map by one label.
    Map,
}

/// A provider's function.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionSchema {
    /// Positional parameters: name, type, and whether null is allowed.
    pub parameters: Vec<(Str, Type, bool)>,
    /// The type of all further arguments, where they are allowed.
    pub variadic: Option<(Str, Type, bool)>,
    /// Of the result.
    pub return_type: Type,
    /// One line.
    pub summary: Option<Str>,
    /// Markdown.
    pub description: Option<Str>,
}

impl Attribute {
    /// Neither required, optional nor computed yet.
    pub fn of(ty: Type) -> Self {
        Self {
            ty,
            nested: None,
            required: false,
            optional: false,
            computed: false,
            sensitive: false,
            write_only: false,
            deprecated: None,
            description: None,
        }
    }

    /// `required`.
    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// `optional`.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// `computed`.
    #[must_use]
    pub fn computed(self) -> Self {
        Self { computed: true, ..self }
    }

    /// `sensitive`.
    #[must_use]
    pub fn sensitive(self) -> Self {
        Self { sensitive: true, ..self }
    }

    /// With nested attributes, which also set the type.
    #[must_use]
    pub fn nested(mut self, nested: NestedAttributes) -> Self {
        self.ty = nested.implied_type();
        self.nested = Some(Box::new(nested));
        self
    }
}

impl NestedAttributes {
    /// The type of a value of these.
    pub fn implied_type(&self) -> Type {
        self.nesting.around(self.object_type())
    }

    /// The type of one object.
    pub fn object_type(&self) -> Type {
        Type::object(self.attributes.iter().map(|(name, attribute)| (name.clone(), attribute.ty.clone())))
    }
}

impl Nesting {
    /// The type of objects so arranged.
    fn around(self, object: Type) -> Type {
        match self {
            Self::Single | Self::Group => object,
            // A list of objects that hold dynamic values may not be of one type.
            Self::List | Self::Map if object.has_dynamic() => Type::Dynamic,
            Self::List => Type::list(object),
            Self::Set => Type::set(object),
            Self::Map => Type::map(object),
        }
    }
}

impl Nested {
    /// The type of a value of these blocks.
    pub fn implied_type(&self) -> Type {
        self.nesting.around(self.block.implied_type())
    }
}

impl Block {
    /// The type of an object of this shape.
    pub fn implied_type(&self) -> Type {
        let attributes = self.attributes.iter().map(|(name, attribute)| (name.clone(), attribute.ty.clone()));
        let blocks = self.blocks.iter().map(|(name, nested)| (name.clone(), nested.implied_type()));
        Type::object(attributes.chain(blocks))
    }
}

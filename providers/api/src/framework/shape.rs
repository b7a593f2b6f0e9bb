//! What the derive knows of a model: the schema and, beyond it, how changes behave.

use landform_schema::Nesting;
use landform_values::{Type, Value};

use super::Check;

/// A resource or data source type.
#[derive(Debug)]
pub struct Definition {
    /// The type's name: `aws_vpc`.
    pub name: &'static str,
    /// The schema version.
    pub version: i64,
    /// For people; Markdown.
    pub description: &'static str,
    /// Why it should not be used any more.
    pub deprecated: Option<&'static str>,
    /// Whether null and the zero value of a type (`""`, `0`, `false`, empty) differ. The older types of public
    /// providers take them for the same.
    pub strict: bool,
    /// Attributes and blocks.
    pub shape: Shape,
}

/// Attributes and blocks of a model or of a nested block.
#[derive(Debug, Default)]
pub struct Shape {
    /// In the order of the fields.
    pub attributes: Vec<AttributeShape>,
    /// In the order of the fields.
    pub blocks: Vec<BlockShape>,
    /// What must or must not be given together.
    pub groups: Vec<Group>,
    /// For people; Markdown.
    pub description: &'static str,
}

/// One attribute.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "these are the schema's own flags")]
pub struct AttributeShape {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// What it means to the framework.
    pub role: Role,
    /// Must be given.
    pub required: bool,
    /// May be given.
    pub optional: bool,
    /// The provider may set it.
    pub computed: bool,
    /// Never shown.
    pub sensitive: bool,
    /// Given to the provider, never stored.
    pub write_only: bool,
    /// A change can not be made in place.
    pub replace: bool,
    /// Whether a change from the first to the second value can not be made in place.
    pub replace_if: Option<fn(&Value, &Value) -> bool>,
    /// When an update may change it though it is not given.
    pub after_update: AfterUpdate,
    /// What holds when it is not given.
    pub default: Option<Value>,
    /// Whether two texts mean the same.
    pub same: Option<fn(&str, &str) -> bool>,
    /// The form in which a text is planned and stored, whatever form it is given in.
    pub normal: Option<fn(&str) -> String>,
    /// What is in the objects of a list, set or map of objects. Configurations may write them as blocks.
    pub nested: Option<Shape>,
    /// Demands on known values.
    pub checks: Vec<Check>,
    /// Why it should not be used any more.
    pub deprecated: Option<&'static str>,
    /// For people; Markdown.
    pub description: &'static str,
}

/// Attributes with a meaning to the framework.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// None.
    #[default]
    Plain,
    /// The identity of the object.
    Id,
    /// Where the object is, when not in the provider's region.
    Region,
    /// Tags of the resource itself.
    Tags,
    /// Tags including the provider's default ones.
    TagsAll,
}

/// When an update may change a computed attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AfterUpdate {
    /// Never: it is kept.
    #[default]
    Kept,
    /// Any update may.
    MayChange,
    /// Only an update of one of these attributes or blocks.
    MayChangeWith(&'static [&'static str]),
}

/// One kind of nested block.
#[derive(Debug)]
pub struct BlockShape {
    /// Its name.
    pub name: &'static str,
    /// How many and how keyed.
    pub nesting: Nesting,
    /// At least so many.
    pub min: u64,
    /// At most so many; 0 is no limit.
    pub max: u64,
    /// Without any in configuration, the provider's own hold.
    pub computed: bool,
    /// Without any in configuration, those of an existing object are kept.
    pub kept: bool,
    /// A change can not be made in place.
    pub replace: bool,
    /// Whether this holds the timeouts, which are settings of the run and not of the object.
    pub timeouts: bool,
    /// Why it should not be used any more.
    pub deprecated: Option<&'static str>,
    /// For people; Markdown.
    pub description: &'static str,
    /// What is in one.
    pub shape: Shape,
}

/// Names of attributes or blocks of one level under a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The rule.
    pub rule: Rule,
    /// The attributes or blocks.
    pub names: &'static [&'static str],
}

/// How attributes or blocks of one level depend on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// At most one of them.
    Conflicts,
    /// One and only one.
    ExactlyOne,
    /// One or more.
    AtLeastOne,
    /// All or none.
    Together,
    /// The first needs all the others.
    FirstNeedsOthers,
}

impl Shape {
    /// An attribute by name.
    pub fn attribute(&self, name: &str) -> Option<&AttributeShape> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// A block by name.
    pub fn block(&self, name: &str) -> Option<&BlockShape> {
        self.blocks.iter().find(|block| block.name == name)
    }

    /// The attribute with a role.
    pub fn role(&self, role: Role) -> Option<&AttributeShape> {
        self.attributes.iter().find(|attribute| attribute.role == role)
    }

    /// The type of one such object.
    pub fn object_type(&self) -> Type {
        let attributes = self.attributes.iter().map(|attribute| (attribute.name, attribute.ty.clone()));
        let blocks = self.blocks.iter().map(|block| (block.name, block.ty()));
        Type::object(attributes.chain(blocks))
    }
}

impl BlockShape {
    /// The type of these blocks.
    pub fn ty(&self) -> Type {
        let object = self.shape.object_type();
        match self.nesting {
            Nesting::Single | Nesting::Group => object,
            Nesting::List => Type::list(object),
            Nesting::Set => Type::set(object),
            Nesting::Map => Type::map(object),
        }
    }

    /// Blocks of this kind as one value.
    pub fn collect(&self, objects: Vec<Value>) -> Value {
        let object = self.shape.object_type();
        match self.nesting {
            Nesting::Set => Value::set(object, objects),
            Nesting::List | Nesting::Map => Value::list(object, objects),
            Nesting::Single | Nesting::Group => objects.into_iter().next().unwrap_or_else(|| Value::null(object)),
        }
    }

    /// No block of this kind.
    pub fn none(&self) -> Value {
        self.collect(Vec::new())
    }
}

impl AttributeShape {
    /// A plain attribute, neither required, optional nor computed yet.
    pub fn of(name: &'static str, ty: Type) -> Self {
        Self {
            name,
            ty,
            role: Role::Plain,
            required: false,
            optional: false,
            computed: false,
            sensitive: false,
            write_only: false,
            replace: false,
            replace_if: None,
            after_update: AfterUpdate::Kept,
            default: None,
            same: None,
            normal: None,
            nested: None,
            checks: Vec::new(),
            deprecated: None,
            description: "",
        }
    }
}

//! A root module as data: what is made by chance, changed, and written as configuration.

use std::fmt;

/// A module: the root, or one that is called.
#[derive(Clone)]
pub(super) struct Module {
    /// What its variables are by default.
    pub(super) value: String,
    pub(super) is_sensitive: bool,
    pub(super) number: &'static str,
    pub(super) switch: &'static str,
    /// Local values.
    pub(super) list: &'static str,
    pub(super) map: &'static str,
    pub(super) data: Option<Data>,
    pub(super) resources: Vec<Resource>,
    pub(super) calls: Vec<Call>,
    pub(super) outputs: Vec<Output>,
    pub(super) check: Option<Expression>,
}

#[derive(Clone)]
pub(super) struct Data {
    pub(super) depends_on: Option<Object>,
}

#[derive(Clone)]
pub(super) struct Resource {
    pub(super) name: String,
    pub(super) repetition: Repetition,
    pub(super) input: Expression,
    pub(super) triggers: Option<Expression>,
    pub(super) depends_on: Option<Object>,
    /// What stands in the blocks, where there are any.
    pub(super) lifecycle: Option<&'static str>,
    pub(super) replaced_with: Option<Expression>,
    pub(super) precondition: Option<&'static str>,
    pub(super) postcondition: Option<&'static str>,
    pub(super) provisioner: Option<&'static str>,
}

#[derive(Clone, Copy)]
pub(super) enum Repetition {
    None,
    Count(&'static str),
    ForEach(&'static str),
}

/// A `module` block and the module that it calls.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) name: String,
    pub(super) folder: &'static str,
    pub(super) repetition: Repetition,
    pub(super) value: Option<Expression>,
    pub(super) depends_on: Option<Object>,
    pub(super) module: Module,
}

#[derive(Clone)]
pub(super) struct Output {
    pub(super) name: &'static str,
    pub(super) value: Expression,
    pub(super) is_sensitive: bool,
}

/// What others in the same module may refer to.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Object {
    Resource(String),
    Call(String),
    Data,
}

/// An expression that refers to one object at most: its text has `@` wherever that stands.
#[derive(Clone)]
pub(super) struct Expression {
    text: String,
    object: Option<Object>,
}

impl Module {
    /// Whether anything in the module refers to an object.
    pub(super) fn refers_to(&mut self, object: &Object) -> bool {
        self.references().into_iter().any(|reference| reference == object)
    }

    /// Lets every reference to an object be one to another.
    pub(super) fn redirect(&mut self, from: &Object, to: &Object) {
        self.references().into_iter().filter(|object| *object == from).for_each(|object| *object = to.clone());
    }

    fn references(&mut self) -> Vec<&mut Object> {
        let mut expressions: Vec<&mut Expression> = Vec::new();
        let mut objects: Vec<&mut Object> = Vec::new();
        for resource in &mut self.resources {
            expressions.push(&mut resource.input);
            expressions.extend(resource.triggers.iter_mut().chain(&mut resource.replaced_with));
            objects.extend(&mut resource.depends_on);
        }
        for call in &mut self.calls {
            expressions.extend(&mut call.value);
            objects.extend(&mut call.depends_on);
        }
        expressions.extend(self.outputs.iter_mut().map(|output| &mut output.value).chain(&mut self.check));
        objects.extend(self.data.iter_mut().filter_map(|data| data.depends_on.as_mut()));
        objects.extend(expressions.into_iter().filter_map(|expression| expression.object.as_mut()));
        objects
    }
}

impl Resource {
    pub(super) fn object(&self) -> Object {
        Object::Resource(self.name.clone())
    }
}

impl Call {
    pub(super) fn object(&self) -> Object {
        Object::Call(self.name.clone())
    }
}

impl Expression {
    /// One that refers to no object.
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), object: None }
    }

    /// One that refers to an object wherever its text has `@`.
    pub(super) fn of(object: Object, text: impl Into<String>) -> Self {
        Self { text: text.into(), object: Some(object) }
    }

    /// A text with this expression wherever it has `@`.
    pub(super) fn within(self, text: &str) -> Self {
        Self { text: text.replace('@', &self.text), object: self.object.filter(|_| text.contains('@')) }
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resource(name) => write!(f, "terraform_data.{name}"),
            Self::Call(name) => write!(f, "module.{name}"),
            Self::Data => f.write_str("data.terraform_remote_state.shared"),
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.object {
            Some(object) => f.write_str(&self.text.replace('@', &object.to_string())),
            None => f.write_str(&self.text),
        }
    }
}

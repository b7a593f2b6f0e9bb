//! The syntax tree of expressions and bodies, native and JSON alike, with a span on every node.
//!
//! **Invariant**: the tree says what was written. Nothing here knows a variable, a function or a schema.

use std::sync::Arc;

use landform_diagnostics::{Diagnostics, SourceFile, Span};
use landform_values::{Number, Value};

/// A name and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Ident {
    /// The name.
    pub name: Arc<str>,
    /// Where.
    pub span: Span,
}

/// An expression and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// The whole of it.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A number, boolean, null, or a string without interpolation.
    Literal(Value),
    /// A quoted or heredoc template with at least one interpolation or directive beside other parts.
    Template(Vec<TemplatePart>),
    /// `"${expr}"`: a template that is one interpolation and nothing else yields the value as it is.
    TemplateWrap(Box<Expr>),
    /// A name in scope and what is taken from it: `var.a.b[0]["c"]`. Index steps with literal keys belong to it.
    Traversal(Ident, Vec<Step>),
    /// What is taken from the result of another expression: `f(x).a[0]`.
    RelativeTraversal(Box<Expr>, Vec<Step>),
    /// `collection[key]` with a key that is no literal.
    Index(Box<Expr>, Box<Expr>),
    /// `source[*].a.b` or `source.*.a`: `each` is evaluated for each element, which it names by [`ExprKind::SplatItem`].
    Splat(Box<Splat>),
    /// The element at hand, inside [`Splat::each`].
    SplatItem,
    /// `name(arguments)`.
    Call(Box<Call>),
    /// `condition ? yes : no`.
    Conditional(Box<Conditional>),
    /// `-x` and `!x`.
    Unary(UnaryOp, Box<Expr>),
    /// `left op right`.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `[a, b]`.
    Tuple(Vec<Expr>),
    /// `{a = b}`.
    Object(Vec<ObjectItem>),
    /// `[for …]` and `{for …}`.
    For(Box<For>),
    /// `(expr)`.
    Paren(Box<Expr>),
    /// A string in JSON syntax: where an expression is wanted, the template; where a keyword or a reference is
    /// wanted, the text.
    JsonString(Arc<str>, Arc<Expr>),
    /// Could not be parsed (a diagnostic says so); evaluates to an unknown value of any type.
    Invalid,
    /// A template in a JSON string that could not be parsed. Nobody was told yet, because a string is a template
    /// only where an expression is wanted: evaluation reports these and yields an unknown value of any type.
    Failed(Arc<Diagnostics>),
}

/// One step of a traversal.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What is taken.
    pub kind: StepKind,
    /// From the dot or bracket to the end.
    pub span: Span,
}

/// What a step takes.
#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    /// `.name`.
    Attribute(Arc<str>),
    /// `["key"]`.
    Key(Arc<str>),
    /// `[0]`.
    Index(Number),
    /// `.0`, the legacy form of `[0]`.
    LegacyIndex(Number),
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum TemplatePart {
    /// Text, with escapes resolved and strip markers applied.
    Literal(Arc<str>, Span),
    /// `${expr}`.
    Interpolation(Expr),
    /// `%{if c}…%{else}…%{endif}`.
    If(Box<TemplateIf>),
    /// `%{for k, v in c}…%{endfor}`.
    For(Box<TemplateFor>),
}

/// `%{if c}…%{else}…%{endif}`.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateIf {
    /// The condition.
    pub condition: Expr,
    /// When it holds.
    pub yes: Vec<TemplatePart>,
    /// When it does not; empty without `else`.
    pub no: Vec<TemplatePart>,
    /// From the `if` to the end of the `endif`.
    pub span: Span,
}

/// `%{for k, v in c}…%{endfor}`.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateFor {
    /// Name of the key or index.
    pub key: Option<Ident>,
    /// Name of the element.
    pub value: Ident,
    /// What is walked.
    pub collection: Expr,
    /// What is repeated.
    pub body: Vec<TemplatePart>,
    /// From the `for` to the end of the `endfor`.
    pub span: Span,
}

/// `source[*]…` or `source.*…`.
#[derive(Clone, Debug, PartialEq)]
pub struct Splat {
    /// What is walked.
    pub source: Expr,
    /// For each element; names it by [`ExprKind::SplatItem`].
    pub each: Expr,
    /// The `[*]` or `.*` itself.
    pub marker: Span,
}

/// `name(arguments)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The name with its namespaces: `provider::aws::arn_parse`.
    pub name: Arc<str>,
    /// Where the name with its namespaces stands.
    pub name_span: Span,
    /// In order.
    pub arguments: Vec<Expr>,
    /// Whether the last argument is followed by `...`.
    pub expand_last: bool,
    /// The opening parenthesis.
    pub open_paren: Span,
    /// The closing parenthesis.
    pub close_paren: Span,
}

/// `condition ? yes : no`.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditional {
    /// Decides.
    pub condition: Expr,
    /// When it holds.
    pub yes: Expr,
    /// When it does not.
    pub no: Expr,
}

/// `-x` and `!x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Negate,
    /// `!`
    Not,
}

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
}

/// `key = value` in an object constructor.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectItem {
    /// The key.
    pub key: ObjectKey,
    /// The value.
    pub value: Expr,
}

/// The key of an object constructor's item.
#[derive(Clone, Debug, PartialEq)]
pub enum ObjectKey {
    /// A bare name, which stands for itself as a string.
    Name(Ident),
    /// Anything else: a quoted template, a number, `(expr)`, or a traversal (which is an error when evaluated, as
    /// Terraform says "Ambiguous attribute key").
    Expr(Expr),
}

/// `[for k, v in c : value if condition]` or `{for k, v in c : key => value... if condition}`.
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    /// Name of the key or index.
    pub key: Option<Ident>,
    /// Name of the element.
    pub value: Ident,
    /// What is walked.
    pub collection: Expr,
    /// The key of the result's item, for an object.
    pub key_result: Option<Expr>,
    /// The result's item.
    pub value_result: Expr,
    /// Whether `...` groups values by key.
    pub group: bool,
    /// Which elements are taken.
    pub condition: Option<Expr>,
    /// The opening bracket or brace.
    pub open: Span,
    /// The closing bracket or brace.
    pub close: Span,
}

/// A body in native syntax: attributes and blocks in the order in which they stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NativeBody {
    /// `name = value`; each name once.
    pub attributes: Vec<Attribute>,
    /// `type "label" { … }`.
    pub blocks: Vec<Arc<Block>>,
}

/// `name = value`. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// The name.
    pub name: Arc<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// The value.
    pub value: Arc<Expr>,
    /// From the name to the end of the value.
    pub span: Span,
}

/// `type "label" { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Its type.
    pub kind: Arc<str>,
    /// Where the type stands.
    pub kind_span: Span,
    /// Its labels.
    pub labels: Vec<Ident>,
    /// What is in it.
    pub body: Body,
    /// From the type to the last label (what Terraform points at). In JSON, the opening brace or bracket.
    pub header_span: Span,
    /// The opening brace.
    pub open_span: Span,
    /// From the type to the closing brace. In JSON, the value.
    pub span: Span,
}

/// A body in either syntax. What JSON properties mean (attribute or block) is only known with a schema: see
/// [`Body::content`]. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Native syntax, with the range that "a required argument is missing here" points at (empty, at the opening
    /// brace of the block or at the start of the file), without the names that were taken from it already.
    Native(Arc<NativeBody>, Span, Taken),
    /// JSON syntax, without the names that were taken from it already.
    Json(Arc<JsonNode>, Taken, Origin),
    /// Two bodies as one.
    Merged(Arc<super::MergedBody>),
}

/// The file of a JSON body, for messages that mention a place in it.
#[derive(Clone, Debug)]
pub struct Origin(pub(super) Arc<SourceFile>);

impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

/// The names of attributes and blocks that [`Body::partial_content`] took from a body; the rest of it lacks them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Taken(pub(super) Option<Arc<TakenNames>>);

/// See [`Taken`]. A body has one of these for each resource, and few names are in it: a list costs less than a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct TakenNames {
    pub(super) attributes: Vec<Arc<str>>,
    pub(super) blocks: Vec<Arc<str>>,
}

/// A JSON value with spans. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonNode {
    /// What it is.
    pub kind: JsonKind,
    /// The whole of it.
    pub span: Span,
}

/// The forms of a JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum JsonKind {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(JsonString),
    /// `[…]`.
    Array(Arc<[JsonNode]>),
    /// `{…}` in order; names may repeat.
    Object(Arc<[JsonMember]>),
    /// Could not be parsed; a diagnostic says so.
    Invalid,
}

/// A string in JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonString {
    /// Its text with escapes resolved.
    pub text: Arc<str>,
    /// The template that it is where an expression is wanted; `None` if that is the text itself.
    pub template: Option<Arc<Expr>>,
}

/// `"name": value` in a JSON object.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonMember {
    /// The name.
    pub name: JsonString,
    /// Where the name stands, with its quotes.
    pub name_span: Span,
    /// The value.
    pub value: JsonNode,
}

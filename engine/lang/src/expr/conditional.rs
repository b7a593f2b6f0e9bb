//! `condition ? yes : no`.

use landform_diagnostics::{Diagnostic, Span};
use landform_values::convert::{Safety, Unified, unify_with};
use landform_values::ops::unknown_choice;
use landform_values::{Kind, PathError, Type, Value, convert, quote};

use super::evaluate::Evaluator;
use super::node::{Conditional, Node};
use super::operators::to_type;

const INCONSISTENT: &str = "Inconsistent conditional result types";

impl Evaluator<'_> {
    /// Both results are evaluated, because the type of the whole follows from both, but only what goes wrong in the
    /// one that is taken is reported.
    pub(super) fn conditional(&mut self, conditional: &Conditional, node: &Node) -> Value {
        let before = self.mark();
        let yes = self.evaluate(&conditional.yes);
        let yes_problems = self.take_since(before);
        let no = self.evaluate(&conditional.no);
        let no_problems = self.take_since(before);

        let Some(meeting) = Meeting::of(&yes, &no) else {
            let detail = format!(
                "The true and false result expressions must have consistent types. {}.",
                describe_mismatch(&yes.ty(), &no.ty())
            );
            let between = conditional.yes.span.to(conditional.no.span);
            return self.fail(Diagnostic::error(INCONSISTENT, detail).at(between).within(node.span), node);
        };
        let Some(condition) = self.condition(&conditional.condition, node.span) else {
            return Value::unknown(meeting.ty(&yes, &no));
        };
        let marks = condition.marks().union(yes.marks()).union(no.marks());
        let (which, branch, problems, taken, other) = match condition.as_bool() {
            None => {
                let ty = meeting.ty(&yes, &no);
                return unknown_choice(&yes.unmark().0, &no.unmark().0, &ty).with_marks(&marks);
            }
            Some(true) => ("true", &conditional.yes, yes_problems, yes, no),
            Some(false) => ("false", &conditional.no, no_problems, no, yes),
        };
        self.restore(problems);
        let result = meeting.convert(&taken, &other).unwrap_or_else(|error| {
            let detail = format!("The {which} result value has the wrong type: {}.", error.message);
            self.fail(Diagnostic::error(INCONSISTENT, detail).at(branch.span).within(node.span), branch);
            Value::unknown(meeting.ty(&taken, &other))
        });
        result.with_marks(&marks)
    }

    /// The condition as a boolean, known or not; `None` if it is neither, which is reported.
    fn condition(&mut self, condition: &Node, context: Span) -> Option<Value> {
        let value = self.evaluate(condition);
        let problem = if value.is_null() {
            Diagnostic::error("Null condition", "The condition value is null. Conditions must either be true or false.")
        } else if !value.is_known() {
            // Nobody asks the type of what is not known.
            return Some(Value::unknown(Type::Bool).with_marks(value.marks()));
        } else {
            match to_type(&value, &Type::Bool) {
                Ok(truth) => return Some(truth),
                Err(_) => {
                    Diagnostic::error("Incorrect condition type", "The condition expression must be of type bool.")
                }
            }
        };
        self.fail(problem.at(condition.span).within(context), condition);
        None
    }
}

/// How the two results come to one type.
enum Meeting {
    /// They are of one type.
    Same,
    /// At least one is of a type that is not known yet; each stays as it is.
    Open,
    /// One is a bare null and takes the type of the other.
    Null,
    /// Both convert.
    Convert(Unified),
}

impl Meeting {
    fn of(yes: &Value, no: &Value) -> Option<Self> {
        if is_bare_null(yes) || is_bare_null(no) {
            return Some(Self::Null);
        }
        if yes.has_type(&Type::Dynamic) || no.has_type(&Type::Dynamic) {
            return Some(Self::Open);
        }
        if same_type(yes, no) {
            return Some(Self::Same);
        }
        unify_with(&[yes.ty(), no.ty()], Safety::Unsafe).map(Self::Convert)
    }

    /// The type of the result.
    fn ty(&self, one: &Value, other: &Value) -> Type {
        match self {
            Self::Same => one.ty(),
            Self::Open => Type::Dynamic,
            Self::Null if is_bare_null(one) => other.ty(),
            Self::Null => one.ty(),
            Self::Convert(unified) => unified.ty.clone(),
        }
    }

    /// The result that is taken, in the type of both.
    fn convert(&self, taken: &Value, other: &Value) -> Result<Value, PathError> {
        match self {
            Self::Null if is_bare_null(taken) => convert(taken, &other.ty()),
            Self::Convert(unified) => unified.convert(taken),
            _ => Ok(taken.clone()),
        }
    }
}

fn is_bare_null(value: &Value) -> bool {
    value.marks().is_empty() && matches!(value.kind(), Kind::Null(Type::Dynamic))
}

/// Whether two values are of one type, found without making the types.
fn same_type(a: &Value, b: &Value) -> bool {
    match (a.kind(), b.kind()) {
        (Kind::Tuple(a), Kind::Tuple(b)) => {
            a.items().len() == b.items().len() && a.items().iter().zip(b.items()).all(|(a, b)| same_type(a, b))
        }
        (Kind::Object(a), Kind::Object(b)) => {
            a.items().len() == b.items().len()
                && a.items().iter().zip(b.items()).all(|((a_name, a), (b_name, b))| a_name == b_name && same_type(a, b))
        }
        (Kind::Tuple(_) | Kind::Object(_), _) => b.ty() == a.ty(),
        _ => b.has_type(&a.ty()),
    }
}

/// What is different between two types that do not unify, in words.
fn describe_mismatch(yes: &Type, no: &Type) -> String {
    if let Some(difference) = difference_within(yes, no) {
        return difference;
    }
    let (yes, no) = (yes.friendly_name(), no.friendly_name());
    if yes == no {
        return "At least one deeply-nested attribute or element is not compatible across both the 'true' and the \
                'false' value"
            .into();
    }
    format!("The 'true' value is {yes}, but the 'false' value is {no}")
}

fn difference_within(yes: &Type, no: &Type) -> Option<String> {
    match (yes, no) {
        (Type::Object(yes), Type::Object(no)) => difference_of_objects(yes, no),
        (Type::Tuple(yes), Type::Tuple(no)) if yes.len() != no.len() => {
            Some(format!("The 'true' tuple has length {}, but the 'false' tuple has length {}", yes.len(), no.len()))
        }
        (Type::Tuple(yes), Type::Tuple(no)) => {
            let (index, (yes, no)) = yes.iter().zip(no.iter()).enumerate().find(|(_, (yes, no))| yes != no)?;
            Some(format!("Type mismatch for tuple element {index}: {}", describe_mismatch(yes, no)))
        }
        (Type::List(yes), Type::List(no)) => difference_of_elements("list", yes, no),
        (Type::Set(yes), Type::Set(no)) => difference_of_elements("set", yes, no),
        (Type::Map(yes), Type::Map(no)) => difference_of_elements("map", yes, no),
        _ => None,
    }
}

fn difference_of_objects(yes: &landform_values::ObjectType, no: &landform_values::ObjectType) -> Option<String> {
    for (name, yes_type, _) in yes.iter() {
        match no.get(name) {
            None => {
                let name = quote(name);
                return Some(format!(
                    "The 'true' value includes object attribute {name}, which is absent in the 'false' value"
                ));
            }
            Some(no_type) if no_type != yes_type => {
                let mismatch = describe_mismatch(yes_type, no_type);
                return Some(format!("Type mismatch for object attribute {}: {mismatch}", quote(name)));
            }
            Some(_) => {}
        }
    }
    let (name, ..) = no.iter().find(|(name, ..)| yes.get(name).is_none())?;
    Some(format!("The 'false' value includes object attribute {}, which is absent in the 'true' value", quote(name)))
}

fn difference_of_elements(noun: &str, yes: &Type, no: &Type) -> Option<String> {
    matches!((yes, no), (Type::Object(_), Type::Object(_)) | (Type::Tuple(_), Type::Tuple(_)))
        .then(|| format!("Mismatched {noun} element types: {}", describe_mismatch(yes, no)))
}

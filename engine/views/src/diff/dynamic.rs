//! Differences between values of no declared type.

use landform_plan::Action;
use landform_values::Value;

use super::change::{Form, equal};
use super::{Change, Diff, Node, combine, sequence};

/// Compares by the form that the values themselves have.
pub(crate) fn dynamic(change: &Change<'_>) -> Diff {
    if let Some(diff) = sensitive(change) {
        return diff;
    }
    if change.after.unknown {
        return unknown(change);
    }
    let (before, after) = (Form::of(change.before.value), Form::of(change.after.value));
    let deleted = after == Form::Null && !change.after.explicit;
    let created = before == Form::Null && !change.before.explicit;
    if before == after || created || deleted {
        return by_form(change, if before == Form::Null { after } else { before });
    }
    let before = by_form(&change.deleted(false), before);
    let after = by_form(&change.created(), after);
    let node = Node::TypeChange { before: Box::new(before), after: Box::new(after) };
    Diff { node, action: Action::Update, replace: false }
}

fn sensitive(change: &Change<'_>) -> Option<Diff> {
    let (before, after) = (change.before.sensitive, change.after.sensitive);
    if !before && !after {
        return None;
    }
    let inner = dynamic(&change.quiet());
    let action = super::differ::sensitive_action(change, &inner);
    Some(Diff { node: Node::Sensitive { inner: Box::new(inner), before, after }, action, replace: false })
}

fn unknown(change: &Change<'_>) -> Diff {
    let Some(_) = change.before.value else {
        return Diff { node: Node::Unknown { before: None }, action: Action::Create, replace: false };
    };
    let before = Some(Box::new(dynamic(&change.deleted(false))));
    Diff { node: Node::Unknown { before }, action: Action::Update, replace: false }
}

fn by_form(change: &Change<'_>, form: Form) -> Diff {
    let (node, action) = match form {
        Form::Object => object(change),
        Form::Array => {
            let (elements, action) = sequence::transform(change, |item| dynamic(&item), both_objects);
            (Node::List { elements, context: true }, action)
        }
        Form::Null | Form::Bool | Form::String | Form::Number => primitive(change, form),
    };
    Diff { node, action, replace: false }
}

fn both_objects(a: &Value, b: &Value) -> bool {
    Form::of(Some(a)) == Form::Object && Form::of(Some(b)) == Form::Object
}

fn object(change: &Change<'_>) -> (Node, Action) {
    let mut action = match (change.before.is_mapping(), change.after.is_mapping()) {
        (true, false) => Action::Delete,
        (false, true) => Action::Create,
        _ => Action::NoOp,
    };
    let mut attributes = std::collections::BTreeMap::new();
    for key in change.keys() {
        let diff = dynamic(&change.attribute(&key).if_relevant());
        action = combine(action, diff.action);
        attributes.insert(key, diff);
    }
    (Node::Object { attributes, nested: false }, action)
}

fn primitive(change: &Change<'_>, form: Form) -> (Node, Action) {
    let (before, after) = (change.before, change.after);
    let missing = |side: super::change::Side<'_>| side.value.is_none() && !side.explicit;
    let action = match (missing(before), missing(after)) {
        (true, false) => Action::Create,
        (false, true) => Action::Delete,
        _ if equal(before.value, after.value) => Action::NoOp,
        _ => Action::Update,
    };
    (Node::Primitive { before: before.value.cloned(), after: after.value.cloned(), ty: form.primitive() }, action)
}

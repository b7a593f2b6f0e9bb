//! Lists and tuples.

use landform_values::convert::{Safety, unify_with};
use landform_values::{Kind, Marks, Number, Type, Value, convert, ops};

use super::{Seen, is_sequence, of_one_type};
use crate::functions::call::{Call, FunctionError, Outcome, integer};
use crate::functions::entry::{Function, any, any_list, function, number, parameter};

pub(super) fn functions() -> Vec<Function> {
    let string_list = || Type::list(Type::String);
    vec![
        function("chunklist", [any_list("list").marked(), number("size").marked()], chunklist)
            .typed(|call| Ok(Type::list(call.value(0).ty()))),
        function("compact", [parameter("list", string_list())], compact).returns(string_list()),
        function("concat", [], concat).variadic(any("seqs").marked()).typed(concat_type),
        function("distinct", [any_list("list")], distinct).typed(|call| Ok(call.value(0).ty())),
        function("flatten", [any("list").marked()], flatten).typed(flatten_type),
        function("reverse", [any("list").marked()], reverse).typed(reverse_type),
        function("slice", [any("list").marked(), number("start_index"), number("end_index")], slice).typed(slice_type),
    ]
}

/// `chunklist(list, size)`: lists of at most so many items; of size 0, all in one. `chunklist([1, 2, 3], 2)` is
/// `[[1, 2], [3]]`.
fn chunklist(call: &Call<'_>) -> Outcome {
    let ((list, list_marks), (size, size_marks)) = (call.value(0).clone().unmark(), call.value(1).clone().unmark());
    let size = integer(&size).map_err(|error| FunctionError::new(format!("invalid size: {}", error.message)))?;
    let size = usize::try_from(size).map_err(|_| FunctionError::new("the size argument must be positive"))?;
    let ty = list.ty();
    let element = ty.element().cloned().unwrap_or(Type::Dynamic);
    let items = list.as_sequence().unwrap_or_default();
    let chunks: Vec<Value> = match size {
        _ if items.is_empty() => Vec::new(),
        0 => vec![list.clone()],
        size => items.chunks(size).map(|chunk| Value::list(element.clone(), chunk.iter().cloned())).collect(),
    };
    Ok(Value::list(ty, chunks).with_marks(&list_marks.union(&size_marks)))
}

/// `compact(list)`: without null and empty texts. `compact(["a", "", "b"])` is `["a", "b"]`.
fn compact(call: &Call<'_>) -> Outcome {
    if !call.value(0).is_wholly_known() {
        return Ok(call.unknown());
    }
    let kept = call.items(0).iter().filter(|item| item.as_str().is_some_and(|text| !text.is_empty()));
    Ok(Value::list(Type::String, kept.cloned()))
}

/// `concat(seqs...)`: a list if all are lists of types that go together, else a tuple. `concat(["a"], ["b"])` is
/// `["a", "b"]`.
fn concat(call: &Call<'_>) -> Outcome {
    let mut marks = Marks::NONE;
    let mut items = Vec::new();
    for (index, argument) in call.arguments.iter().enumerate() {
        let sequence = match &call.returns {
            list @ Type::List(_) => {
                convert(argument, list).map_err(|error| FunctionError::of_argument(index, error.message))?
            }
            _ => argument.clone(),
        };
        let (sequence, found) = sequence.unmark();
        marks = marks.union(&found);
        items.extend_from_slice(sequence.as_sequence().unwrap_or_default());
    }
    let result = match &call.returns {
        Type::List(element) => {
            let (element, items) = of_one_type(items, element)?;
            Value::list(element, items)
        }
        _ => Value::tuple(items),
    };
    Ok(result.with_marks(&marks))
}

fn concat_type(call: &Call<'_>) -> Result<Type, FunctionError> {
    if call.len() == 0 {
        return Err(FunctionError::new("at least one argument is required"));
    }
    let types: Vec<Type> = call.arguments.iter().map(Value::ty).collect();
    if types.iter().all(|ty| matches!(ty, Type::List(_)))
        && let Some(unified) = unify_with(&types, Safety::Unsafe)
    {
        return Ok(unified.ty);
    }
    let mut elements = Vec::new();
    for (index, (value, ty)) in call.arguments.iter().zip(types).enumerate() {
        match ty {
            Type::Tuple(types) => elements.extend_from_slice(&types),
            Type::List(element) => match value.length() {
                Some(length) => elements.extend(std::iter::repeat_n((*element).clone(), length)),
                None => return Ok(Type::Dynamic),
            },
            other => {
                let message = format!("all arguments must be lists or tuples; got {}", other.friendly_name());
                return Err(FunctionError::of_argument(index, message));
            }
        }
    }
    Ok(Type::tuple(elements))
}

/// `distinct(list)`: the first of each. `distinct(["a", "b", "a"])` is `["a", "b"]`.
fn distinct(call: &Call<'_>) -> Outcome {
    if !call.value(0).is_wholly_known() {
        return Ok(call.unknown());
    }
    let mut seen = Seen::default();
    let kept: Vec<Value> = call.items(0).iter().filter(|item| seen.insert(item)).cloned().collect();
    Ok(Value::list(call.returns.element().cloned().unwrap_or(Type::Dynamic), kept))
}

/// `flatten(list)`: items of lists within lists, at any depth. `flatten([["a"], [["b"]], "c"])` is `["a", "b", "c"]`.
fn flatten(call: &Call<'_>) -> Outcome {
    let mut flat = Flat { items: Vec::new(), marks: Marks::NONE, known: true };
    flat.add(call.value(0));
    Ok(if flat.known { Value::tuple(flat.items) } else { call.unknown() }.with_marks(&flat.marks))
}

fn flatten_type(call: &Call<'_>) -> Result<Type, FunctionError> {
    let list = call.value(0);
    if !list.is_wholly_known() {
        return Ok(Type::Dynamic);
    }
    let is_sequence = match list.kind() {
        Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) => true,
        _ => is_sequence(&list.ty()),
    };
    if !is_sequence {
        return Err(FunctionError::new("can only flatten lists, sets and tuples"));
    }
    // The result tells its own type.
    Ok(Type::Dynamic)
}

struct Flat {
    items: Vec<Value>,
    /// Of all sequences that were opened.
    marks: Marks,
    known: bool,
}

impl Flat {
    fn add(&mut self, sequence: &Value) {
        self.marks = self.marks.union(sequence.marks());
        if !ops::length(sequence).is_known() {
            self.known = false;
            return;
        }
        let items = sequence.as_sequence().unwrap_or_default();
        // The last and longest sequence mostly has no other within.
        self.items.reserve(items.len());
        for item in items {
            let is_sequence = match item.kind() {
                Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) => true,
                Kind::Unknown(unknown) => {
                    self.known &= unknown.ty != Type::Dynamic;
                    is_sequence(&unknown.ty)
                }
                _ => false,
            };
            if !is_sequence {
                self.items.push(item.clone());
            } else if item.is_known() {
                self.add(item);
            } else {
                self.known = false;
                self.marks = self.marks.union(item.marks());
            }
        }
    }
}

/// `reverse(list)`. `reverse([1, 2])` is `[2, 1]`.
fn reverse(call: &Call<'_>) -> Outcome {
    let (list, marks) = call.value(0).clone().unmark();
    let items = list.as_sequence().unwrap_or_default().iter().rev().cloned();
    let result = match &call.returns {
        Type::List(element) => Value::list((**element).clone(), items),
        _ => Value::tuple(items),
    };
    Ok(result.with_marks(&marks))
}

fn reverse_type(call: &Call<'_>) -> Result<Type, FunctionError> {
    match call.value(0).ty() {
        Type::Tuple(types) => Ok(Type::tuple(types.iter().rev().cloned())),
        Type::List(element) | Type::Set(element) => Ok(Type::List(element)),
        other => {
            let message = format!("can only reverse list or tuple values, not {}", other.friendly_name());
            Err(FunctionError::of_argument(0, message))
        }
    }
}

/// `slice(list, start_index, end_index)`: the end is not included. `slice(["a", "b", "c"], 1, 2)` is `["b"]`.
fn slice(call: &Call<'_>) -> Outcome {
    let (list, marks) = call.value(0).clone().unmark();
    let (start, end) = slice_bounds(call)?;
    let (Some(start), Some(end)) = (start, end) else { return Ok(call.unknown().with_marks(&marks)) };
    let items = list.as_sequence().unwrap_or_default()[start..end].iter().cloned();
    let result = match &call.returns {
        Type::List(element) => Value::list((**element).clone(), items),
        _ => Value::tuple(items),
    };
    Ok(result.with_marks(&marks))
}

fn slice_type(call: &Call<'_>) -> Result<Type, FunctionError> {
    let ty = call.value(0).ty();
    match &ty {
        Type::Set(_) => {
            return Err(FunctionError::of_argument(
                0,
                "cannot slice a set, because its elements do not have indices; explicitly convert to a list if the \
                 ordering of the result is not important",
            ));
        }
        Type::List(_) | Type::Tuple(_) => {}
        _ => return Err(FunctionError::of_argument(0, "must be a list or tuple value")),
    }
    match (slice_bounds(call)?, ty.as_tuple()) {
        (_, None) => Ok(ty),
        ((Some(start), Some(end)), Some(types)) => Ok(Type::tuple(types[start..end].iter().cloned())),
        _ => Ok(Type::Dynamic),
    }
}

/// Start and end of a slice as far as they are known; they lie within the list if its length is known.
fn slice_bounds(call: &Call<'_>) -> Result<(Option<usize>, Option<usize>), FunctionError> {
    let length = ops::length(call.value(0)).as_number().and_then(Number::to_usize);
    let bound = |index: usize, name: &str| -> Result<Option<usize>, FunctionError> {
        let blame = |why: &str| FunctionError::of_argument(index, format!("{name} index must not be {why}"));
        if !call.value(index).is_known() {
            return Ok(None);
        }
        let bound = call
            .integer(index)
            .map_err(|error| FunctionError::of_argument(index, format!("invalid {name} index: {}", error.message)))?;
        let bound = usize::try_from(bound).map_err(|_| blame("less than zero"))?;
        if length.is_some_and(|length| bound > length) {
            return Err(blame("greater than the length of the list"));
        }
        Ok(Some(bound))
    };
    let (start, end) = (bound(1, "start")?, bound(2, "end")?);
    if start.zip(end).is_some_and(|(start, end)| start > end) {
        return Err(FunctionError::of_argument(1, "start index must not be greater than end index"));
    }
    Ok((start, end))
}

//! Operators: their operands' conversion and what is said when they fail.

use landform_diagnostics::Diagnostic;
use landform_values::ops::{self, OperationError};
use landform_values::{Kind, PathError, Type, Value, convert};

use super::evaluate::Evaluator;
use super::node::{Node, NodeKind};
use crate::syntax::ast::{BinaryOp, UnaryOp};

/// Converts; free where the value has the type already.
pub(super) fn to_type(value: &Value, ty: &Type) -> Result<Value, PathError> {
    match (value.kind(), ty) {
        (Kind::String(_), Type::String)
        | (Kind::Number(_), Type::Number)
        | (Kind::Bool(_), Type::Bool)
        | (_, Type::Dynamic) => Ok(value.clone()),
        _ => convert(value, ty),
    }
}

impl Evaluator<'_> {
    pub(super) fn unary(&mut self, op: UnaryOp, operand: &Node, node: &Node) -> Value {
        let before = self.mark();
        let value = self.evaluate(operand);
        let result = match op {
            UnaryOp::Negate => ops::negate(&value),
            UnaryOp::Not => ops::not(&value),
        };
        let ty = match op {
            UnaryOp::Negate => Type::Number,
            UnaryOp::Not => Type::Bool,
        };
        if let Err(OperationError::Operands { left: Some(error), .. }) = &result {
            self.wrong_operand("unary", error, operand, node);
        }
        self.outcome(result, ty, before, node)
    }

    /// A chain of operators leans to the left and may be long: then it is walked without recursion.
    pub(super) fn binary(&mut self, node: &Node) -> Value {
        let before = self.mark();
        let NodeKind::Binary(_, left, _) = &node.kind else { return Value::dynamic() };
        if is_short(left) {
            let value = self.evaluate(left);
            return self.operation(node, &value, before);
        }
        let mut chain = Vec::new();
        let mut leftmost = node;
        while let NodeKind::Binary(_, left, _) = &leftmost.kind {
            chain.push(leftmost);
            leftmost = left;
        }
        let leftmost = self.evaluate(leftmost);
        chain.into_iter().rev().fold(leftmost, |value, node| self.operation(node, &value, before))
    }

    /// Applies an operator to its left operand, which is at hand, and its right one.
    fn operation(&mut self, node: &Node, value: &Value, before: usize) -> Value {
        let NodeKind::Binary(op, left, right) = &node.kind else { return Value::dynamic() };
        let result = match self.at_hand(right) {
            Some(right) => operate(*op, value, right),
            None => operate(*op, value, &self.evaluate(right)),
        };
        if let Err(OperationError::Operands { left: left_error, right: right_error }) = &result {
            left_error.iter().for_each(|error| self.wrong_operand("left", error, left, node));
            right_error.iter().for_each(|error| self.wrong_operand("right", error, right, node));
        }
        self.outcome(result, type_of_results(*op), before, node)
    }

    fn wrong_operand(&mut self, which: &str, error: &PathError, operand: &Node, node: &Node) {
        let detail = format!("Unsuitable value for {which} operand: {}.", error.message);
        self.fail(Diagnostic::error("Invalid operand", detail).at(operand.span).within(node.span), operand);
    }

    /// The result, unless something went wrong since.
    fn outcome(&mut self, result: Result<Value, OperationError>, ty: Type, before: usize, node: &Node) -> Value {
        if self.failed_since(before) {
            return Value::unknown(ty);
        }
        match result {
            Ok(value) => value,
            Err(OperationError::Operands { .. }) => Value::unknown(ty),
            Err(OperationError::Failed(why)) => {
                let detail = format!("Error during operation: {why}.");
                self.fail(Diagnostic::error("Operation failed", detail).at(node.span), node);
                Value::unknown(ty)
            }
        }
    }
}

/// Whether a left operand is no chain, or one of two.
fn is_short(left: &Node) -> bool {
    match &left.kind {
        NodeKind::Binary(_, left, _) => !matches!(left.kind, NodeKind::Binary(..)),
        _ => true,
    }
}

fn operate(op: BinaryOp, left: &Value, right: &Value) -> Result<Value, OperationError> {
    match op {
        BinaryOp::Or => ops::or(left, right),
        BinaryOp::And => ops::and(left, right),
        BinaryOp::Equal => Ok(ops::equal(left, right)),
        BinaryOp::NotEqual => Ok(ops::not_equal(left, right)),
        BinaryOp::Less => ops::less(left, right),
        BinaryOp::LessOrEqual => ops::less_or_equal(left, right),
        BinaryOp::Greater => ops::greater(left, right),
        BinaryOp::GreaterOrEqual => ops::greater_or_equal(left, right),
        BinaryOp::Add => ops::add(left, right),
        BinaryOp::Subtract => ops::subtract(left, right),
        BinaryOp::Multiply => ops::multiply(left, right),
        BinaryOp::Divide => ops::divide(left, right),
        BinaryOp::Modulo => ops::modulo(left, right),
    }
}

fn type_of_results(op: BinaryOp) -> Type {
    match op {
        BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => Type::Number,
        _ => Type::Bool,
    }
}

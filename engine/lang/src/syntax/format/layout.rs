//! Indents lines, spaces tokens, and aligns equals signs and comments of neighbouring lines.

use std::ops::Range;

use super::super::token::TokenKind;
use super::WriterToken;
use super::spacing::space_between;

/// The parts of a line, as ranges of its tokens. A line ends where a line-ending token does, so that a heredoc is part
/// of the line on which it starts.
struct Line {
    /// Everything up to one of the others.
    lead: Range<usize>,
    /// From the equals sign on, if what is assigned ends on the line; else empty.
    assign: Range<usize>,
    /// The comment that ends the line, unless there is nothing before it; else empty.
    comment: Range<usize>,
}

/// Sets the spaces before all tokens.
pub(super) fn lay_out(tokens: &mut [WriterToken]) {
    let lines = lines(tokens);
    indent(tokens, &lines);
    for line in &lines {
        space(tokens, line);
    }
    align(tokens, &lines, |line| line.assign.clone(), |line| line.lead.clone());
    align(tokens, &lines, |line| line.comment.clone(), |line| line.lead.start..line.assign.end);
}

fn lines(tokens: &[WriterToken]) -> Vec<Line> {
    let end = tokens.iter().position(|token| token.kind == TokenKind::End).unwrap_or(tokens.len());
    let mut lines = Vec::new();
    let mut start = 0;
    for (index, token) in tokens[..end].iter().enumerate() {
        if token.ends_line() {
            lines.push(line(tokens, start..index + 1));
            start = index + 1;
        }
    }
    if start < end {
        lines.push(line(tokens, start..end));
    }
    lines
}

fn line(tokens: &[WriterToken], range: Range<usize>) -> Line {
    let has_comment = range.len() > 1 && tokens[range.end - 1].kind == TokenKind::Comment;
    let comment = range.end - usize::from(has_comment)..range.end;
    let before = range.start..comment.start;
    let equals = tokens[before.clone()].iter().skip(1).position(|token| token.kind == TokenKind::Assign);
    let assign_start = match equals.map(|index| before.start + 1 + index) {
        Some(equals) if net_brackets(&tokens[equals..before.end]) == 0 => equals,
        _ => before.end,
    };
    Line { lead: before.start..assign_start, assign: assign_start..before.end, comment }
}

fn net_brackets(tokens: &[WriterToken]) -> i32 {
    tokens.iter().map(WriterToken::bracket_change).sum()
}

/// Indents by two spaces for each line that opened more brackets than it closed, however many they were.
fn indent(tokens: &mut [WriterToken], lines: &[Line]) {
    let mut opened: Vec<i32> = Vec::new();
    for line in lines {
        if tokens[line.lead.start].kind == TokenKind::Newline {
            tokens[line.lead.start].spaces = 0;
            continue;
        }
        let lead = &tokens[line.lead.clone()];
        let heredoc = lead.iter().position(|token| token.kind == TokenKind::OpenHeredoc);
        let counted = &lead[..heredoc.unwrap_or(lead.len())];
        let net = net_brackets(counted) + net_brackets(&tokens[line.assign.clone()]);
        if net < 0 {
            close(&mut opened, -net);
        }
        tokens[line.lead.start].spaces = 2 * opened.len();
        if net > 0 {
            opened.push(net);
        }
    }
}

/// Takes closed brackets from the innermost indents.
fn close(opened: &mut Vec<i32>, closed: i32) {
    let mut closed = closed;
    while let Some(innermost) = opened.last_mut() {
        if closed < *innermost {
            *innermost -= closed;
            return;
        }
        closed -= *innermost;
        opened.pop();
        if closed == 0 {
            return;
        }
    }
}

fn space(tokens: &mut [WriterToken], line: &Line) {
    for part in [&line.lead, &line.assign] {
        for index in part.start + 1..part.end {
            let before = (index >= part.start + 2).then(|| &tokens[index - 2]);
            let space = space_between(before, &tokens[index - 1], &tokens[index]);
            tokens[index].spaces = usize::from(space);
        }
    }
}

/// Aligns a part of the lines in each run of lines that have it, one space behind the widest of what stands before it.
fn align(
    tokens: &mut [WriterToken],
    lines: &[Line],
    part: impl Fn(&Line) -> Range<usize>,
    before: impl Fn(&Line) -> Range<usize>,
) {
    for run in lines.chunk_by(|a, b| part(a).is_empty() == part(b).is_empty()) {
        if part(&run[0]).is_empty() {
            continue;
        }
        let widths: Vec<usize> =
            run.iter().map(|line| tokens[before(line)].iter().map(WriterToken::columns).sum()).collect();
        let widest = widths.iter().copied().max().unwrap_or(0);
        for (line, width) in run.iter().zip(&widths) {
            tokens[part(line).start].spaces = widest - width + 1;
        }
    }
}

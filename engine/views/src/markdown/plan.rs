//! The comment about a plan.

use landform_diagnostics::Severity;
use landform_plan::{Action, Plan, ResourceChange};

use super::changes::{Details, named};
use super::names::Precision;
use super::problems::{self, Problems};
use super::room::{LIMIT, SHORTEST, digits, fit};
use super::{destroys, head, marker, sections};
use crate::diagnostics::{Arranged, Sources};
use crate::plan::{Cause, is_shown};

/// What a comment is made of.
#[derive(Clone, Copy)]
pub struct PlanComment<'a> {
    /// What the plan is of, such as a root module and its environment: the title, and the marker by which the next run finds
    /// the comment.
    pub name: &'a str,
    /// The plan; none where planning failed before there was any.
    pub plan: Option<&'a Plan>,
    /// Errors and warnings.
    pub diagnostics: &'a [Arranged],
    /// What they point at.
    pub sources: &'a Sources<'a>,
}

/// What the sections behind the first ones have at the least: their shortest forms.
const REST: usize = 9 * SHORTEST;

/// Changes by where they are told.
struct Contents<'a> {
    shown: Vec<&'a ResourceChange>,
    destroyed: Vec<&'a ResourceChange>,
    changed: Vec<&'a ResourceChange>,
    drifted: Vec<&'a ResourceChange>,
}

impl<'a> Contents<'a> {
    fn of(plan: &'a Plan) -> Self {
        let shown: Vec<_> = plan.resource_changes.iter().filter(|change| is_shown(change)).collect();
        let of = |wanted: fn(Action) -> bool| -> Vec<&ResourceChange> {
            shown.iter().copied().filter(|change| wanted(change.action)).collect()
        };
        let mut changed = of(|action| action == Action::Update);
        changed.extend(of(|action| action == Action::Create));
        changed.extend(of(|action| action == Action::Read));
        let drifted = plan.drift.iter().filter(|change| change.action != Action::NoOp).collect();
        Self { destroyed: of(Action::destroys), changed, drifted, shown }
    }
}

impl PlanComment<'_> {
    /// The Markdown: at most [`LIMIT`] bytes.
    pub fn text(&self) -> String {
        let errors = Problems::of(self.diagnostics, self.sources, Severity::Error);
        let warnings = Problems::of(self.diagnostics, self.sources, Severity::Warning);
        let mut text = marker("plan", self.name) + &head::title(self.name);
        if errors.len() > 0 || self.plan.is_some_and(|plan| plan.errored) {
            text.push_str(&head::failure(errors.len(), self.plan));
        }
        match self.plan {
            None => text.push_str(&without_plan(&errors, &warnings, LIMIT - text.len())),
            Some(plan) => {
                let contents = Contents::of(plan);
                text.push_str(&head::summary(plan, &contents.shown, contents.drifted.len()));
                let room = LIMIT - text.len();
                text.push_str(&Body { plan, contents: &contents, errors, warnings }.text(room));
            }
        }
        text
    }
}

fn without_plan(errors: &Problems<'_>, warnings: &Problems<'_>, room: usize) -> String {
    let (errors, _) = never_cut(errors, &[], room - REST);
    let warnings = warnings.section().within(room - errors.len());
    errors + &warnings
}

/// How errors and destroys are told: the first pair that fits.
const LADDER: [(problems::Form, destroys::Form); 9] = {
    use Precision::{Complete, Counted, Distinct, Single};
    use destroys::Form::{Grouped as Destroyed, Lines as DestroyedLines};
    use problems::Form::{Full, Grouped, Lines};
    [
        (Full, DestroyedLines),
        (Lines, DestroyedLines),
        (Lines, Destroyed(Single)),
        (Lines, Destroyed(Complete)),
        (Grouped(Complete), Destroyed(Complete)),
        (Grouped(Complete), Destroyed(Distinct)),
        (Grouped(Distinct), Destroyed(Distinct)),
        (Grouped(Distinct), Destroyed(Counted)),
        (Grouped(Counted), Destroyed(Counted)),
    ]
};

/// Errors and destroys, which have all the room that they need. Where even the closest form is too long, each has half of
/// the room and says how many it does not name.
fn never_cut(errors: &Problems<'_>, destroyed: &[&ResourceChange], room: usize) -> (String, String) {
    let half = if errors.len() > 0 && !destroyed.is_empty() { room / 2 } else { room };
    let mut texts = (String::new(), String::new());
    let mut done = None;
    for (index, (error_form, destroy_form)) in LADDER.into_iter().enumerate() {
        let limit = if index + 1 == LADDER.len() { half.saturating_sub(SHORTEST) } else { usize::MAX };
        texts.0 = errors.text(error_form, limit);
        // Most steps are about errors: what was found out about destroys stands.
        if done.replace((destroy_form, limit)) != Some((destroy_form, limit)) {
            texts.1 = destroys::text(destroyed, destroy_form, limit);
        }
        if texts.0.len() + texts.1.len() <= room {
            break;
        }
    }
    texts
}

/// All behind the summary.
struct Body<'a> {
    plan: &'a Plan,
    contents: &'a Contents<'a>,
    errors: Problems<'a>,
    warnings: Problems<'a>,
}

impl Body<'_> {
    fn text(&self, room: usize) -> String {
        let Contents { shown, destroyed, changed, drifted } = self.contents;
        let (errors, destroys) = never_cut(&self.errors, destroyed, room.saturating_sub(REST));
        let room = room.saturating_sub(errors.len() + destroys.len());
        let sections = [
            sections::suggested_moves(self.plan),
            sections::places(shown),
            sections::checks(self.plan),
            sections::changed_outputs(self.plan),
            self.warnings.section(),
            sections::deferred(self.plan),
            named(drifted),
            named(changed),
        ];
        let texts = fit(&sections, room.saturating_sub(SHORTEST));
        let [moves, places, checks, outputs, warnings, deferred, drift_names, change_names] = &texts[..] else {
            unreachable!("there is a text for each section")
        };
        let kept = moves.len() + places.len() + checks.len() + outputs.len() + warnings.len() + deferred.len();
        let names = drift_names.len() + change_names.len();
        let detailed = self.detailed(room.saturating_sub(kept), names);
        let Detailed { replaced, changes, drift } = detailed;
        [&errors, warnings, &destroys, &replaced, moves, places, &changes, deferred, &drift, checks, outputs]
            .map(String::as_str)
            .concat()
    }

    /// What has folds. The names of what has none take what the folds leave, `names` bytes at the least.
    fn detailed(&self, room: usize, names: usize) -> Detailed {
        let Contents { destroyed, changed, drifted, .. } = self.contents;
        let replaced: Vec<&ResourceChange> = destroyed.iter().copied().filter(|it| it.action.is_replace()).collect();
        let free = room.saturating_sub(names + SHORTEST);
        let replaced = Details::within(&replaced, Cause::Planned, free).text;
        let free = free.saturating_sub(replaced.len());
        let changes = Details::within(changed, Cause::Planned, free);
        let free = free.saturating_sub(changes.text.len());
        let drift = Details::within(drifted, Cause::Drift, free);
        let folds = replaced.len() + changes.text.len() + drift.text.len();
        let left = room.saturating_sub(folds + SHORTEST / 2);
        let named = fit(&[named(&drift.left), named(&changes.left)], left);
        Detailed {
            replaced: if replaced.is_empty() { replaced } else { format!("\n{replaced}") },
            changes: headed("Changes", changed.len(), &changes.text, &named[1]),
            drift: headed("Changed outside since the last apply", drifted.len(), &drift.text, &named[0]),
        }
    }
}

/// Sections with folds, as texts.
struct Detailed {
    replaced: String,
    changes: String,
    drift: String,
}

fn headed(title: &str, number: usize, folds: &str, names: &str) -> String {
    if number == 0 { String::new() } else { format!("\n#### {title} ({})\n\n{folds}{names}", digits(number)) }
}

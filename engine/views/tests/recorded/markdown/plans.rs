//! Plans of any size, made of recorded changes.

use landform_addrs::ResourceInstance;
use landform_diagnostics::{Diagnostics, SourceMap};
use landform_plan::{Action, ActionReason, Plan, ResourceChange};
use landform_views::diagnostics::{Sources, arrange};
use landform_views::markdown::PlanComment;

use crate::{cases, mode, parse, reader};

/// The plan of a recorded step, counted from 1.
pub(super) fn recorded(case: &str, number: usize) -> Plan {
    let cases = cases::all();
    let case = cases.iter().find(|found| found.name == case).expect("the case");
    let step = case.steps().nth(number - 1).expect("the step");
    reader().plan(&parse(step.get("plan.json").expect("recorded")), mode(&step))
}

/// The comment about a plan.
pub(super) fn comment(plan: &Plan) -> String {
    with(Some(plan), Diagnostics::new(), &SourceMap::new())
}

/// The comment about what was planned and found.
pub(super) fn with(plan: Option<&Plan>, diagnostics: Diagnostics, files: &SourceMap) -> String {
    let diagnostics = arrange(diagnostics, files);
    let sources = Sources::of(files);
    PlanComment { name: "examples/network/staging", plan, diagnostics: &diagnostics, sources: &sources }.text()
}

/// A change like a recorded one, of another object.
pub(super) fn change(template: &ResourceChange, address: &str, action: Action) -> ResourceChange {
    let address: ResourceInstance = address.parse().expect("an address");
    let reason = match action {
        Action::Delete => Some(ActionReason::DeleteBecauseEachKey),
        Action::DeleteThenCreate | Action::CreateThenDelete => Some(ActionReason::ReplaceBecauseCannotUpdate),
        _ => None,
    };
    ResourceChange { previous_address: address.clone(), address, action, reason, ..template.clone() }
}

/// A plan that does something to each address; which action is chosen by its number.
pub(super) fn plan(addresses: &[String], action: impl Fn(usize) -> Action) -> Plan {
    let replacing = recorded("replacing", 4);
    let template = |wanted: fn(Action) -> bool| {
        let found = replacing.resource_changes.iter().find(|change| wanted(change.action));
        found.expect("such a change").clone()
    };
    let (update, replace) = (template(|action| action == Action::Update), template(Action::is_replace));
    let one = |(index, address): (usize, &String)| {
        let action = action(index);
        change(if action.is_replace() { &replace } else { &update }, address, action)
    };
    let resource_changes = addresses.iter().enumerate().map(one).collect();
    Plan { resource_changes, applyable: true, complete: true, ..Plan::default() }
}

/// Kinds of addresses, from regular to random.
pub(super) const KINDS: [Kind; 9] = [
    Kind::Count,
    Kind::NumberedKeys,
    Kind::Products,
    Kind::ModuleProducts,
    Kind::ManyResources,
    Kind::NestedCounts,
    Kind::LongKeys,
    Kind::RandomKeys,
    Kind::RandomResources,
];

/// How addresses differ from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Count,
    NumberedKeys,
    Products,
    ModuleProducts,
    ManyResources,
    NestedCounts,
    LongKeys,
    RandomKeys,
    RandomResources,
}

impl Kind {
    /// As many addresses, all different.
    pub(super) fn addresses(self, number: usize) -> Vec<String> {
        (0..number).map(|index| self.address(index)).collect()
    }

    fn address(self, index: usize) -> String {
        let noise = (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta"];
        let word = words[index % words.len()];
        match self {
            Self::Count => format!("aws_subnet.a[{index}]"),
            Self::NumberedKeys => format!("aws_subnet.a[\"subnet-{index:06}\"]"),
            Self::Products => format!("aws_iam_role.r[\"{word}/service-{}.eu-west-{}\"]", index / 21, index / 7 % 3),
            Self::ModuleProducts => {
                format!("module.team[\"{word}-{}\"].{}.this", index / 21, ["a_b", "a_c", "a_d"][index / 7 % 3])
            }
            Self::ManyResources => format!("terraform_data.r{index}"),
            Self::NestedCounts => {
                format!("module.a[{}].module.b[{}].x_y.z[{}]", index / 100, index / 10 % 10, index % 10)
            }
            Self::LongKeys => format!("aws_route53_record.r[\"{noise:x}.{}\"]", "a-long-name.of-a-zone.".repeat(6)),
            Self::RandomKeys => format!("module.m.aws_iam_user.u[\"{word}-{noise:x}@example.com\"]"),
            Self::RandomResources => format!("terraform_data.r_{noise:x}_{word}"),
        }
    }
}

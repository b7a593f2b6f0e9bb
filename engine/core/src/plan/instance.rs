//! Planning one instance of a managed resource, by the rules of Terraform's resource instance change lifecycle.

use std::sync::Arc;

use landform_addrs::{ProviderAddr, ResourceInstance};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::{Action, ActionReason, IdentityChange};
use landform_provider_api::{PlanRequest, PlanResponse, ProviderInstance, Schema};
use landform_values::{Path, Str, Value};

use super::ignore::{IgnoreChanges, ignore_changes};
use crate::objects::{ToldIdentity, check_planned, mark_sensitive, proposed_new, same, sensitive_paths};

/// What an instance is planned from.
pub(crate) struct InstanceInput<'a> {
    /// Which one.
    pub(crate) address: &'a ResourceInstance,
    /// Its provider's source address, for messages.
    pub(crate) provider_name: &'a ProviderAddr,
    /// Its provider.
    pub(crate) provider: &'a dyn ProviderInstance,
    /// Its schema.
    pub(crate) schema: &'a Arc<Schema>,
    /// Evaluated configuration with marks.
    pub(crate) config: Value,
    /// The object as it is, with marks; null for a new one.
    pub(crate) prior: Value,
    /// Whether the prior object is tainted.
    pub(crate) tainted: bool,
    /// The identity of the prior object.
    pub(crate) identity: Option<Value>,
    /// What the provider stored with the prior object.
    pub(crate) private: Vec<u8>,
    /// Parts of the configuration that are ignored.
    pub(crate) ignored: &'a IgnoreChanges,
    /// Why it must be replaced whatever the provider says.
    pub(crate) forced: Option<ActionReason>,
    /// Which order a replacement takes.
    pub(crate) order: Order,
}

/// The order of a replacement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// The configuration wants the new object before the old one goes.
    CreateFirst,
    /// The configuration wants the old object to go first.
    DeleteFirst,
    /// The provider knows.
    Providers,
    /// The old object does not go: it is forgotten.
    Beside,
}

/// A planned change of one instance.
#[derive(Debug)]
pub(crate) struct InstanceChange {
    /// What will be done.
    pub(crate) action: Action,
    /// Why.
    pub(crate) reason: Option<ActionReason>,
    /// The object as it is, with marks.
    pub(crate) before: Value,
    /// The object as it will be, with marks.
    pub(crate) after: Value,
    /// The configuration that counts: that of before where changes are ignored. With marks.
    pub(crate) config: Value,
    /// By what the object is told from all others.
    pub(crate) identity: IdentityChange,
    /// What can not be changed in place.
    pub(crate) requires_replace: Vec<Path>,
    /// To hand to the provider on apply.
    pub(crate) private: Vec<u8>,
    /// What the provider says of it.
    pub(crate) notes: Vec<Str>,
    /// Whether the provider has something to wait for, even where nothing differs.
    pub(crate) unfinished: bool,
}

/// Plans a create, update, replacement or nothing.
pub(crate) async fn plan_instance(input: InstanceInput<'_>) -> (Option<InstanceChange>, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let change = Planner { input: &input, diagnostics: &mut diagnostics }.plan().await;
    for diagnostic in diagnostics.iter_mut().filter(|diagnostic| diagnostic.address.is_none()) {
        diagnostic.address = Some(input.address.to_string());
    }
    (change, diagnostics)
}

struct Planner<'a, 'd> {
    input: &'a InstanceInput<'a>,
    diagnostics: &'d mut Diagnostics,
}

impl Planner<'_, '_> {
    async fn plan(&mut self) -> Option<InstanceChange> {
        let input = self.input;
        let block = &input.schema.block;
        let (real_prior, _) = input.prior.clone().unmark_deep();
        let prior = if input.tainted { Value::null(block.implied_type()) } else { real_prior.clone() };
        let marked_prior = if input.tainted { prior.clone() } else { input.prior.clone() };
        let mut config = ignore_changes(input.ignored, block, &marked_prior, &input.config);
        let mut response = self.ask(&prior, &config, input.private.clone()).await?;
        let requires_replace = changed_paths(&response.requires_replace, &prior, &response.planned);
        let replacement = match (input.order, response.create_first) {
            (Order::CreateFirst, _) | (Order::Providers, true) => Action::CreateThenDelete,
            (Order::DeleteFirst, _) | (Order::Providers, false) => Action::DeleteThenCreate,
            (Order::Beside, _) => Action::CreateThenForget,
        };
        let mut action = match prior.is_null() {
            true => Action::Create,
            false if input.forced.is_some() || !requires_replace.is_empty() => replacement,
            false if same(&prior, &response.planned) => Action::NoOp,
            false => Action::Update,
        };
        let mut reason = None;
        if action.is_replace() {
            reason = Some(input.forced.unwrap_or(ActionReason::ReplaceBecauseCannotUpdate));
            let null = Value::null(block.implied_type());
            config = input.config.clone();
            response = self.ask(&null, &config, Vec::new()).await?;
        }
        if input.tainted && action == Action::Create {
            action = replacement;
            reason = Some(ActionReason::ReplaceBecauseTainted);
        }
        // Of an object that is new, too.
        if input.forced == Some(ActionReason::ReplaceByTriggers) {
            reason = input.forced;
        }
        if let Some(path) = response.planned.infinite_path().filter(|_| action != Action::NoOp) {
            self.diagnostics.push(infinite_number(&format!("{}{path}", input.address)));
            return None;
        }
        let identity = self.identity(action, response.identity)?;
        let after = mark_sensitive(block, response.planned, &sensitive_paths(&config));
        let unfinished = response.unfinished;
        if action == Action::NoOp && (unfinished || sensitive_paths(&input.prior) != sensitive_paths(&after)) {
            action = Action::Update;
        }
        let before = if input.tainted || !real_prior.is_null() { input.prior.clone() } else { prior };
        let private = response.private;
        let notes = response.notes;
        Some(InstanceChange {
            action,
            reason,
            before,
            after,
            config,
            identity,
            requires_replace,
            private,
            notes,
            unfinished,
        })
    }

    /// Asks the provider and holds it to the rules. The prior object has no marks.
    async fn ask(&mut self, prior: &Value, config: &Value, private: Vec<u8>) -> Option<PlanResponse> {
        let input = self.input;
        let block = &input.schema.block;
        let (config, _) = &config.clone().unmark_deep();
        let request = PlanRequest {
            kind: input.address.resource.kind.clone(),
            prior: prior.clone(),
            proposed: proposed_new(block, prior, config),
            config: config.clone(),
            private,
        };
        let mut response = input.provider.plan_resource(request).await;
        let failed = response.diagnostics.has_errors();
        self.diagnostics.extend(std::mem::take(&mut response.diagnostics));
        if failed {
            return None;
        }
        if !response.legacy {
            let errors = check_planned(block, prior, config, &response.planned);
            for error in &errors {
                self.diagnostics.push(self.invalid_plan(error));
            }
            if !errors.is_empty() {
                return None;
            }
        }
        Some(response)
    }

    /// An object that stays keeps its identity; of a new one, not all has to be known.
    fn identity(&mut self, action: Action, planned: Option<Value>) -> Option<IdentityChange> {
        let input = self.input;
        let before = input.identity.clone();
        let stays = action != Action::Create && !action.is_replace();
        let Some(planned) = planned else {
            return Some(IdentityChange { after: before.clone().filter(|_| stays), before });
        };
        let (provider, schema) = (input.provider_name, input.schema);
        let told = ToldIdentity { address: input.address, provider, schema, identity: &planned };
        let wrong = if stays { told.check(before.as_ref()) } else { told.check_form() };
        let fine = !wrong.has_errors();
        self.diagnostics.extend(wrong);
        fine.then_some(IdentityChange { before, after: Some(planned) })
    }

    fn invalid_plan(&self, error: &landform_values::PathError) -> Diagnostic {
        let detail = format!(
            "Provider \"{}\" planned an invalid value for {}{}: {}.\n\nThis is a bug in the provider, which should be reported in the provider's own issue tracker.",
            self.input.provider_name, self.input.address, error.path, error.message
        );
        Diagnostic::error("Provider produced invalid plan", detail)
    }
}

/// What can not be written to a state is not made.
pub(super) fn infinite_number(name: &str) -> Diagnostic {
    let detail = format!("{name} is an infinite number, as a division by zero results in. State can not hold it.");
    Diagnostic::error("Infinite number", detail)
}

/// Those of the paths whose value really changes, or may.
fn changed_paths(paths: &[Path], prior: &Value, planned: &Value) -> Vec<Path> {
    if prior.is_null() {
        return Vec::new();
    }
    let changes = |path: &&Path| match (path.get(prior), path.get(planned)) {
        (None, None) => false,
        // Nulls are equal whatever their types, as `triggers_replace` may have any.
        (Some(before), Some(after)) if before.is_null() && after.is_null() => false,
        (before, after) => before != after || after.is_some_and(|after| !after.is_wholly_known()),
    };
    paths.iter().filter(changes).cloned().collect()
}

//! What runs for an object once it is created and before it is destroyed, and what is written down meanwhile.

use std::cell::RefCell;
use std::sync::Arc;

use async_trait::async_trait;
use landform_core::ProvisionerSet;
use landform_core::apply::Recorder;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::Mode;
use landform_provider_api::{Attribute, Block, ProvisionRequest, Provisioner};
use landform_state::State;
use landform_state::journal::{Change, Intent, Ticket};
use landform_values::Type;

use crate::fixture::{Fixture, expect_fine, texts};
use crate::objects::state_of;
use crate::strict::text;

/// Does nothing, or fails where its `name` is "bad".
struct Named(Block);

impl Named {
    fn set() -> ProvisionerSet {
        let attributes = [("name".into(), Attribute::of(Type::String).required())].into();
        let named: Arc<dyn Provisioner> = Arc::new(Self(Block { attributes, ..Block::default() }));
        ProvisionerSet::new([("local-exec".into(), named)])
    }
}

#[async_trait]
impl Provisioner for Named {
    fn schema(&self) -> &Block {
        &self.0
    }

    async fn provision(&self, request: ProvisionRequest<'_>) -> Diagnostics {
        match &*text(&request.config, "name") {
            "bad" => Diagnostic::error("It went wrong", "").into(),
            _ => Diagnostics::new(),
        }
    }
}

/// Notes what is said to be there after each operation.
#[derive(Default)]
struct Outcomes(RefCell<Vec<String>>);

#[async_trait(?Send)]
impl Recorder for Outcomes {
    async fn intent(&self, _: &Intent<'_>) -> Result<Ticket, Diagnostic> {
        Ok(Ticket { id: 0, token: String::new() })
    }

    async fn outcome(&self, _: u64, changes: &[Change]) -> Result<(), Diagnostic> {
        let told = changes.iter().map(|change| match &change.object {
            Some(object) => format!("{} {:?}", change.address, object.status).to_lowercase(),
            None => format!("{} gone", change.address),
        });
        self.0.borrow_mut().extend(told);
        Ok(())
    }

    fn note(&self, _: &[Change]) {}

    fn wants_snapshot(&self) -> bool {
        false
    }

    async fn snapshot(&self, _: &State) -> Result<(), Diagnostic> {
        Ok(())
    }
}

fn thing(name: &str, arguments: &str) -> String {
    format!(
        "resource \"test_thing\" \"a\" {{\n  provisioner \"local-exec\" {{\n    name = {name}\n    {arguments}\n  }}\n}}\n"
    )
}

/// What is written down while a plan is applied, and what went wrong.
#[track_caller]
fn check(config: &str, state: &str, mode: Mode, outcomes: &[&str], errors: &str) {
    let mut fixture = Fixture::new();
    fixture.provisioners = Named::set();
    let state = state_of(state, &mut fixture.strict.world());
    let (planned, diagnostics) = fixture.plan(config, &state, mode);
    expect_fine(config, &diagnostics);
    let (planned, recorder) = (planned.expect("a plan"), Outcomes::default());
    let (_, diagnostics) =
        fixture.run(config, async |environment| landform_core::apply::apply(&environment, &planned, &recorder).await);
    assert_eq!(texts(&diagnostics), errors, "{config}");
    let is = recorder.0.into_inner().join("\n").replace("test_thing.", "");
    assert_eq!(is.lines().collect::<Vec<_>>(), outcomes, "{config}");
}

#[test]
fn a_new_object_is_tainted_until_its_provisioners_have_run() {
    check(&thing("self.id", ""), "", Mode::Normal, &["a tainted", "a ready"], "");
    check(&thing("\"bad\"", ""), "", Mode::Normal, &["a tainted"], "It went wrong: \n");
    check(&thing("\"bad\"", "on_failure = continue"), "", Mode::Normal, &["a tainted", "a ready"], "");
}

#[test]
fn what_can_not_say_goodbye_stays() {
    let config = |name: &str| thing(name, "when = destroy");
    check(&config("self.id"), "test_thing.a", Mode::Destroy, &["a gone"], "");
    check(&config("\"bad\""), "test_thing.a", Mode::Destroy, &["a ready"], "It went wrong: \n");
}

#[test]
fn what_is_tainted_or_deposed_goes_without_a_word() {
    let config = thing("\"bad\"", "when = destroy");
    check(&config, "test_thing.a tainted", Mode::Destroy, &["a gone"], "");
    check(&config, "test_thing.a deposed:00000001", Mode::Destroy, &["a gone"], "");
}

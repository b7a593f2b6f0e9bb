//! What a run does not reach: objects whose values a test file gives.

use std::collections::HashMap;
use std::sync::Arc;

use landform_addrs::{InstanceKey, ModuleInstance, ProviderConfigAddr, ResourceInstance, Target};
use landform_config::{LocalProvider, Module, Output, Override, TestFile, TestRun};
use landform_provider_api::{Provider, ProviderInstance};
use landform_values::{Marks, Type, Value};

use super::mocking::{Answers, Mock};
use crate::RunSettings;

/// The overrides of a run, of its file, and of the mocked providers that it uses.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    objects: ByTarget,
    /// By the name of the mocked provider configuration in the root module.
    of_mocks: HashMap<String, ByTarget>,
}

type ByTarget = HashMap<Target, Arc<Override>>;

impl Overrides {
    /// Those of a run come before those of the file, and those before what mocked providers have.
    pub(super) fn of(run: &TestRun, file: &TestFile, root: &Module) -> Self {
        let mut objects = ByTarget::new();
        for found in run.overrides.iter().chain(&file.overrides) {
            objects.entry(found.target.clone()).or_insert_with(|| Arc::new(found.clone()));
        }
        let mocks = root.provider_configs.values().filter_map(|config| Some((config, config.mock.as_ref()?)));
        let of_mocks = mocks.map(|(config, mock)| {
            let own = mock.overrides.iter().map(|found| (found.target.clone(), Arc::new(found.clone())));
            (config.local().to_string(), own.collect())
        });
        Self { of_mocks: of_mocks.collect(), objects }
    }

    /// What is known of a resource instance, if it is not to be reached.
    pub(crate) fn of_resource(
        &self,
        address: &ResourceInstance,
        provider: &ProviderConfigAddr,
    ) -> Option<&Arc<Override>> {
        if self.objects.is_empty() && self.of_mocks.is_empty() {
            return None;
        }
        let of_provider = self.of_mocks.get(&name_in_root(provider)).filter(|_| provider.module.is_root());
        let targets = [Target::Instance(address.clone()), Target::Resource(address.resource())];
        targets.iter().find_map(|target| self.objects.get(target).or_else(|| of_provider?.get(target)))
    }

    /// The provider that answers for a resource instance: the one that is open, or what stands in for it.
    pub(crate) fn answering(
        &self,
        (address, provider): (&ResourceInstance, &ProviderConfigAddr),
        opened: Arc<dyn ProviderInstance>,
        of: &dyn Provider,
        settings: &RunSettings,
    ) -> Arc<dyn ProviderInstance> {
        match self.of_resource(address, provider) {
            None => opened,
            Some(found) => {
                Arc::new(Mock::new(of.schemas(), Answers::Override(found.clone()), settings.context.clone()))
            }
        }
    }

    /// What is known of the outputs of a module instance, if nothing in it is to be reached.
    pub(crate) fn of_module(&self, module: &ModuleInstance) -> Option<&Override> {
        let (parent, call, key) = module.parent()?;
        let own = self.objects.get(&Target::Module(module.clone()));
        let found = own.or_else(|| {
            let all = (*key != InstanceKey::None).then(|| parent.child(call.clone(), InstanceKey::None))?;
            self.objects.get(&Target::Module(all))
        });
        found.map(Arc::as_ref)
    }
}

/// `aws.west`: the provider's own name, whatever the module calls it.
fn name_in_root(provider: &ProviderConfigAddr) -> String {
    let local = LocalProvider { name: provider.provider.name.clone(), alias: provider.alias.clone() };
    local.to_string()
}

/// The value of an output of a module that is not reached; null where nothing is known of it.
pub(crate) fn output_of(found: &Override, output: &Output) -> Value {
    let known = found.answer.values.as_ref().and_then(|values| values.get_attribute(&output.name));
    let value = known.cloned().unwrap_or_else(|| Value::null(Type::Dynamic));
    if output.sensitive { value.with_marks(&Marks::sensitive()) } else { value }
}

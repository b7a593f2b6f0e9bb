//! Reading the file in one pass, resource by resource.

use std::collections::HashMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use landform_addrs::{
    AbsResource, ConfigResource, InstanceKey, ModuleInstance, ProviderConfigAddr, Resource, ResourceInstance,
    ResourceMode, Str,
};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::Path;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::form::{CheckForm, ObjectForm, OutputForm, ResourceForm, Text, Unknown, wrong};
use super::version::{self, FORMAT_VERSION};
use super::{form, paths, shape};
use crate::model::{
    CheckResult, CheckStatus, CheckableKind, CheckedObject, InstanceState, Object, ObjectStatus, Output, ResourceState,
    State, raw,
};

/// Bytes that a resource takes in a file.
const TYPICAL_RESOURCE: usize = 512;

const INVALID_INSTANCE: &str = "Invalid resource instance metadata in state";

/// Reads a file that is not empty.
pub(super) fn read(bytes: &[u8]) -> Result<State, Diagnostics> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let detail = format!("The state file is not UTF-8 text at byte offset {}.", error.valid_up_to());
        Diagnostic::error("Unsupported state file format", detail)
    })?;
    // Room that is not used costs nothing, and growing means to copy.
    let mut builder = Builder { resources: Vec::with_capacity(text.len() / TYPICAL_RESOURCE), ..Builder::default() };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let parsed = FileSeed(&mut builder).deserialize(&mut deserializer).and_then(|()| deserializer.end());
    if (parsed.is_err() || builder.version != Some(FORMAT_VERSION))
        && let Some(diagnostics) = version::problem(text)
    {
        return Err(diagnostics);
    }
    if (parsed.is_err() || builder.diagnostics.has_errors())
        && let Some(detail) = shape::problem(text)
    {
        return Err(Diagnostic::error("Invalid state file format", detail).into());
    }
    if let Err(error) = parsed {
        let detail = format!("The state file does not have the form of a state: {error}.");
        return Err(Diagnostic::error("Invalid state file format", detail).into());
    }
    builder.finish();
    if builder.diagnostics.has_errors() { Err(builder.diagnostics) } else { Ok(builder.state) }
}

/// What was made of texts that stand in the file many times.
type Known<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// What is read so far, and what many objects have in common.
#[derive(Default)]
pub(super) struct Builder<'a> {
    version: Option<u64>,
    state: State,
    resources: Vec<(AbsResource, ResourceState)>,
    diagnostics: Diagnostics,
    modules: Known<String, ModuleInstance>,
    providers: Known<String, ProviderConfigAddr>,
    kinds: Known<String, Str>,
    addresses: Known<String, ConfigResource>,
    dependencies: Known<&'a str, Arc<[ConfigResource]>>,
    sensitive: Known<&'a str, Arc<[Path]>>,
    private: Known<String, Arc<[u8]>>,
}

/// The whole file.
struct FileSeed<'b, 'a>(&'b mut Builder<'a>);

impl<'de> DeserializeSeed<'de> for FileSeed<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FileSeed<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a state file")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let builder = self.0;
        let mut unknown = Unknown::default();
        while let Some(key) = map.next_key::<Text<'de>>()? {
            match &*key.0 {
                "version" => {
                    builder.version = Some(map.next_value()?);
                    if builder.version != Some(FORMAT_VERSION) {
                        return Err(wrong("another version"));
                    }
                }
                "terraform_version" => builder.state.terraform_version = map.next_value::<Text<'de>>()?.0.into_owned(),
                "serial" => builder.state.serial = map.next_value::<Option<_>>()?.unwrap_or_default(),
                "lineage" => builder.state.lineage = map.next_value::<Text<'de>>()?.0.into_owned(),
                "outputs" => map.next_value_seed(OutputsSeed(builder))?,
                "resources" => map.next_value_seed(ResourcesSeed(builder))?,
                "check_results" => {
                    builder.state.check_results = map.next_value::<Option<Vec<CheckForm<'de>>>>()?.map(check_results);
                }
                "" => drop(map.next_value::<IgnoredAny>()?),
                other => unknown.keep(other, map.next_value()?),
            }
        }
        builder.state.extra = unknown.into_extra();
        Ok(())
    }
}

/// The output values.
struct OutputsSeed<'b, 'a>(&'b mut Builder<'a>);

impl<'de> DeserializeSeed<'de> for OutputsSeed<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OutputsSeed<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of output values")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((name, output)) = map.next_entry::<Text<'de>, OutputForm<'de>>()? {
            self.0.add_output(&name.0, &output);
        }
        Ok(())
    }
}

/// The resources.
struct ResourcesSeed<'b, 'a>(&'b mut Builder<'a>);

impl<'de> DeserializeSeed<'de> for ResourcesSeed<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ResourcesSeed<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of resources")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut resources: A) -> Result<(), A::Error> {
        while let Some(resource) = resources.next_element::<ResourceForm<'de>>()? {
            self.0.add_resource(resource);
        }
        Ok(())
    }
}

/// A resource while its objects are read.
struct Context {
    address: AbsResource,
    provider: ProviderConfigAddr,
    resource: ResourceState,
}

/// The same object a second time, or the same deposed one.
struct Twice(Option<Str>);

impl Twice {
    fn of(&self, address: &ResourceInstance) -> Diagnostic {
        let deposed = self.0.as_ref().map(|key| format!(" deposed object {:?}", &**key)).unwrap_or_default();
        let detail = format!("Instance {address}{deposed} appears multiple times in the state file.");
        Diagnostic::error("Duplicate resource instance in state", detail)
    }
}

/// Puts an object into its instance.
fn put(instance: &mut InstanceState, deposed: Option<Str>, object: Object) -> Result<(), Twice> {
    match deposed {
        None if instance.current.is_some() => return Err(Twice(None)),
        None => instance.current = Some(object),
        Some(deposed) => match instance.deposed.entry(deposed) {
            Entry::Vacant(entry) => {
                entry.insert(object);
            }
            Entry::Occupied(entry) => return Err(Twice(Some(entry.key().clone()))),
        },
    }
    Ok(())
}

impl<'a> Builder<'a> {
    fn error(&mut self, summary: &str, detail: String) {
        self.diagnostics.push(Diagnostic::error(summary, detail));
    }

    fn add_output(&mut self, name: &str, form: &OutputForm<'a>) {
        let Some(ty) = form.ty else {
            let detail = format!("The state file has no type for output {name:?}.");
            return self.error("Invalid output value saved in state", detail);
        };
        let shared = |json: &str| raw::compact(json).into();
        if let Err(error) = landform_values::json::decode_type(ty.get()) {
            let detail = format!("The state file has an invalid type specification for output {name:?}: {error}.");
            return self.error("Invalid output value type in state", detail);
        }
        let sensitive = form.sensitive.unwrap_or_default();
        // An import stores null for an output that is not known yet.
        let value = form.value.map_or("null", RawValue::get);
        let output = Output { value: shared(value), ty: shared(ty.get()), sensitive };
        self.state.outputs.insert(name.into(), output);
    }

    fn add_resource(&mut self, form: ResourceForm<'a>) {
        let text = |text: Option<Text<'a>>| text.unwrap_or_default().0;
        let (kind, name) = (text(form.kind), text(form.name));
        let mode = match &*text(form.mode) {
            "managed" => ResourceMode::Managed,
            "data" => ResourceMode::Data,
            other => {
                let what = format!("State contains a resource with mode {other:?} ({kind:?} {name:?})");
                return self.error("Invalid resource mode in state", format!("{what} which is not supported."));
            }
        };
        let Some(module) = self.module(&text(form.module)) else { return };
        let kind = self.kind(&kind);
        let address = Resource { mode, kind, name: name.into() }.absolute(module);
        let instances = form.instances.unwrap_or_default();
        // Where its configuration has `for_each`, each instance says which of the provider's instances handles it.
        let own = |object: &ObjectForm<'a>| object.provider.as_ref().map(|provider| provider.0.clone());
        let provider = match text(form.provider) {
            missing if missing.is_empty() => instances.iter().find_map(own).unwrap_or(missing),
            provider => provider,
        };
        let Some(provider) = self.provider(&provider, &address) else { return };
        let mut context = Context { resource: ResourceState::new(provider.clone()), address, provider };
        for object in instances {
            self.add_object(&mut context, object);
        }
        let Context { address, resource, .. } = context;
        self.resources.push((address, resource));
    }

    /// Puts resources into the state: they mostly come in its order. Those that the file has twice become one.
    fn finish(&mut self) {
        let mut resources = std::mem::take(&mut self.resources);
        resources.sort_by(|(a, _), (b, _)| a.cmp(b));
        resources.dedup_by(|(address, resource), (before_address, before)| {
            let same = address == before_address;
            if same {
                let empty = ResourceState::new(resource.provider.clone());
                self.merge(address, before, std::mem::replace(resource, empty));
            }
            same
        });
        *self.state.resources = resources.into_iter().collect();
    }

    fn merge(&mut self, address: &AbsResource, into: &mut ResourceState, resource: ResourceState) {
        for (key, instance) in resource.instances {
            let provider = resource.provider.clone().with_key(instance.provider_key.clone());
            let instance = instance.into_inner();
            let found = into.entry(&key, &provider);
            let objects = instance.current.into_iter().map(|object| (None, object));
            for (deposed, object) in
                objects.chain(instance.deposed.into_iter().map(|(key, object)| (Some(key), object)))
            {
                if let Err(twice) = put(found, deposed, object) {
                    self.diagnostics.push(twice.of(&address.instance(key.clone())));
                }
            }
        }
    }

    fn kind(&mut self, text: &str) -> Str {
        if let Some(kind) = self.kinds.get(text) {
            return kind.clone();
        }
        let kind: Str = text.into();
        self.kinds.insert(text.to_owned(), kind.clone());
        kind
    }

    fn module(&mut self, text: &str) -> Option<ModuleInstance> {
        if let Some(module) = self.modules.get(text) {
            return Some(module.clone());
        }
        match text.parse::<ModuleInstance>() {
            Ok(module) => {
                self.modules.insert(text.to_owned(), module.clone());
                Some(module)
            }
            Err(error) => {
                self.error("Invalid module address in state", format!("State names the module {text:?}: {error}."));
                None
            }
        }
    }

    fn provider(&mut self, text: &str, resource: &AbsResource) -> Option<ProviderConfigAddr> {
        if let Some(provider) = self.providers.get(text) {
            return Some(provider.clone());
        }
        match ProviderConfigAddr::parse(text) {
            Ok(provider) => {
                self.providers.insert(text.to_owned(), provider.clone());
                Some(provider)
            }
            Err(error) => {
                let detail = format!("Resource {resource} has the provider address {text:?}: {error}.");
                self.error("Invalid provider configuration address in state", detail);
                None
            }
        }
    }

    fn add_object(&mut self, context: &mut Context, form: ObjectForm<'a>) {
        let Some(key) = self.instance_key(context, form.index_key.map_or("null", |raw| raw.get())) else { return };
        let address = || context.address.instance(key.clone());
        let provider = match &form.provider {
            Some(own) => self.provider(&own.0, &context.address),
            None => Some(context.provider.clone()),
        };
        let Some(provider) = provider else { return };
        let deposed: Option<Str> = form.deposed.as_ref().filter(|key| !key.0.is_empty()).map(|key| (*key.0).into());
        let object = match self.object(form) {
            Ok(object) => object,
            Err(problem) => return self.error(INVALID_INSTANCE, format!("Instance {} has {problem}.", address())),
        };
        if let Some(deposed) = deposed.as_deref().filter(|deposed| deposed.len() != 8) {
            let what = format!("Instance {} has an object with deposed key {deposed:?}", address());
            return self.error(INVALID_INSTANCE, format!("{what}, which is not correctly formatted."));
        }
        if let Err(twice) = put(context.resource.entry(&key, &provider), deposed, object) {
            self.diagnostics.push(twice.of(&context.address.instance(key)));
        }
    }

    fn instance_key(&mut self, context: &Context, raw: &str) -> Option<InstanceKey> {
        let key = match raw.as_bytes().first() {
            Some(b'n') => Some(InstanceKey::None),
            Some(b'"') => serde_json::from_str::<String>(raw).ok().map(|key| InstanceKey::String(key.into())),
            _ => whole_number(raw).map(InstanceKey::Int),
        };
        if key.is_none() {
            let what = format!("Resource {} has an instance with the invalid instance key {raw}.", context.address);
            self.error(INVALID_INSTANCE, what);
        }
        key
    }

    /// The object, or what is wrong: "Instance … has …".
    pub(super) fn object(&mut self, form: ObjectForm<'a>) -> Result<Object, String> {
        let status = match &*form.status.unwrap_or_default().0 {
            "" => ObjectStatus::Ready,
            "tainted" => ObjectStatus::Tainted,
            other => return Err(format!("invalid status {other:?}")),
        };
        let attributes: Arc<str> = match (form.attributes, &form.attributes_flat) {
            (Some(attributes), _) => raw::compact(attributes.get()).into(),
            (None, Some(_)) => Arc::default(),
            (None, None) => "{}".into(),
        };
        Ok(Object {
            status,
            schema_version: form.schema_version.unwrap_or_default(),
            attributes_flat: form.attributes_flat.filter(|_| attributes.is_empty()).map(Arc::new),
            attributes,
            sensitive_attributes: self.sensitive(form.sensitive_attributes.map_or("null", |raw| raw.get()))?,
            private: self.private(&form.private.unwrap_or_default().0)?,
            dependencies: self.dependencies(form.dependencies.map_or("null", |raw| raw.get()))?,
            create_before_destroy: form.create_before_destroy.unwrap_or_default(),
            identity: form.identity.map(|identity| raw::compact(identity.get()).into()),
            identity_schema_version: form.identity_schema_version,
            extra: form.unknown.into_extra(),
        })
    }

    fn sensitive(&mut self, text: &'a str) -> Result<Arc<[Path]>, String> {
        if text == "[]" {
            return Ok(Arc::default());
        }
        if let Some(paths) = self.sensitive.get(text) {
            return Ok(paths.clone());
        }
        let paths = paths::parse(text).map_err(|error| format!("invalid sensitive attribute paths: {error}"))?;
        self.sensitive.insert(text, paths.clone());
        Ok(paths)
    }

    fn private(&mut self, text: &str) -> Result<Arc<[u8]>, String> {
        if text.is_empty() {
            return Ok(Arc::default());
        }
        if let Some(bytes) = self.private.get(text) {
            return Ok(bytes.clone());
        }
        let bytes: Arc<[u8]> =
            STANDARD.decode(text).map_err(|error| format!("private data that is not Base64: {error}"))?.into();
        self.private.insert(text.to_owned(), bytes.clone());
        Ok(bytes)
    }

    fn dependencies(&mut self, text: &'a str) -> Result<Arc<[ConfigResource]>, String> {
        if text == "null" {
            return Ok(Arc::default());
        }
        if let Some(addresses) = self.dependencies.get(text) {
            return Ok(addresses.clone());
        }
        let texts: Option<Vec<Text<'a>>> =
            serde_json::from_str(text).map_err(|error| format!("invalid dependencies: {error}"))?;
        let addresses = texts.unwrap_or_default().iter().map(|text| self.address(&text.0)).collect::<Result<_, _>>()?;
        self.dependencies.insert(text, Arc::clone(&addresses));
        Ok(addresses)
    }

    fn address(&mut self, text: &str) -> Result<ConfigResource, String> {
        if let Some(address) = self.addresses.get(text) {
            return Ok(address.clone());
        }
        let address: AbsResource = text.parse().map_err(|error| format!("the invalid dependency {text:?}: {error}"))?;
        self.addresses.insert(text.to_owned(), address.config());
        Ok(address.config())
    }
}

/// A number without a fraction, in whatever notation.
fn whole_number(raw: &str) -> Option<i64> {
    raw.parse().ok().or_else(|| landform_values::Number::parse(raw)?.to_i64())
}

fn check_results(forms: Vec<CheckForm<'_>>) -> Vec<CheckResult> {
    let text = |text: &Option<Text<'_>>| text.as_ref().map_or_else(Str::default, |text| (*text.0).into());
    let checked = |form: form::CheckedForm<'_>| CheckedObject {
        address: text(&form.address),
        status: CheckStatus::parse(&text(&form.status)),
        failure_messages: form.failure_messages.unwrap_or_default().iter().map(|message| (*message.0).into()).collect(),
    };
    let result = |form: CheckForm<'_>| {
        Some(CheckResult {
            kind: CheckableKind::parse(&text(&form.kind))?,
            config_address: text(&form.config_address),
            status: CheckStatus::parse(&text(&form.status)),
            objects: form.objects.unwrap_or_default().into_iter().map(checked).collect(),
        })
    };
    forms.into_iter().filter_map(result).collect()
}

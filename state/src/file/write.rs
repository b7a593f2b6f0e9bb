//! Writing the file as Go's encoder does.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use landform_addrs::{AbsResource, InstanceKey, ModuleInstance, ResourceMode, Str};

use super::paths;
use super::version::FORMAT_VERSION;
use crate::model::{CheckResult, Extra, Object, ObjectStatus, Output, ResourceState, State, raw};

/// The bytes of a state file.
pub(super) fn write(state: &State) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.object(|writer| {
        writer.raw_member("version", &FORMAT_VERSION.to_string());
        writer.text_member("terraform_version", &state.terraform_version);
        writer.raw_member("serial", &state.serial.to_string());
        writer.text_member("lineage", &state.lineage);
        writer.key("outputs");
        writer.object(|writer| state.outputs.iter().for_each(|(name, output)| write_output(writer, name, output)));
        writer.key("resources");
        writer.list(&in_file_order(state), |writer, entry| write_resource(writer, entry));
        writer.key("check_results");
        match state.check_results.as_deref() {
            None | Some([]) => writer.raw("null"),
            Some(results) => writer.list(results, write_check),
        }
        write_extra(writer, &state.extra);
    });
    writer.bytes.push(b'\n');
    writer.bytes
}

fn write_output(writer: &mut Writer, name: &str, output: &Output) {
    writer.key(name);
    writer.object(|writer| {
        writer.raw_member("value", &output.value);
        writer.raw_member("type", &output.ty);
        if output.sensitive {
            writer.raw_member("sensitive", "true");
        }
    });
}

/// A resource with what the file sorts by.
struct Entry<'a> {
    module: Arc<str>,
    mode: &'static str,
    address: &'a AbsResource,
    state: &'a ResourceState,
}

/// Resources by the texts of module, mode, type and name.
fn in_file_order(state: &State) -> Vec<Entry<'_>> {
    let mut last: Option<(&ModuleInstance, Arc<str>)> = None;
    let mut entries: Vec<Entry<'_>> = Vec::with_capacity(state.resources.len());
    for (address, resource) in &state.resources {
        let mode = match address.resource.mode {
            ResourceMode::Managed => "managed",
            ResourceMode::Data => "data",
            ResourceMode::Ephemeral => continue,
        };
        let module = match &last {
            Some((module, text)) if **module == address.module => text.clone(),
            _ => address.module.to_string().into(),
        };
        last = Some((&address.module, module.clone()));
        entries.push(Entry { module, mode, address, state: resource });
    }
    fn sort_key<'a>(entry: &'a Entry<'_>) -> (&'a str, &'a str, &'a str, &'a str) {
        (&entry.module, entry.mode, &entry.address.resource.kind, &entry.address.resource.name)
    }
    entries.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
    entries
}

fn write_resource(writer: &mut Writer, entry: &Entry<'_>) {
    writer.object(|writer| {
        if !entry.module.is_empty() {
            writer.text_member("module", &entry.module);
        }
        writer.text_member("mode", entry.mode);
        writer.text_member("type", &entry.address.resource.kind);
        writer.text_member("name", &entry.address.resource.name);
        // As OpenTofu has it: either the resource names its provider configuration, or each instance the one of its own.
        let configuration = entry.state.provider.to_string();
        let keyed = entry.state.instances.values().any(|instance| instance.provider_key.is_some());
        if !keyed {
            writer.text_member("provider", &configuration);
        }
        writer.key("instances");
        let objects: Vec<(&InstanceKey, Option<&Str>, &Object)> = entry
            .state
            .instances
            .iter()
            .flat_map(|(key, instance)| {
                let current = instance.current.iter().map(move |object| (key, None, object));
                current.chain(instance.deposed.iter().map(move |(deposed, object)| (key, Some(deposed), object)))
            })
            .collect();
        writer.list(&objects, |writer, (key, deposed, object)| {
            let provider = keyed.then(|| entry.state.provider_of(key).to_string());
            write_object(writer, (key, *deposed, provider.as_deref()), object);
        });
    });
}

/// Whose object it is: the key of the instance, that of a deposed object, and the provider, where the resource does not
/// say it.
pub(super) type Whose<'a> = (&'a InstanceKey, Option<&'a Str>, Option<&'a str>);

pub(super) fn write_object(writer: &mut Writer, (key, deposed, provider): Whose<'_>, object: &Object) {
    writer.object(|writer| {
        match key {
            // What is in state is known.
            InstanceKey::None | InstanceKey::Wildcard => {}
            InstanceKey::Int(index) => writer.raw_member("index_key", &index.to_string()),
            InstanceKey::String(key) => writer.text_member("index_key", key),
        }
        if object.status == ObjectStatus::Tainted {
            writer.text_member("status", "tainted");
        }
        if let Some(deposed) = deposed {
            writer.text_member("deposed", deposed);
        }
        if let Some(provider) = provider {
            writer.text_member("provider", provider);
        }
        writer.raw_member("schema_version", &object.schema_version.to_string());
        write_attributes(writer, object);
        writer.key("sensitive_attributes");
        paths::write(writer, &object.sensitive_attributes);
        if let Some(version) = object.identity_schema_version {
            writer.raw_member("identity_schema_version", &version.to_string());
        }
        if let Some(identity) = &object.identity {
            writer.raw_member("identity", identity);
        }
        if !object.private.is_empty() {
            writer.text_member("private", &STANDARD.encode(&object.private));
        }
        if !object.dependencies.is_empty() {
            writer.key("dependencies");
            writer.list(&object.dependencies, |writer, address| writer.text(&address.to_string()));
        }
        if object.create_before_destroy {
            writer.raw_member("create_before_destroy", "true");
        }
        write_extra(writer, &object.extra);
    });
}

fn write_attributes(writer: &mut Writer, object: &Object) {
    if !object.attributes.is_empty() {
        writer.raw_member("attributes", &object.attributes);
    }
    if let Some(flat) = object.attributes_flat.as_deref().filter(|flat| !flat.is_empty()) {
        writer.key("attributes_flat");
        writer.object(|writer| flat.iter().for_each(|(name, value)| writer.text_member(name, value)));
    }
}

fn write_check(writer: &mut Writer, result: &CheckResult) {
    writer.object(|writer| {
        writer.text_member("object_kind", result.kind.as_str());
        writer.text_member("config_addr", &result.config_address);
        writer.text_member("status", result.status.as_str());
        writer.key("objects");
        if result.objects.is_empty() {
            return writer.raw("null");
        }
        writer.list(&result.objects, |writer, object| {
            writer.object(|writer| {
                writer.text_member("object_addr", &object.address);
                writer.text_member("status", object.status.as_str());
                if !object.failure_messages.is_empty() {
                    writer.key("failure_messages");
                    writer.list(&object.failure_messages, |writer, message| writer.text(message));
                }
            });
        });
    });
}

fn write_extra(writer: &mut Writer, extra: &Extra) {
    extra.members().iter().for_each(|(name, value)| writer.raw_member(name, value));
}

/// JSON with two spaces of indentation.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) bytes: Vec<u8>,
    depth: usize,
}

impl Writer {
    fn new_line(&mut self) {
        self.bytes.push(b'\n');
        self.bytes.resize(self.bytes.len() + 2 * self.depth, b' ');
    }

    fn open(&mut self, bracket: u8) {
        self.bytes.push(bracket);
        self.depth += 1;
    }

    /// Closes on the same line what has nothing in it.
    fn close(&mut self, bracket: u8) {
        self.depth -= 1;
        if !matches!(self.bytes.last(), Some(b'{' | b'[')) {
            self.new_line();
        }
        self.bytes.push(bracket);
    }

    /// Before an item: a comma unless it is the first.
    fn item(&mut self) {
        if !matches!(self.bytes.last(), Some(b'{' | b'[')) {
            self.bytes.push(b',');
        }
        self.new_line();
    }

    /// An object whose members the function writes.
    pub(super) fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.open(b'{');
        members(self);
        self.close(b'}');
    }

    /// A list whose items the function writes.
    pub(super) fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.open(b'[');
        for item in items {
            self.item();
            write(self, item);
        }
        self.close(b']');
    }

    /// A member's name; its value must follow.
    pub(super) fn key(&mut self, name: &str) {
        self.item();
        self.text(name);
        self.bytes.extend_from_slice(b": ");
    }

    /// A member whose value is text.
    pub(super) fn text_member(&mut self, name: &str, value: &str) {
        self.key(name);
        self.text(value);
    }

    /// A member whose value is JSON.
    pub(super) fn raw_member(&mut self, name: &str, json: &str) {
        self.key(name);
        self.raw(json);
    }

    /// Text in quotes.
    pub(super) fn text(&mut self, text: &str) {
        self.bytes.push(b'"');
        for character in text.chars() {
            self.character(character);
        }
        self.bytes.push(b'"');
    }

    fn character(&mut self, character: char) {
        let escape = match character {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\u{8}' => "\\b",
            '\u{c}' => "\\f",
            control if control < ' ' => {
                return self.bytes.extend_from_slice(format!("\\u{:04x}", control as u32).as_bytes());
            }
            other => match raw::html_escape(other) {
                Some(escape) => escape,
                None => return self.bytes.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
            },
        };
        self.bytes.extend_from_slice(escape.as_bytes());
    }

    /// JSON, brought to this indentation and escaped for HTML; otherwise as it is.
    pub(super) fn raw(&mut self, json: &str) {
        let escaped = raw::escape_html(json);
        let bytes = escaped.as_bytes();
        let mut index = 0;
        while let Some(byte) = bytes.get(index) {
            match byte {
                b'"' => {
                    let end = raw::string_end(bytes, index);
                    self.bytes.extend_from_slice(&bytes[index..end]);
                    index = end;
                    continue;
                }
                b' ' | b'\n' | b'\r' | b'\t' => {}
                b'{' | b'[' => {
                    self.open(*byte);
                    if !matches!(raw::next_significant(bytes, index + 1), Some(b'}' | b']')) {
                        self.new_line();
                    }
                }
                b'}' | b']' => self.close(*byte),
                b',' => {
                    self.bytes.push(b',');
                    self.new_line();
                }
                b':' => self.bytes.extend_from_slice(b": "),
                other => self.bytes.push(*other),
            }
            index += 1;
        }
    }
}

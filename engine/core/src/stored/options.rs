//! What a stored plan was asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_plan::Mode;
use landform_values::{Str, Type, Value};
use serde::{Deserialize, Serialize};

use super::values::StoredValue;
use super::{Unusable, instance};
use crate::plan::{Earlier, PlanOptions};
use crate::variables::{Given, ValueSource};

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum StoredMode {
    Normal,
    Destroy,
    RefreshOnly,
}

impl From<Mode> for StoredMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Normal => Self::Normal,
            Mode::Destroy => Self::Destroy,
            Mode::RefreshOnly => Self::RefreshOnly,
        }
    }
}

impl From<StoredMode> for Mode {
    fn from(mode: StoredMode) -> Self {
        match mode {
            StoredMode::Normal => Self::Normal,
            StoredMode::Destroy => Self::Destroy,
            StoredMode::RefreshOnly => Self::RefreshOnly,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredOptions {
    mode: StoredMode,
    targets: Vec<String>,
    excludes: Vec<String>,
    replace: Vec<String>,
    refresh: bool,
    variables: BTreeMap<Str, StoredValue>,
    /// The names of ephemeral variables that were given.
    ephemeral: Vec<Str>,
    parallelism: usize,
    imports: Vec<(String, Str)>,
}

impl StoredOptions {
    /// Ephemeral values are not stored: they must be given again.
    pub(super) fn new(options: &PlanOptions) -> Result<Self, Unusable> {
        let storable = options.variables.iter().filter(|(_, given)| !given.ephemeral);
        let variables =
            storable.map(|(name, given)| Ok((name.clone(), StoredValue::new(&given.value, &Type::Dynamic)?)));
        let ephemeral = options.variables.iter().filter(|(_, given)| given.ephemeral);
        Ok(Self {
            mode: options.mode.into(),
            targets: options.targets.iter().map(ToString::to_string).collect(),
            excludes: options.excludes.iter().map(ToString::to_string).collect(),
            replace: options.replace.iter().map(ToString::to_string).collect(),
            refresh: options.refresh,
            variables: variables.collect::<Result<_, Unusable>>()?,
            ephemeral: ephemeral.map(|(name, _)| name.clone()).collect(),
            parallelism: options.parallelism,
            imports: options.imports.iter().map(|(address, id)| (address.to_string(), id.clone())).collect(),
        })
    }

    /// What was given for variables that are not ephemeral.
    pub(super) fn given(&self) -> Result<BTreeMap<Str, Value>, Unusable> {
        let restore = |(name, value): (&Str, &StoredValue)| Ok((name.clone(), value.clone().restore(&Type::Dynamic)?));
        self.variables.iter().map(restore).collect()
    }

    /// Ephemeral variables that were given are null until they are given again.
    pub(super) fn restore(self) -> Result<PlanOptions, Unusable> {
        let target = |text: &String| text.parse().map_err(|error| Unusable::of("a target in it is wrong", error));
        let variables = self.variables.into_iter().map(|(name, value)| {
            Ok((name, Given { value: value.restore(&Type::Dynamic)?, source: ValueSource::Caller, ephemeral: false }))
        });
        let ephemeral = self
            .ephemeral
            .into_iter()
            .map(|name| Ok((name, Given { value: Value::NULL, source: ValueSource::Caller, ephemeral: true })));
        Ok(PlanOptions {
            mode: self.mode.into(),
            targets: self.targets.iter().map(target).collect::<Result<_, _>>()?,
            excludes: self.excludes.iter().map(target).collect::<Result<_, _>>()?,
            replace: self.replace.iter().map(|text| instance(text)).collect::<Result<_, _>>()?,
            refresh: self.refresh,
            variables: variables.chain(ephemeral).collect::<Result<_, Unusable>>()?,
            parallelism: self.parallelism,
            imports: self
                .imports
                .into_iter()
                .map(|(text, id)| Ok((instance(&text)?, id)))
                .collect::<Result<_, Unusable>>()?,
            unwritten: None,
            interrupted: Vec::new(),
            earlier: Earlier::default(),
            overrides: Arc::default(),
        })
    }
}

//! `aws_ssm_parameter`.

use aws_sdk_ssm::operation::put_parameter::builders::PutParameterFluentBuilder;
use aws_sdk_ssm::types::{
    Parameter as Told, ParameterMetadata, ParameterTier, ParameterType, ResourceTypeForTagging, Tag,
};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::Value;

use super::loads::{Details, Values};
use crate::core::checks::listed;
use crate::core::prelude::*;
use crate::core::tags::Change;
use crate::core::traces::named;

/// A parameter. It has no `Debug`, so that the value is shown nowhere.
#[derive(Model, Clone, Default)]
#[model(name = "aws_ssm_parameter", exactly_one("insecure_value", "value", "value_wo"))]
#[model(needs("value_wo_version", "value_wo"))]
pub(super) struct Parameter {
    /// Regular expression that values have to match.
    #[attr(optional, check = length(0..=1024))]
    allowed_pattern: Attr<String>,
    /// ARN of the parameter.
    #[attr(optional, computed)]
    arn: Attr<String>,
    /// What values stand for: `text`, `aws:ec2:image` or `aws:ssm:integration`.
    #[attr(optional, computed, replace, check = one_of(["aws:ec2:image", "aws:ssm:integration", "text"]))]
    data_type: Attr<String>,
    /// What the parameter is for.
    #[attr(optional, check = length(0..=1024))]
    description: Attr<String>,
    /// Whether the value was given by `value_wo`, so that it is neither read nor stored.
    #[attr(computed)]
    has_value_wo: Attr<bool>,
    /// Name of the parameter.
    #[attr(id)]
    id: Attr<String>,
    /// The value, where it is no secret: plans show it.
    #[attr(optional, computed)]
    insecure_value: Attr<String>,
    /// Id, ARN or alias of the key that encrypts a `SecureString`.
    #[attr(optional, computed, after_update("type"))]
    key_id: Attr<String>,
    /// Name of the parameter, with its path.
    #[attr(required, replace, check = length(1..=2048))]
    name: Attr<String>,
    /// Whether a parameter of this name that is there already is taken over; false also forbids updates.
    #[attr(optional)]
    overwrite: Attr<bool>,
    /// Region of the parameter.
    #[attr(region)]
    region: Attr<String>,
    /// Tags of the parameter.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the parameter with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// What the parameter can hold: `Standard`, `Advanced` or `Intelligent-Tiering`.
    #[attr(optional, computed, same = same_tier, replace_if = loses_tier, check = listed(ParameterTier::values()))]
    tier: Attr<String>,
    /// Kind of the value: `String`, `StringList` or `SecureString`.
    #[attr(required, name = "type", check = listed(ParameterType::values()))]
    kind: Attr<String>,
    /// The value.
    #[attr(optional, computed, sensitive)]
    value: Attr<String>,
    /// The value, which is not stored.
    #[attr(optional, sensitive, write_only)]
    value_wo: Attr<String>,
    /// A change of this number sets the value of `value_wo` anew.
    #[attr(optional)]
    value_wo_version: Attr<i64>,
    /// How often the parameter was set.
    #[attr(
        computed,
        after_update(
            "allowed_pattern",
            "data_type",
            "description",
            "insecure_value",
            "key_id",
            "tier",
            "type",
            "value",
            "value_wo_version"
        )
    )]
    version: Attr<i64>,
}

/// Once there is a parameter, its tier is one of the two that the service chooses from.
fn same_tier(a: &str, b: &str) -> bool {
    let chosen = ParameterTier::IntelligentTiering.as_str();
    a == b || a == chosen || b == chosen
}

/// A parameter stays advanced for its whole life.
fn loses_tier(prior: &Value, planned: &Value) -> bool {
    prior.as_str() == Some(ParameterTier::Advanced.as_str())
        && planned.as_str() == Some(ParameterTier::Standard.as_str())
}

impl Resource<Aws> for Parameter {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let name = self.name.as_str();
        self.has_value_wo = self.value_wo.is_known().into();
        let tags = tags_of(&self.tags_all.get().unwrap_or_default());
        let takes_over = self.overwrite.is_true();
        // The service takes tags only with what is sure to be new.
        let request = self.put(cx).set_overwrite(Some(takes_over)).set_data_type(self.data_type.param());
        let request = request.set_tags((!takes_over && !tags.is_empty()).then(|| tags.clone()));
        let lost = LostAnswer::default();
        let sent = send(request, Some(&lost)).await;
        match lost.forgives("ParameterAlreadyExists", sent) {
            Err(error) if error.is(&["ParameterAlreadyExists"]) => {
                let hint = format!("Import {name:?}, choose another name, or set overwrite = true to take it over.");
                return Err(error.hint(hint));
            }
            result => result?,
        };
        self.id = name.into();
        if takes_over && !tags.is_empty() {
            self.add_tags(tags, cx).await?;
        }
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let tagged = cx.with_known_tags(batch.iter().map(|it| (&it.arn, &it.tags_all)));
        let read = async {
            let told = batch.keys(|it| it.id.text().filter(|_| !it.has_value_wo.is_true()));
            let ids = batch.ids();
            let (values, details) = futures::try_join!(cx.load::<Values>(&told), cx.load::<Details>(&ids))?;
            let (values, details) = (&values, &details);
            let filled = batch.each(|known| async move {
                let id = known.id.as_str().to_owned();
                known.filled((values.get(&id), details.get(&id)), cx).await
            });
            Ok(filled.await)
        };
        cx.reading_tags(tagged, read).await
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        if self.is_set_anew(prior) {
            self.has_value_wo = self.value_wo.is_known().into();
            let overwrite = self.overwrite.get().unwrap_or(true);
            match send(self.put(cx).overwrite(overwrite), None).await {
                Err(error) if error.is(&["ParameterAlreadyExists"]) => {
                    return Err(error.hint("overwrite = false forbids changes: take it away and apply again."));
                }
                result => result?,
            };
        }
        let change = Change::between(&prior.tags_all, &self.tags_all);
        if !change.removed.is_empty() {
            let request = cx.ssm().remove_tags_from_resource().resource_type(ResourceTypeForTagging::Parameter);
            request.resource_id(self.id.as_str()).set_tag_keys(Some(change.removed)).send().await?;
        }
        if change.added.is_empty() { Ok(()) } else { self.add_tags(tags_of(&change.added), cx).await }
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        cx.ssm().delete_parameter().name(self.id.as_str()).send().await?;
        Ok(())
    }

    fn import(id: &str) -> Result<Self, String> {
        Ok(Self { id: id.into(), name: id.into(), ..Self::default() })
    }

    fn plan(planning: &mut Planning<'_>) {
        let given = ["value", "insecure_value", "value_wo"].into_iter().find(|name| !planning.config(name).is_null());
        let others = ["value", "insecure_value"].into_iter().filter(|name| Some(*name) != given);
        others.for_each(|name| planning.set_null(name));
        let by_write_only = given == Some("value_wo");
        if (planning.prior("has_value_wo").as_bool() == Some(true)) != by_write_only && !planning.is_create() {
            planning.set_unknown("has_value_wo");
            planning.set_unknown("version");
        }
        let changed = ["value", "insecure_value", "value_wo_version"].iter().any(|name| planning.changes(name));
        let chosen = ParameterTier::IntelligentTiering.as_str();
        let (known, wanted) = (planning.prior("tier"), planning.config("tier"));
        if wanted.as_str() == Some(chosen) && known.as_str() != Some(chosen) && changed {
            // Another value may need another tier.
            planning.set_unknown("tier");
        }
        if known.as_str() == Some(chosen) && !wanted.is_null() && wanted.as_str() != Some(chosen) {
            planning.set("tier", wanted);
        }
    }

    fn validate(&self) -> Diagnostics {
        let mut found = Diagnostics::new();
        let secret = self.kind.text() == Some(ParameterType::SecureString.as_str());
        if secret && self.insecure_value.is_known() {
            let detail = "insecure_value can not be given for a SecureString: use value or value_wo.";
            found.push(Diagnostic::error("Invalid parameter", detail));
        }
        found
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        Ok(named(self, self.name.as_str()))
    }
}

impl Parameter {
    fn is_secret(&self) -> bool {
        self.kind.text() == Some(ParameterType::SecureString.as_str())
    }

    /// Whether anything differs that one call sets.
    fn is_set_anew(&self, prior: &Self) -> bool {
        let texts = [
            (&self.allowed_pattern, &prior.allowed_pattern),
            (&self.description, &prior.description),
            (&self.kind, &prior.kind),
        ];
        let chosen = [
            (&self.insecure_value, &prior.insecure_value),
            (&self.value, &prior.value),
            (&self.tier, &prior.tier),
            (&self.key_id, &prior.key_id),
        ];
        texts.iter().any(|(a, b)| a.as_str() != b.as_str())
            || chosen.iter().any(|(a, b)| a.is_known() && a != b)
            || self.value_wo_version != prior.value_wo_version
            || self.value_wo.is_known() != prior.has_value_wo.is_true()
    }

    /// What create and update have in common.
    fn put(&self, cx: &Aws) -> PutParameterFluentBuilder {
        let value = [&self.value_wo, &self.insecure_value, &self.value].into_iter().find_map(Attr::get);
        let tier = if self.tier.is_unknown() && self.id.is_known() {
            Some(ParameterTier::IntelligentTiering)
        } else {
            self.tier.text().map(ParameterTier::from)
        };
        cx.ssm()
            .put_parameter()
            .name(self.name.as_str())
            .allowed_pattern(self.allowed_pattern.as_str())
            .description(self.description.as_str())
            .set_key_id(self.key_id.param().filter(|_| self.is_secret()))
            .set_tier(tier)
            .set_type(self.kind.text().map(ParameterType::from))
            .set_value(value)
    }

    async fn add_tags(&self, tags: Vec<Tag>, cx: &Aws) -> Result<()> {
        let request = cx.ssm().add_tags_to_resource().resource_type(ResourceTypeForTagging::Parameter);
        request.resource_id(self.name.as_str()).set_tags(Some(tags)).send().await?;
        Ok(())
    }

    /// Completes it. The details are told later than the value.
    async fn filled(mut self, told: (Option<&Told>, Option<&ParameterMetadata>), cx: &Aws) -> Result<Option<Self>> {
        let by_write_only = self.has_value_wo.is_true();
        let (value, details) = told;
        if details.is_none() && (by_write_only || !cx.is_reading_in_bulk()) || value.is_none() && !by_write_only {
            return Ok(None);
        }
        if let Some(value) = value {
            self.arn = value.arn().into();
            self.kind = value.r#type().map(ParameterType::as_str).into();
            self.name = value.name().into();
            self.version = value.version().into();
            self.fill_value(value.value());
        }
        if let Some(details) = details {
            self.fill_details(details);
        }
        self.has_value_wo = by_write_only.into();
        let own = tags(cx, self.id.as_str());
        self.tags_all = Attr::Known(cx.tags_or(&self.arn, &self.tags_all, own).await?);
        Ok(Some(self))
    }

    fn fill_value(&mut self, value: Option<&str>) {
        if self.insecure_value.is_known() && !self.is_secret() {
            self.insecure_value = value.into();
            self.value = Attr::Null;
        } else {
            self.insecure_value = Attr::Null;
            self.value = value.into();
        }
    }

    fn fill_details(&mut self, details: &ParameterMetadata) {
        self.allowed_pattern = details.allowed_pattern().into();
        self.arn = Attr::from(details.arn()).or(&self.arn);
        self.data_type = details.data_type().into();
        self.description = details.description().into();
        self.key_id = details.key_id().unwrap_or_default().into();
        self.kind = details.r#type().map(ParameterType::as_str).into();
        self.name = details.name().into();
        self.tier = details.tier().map(ParameterTier::as_str).into();
        self.version = details.version().into();
    }
}

/// Sends it. Regions that have one tier only refuse to be told which.
async fn send(request: PutParameterFluentBuilder, lost: Option<&LostAnswer>) -> Result<()> {
    let send = |request: PutParameterFluentBuilder| async {
        let call = request.customize();
        let call = if let Some(lost) = lost { call.interceptor(lost.clone()) } else { call };
        call.send().await.map(|_| ()).map_err(Error::from)
    };
    match send(request.clone()).await {
        Err(error) if error.is(&["ValidationException"]) && error.message().contains("Tier is not supported") => {
            send(request.set_tier(None)).await
        }
        result => result,
    }
}

async fn tags(cx: &Aws, name: &str) -> Result<Tags> {
    let request = cx.ssm().list_tags_for_resource().resource_type(ResourceTypeForTagging::Parameter);
    let told = request.resource_id(name).send().await?;
    Ok(told.tag_list.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect())
}

/// Tags as calls want them; key and value are there, which is all the builder asks for.
fn tags_of(tags: &Tags) -> Vec<Tag> {
    tags.iter().filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok()).collect()
}

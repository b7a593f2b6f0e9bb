//! `aws_secretsmanager_secret_version`.

use aws_smithy_types::{Blob, base64};
use landform_diagnostics::Diagnostic;
use landform_provider_api::framework::Check;

use super::loads::{CurrentVersions, Version, Which, version};
use super::stages::{self, CURRENT};
use super::{encoded, version_id};
use crate::core::prelude::*;
use crate::core::traces::named;

/// How long it may take until labels that were taken away are no longer told.
const PROPAGATION: Duration = Duration::from_secs(120);

/// A value of a secret. It has no `Debug`, so that the value is shown nowhere.
#[derive(Model, Clone, Default)]
#[model(name = "aws_secretsmanager_secret_version")]
#[model(conflicts("secret_binary", "secret_string", "secret_string_wo"))]
#[model(needs("secret_string_wo_version", "secret_string_wo"))]
pub(super) struct SecretVersion {
    /// ARN of the secret.
    #[attr(computed, deprecated = "Use secret_arn instead.")]
    arn: Attr<String>,
    /// Whether the value was given by `secret_string_wo`, so that it is neither read nor stored.
    #[attr(computed)]
    has_secret_string_wo: Attr<bool>,
    /// Secret and version: `SECRET|VERSION`.
    #[attr(id)]
    id: Attr<String>,
    /// Region of the secret.
    #[attr(region)]
    region: Attr<String>,
    /// ARN of the secret.
    #[attr(computed)]
    secret_arn: Attr<String>,
    /// The value as bytes, in Base64.
    #[attr(optional, sensitive, replace, check = base64_text())]
    secret_binary: Attr<String>,
    /// ARN or name of the secret.
    #[attr(required, replace)]
    secret_id: Attr<String>,
    /// The value as text.
    #[attr(optional, sensitive, replace)]
    secret_string: Attr<String>,
    /// The value as text that is not stored.
    #[attr(optional, sensitive, write_only)]
    secret_string_wo: Attr<String>,
    /// A change of this number sets the value of `secret_string_wo` anew.
    #[attr(optional, replace)]
    secret_string_wo_version: Attr<i64>,
    /// Id of the version.
    #[attr(computed)]
    version_id: Attr<String>,
    /// Labels of the version. `AWSCURRENT` marks the present one.
    #[attr(optional, computed)]
    version_stages: Attr<BTreeSet<String>>,
}

fn base64_text() -> Check {
    Check::text(|text| base64::decode(text).map(|_| ()).map_err(|_| "must be in Base64".to_owned()))
}

impl Resource<Aws> for SecretVersion {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let secret = self.secret_id.as_str();
        self.has_secret_string_wo = self.secret_string_wo.is_known().into();
        let binary = self.secret_binary.text().and_then(|text| base64::decode(text).ok());
        let text = self.secret_string_wo.get().or_else(|| self.secret_string.get());
        let stages: Vec<String> = self.version_stages.items().cloned().collect();
        let request = cx
            .secretsmanager()
            .put_secret_value()
            .secret_id(secret)
            .set_secret_string(text.filter(|_| binary.is_none()))
            .set_secret_binary(binary.map(Blob::new))
            .set_version_stages((!stages.is_empty()).then_some(stages));
        let made = request.send().await;
        let made =
            made.map_err(|error| Error::from(error).while_doing(format!("setting a value of secret {secret}")))?;
        self.id = made.version_id.map(|version| version_id(secret, &version)).into();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let secrets = batch.keys(|it| it.parts().map(|(secret, _)| secret));
        let current = cx.load::<CurrentVersions>(&secrets).await?;
        let current = &current;
        let read = batch.each(|known| async move {
            let Some((secret, version_id)) = known.parts() else { return Ok(None) };
            let told = match current.get(secret).filter(|it| it.id == version_id) {
                Some(told) => Some(told.clone()),
                None => version(cx, secret, Which::Id(version_id)).await?,
            };
            Ok(told.map(|told| known.clone().filled(told)))
        });
        Ok(read.await)
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        if let (Some(parts), Some(planned)) = (self.parts(), self.version_stages.known()) {
            let known = prior.version_stages.get().unwrap_or_default();
            stages::change(cx, parts, &known, planned).await?;
        }
        Ok(())
    }

    /// A version ends by itself once it has no label; the present one has to stay until there is another.
    async fn delete(&self, cx: &Aws) -> Result<()> {
        let Some(parts) = self.parts() else { return Ok(()) };
        let removable: Vec<&String> = self.version_stages.items().filter(|stage| *stage != CURRENT).collect();
        for stage in &removable {
            stages::remove(cx, parts, stage).await?;
        }
        wait_until(&format!("version {} of a secret to lose its labels", parts.1), PROPAGATION, || async {
            let told = version(cx, parts.0, Which::Id(parts.1)).await?;
            let kept = told.is_some_and(|told| told.stages.iter().any(|stage| removable.contains(&stage)));
            Ok(if kept { State::Pending("labelled".into()) } else { State::Done(()) })
        })
        .await
    }

    fn import(id: &str) -> Result<Self, String> {
        let model = Self { id: id.into(), ..Self::default() };
        let secret = model.parts().map(|(secret, _)| secret.to_owned());
        let secret = secret.ok_or("it must be SECRET|VERSION, with the secret's ARN or name and the version's id")?;
        Ok(Self { secret_id: secret.into(), ..model })
    }

    fn plan(planning: &mut Planning<'_>) {
        let given = !planning.config("secret_string_wo").is_null();
        if !planning.is_create() && given != (planning.prior("has_secret_string_wo").as_bool() == Some(true)) {
            planning.set_unknown("has_secret_string_wo");
            planning.require_replace("has_secret_string_wo");
        }
        let none =
            ["secret_binary", "secret_string", "secret_string_wo"].iter().all(|name| planning.config(name).is_null());
        if none && planning.is_create() {
            let detail = "One of secret_string, secret_binary and secret_string_wo is needed: a version is a value.";
            planning.report(Diagnostic::error("No value for a secret", detail));
        }
    }

    /// A value that is stored nowhere can not be looked for; setting it once more leads to the same present value.
    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        if !self.secret_string.is_known() && !self.secret_binary.is_known() {
            return Ok(Traces::Repeatable);
        }
        let secret = self.secret_id.as_str();
        let stage = self.version_stages.items().next().map_or(CURRENT, String::as_str);
        let holder = stages::holder(cx, secret, stage).await?;
        Ok(holder.map_or(Traces::Only(Vec::new()), |version| named(self, version_id(secret, &version))))
    }
}

impl SecretVersion {
    /// Secret and version.
    fn parts(&self) -> Option<(&str, &str)> {
        let (secret, version) = self.id.text()?.split_once('|')?;
        (!secret.is_empty() && !version.is_empty()).then_some((secret, version))
    }

    fn filled(mut self, told: Version) -> Self {
        let by_write_only = self.has_secret_string_wo.is_true() || self.secret_string_wo_version.is_known();
        let text = told.string.filter(|_| !by_write_only);
        self.arn = told.arn.clone().into();
        self.has_secret_string_wo = by_write_only.into();
        self.secret_arn = told.arn.into();
        self.secret_binary = encoded(told.binary.as_ref());
        self.secret_string = text.unwrap_or_default().into();
        self.version_id = told.id.into();
        self.version_stages = Attr::Known(told.stages.into_iter().collect());
        self
    }
}

//! `aws_kms_alias`.

use landform_provider_api::framework::Check;

use super::loads::{KeyFound, Keys, expectation};
use crate::core::names;
use crate::core::prelude::*;
use crate::core::traces::named;

/// A name for a key.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_kms_alias", conflicts("name", "name_prefix"))]
pub(super) struct Alias {
    /// ARN of the alias.
    #[attr(computed)]
    arn: Attr<String>,
    /// Name of the alias.
    #[attr(id)]
    id: Attr<String>,
    /// Name of the alias: `alias/NAME`.
    #[attr(optional, computed, replace, check = alias_name())]
    name: Attr<String>,
    /// What a generated name begins with: `alias/PREFIX`.
    #[attr(optional, computed, replace, check = alias_name())]
    name_prefix: Attr<String>,
    /// Region of the alias.
    #[attr(region)]
    region: Attr<String>,
    /// ARN of the key.
    #[attr(computed, after_update("target_key_id"))]
    target_key_arn: Attr<String>,
    /// Id or ARN of the key.
    #[attr(required, same = same_key)]
    target_key_id: Attr<String>,
}

fn alias_name() -> Check {
    Check::text(|text| {
        let name = text.strip_prefix("alias/").unwrap_or_default();
        let fine = |it: char| it.is_ascii_alphanumeric() || "_/-".contains(it);
        match name {
            "" => Err(format!("must begin with alias/ and go on, not {text:?}")),
            _ if name.starts_with("aws/") => Err("must not begin with alias/aws/, which is for AWS's own keys".into()),
            _ if name.chars().all(fine) => Ok(()),
            _ => Err(format!("may only contain letters, digits and any of _/- after alias/, not {text:?}")),
        }
    })
}

/// A key by its id and by its ARN is the same key.
fn same_key(a: &str, b: &str) -> bool {
    let of_arn = |text: &str| text.starts_with("arn:").then(|| text.rsplit_once(":key/").map(|(_, id)| id.to_owned()));
    match (of_arn(a).flatten(), of_arn(b).flatten()) {
        (Some(id), None) => id == b,
        (None, Some(id)) => id == a,
        _ => a == b,
    }
}

impl Resource<Aws> for Alias {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let prefix = self.name_prefix.text().unwrap_or("alias/");
        let name = names::given_or_new(&self.name, &prefix.into());
        let request = cx.kms().create_alias().alias_name(&name).set_target_key_id(self.target_key_id.get());
        let lost = LostAnswer::default();
        let create = || async {
            let sent = request.clone().customize().interceptor(lost.clone()).send().await;
            lost.forgives("AlreadyExistsException", sent)
        };
        create().await.map_err(|error| error.while_doing(format!("creating KMS alias {name}")))?;
        self.id = name.into();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let questions: Vec<String> = batch.iter().map(Self::question).collect();
        let keys = cx.load::<Keys>(&questions).await?;
        Ok(batch.try_found(|alias| match keys.get(&alias.question()) {
            Some(Ok(found)) => Ok(Some(alias.filled(found))),
            Some(Err(error)) => Err(error.clone()),
            None => Ok(None),
        }))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        if self.target_key_id != prior.target_key_id {
            let request = cx.kms().update_alias().alias_name(self.id.as_str());
            request.set_target_key_id(self.target_key_id.get()).send().await?;
        }
        Ok(())
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        cx.kms().delete_alias().alias_name(self.id.as_str()).send().await?;
        Ok(())
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        Ok(self.name.text().map_or(Traces::Lost, |name| named(self, name)))
    }
}

impl Alias {
    fn filled(mut self, key: &KeyFound) -> Self {
        let name = self.id.as_str().to_owned();
        let place = key.key_arn.strip_suffix(&format!("key/{}", key.key_id)).unwrap_or_default();
        self.arn = format!("{place}{name}").into();
        self.name_prefix = names::prefix_of(&name);
        self.name = name.into();
        self.target_key_arn = key.key_arn.as_str().into();
        self.target_key_id = key.key_id.as_str().into();
        self
    }

    /// The alias, and the key that it pointed to when last seen.
    fn question(&self) -> String {
        let key = self.target_key_id.as_str();
        expectation(self.id.as_str(), key.rsplit_once(":key/").map_or(key, |(_, id)| id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_by_id_and_by_arn() {
        let arn = "arn:aws:kms:eu-west-1:111122223333:key/1234";
        assert!(same_key(arn, "1234") && same_key("1234", arn) && same_key(arn, arn));
        assert!(!same_key(arn, "12345") && !same_key(arn, "arn:aws:kms:eu-west-2:111122223333:key/1234"));
    }
}

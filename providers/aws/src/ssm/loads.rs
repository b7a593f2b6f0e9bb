//! Reads of parameters.

use aws_sdk_ssm::types::{Parameter, ParameterMetadata, ParameterStringFilter};

use crate::core::{Aws, Fetch, Result};

/// Parameters with their values, by name.
pub(super) struct Values;

impl Fetch for Values {
    type Item = Parameter;
    /// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html>
    const CHUNK: usize = 10;

    async fn fetch(cx: &Aws, names: Vec<String>) -> Result<Vec<(String, Parameter)>> {
        // Names that do not exist are told apart from the others, which is no error.
        let told = cx.ssm().get_parameters().set_names(Some(names)).with_decryption(true).send().await?;
        let named = |it: Parameter| Some((it.name()?.to_owned(), it));
        Ok(told.parameters.unwrap_or_default().into_iter().filter_map(named).collect())
    }
}

/// What is known of parameters beside their values, by name.
pub(super) struct Details;

impl Fetch for Details {
    type Item = ParameterMetadata;
    /// So many values does one filter take.
    /// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html>
    const CHUNK: usize = 50;

    async fn fetch(cx: &Aws, names: Vec<String>) -> Result<Vec<(String, ParameterMetadata)>> {
        let filter = ParameterStringFilter::builder().key("Name").option("Equals").set_values(Some(names)).build()?;
        let request = cx.ssm().describe_parameters().parameter_filters(filter).max_results(50);
        let pages = request.into_paginator().send().collect::<Result<Vec<_>, _>>().await?;
        let told = pages.into_iter().filter_map(|page| page.parameters).flatten();
        Ok(told.filter_map(|it| Some((it.name()?.to_owned(), it))).collect())
    }
}

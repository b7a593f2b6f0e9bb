//! `data.aws_subnets`.

use super::filters::{Filter, Filters};
use crate::core::prelude::*;

/// The ids of many subnets.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_subnets")]
pub(super) struct Subnets {
    /// The region's name.
    #[attr(id)]
    id: Attr<String>,
    /// Ids of the subnets.
    #[attr(computed)]
    ids: Attr<Vec<String>>,
    /// Region of the subnets.
    #[attr(region)]
    region: Attr<String>,
    /// Tags that the subnets have.
    #[attr(optional, computed)]
    tags: Attr<Tags>,
    /// Which subnets to find.
    #[block(set)]
    filter: Vec<Filter>,
    /// How long operations may take.
    #[timeouts(read = "20m")]
    timeouts: Timeouts,
}

impl DataSource<Aws> for Subnets {
    async fn read(mut self, cx: &Aws) -> Result<Self> {
        let filters = Filters::of(&self.filter).with_tags(&self.tags);
        let mut pages = cx.ec2().describe_subnets().set_filters(filters.build()).into_paginator().send();
        let mut ids = Vec::new();
        while let Some(page) = pages.next().await {
            ids.extend(page?.subnets.unwrap_or_default().into_iter().filter_map(|subnet| subnet.subnet_id));
        }
        self.id = cx.region().into();
        self.ids = ids.into();
        Ok(self)
    }
}

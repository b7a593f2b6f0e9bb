//! `data.aws_partition`. It asks nobody.

use crate::core::prelude::*;

/// The partition of AWS that the provider's region belongs to.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_partition")]
pub(super) struct Partition {
    /// Domain of the partition's services.
    #[attr(computed)]
    dns_suffix: Attr<String>,
    /// The partition.
    #[attr(id, optional, computed, deprecated = "Use partition instead.")]
    id: Attr<String>,
    /// The partition: `aws`, `aws-cn`, `aws-us-gov`, …
    #[attr(computed)]
    partition: Attr<String>,
    /// The domain's parts in reverse, as of the names of VPC endpoint services.
    #[attr(computed)]
    reverse_dns_prefix: Attr<String>,
}

impl DataSource<Aws> for Partition {
    async fn read(mut self, cx: &Aws) -> Result<Self> {
        let suffix = cx.dns_suffix();
        let reverse: Vec<&str> = suffix.rsplit('.').collect();
        self.dns_suffix = suffix.into();
        self.id = cx.partition().into();
        self.partition = cx.partition().into();
        self.reverse_dns_prefix = reverse.join(".").into();
        Ok(self)
    }
}

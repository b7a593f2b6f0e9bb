//! The service clients of one region, made when first needed.

use std::sync::OnceLock;

use super::Account;

macro_rules! clients {
    ($($(#[$doc:meta])* $name:ident: $sdk:ident),* $(,)?) => {
        /// Clients by service.
        #[derive(Default)]
        pub(crate) struct Clients {
            $($name: OnceLock<$sdk::Client>,)*
        }

        impl Clients {
            $(
                $(#[$doc])*
                pub(crate) fn $name(&self, account: &Account, region: Option<&str>) -> &$sdk::Client {
                    self.$name.get_or_init(|| {
                        let shared = account.sdk_config(region);
                        let mut builder = $sdk::config::Builder::from(&shared)
                            .retry_classifier(account.retry_classifier())
                            .retry_classifier(account.young())
                            .retry_partition(account.retry_partition(stringify!($name)))
                            .interceptor(account.named_products())
                            .interceptor(account.young());
                        if let Some(endpoint) = account.endpoint(stringify!($name)) {
                            builder = builder.endpoint_url(endpoint);
                        }
                        $sdk::Client::from_conf(clients!(@special $name account builder))
                    })
                }
            )*
        }

        impl super::Aws {
            $(
                $(#[$doc])*
                #[allow(dead_code, reason = "a type of each service may want only its own region's")]
                pub(crate) fn $name(&self) -> &$sdk::Client {
                    self.clients().$name(self.account(), self.region_or_none())
                }
            )*
        }
    };
    (@special s3 $account:ident $builder:ident) => {
        $builder.force_path_style($account.s3_path_style()).build()
    };
    (@special $name:ident $account:ident $builder:ident) => { $builder.build() };
}

// One line a service. The name is also the service's name in the provider's `endpoints` block.
clients! {
    /// DynamoDB.
    dynamodb: aws_sdk_dynamodb,
    /// EC2.
    ec2: aws_sdk_ec2,
    /// EKS.
    eks: aws_sdk_eks,
    /// ElastiCache.
    elasticache: aws_sdk_elasticache,
    /// IAM.
    iam: aws_sdk_iam,
    /// KMS.
    kms: aws_sdk_kms,
    /// CloudWatch Logs.
    logs: aws_sdk_cloudwatchlogs,
    /// RDS.
    rds: aws_sdk_rds,
    /// Tags of all services' objects.
    resourcegroupstagging: aws_sdk_resourcegroupstagging,
    /// S3.
    s3: aws_sdk_s3,
    /// Secrets Manager.
    secretsmanager: aws_sdk_secretsmanager,
    /// Systems Manager, for its parameters.
    ssm: aws_sdk_ssm,
    /// STS.
    sts: aws_sdk_sts,
}

//! `aws_flow_log`.

use aws_sdk_ec2::types::{
    DestinationFileFormat, DestinationOptionsRequest, DestinationOptionsResponse, FlowLog as Remote,
    FlowLogsResourceType, LogDestinationType, ResourceType, TrafficType, UnsuccessfulItem,
};
use uuid::Uuid;

use super::filters::Filters;
use super::loads::FlowLogs;
use super::tagging;
use super::traces;
use crate::core::prelude::*;

/// How long a new role takes at most to be known everywhere.
const PATIENCE: Duration = Duration::from_secs(120);

/// A record of the traffic of a VPC, subnet, network interface or gateway.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_flow_log", version = 1)]
#[model(exactly_one(
    "eni_id",
    "regional_nat_gateway_id",
    "subnet_id",
    "transit_gateway_attachment_id",
    "transit_gateway_id",
    "vpc_id"
))]
pub(super) struct FlowLog {
    /// ARN of the flow log.
    #[attr(computed)]
    arn: Attr<String>,
    /// ARN of the role that lets logs go to another account.
    #[attr(optional, replace, check = arn())]
    deliver_cross_account_role: Attr<String>,
    /// Id of the network interface to watch.
    #[attr(optional, replace)]
    eni_id: Attr<String>,
    /// ARN of the role that may write to the log group.
    #[attr(optional, replace, check = arn())]
    iam_role_arn: Attr<String>,
    /// Id of the flow log.
    #[attr(id)]
    id: Attr<String>,
    /// ARN of the log group, bucket or delivery stream.
    #[attr(optional, computed, replace, check = arn(), normal = without_stream)]
    log_destination: Attr<String>,
    /// Where logs go: `cloud-watch-logs`, `s3` or `kinesis-data-firehose`.
    #[attr(optional, replace, default = "cloud-watch-logs", check = one_of(["cloud-watch-logs", "kinesis-data-firehose", "s3"]))]
    log_destination_type: Attr<String>,
    /// The fields of a record.
    #[attr(optional, computed, replace)]
    log_format: Attr<String>,
    /// Seconds that are gathered into one record: 60 or 600.
    #[attr(optional, replace, default = 600, check = one_of_numbers([60, 600]))]
    max_aggregation_interval: Attr<i64>,
    /// Region of the flow log.
    #[attr(region)]
    region: Attr<String>,
    /// Id of the regional NAT gateway to watch.
    #[attr(optional, replace)]
    regional_nat_gateway_id: Attr<String>,
    /// Id of the subnet to watch.
    #[attr(optional, replace)]
    subnet_id: Attr<String>,
    /// Tags of the flow log.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the flow log with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Which traffic to log: `ACCEPT`, `REJECT` or `ALL`.
    #[attr(optional, replace, check = one_of(["ACCEPT", "ALL", "REJECT"]))]
    traffic_type: Attr<String>,
    /// Id of the transit gateway attachment to watch.
    #[attr(optional, replace)]
    transit_gateway_attachment_id: Attr<String>,
    /// Id of the transit gateway to watch.
    #[attr(optional, replace)]
    transit_gateway_id: Attr<String>,
    /// Id of the VPC to watch.
    #[attr(optional, replace)]
    vpc_id: Attr<String>,
    /// How files are written to a bucket.
    #[block(list, max = 1, kept, replace)]
    destination_options: Vec<DestinationOptions>,
}

/// How files are written to a bucket.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct DestinationOptions {
    /// `plain-text` or `parquet`.
    #[attr(optional, replace, default = "plain-text", check = one_of(["parquet", "plain-text"]))]
    file_format: Attr<String>,
    /// Whether prefixes are as Hive wants them.
    #[attr(optional, replace, default = false)]
    hive_compatible_partitions: Attr<bool>,
    /// Whether there is a prefix an hour.
    #[attr(optional, replace, default = false)]
    per_hour_partition: Attr<bool>,
}

/// ARNs of log groups may end in `:*`, for all streams; flow logs want them without.
fn without_stream(arn: &str) -> String {
    arn.strip_suffix(":*").unwrap_or(arn).to_owned()
}

impl Resource<Aws> for FlowLog {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let (watched, kind) =
            self.watched().ok_or_else(|| Error::new("Missing argument", "There is nothing to watch."))?;
        let gateway =
            matches!(kind, FlowLogsResourceType::TransitGateway | FlowLogsResourceType::TransitGatewayAttachment);
        let request = cx.ec2().create_flow_logs().client_token(Uuid::new_v4().to_string());
        let request = request
            .set_deliver_cross_account_role(self.deliver_cross_account_role.param())
            .set_deliver_logs_permission_arn(self.iam_role_arn.param())
            .set_destination_options(self.destination_options.first().map(DestinationOptions::wanted))
            .set_log_destination(self.log_destination.param())
            .set_log_destination_type(self.log_destination_type.text().map(LogDestinationType::from))
            .set_log_format(self.log_format.param())
            .set_max_aggregation_interval(self.max_aggregation_interval.get_i32())
            .resource_ids(watched)
            .resource_type(kind)
            .set_tag_specifications(tagging::on_create(ResourceType::VpcFlowLog, &self.tags_all))
            .set_traffic_type(self.traffic_type.text().filter(|_| !gateway).map(TrafficType::from));
        let new_role = |error: &Error| error.message().contains("Unable to assume given IAM role");
        let create = || async {
            let made = request.clone().send().await?;
            fine(made.unsuccessful())?;
            Ok(made.flow_log_ids.unwrap_or_default())
        };
        self.id = retry_while(PATIENCE, new_role, create).await?.into_iter().next().into();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let ids = batch.ids();
        let account = cx.account_of(batch.keys(|it| it.arn.text()));
        let (account, logs) = futures::try_join!(account, cx.load::<FlowLogs>(&ids))?;
        Ok(batch.found(|mut log| {
            log.fill(logs.get(log.id.as_str())?, &account, cx);
            Some(log)
        }))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        tagging::update(cx, self.id.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        fine(cx.ec2().delete_flow_logs().flow_log_ids(id).send().await?.unsuccessful())?;
        wait_until(&format!("flow log {id} to be deleted"), PATIENCE, || async {
            let gone = cx.load_one::<FlowLogs>(id).await?.get(id).is_none();
            Ok(if gone { State::Done(()) } else { State::Pending("there".into()) })
        })
        .await
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        let filters = Filters::default().with("resource-id", self.watched().map(|(id, _)| id.to_owned()));
        let filters = filters.with("log-destination-type", self.log_destination_type.param());
        Ok(Traces::Only(traces::like::<_, FlowLogs>(self, cx, filters.build().unwrap_or_default()).await?))
    }
}

/// Calls about several flow logs succeed even when they fail for one.
fn fine(unsuccessful: &[UnsuccessfulItem]) -> Result<()> {
    let Some(error) = unsuccessful.iter().find_map(|it| it.error()) else { return Ok(()) };
    Err(Error::answered(error.code().unwrap_or_default(), error.message().unwrap_or_default()))
}

impl FlowLog {
    fn watched(&self) -> Option<(&str, FlowLogsResourceType)> {
        let kinds = [
            (&self.vpc_id, FlowLogsResourceType::Vpc),
            (&self.transit_gateway_id, FlowLogsResourceType::TransitGateway),
            (&self.transit_gateway_attachment_id, FlowLogsResourceType::TransitGatewayAttachment),
            (&self.subnet_id, FlowLogsResourceType::Subnet),
            (&self.eni_id, FlowLogsResourceType::NetworkInterface),
            (&self.regional_nat_gateway_id, FlowLogsResourceType::RegionalNatGateway),
        ];
        kinds.into_iter().find_map(|(id, kind)| Some((id.text()?, kind)))
    }

    fn fill(&mut self, remote: &Remote, account: &str, cx: &Aws) {
        self.arn = cx.arn("ec2", account, &format!("vpc-flow-log/{}", self.id.as_str())).into();
        self.deliver_cross_account_role = remote.deliver_cross_account_role().into();
        self.iam_role_arn = remote.deliver_logs_permission_arn().into();
        self.log_destination = remote.log_destination().into();
        self.log_destination_type = remote.log_destination_type().map(LogDestinationType::as_str).into();
        self.log_format = remote.log_format().into();
        self.max_aggregation_interval = remote.max_aggregation_interval().into();
        self.destination_options = remote.destination_options().map(DestinationOptions::of).into_iter().collect();
        self.tags_all = tagging::read(remote.tags.as_deref());
        let watched = remote.resource_id().unwrap_or_default();
        self.fill_watched(watched);
        if !watched.starts_with("tgw-") {
            self.traffic_type = remote.traffic_type().map(TrafficType::as_str).into();
        }
    }

    fn fill_watched(&mut self, id: &str) {
        let of = |prefix: &str| Attr::from(Some(id).filter(|id| id.starts_with(prefix)));
        self.eni_id = of("eni-");
        self.regional_nat_gateway_id = of("nat-");
        self.subnet_id = of("subnet-");
        self.transit_gateway_attachment_id = of("tgw-attach-");
        let attachment = self.transit_gateway_attachment_id.is_known();
        self.transit_gateway_id = if attachment { Attr::Null } else { of("tgw-") };
        self.vpc_id = of("vpc-");
    }
}

impl DestinationOptions {
    fn wanted(&self) -> DestinationOptionsRequest {
        DestinationOptionsRequest::builder()
            .set_file_format(self.file_format.text().map(DestinationFileFormat::from))
            .set_hive_compatible_partitions(self.hive_compatible_partitions.get())
            .set_per_hour_partition(self.per_hour_partition.get())
            .build()
    }

    fn of(remote: &DestinationOptionsResponse) -> Self {
        Self {
            file_format: remote.file_format().map(DestinationFileFormat::as_str).into(),
            hive_compatible_partitions: remote.hive_compatible_partitions().into(),
            per_hour_partition: remote.per_hour_partition().into(),
        }
    }
}

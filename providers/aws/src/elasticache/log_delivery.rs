//! Where the logs of caches go.

use aws_sdk_elasticache::types::{
    CloudWatchLogsDestinationDetails, DestinationDetails, DestinationType, KinesisFirehoseDestinationDetails,
    LogDeliveryConfiguration, LogDeliveryConfigurationRequest, LogFormat, LogType,
};

use crate::core::checks::listed;
use crate::core::prelude::*;

/// A log and where it goes.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LogDelivery {
    /// Name of the log group or of the delivery stream.
    #[attr(required)]
    destination: Attr<String>,
    /// CloudWatch Logs (`cloudwatch-logs`) or Kinesis Data Firehose (`kinesis-firehose`).
    #[attr(required, check = listed(DestinationType::values()))]
    destination_type: Attr<String>,
    /// `json` or `text`.
    #[attr(required, check = listed(LogFormat::values()))]
    log_format: Attr<String>,
    /// `slow-log` or `engine-log`.
    #[attr(required, check = listed(LogType::values()))]
    log_type: Attr<String>,
}

/// What a create says; `None` where there is nothing to say.
pub(super) fn requests(deliveries: &[LogDelivery]) -> Option<Vec<LogDeliveryConfigurationRequest>> {
    (!deliveries.is_empty()).then(|| deliveries.iter().map(LogDelivery::request).collect())
}

/// What an update says; `None` where nothing changes.
pub(super) fn changes(prior: &[LogDelivery], planned: &[LogDelivery]) -> Option<Vec<LogDeliveryConfigurationRequest>> {
    let new = planned.iter().filter(|it| !prior.contains(it)).map(LogDelivery::request);
    let ended = prior.iter().filter(|it| planned.iter().all(|other| other.log_type != it.log_type));
    let ended = ended.map(|it| {
        let builder = LogDeliveryConfigurationRequest::builder().enabled(false);
        builder.log_type(LogType::from(it.log_type.as_str())).build()
    });
    let changes: Vec<LogDeliveryConfigurationRequest> = new.chain(ended).collect();
    (!changes.is_empty()).then_some(changes)
}

/// As the service tells them.
pub(super) fn read(told: &[LogDeliveryConfiguration]) -> Vec<LogDelivery> {
    told.iter().map(LogDelivery::of).collect()
}

impl LogDelivery {
    fn request(&self) -> LogDeliveryConfigurationRequest {
        let details = DestinationDetails::builder();
        let kind = DestinationType::from(self.destination_type.as_str());
        let name = self.destination.as_str();
        let details = match kind {
            DestinationType::KinesisFirehose => details
                .kinesis_firehose_details(KinesisFirehoseDestinationDetails::builder().delivery_stream(name).build()),
            _ => details.cloud_watch_logs_details(CloudWatchLogsDestinationDetails::builder().log_group(name).build()),
        };
        LogDeliveryConfigurationRequest::builder()
            .destination_details(details.build())
            .destination_type(kind)
            .enabled(true)
            .log_format(LogFormat::from(self.log_format.as_str()))
            .log_type(LogType::from(self.log_type.as_str()))
            .build()
    }

    fn of(told: &LogDeliveryConfiguration) -> Self {
        let details = told.destination_details();
        let group = details.and_then(|it| it.cloud_watch_logs_details()?.log_group());
        let stream = details.and_then(|it| it.kinesis_firehose_details()?.delivery_stream());
        Self {
            destination: group.or(stream).into(),
            destination_type: told.destination_type().map(DestinationType::as_str).into(),
            log_format: told.log_format().map(LogFormat::as_str).into(),
            log_type: told.log_type().map(LogType::as_str).into(),
        }
    }
}

//! Tables made from another one, from a backup, or from files.

use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use aws_sdk_dynamodb::types::{
    CsvOptions, ImportStatus, InputCompressionType, InputFormat, InputFormatOptions, S3BucketSource,
    TableCreationParameters,
};
use landform_provider_api::framework::Check;

use super::table::Table;
use super::throughput::{provisioned, write_on_demand};
use super::waiting;
use crate::core::checks::listed;
use crate::core::prelude::*;

/// Where a table is filled from.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Import {
    /// How the files are compressed.
    #[attr(optional, check = listed(InputCompressionType::values()))]
    input_compression_type: Attr<String>,
    /// What the files are: `CSV`, `DYNAMODB_JSON` or `ION`.
    #[attr(required, check = listed(InputFormat::values()))]
    input_format: Attr<String>,
    /// How the files are read.
    #[block(list, max = 1)]
    input_format_options: Vec<FormatOptions>,
    /// Where the files are.
    #[block(list, min = 1, max = 1, replace)]
    s3_bucket_source: Vec<Source>,
}

/// How files are read.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FormatOptions {
    /// Those with columns.
    #[block(list, max = 1)]
    csv: Vec<Csv>,
}

/// How files with columns are read.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Csv {
    /// What parts the columns.
    #[attr(optional)]
    delimiter: Attr<String>,
    /// What the columns are called.
    #[attr(optional)]
    header_list: Attr<BTreeSet<String>>,
}

/// Where files are.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Source {
    /// Name of the bucket.
    #[attr(required)]
    bucket: Attr<String>,
    /// Account that the bucket belongs to.
    #[attr(optional)]
    bucket_owner: Attr<String>,
    /// What the names of the files begin with.
    #[attr(optional)]
    key_prefix: Attr<String>,
}

/// A moment in UTC.
pub(super) fn moment() -> Check {
    Check::text(|text| match text.ends_with('Z').then(|| time_of(text)).flatten() {
        Some(_) => Ok(()),
        None => Err(format!("{text:?} is not a moment in UTC such as \"2026-01-31T12:00:00Z\"")),
    })
}

fn time_of(text: &str) -> Option<DateTime> {
    DateTime::from_str(text, DateTimeFormat::DateTime).ok()
}

impl Table {
    /// Whether the table is made from another one or from a backup.
    pub(super) fn is_restored(&self) -> bool {
        [&self.restore_source_name, &self.restore_source_table_arn, &self.restore_backup_arn]
            .into_iter()
            .any(|source| source.text().is_some())
    }

    /// Makes the table from another one or from a backup.
    pub(super) async fn restore(&self, cx: &Aws) -> Result<()> {
        let timeout = self.timeouts.create();
        let billing = self.billing();
        let given = self.read_capacity.is_known() && self.write_capacity.is_known();
        let throughput = provisioned(&billing, &self.read_capacity, &self.write_capacity)?.filter(|_| given);
        if let Some(backup) = self.restore_backup_arn.text() {
            let request = cx
                .dynamodb()
                .restore_table_from_backup()
                .target_table_name(self.name.as_str())
                .backup_arn(backup)
                .billing_mode_override(billing)
                .set_global_secondary_index_override(self.global_indexes()?)
                .set_local_secondary_index_override(self.local_indexes()?)
                .set_provisioned_throughput_override(throughput)
                .set_sse_specification_override(self.encryption());
            retry_while(timeout, waiting::is_busy, || async { Ok(request.clone().send().await?) }).await?;
            return Ok(());
        }
        let request = cx
            .dynamodb()
            .restore_table_to_point_in_time()
            .target_table_name(self.name.as_str())
            .set_source_table_name(self.restore_source_name.param())
            .set_source_table_arn(self.restore_source_table_arn.param())
            .set_restore_date_time(self.restore_date_time.text().and_then(time_of))
            .set_use_latest_restorable_time(self.restore_to_latest_time.get())
            .set_global_secondary_index_override(self.global_indexes()?)
            .set_local_secondary_index_override(self.local_indexes()?)
            .set_provisioned_throughput_override(throughput)
            .set_sse_specification_override(self.encryption());
        retry_while(timeout, waiting::is_busy, || async { Ok(request.clone().send().await?) }).await?;
        Ok(())
    }

    /// Makes the table from files.
    pub(super) async fn import(&mut self, cx: &Aws) -> Result<()> {
        let Some(source) = self.import_table.first() else { return Ok(()) };
        let request = cx
            .dynamodb()
            .import_table()
            .client_token(uuid::Uuid::new_v4().to_string())
            .set_input_compression_type(source.input_compression_type.text().map(InputCompressionType::from))
            .input_format(InputFormat::from(source.input_format.as_str()))
            .set_input_format_options(source.options())
            .set_s3_bucket_source(source.place()?)
            .table_creation_parameters(self.parameters()?);
        let begun =
            retry_while(self.timeouts.create(), waiting::is_busy, || async { Ok(request.clone().send().await?) })
                .await?;
        self.id = self.name.clone();
        let import = begun.import_table_description.and_then(|it| it.import_arn).unwrap_or_default();
        imported(cx, &import, self.timeouts.create()).await
    }

    fn parameters(&self) -> Result<TableCreationParameters> {
        let billing = self.billing();
        Ok(TableCreationParameters::builder()
            .table_name(self.name.as_str())
            .set_attribute_definitions(Some(self.definitions()?))
            .set_key_schema(Some(self.keys()?))
            .set_provisioned_throughput(provisioned(&billing, &self.read_capacity, &self.write_capacity)?)
            .billing_mode(billing)
            .set_global_secondary_indexes(self.global_indexes()?)
            .set_on_demand_throughput(write_on_demand(&self.on_demand_throughput))
            .set_sse_specification(self.encryption())
            .build()?)
    }
}

async fn imported(cx: &Aws, import: &str, timeout: Duration) -> Result<()> {
    wait_until(&format!("import {import} to be done"), timeout, || async {
        let told = cx.dynamodb().describe_import().import_arn(import).send().await?.import_table_description;
        let told = told.as_ref();
        Ok(match told.and_then(|it| it.import_status()) {
            Some(ImportStatus::Completed) => State::Done(()),
            Some(status @ (ImportStatus::Failed | ImportStatus::Cancelled | ImportStatus::Cancelling)) => {
                let why = told.and_then(|it| it.failure_message()).unwrap_or_default();
                let message = format!("Import {import} is {}: {why}", status.as_str());
                return Err(Error::new("Table not filled", message));
            }
            status => State::Pending(status.map_or("unknown", ImportStatus::as_str).to_owned()),
        })
    })
    .await
}

impl Import {
    fn options(&self) -> Option<InputFormatOptions> {
        let csv = self.input_format_options.first()?.csv.first()?;
        let columns: Vec<String> = csv.header_list.items().cloned().collect();
        let csv = CsvOptions::builder()
            .set_delimiter(csv.delimiter.param())
            .set_header_list((!columns.is_empty()).then_some(columns))
            .build();
        Some(InputFormatOptions::builder().csv(csv).build())
    }

    fn place(&self) -> Result<Option<S3BucketSource>> {
        let place = self.s3_bucket_source.first().map(|it| {
            S3BucketSource::builder()
                .s3_bucket(it.bucket.as_str())
                .set_s3_bucket_owner(it.bucket_owner.param())
                .set_s3_key_prefix(it.key_prefix.param())
                .build()
        });
        Ok(place.transpose()?)
    }
}

"""S3: what every bucket has had since 2023, and sub-resources that moto takes for the bucket itself."""

import xmltodict
from moto.core.serialize import S3Serializer
from moto.s3.models import FakeDeleteMarker, S3Backend
from moto.s3.responses import S3Response

from landform_simulator.calls import Call
from landform_simulator.errors import Answer, error
from landform_simulator.fillers.patching import add, wrap

# moto has no idea of these: it would list, create or delete the bucket instead.
_UNKNOWN = ("Analytics", "Metrics", "IntelligentTiering", "Metadata", "Abac", "InventoryTable", "JournalTable")

# What answers are called; moto calls them after the operation, which some clients do not accept.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
_ANSWERS = {
    "CompleteMultipartUpload": "CompleteMultipartUploadResult",
    "CreateMultipartUpload": "InitiateMultipartUploadResult",
    "DeleteObjects": "DeleteResult",
    "GetBucketAccelerateConfiguration": "AccelerateConfiguration",
    "GetBucketAcl": "AccessControlPolicy",
    "GetBucketCors": "CORSConfiguration",
    "GetBucketLifecycleConfiguration": "LifecycleConfiguration",
    "GetBucketLogging": "BucketLoggingStatus",
    "GetBucketNotificationConfiguration": "NotificationConfiguration",
    "GetBucketTagging": "Tagging",
    "GetBucketVersioning": "VersioningConfiguration",
    "GetBucketWebsite": "WebsiteConfiguration",
    "GetObjectAcl": "AccessControlPolicy",
    "GetObjectTagging": "Tagging",
    "ListBuckets": "ListAllMyBucketsResult",
    "ListMultipartUploads": "ListMultipartUploadsResult",
    "ListObjectVersions": "ListVersionsResult",
    "ListObjects": "ListBucketResult",
    "ListObjectsV2": "ListBucketResult",
    "ListParts": "ListPartsResult",
}

_PAYER_IS_OWNER = b"""<?xml version="1.0" encoding="UTF-8"?>
<RequestPaymentConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Payer>BucketOwner</Payer></RequestPaymentConfiguration>"""


def install() -> None:
    wrap(S3Backend, "create_bucket")(_create_bucket)
    wrap(S3Backend, "delete_object")(_delete_object)
    add(FakeDeleteMarker, dispose)
    wrap(S3Backend, "delete_bucket_encryption")(_delete_bucket_encryption)
    wrap(S3Response, "_bucket_response_put")(_put)
    wrap(S3Serializer, "_serialize_body")(_serialize_body)


def answer(call: Call) -> Answer | None:
    if call.service != "s3":
        return None
    if call.operation == "GetBucketRequestPayment":
        return Answer(200, "application/xml", _PAYER_IS_OWNER)
    is_unknown = call.operation in ("PutBucketRequestPayment", "DeleteBucketInventoryConfiguration", "Unknown") or (
        "Bucket" in call.operation and any(name in call.operation for name in _UNKNOWN)
    )
    if is_unknown:
        return error(call, 501, "NotImplemented", f"The simulator does not implement {call.name}.")
    return None


def _default_encryption() -> dict:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html"""
    return {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": "false"}}


def _create_bucket(create, self, *arguments, **keywords):
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html"""
    bucket = create(self, *arguments, **keywords)
    if bucket.encryption is None:
        bucket.encryption = _default_encryption()
    if bucket.public_access_block is None:
        self.put_public_access_block(
            bucket.name,
            {name: "true" for name in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")},
        )
    return bucket


def _delete_object(delete, self, bucket_name, key_name, version_id=None, bypass=False):
    """A bucket whose versioning was suspended keeps its versions, and each can be deleted by its id.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectsfromVersioningSuspendedBuckets.html
    """
    bucket = self.get_bucket(bucket_name)
    if version_id is None or bucket.versioning_status != "Suspended":
        return delete(self, bucket_name, key_name, version_id, bypass)
    bucket.versioning_status = "Enabled"
    try:
        return delete(self, bucket_name, key_name, version_id, bypass)
    finally:
        bucket.versioning_status = "Suspended"


def dispose(self) -> None:
    """A delete marker has no content to let go of."""


def _delete_bucket_encryption(_delete, self, bucket_name):
    self.get_bucket(bucket_name).encryption = _default_encryption()


def _put(put, self, request, bucket_name, querystring):
    """A bucket is made with the tags that it is asked to be made with."""
    response = put(self, request, bucket_name, querystring)
    if self.data.get("Action") == "CreateBucket" and self.body:
        configuration = xmltodict.parse(self.body).get("CreateBucketConfiguration") or {}
        tags = (configuration.get("Tags") or {}).get("Tag") or []
        tags = tags if isinstance(tags, list) else [tags]
        if tags:
            self.backend.put_bucket_tagging(bucket_name, {tag["Key"]: tag["Value"] or "" for tag in tags})
    return response


def _serialize_body(serialize, self, body):
    name = self.operation_model.name
    answer = body.get(f"{name}Response")
    return serialize(self, body if answer is None else {_ANSWERS.get(name, f"{name}Response"): answer})

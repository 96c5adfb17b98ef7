"""One everyday round of boto3, unmodified, against a server by TLS. Arguments: endpoint, certificate, KMS key, folder.

The last line that it prints is JSON: what it did that not every version can.
"""

import hashlib
import json
import os
import sys

import boto3
import boto3.s3.transfer
import botocore.config
import botocore.exceptions

ENDPOINT, CERTIFICATE, KMS_KEY, HOME = sys.argv[1:5]
LARGE = hashlib.shake_256(b"a large file").digest(20 * 1024 * 1024)
PART = 8 * 1024 * 1024
CUSTOMER_KEY = hashlib.sha256(b"a customer key").digest()
# Directory buckets came with botocore 1.33.
KNOWS_DIRECTORIES = tuple(int(number) for number in boto3.__version__.split(".")[:2]) >= (1, 33)

MODES = {
    "AES256": ({"ServerSideEncryption": "AES256"}, {}),
    "aws:kms": ({"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": KMS_KEY}, {}),
    "customer": (
        {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": CUSTOMER_KEY},
        {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": CUSTOMER_KEY},
    ),
}


def client(endpoint=ENDPOINT):
    retries = {"total_max_attempts": 1}
    return boto3.client("s3", endpoint_url=endpoint, verify=CERTIFICATE, config=botocore.config.Config(retries=retries))


def refused(code, call, **wanted):
    try:
        call(**wanted)
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return
    raise AssertionError(f"{wanted} was not refused")


def everyday(s3, name, write, read):
    bucket = "boto3-" + "".join(letter for letter in name.lower() if letter.isalnum())
    s3.create_bucket(Bucket=bucket)
    names = ["one.txt", "deep/er/two.bin", "Größe/тест 試験 %2F+&=.txt"]
    for number, key in enumerate(names):
        s3.put_object(Bucket=bucket, Key=key, Body=LARGE[: number * 1000], Metadata={"number": str(number)}, **write)
    for number, key in enumerate(names):
        got = s3.get_object(Bucket=bucket, Key=key, **read)
        assert got["Body"].read() == LARGE[: number * 1000]
        assert got["Metadata"] == {"number": str(number)}

    # A large file by parts, and back in ranges.
    path, back = os.path.join(HOME, "large"), os.path.join(HOME, "back")
    with open(path, "wb") as file:
        file.write(LARGE)
    transfer = boto3.s3.transfer.TransferConfig(multipart_threshold=PART, multipart_chunksize=PART)
    s3.upload_file(path, bucket, "large", ExtraArgs=write, Config=transfer)
    head = s3.head_object(Bucket=bucket, Key="large", **read)
    assert head["ETag"].endswith('-3"') and head["ContentLength"] == len(LARGE), head
    assert name == "customer" or head["ServerSideEncryption"] == name, head
    assert name != "aws:kms" or head["SSEKMSKeyId"] == KMS_KEY, head
    s3.download_file(bucket, "large", back, ExtraArgs=read, Config=transfer)
    with open(back, "rb") as file:
        assert file.read() == LARGE
    ranged = s3.get_object(Bucket=bucket, Key="large", Range=f"bytes={PART - 5}-{PART + 4}", **read)
    assert ranged["Body"].read() == LARGE[PART - 5 : PART + 5]
    assert ranged["ContentRange"] == f"bytes {PART - 5}-{PART + 4}/{len(LARGE)}"
    if name == "customer":
        refused("400", s3.head_object, Bucket=bucket, Key="large")

    # An upload that broke off goes on with the parts that are missing.
    upload = {"Bucket": bucket, "Key": "resumed"}
    upload["UploadId"] = s3.create_multipart_upload(**upload, **write)["UploadId"]
    s3.upload_part(**upload, PartNumber=1, Body=LARGE[:PART], **read)
    s3 = client()
    there = {part["PartNumber"]: part["ETag"] for part in s3.list_parts(**upload).get("Parts", [])}
    assert list(there) == [1], there
    for number, at in enumerate(range(0, len(LARGE), PART), 1):
        if number not in there:
            sent = s3.upload_part(**upload, PartNumber=number, Body=LARGE[at : at + PART], **read)
            there[number] = sent["ETag"]
    parts = [{"PartNumber": number, "ETag": etag} for number, etag in there.items()]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    assert s3.get_object(Bucket=bucket, Key="resumed", **read)["Body"].read() == LARGE

    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 2})
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    assert keys == sorted([*names, "large", "resumed"], key=lambda key: key.encode()), keys
    gone = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})
    assert len(gone["Deleted"]) == len(keys), gone
    refused("NoSuchKey", s3.get_object, Bucket=bucket, Key="large", **read)
    s3.delete_bucket(Bucket=bucket)


def directory(s3):
    """What it does by itself for a directory bucket: a session first, then everything with that."""
    bucket = "boto3--use1-az4--x-s3"
    place = {"Location": {"Type": "AvailabilityZone", "Name": "use1-az4"}}
    kind = {"Bucket": {"Type": "Directory", "DataRedundancy": "SingleAvailabilityZone"}}
    seen = []

    def see(request, event_name, **_):
        seen.append([event_name.rpartition(".")[2], "x-amz-s3session-token" in request.headers])

    s3.meta.events.register("before-send.s3", see)
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={**place, **kind})
    s3.put_object(Bucket=bucket, Key="folder/one", Body=LARGE[:1000])
    assert s3.get_object(Bucket=bucket, Key="folder/one")["Body"].read() == LARGE[:1000]
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="folder/")
    assert [entry["Key"] for entry in listed["Contents"]] == ["folder/one"], listed
    s3.delete_object(Bucket=bucket, Key="folder/one")
    s3.delete_bucket(Bucket=bucket)
    return seen


def main():
    s3 = client()
    for name, (write, read) in MODES.items():
        everyday(s3, name, write, read)
    done = {"version": boto3.__version__}
    if KNOWS_DIRECTORIES:
        done["directory"] = directory(client(ENDPOINT.replace("localhost", "127.0.0.1")))
    print(json.dumps(done))


main()

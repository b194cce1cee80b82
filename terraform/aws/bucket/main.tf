locals {
  locked   = var.retain_days > 0
  archives = var.archive_after_days > 0
  expires  = var.expire_noncurrent_days > 0

  endpoint = "https://s3.${var.location.region}.amazonaws.com"
}

resource "aws_s3_bucket" "this" {
  bucket = var.name
  # false: S3 itself refuses to delete a bucket that still holds an object or a version.
  force_destroy = !var.deletion_protection
  # A lock can only be asked for when the bucket is made.
  object_lock_enabled = local.locked
  tags                = var.tags
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    # Not "Disabled": versioning that was once on can only be suspended, and both keep no new versions.
    status = var.versions ? "Enabled" : "Suspended"
  }
}

resource "aws_s3_bucket_object_lock_configuration" "this" {
  count = local.locked ? 1 : 0

  bucket = aws_s3_bucket.this.id

  rule {
    default_retention {
      # Governance, not compliance: a person with a special right can still correct a mistake, and
      # the bucket can be emptied on the day its owner leaves.
      mode = "GOVERNANCE"
      days = var.retain_days
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

# Encrypted with a key of the account where there is one, else with keys S3 holds.
resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = var.key == null ? "AES256" : "aws:kms"
      kms_master_key_id = try(var.key.arn, null)
    }

    # One call to KMS for many objects, instead of one for each.
    bucket_key_enabled = var.key != null
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  # Parts of an upload that was never finished are invisible, and are paid for.
  rule {
    id     = "abandon-unfinished-uploads"
    status = "Enabled"
    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  dynamic "rule" {
    for_each = local.archives ? [var.archive_after_days] : []

    content {
      id     = "archive"
      status = "Enabled"
      filter {}

      transition {
        days          = rule.value
        storage_class = "STANDARD_IA"
      }
    }
  }

  dynamic "rule" {
    for_each = local.expires ? [var.expire_noncurrent_days] : []

    content {
      id     = "expire-noncurrent-versions"
      status = "Enabled"
      filter {}

      noncurrent_version_expiration {
        noncurrent_days = rule.value
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

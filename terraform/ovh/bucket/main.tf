locals {
  # Object storage lives in places (GRA), compute in their halls (GRA11, RBX-A). Regions of three zones
  # spell both the same (EU-WEST-PAR).
  region   = can(regex("^[A-Z]+-[A-Z]+-[A-Z]{3}$", var.location.region)) ? var.location.region : regex("^[A-Z]+", var.location.region)
  endpoint = "https://s3.${lower(local.region)}.io.cloud.ovh.net"

  rules = concat(
    # Parts of an upload that was never finished are invisible, and are paid for.
    [{
      id     = "abandon-unfinished-uploads"
      status = "enabled"
      abort_incomplete_multipart_upload = {
        days_after_initiation = 7
      }
    }],
    [for days in [var.archive_after_days] : {
      id     = "archive"
      status = "enabled"
      transitions = [{
        days          = days
        storage_class = "STANDARD_IA"
      }]
    } if days > 0],
    [for days in [var.expire_noncurrent_days] : {
      id     = "expire-noncurrent-versions"
      status = "enabled"
      noncurrent_version_expiration = {
        noncurrent_days = days
      }
    } if days > 0],
  )
}

# Private from birth: OVHcloud has no bucket policy and no public access block, and opens a bucket only
# to the users of the project. Its endpoint answers HTTPS only.
resource "ovh_cloud_project_storage" "this" {
  service_name = var.location.project
  region_name  = local.region
  name         = var.name
  tags         = var.tags
  # The state would otherwise list every object.
  hide_objects = true

  # Managed keys: OVHcloud offers no customer-managed key for objects at rest.
  encryption = {
    sse_algorithm = "AES256"
  }

  versioning = {
    # Versioning that was once on can only be suspended: turning versions off later is refused here, and
    # is done by hand.
    status = var.versions ? "enabled" : "disabled"
  }

  # Governance, not compliance: a person with a special right can still correct a mistake, and the
  # bucket can be emptied on the day its owner leaves. Taking the lock away would replace the bucket.
  object_lock = var.retain_days == 0 ? null : {
    status = "enabled"
    rule = {
      mode   = "governance"
      period = "P${var.retain_days}D"
    }
  }
}

resource "ovh_cloud_project_storage_object_bucket_lifecycle_configuration" "this" {
  service_name   = var.location.project
  region_name    = local.region
  container_name = ovh_cloud_project_storage.this.name
  rules          = local.rules
}

# Destroying a bucket empties it first, and OVHcloud has no switch against that. This is the switch: it
# goes before everything else in the module, and refuses to go while protection is on. Turning it off
# takes an apply of its own, as for a database. Like prevent_destroy, it protects only as long as the
# module block stays in the configuration.
resource "terraform_data" "protection" {
  input            = var.deletion_protection
  triggers_replace = [ovh_cloud_project_storage.this.id]

  provisioner "local-exec" {
    when    = destroy
    command = self.input ? "echo This bucket is protected. Set deletion_protection to false and apply first. && exit 1" : "exit 0"
  }

  depends_on = [
    ovh_cloud_project_storage_object_bucket_lifecycle_configuration.this,
    ovh_cloud_project_user_s3_credential.this,
    ovh_cloud_project_user_s3_policy.this,
  ]
}

# Said at every plan, because it is weaker than what was asked for.
check "key" {
  assert {
    condition     = var.key == null
    error_message = "Object Storage takes no key of its customer: ${var.name} is encrypted with keys of OVHcloud."
  }
}

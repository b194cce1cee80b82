locals {
  # Where objects are reached over S3 is said nowhere but in the catalogue of the cloud: under `s3`, or at the
  # host of `object-store`, where both Swift and Ceph answer S3 beside their own protocol.
  urls = { for service in data.openstack_identity_auth_scope_v3.this.service_catalog : service.type => [
    for endpoint in service.endpoints : endpoint.url
    if endpoint.interface == "public" && endpoint.region == var.location.region
  ]... }
  endpoint = try(regex("^https?://[^/]+", flatten([lookup(local.urls, "s3", []), lookup(local.urls, "object-store", [])])[0]), "")
  # Swift signs for this region unless whoever runs it says another; Ceph takes any.
  region = "us-east-1"
}

data "openstack_identity_auth_scope_v3" "this" {
  name   = var.name
  region = var.location.region
}

# Private from birth: without container_read and container_write only the users of the project enter.
resource "openstack_objectstorage_container_v1" "this" {
  region     = var.location.region
  name       = var.name
  versioning = var.versions
  metadata   = var.tags
  # Swift removes no container that holds something; without protection it is emptied first.
  force_destroy = !var.deletion_protection
}

# An instance has no identity here: whoever uses the bucket signs with these keys. They are those of the user
# who applies, and open everything that user may open in the project. They are in the Terraform state, which
# has to be kept as safe as they are.
resource "openstack_identity_ec2_credential_v3" "this" {
  region = var.location.region
}

# Said at every plan, because it is weaker than what was asked for.
check "endpoint" {
  assert {
    condition     = startswith(local.endpoint, "https://")
    error_message = "The catalogue names no endpoint of object storage in ${var.location.region} that is reached over HTTPS."
  }
}

check "retention" {
  assert {
    condition     = var.retain_days == 0
    error_message = "Swift locks nothing: versions in ${var.name} can be deleted before ${var.retain_days} days are over."
  }
}

check "lifecycle" {
  assert {
    condition     = var.archive_after_days == 0 && var.expire_noncurrent_days == 0
    error_message = "Swift has no rules for the age of objects: nothing in ${var.name} is archived or expires by itself."
  }
}

check "key" {
  assert {
    condition     = var.key == null
    error_message = "Swift takes no key of its user: whether ${var.name} is encrypted is decided by whoever runs the cloud."
  }
}

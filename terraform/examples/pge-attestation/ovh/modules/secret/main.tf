# The Secret Manager of a KMS domain: encrypted with the domain's keys, every version kept, every read in
# its audit log.
resource "ovh_okms_secret" "this" {
  okms_id = var.location.vault
  path    = var.name

  metadata = {
    max_versions    = 10
    custom_metadata = merge(var.tags, { description = var.description })
  }

  # The provider wants JSON. It has no write-only argument: the value is in the Terraform state.
  version = {
    data = jsonencode({ value = var.value })
  }
}

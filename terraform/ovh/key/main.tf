# A key for what the program encrypts itself. Nothing else at OVHcloud takes it: objects, databases and
# disks are encrypted with keys of OVHcloud.
resource "ovh_okms_service_key" "this" {
  okms_id    = var.location.vault
  name       = var.name
  type       = "oct"
  size       = 256
  operations = ["encrypt", "decrypt"]
}

# What a key encrypts should not be all under one key for ever. OVHcloud does not rotate: say so.
check "rotation" {
  assert {
    condition     = !var.rotate
    error_message = "OVHcloud does not rotate keys by itself: make a new key every year, as the README of this module says, or set rotate to false."
  }
}

# A key for what the program encrypts itself. Nothing else at OVHcloud takes it: objects, databases and
# disks are encrypted with keys of OVHcloud.
resource "ovh_okms_service_key" "this" {
  okms_id    = var.location.vault
  name       = var.name
  type       = "oct"
  size       = 256
  operations = ["encrypt", "decrypt"]
}

# OVHcloud deletes a key at once, with all it encrypted, and has no switch against that. This is the switch:
# it goes before everything else in the module, and refuses to go while protection is on. Turning it off
# takes an apply of its own. Like prevent_destroy, it protects only as long as the module block stays in the
# configuration.
resource "terraform_data" "protection" {
  input            = var.deletion_protection
  triggers_replace = [ovh_okms_service_key.this.id]

  provisioner "local-exec" {
    when    = destroy
    command = self.input ? "echo This key is protected. Set deletion_protection to false and apply first. && exit 1" : "exit 0"
  }

  depends_on = [
    ovh_iam_policy.this,
    ovh_okms_credential.this,
  ]
}

# What a key encrypts should not be all under one key for ever. OVHcloud does not rotate: say so.
check "rotation" {
  assert {
    condition     = !var.rotate
    error_message = "OVHcloud does not rotate keys by itself: make a new key every year, as the README of this module says, or set rotate to false."
  }
}

# No key policy is written here, so AWS gives the key its default one: the account decides, with its
# policies, who may use the key. A service module then grants its instances the use, and nobody else.
resource "aws_kms_key" "this" {
  description             = var.name
  key_usage               = "ENCRYPT_DECRYPT"
  enable_key_rotation     = var.rotate
  deletion_window_in_days = var.delete_after_days
  tags                    = merge(var.tags, { Name = var.name })
}

# What a person sees in the console.
resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}

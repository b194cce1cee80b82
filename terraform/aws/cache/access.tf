# The password: 122 random bits, made once and kept. ElastiCache makes none itself and takes it in an
# ordinary argument, so it is in the Terraform state: the one secret of ours that is. Signing in with the
# role of the instance would avoid it, and would write AWS into the program; this kind promises Valkey.
resource "terraform_data" "password" {
  input = sensitive(uuid())

  lifecycle {
    ignore_changes = [input]
  }
}

# Not `default`, who may do everything. This one may not flush, configure or watch the cache.
resource "aws_elasticache_user" "this" {
  user_id       = var.name
  user_name     = var.name
  engine        = "valkey"
  access_string = "on ~* &* +@all -@admin -@dangerous +info"
  tags          = var.tags

  authentication_mode {
    type      = "password"
    passwords = [sensitive(terraform_data.password.output)]
  }
}

resource "aws_elasticache_user_group" "this" {
  user_group_id = var.name
  engine        = "valkey"
  user_ids      = [aws_elasticache_user.this.user_id]
  tags          = var.tags
}

# Where a service finds it, with the role of its instances.
resource "aws_secretsmanager_secret" "this" {
  # A prefix: a deleted secret keeps its name for a while, and the same name could not be made again.
  name_prefix = "${var.name}-"
  description = "Password of the cache ${var.name}"
  # The shortest AWS offers: without the cache it opens nothing.
  recovery_window_in_days = 7
  tags                    = var.tags
}

resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = aws_secretsmanager_secret.this.id
  secret_string_wo         = jsonencode({ username = aws_elasticache_user.this.user_name, password = terraform_data.password.output })
  secret_string_wo_version = 1
}

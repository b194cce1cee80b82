resource "aws_secretsmanager_secret" "this" {
  # A prefix: a deleted secret keeps its name for a month, and the same name could not be made again.
  name_prefix = "${var.name}-"
  description = var.description
  # The longest AWS offers: what was deleted by mistake can be called back.
  recovery_window_in_days = 30
  tags                    = var.tags
}

# Write-only: the value goes to AWS and neither into the plan nor into the state.
resource "aws_secretsmanager_secret_version" "this" {
  secret_id                = aws_secretsmanager_secret.this.id
  secret_string_wo         = var.value
  secret_string_wo_version = var.edition
}

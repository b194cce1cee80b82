resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.network.private_subnet_ids
  tags       = var.tags
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-"
  family      = "postgres${var.release}"
  description = "TLS only, and a way out"
  tags        = var.tags

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  # The way out, open from day one: with logical replication a database can be followed from another
  # cloud while it works. Turned on later it costs a restart, on the day there is no time for one.
  parameter {
    name         = "rds.logical_replication"
    value        = "1"
    apply_method = "pending-reboot"
  }

  # A new major release needs a new group before the old one can go.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "this" {
  identifier     = var.name
  engine         = "postgres"
  engine_version = var.release
  instance_class = var.size
  multi_az       = var.standby

  allocated_storage = var.storage_gib
  storage_type      = "gp3"
  storage_encrypted = true
  # A key of the account where there is one, else the one AWS manages. Another key is another server.
  kms_key_id = try(var.key.arn, null)

  db_name  = var.database
  username = var.username
  # RDS makes the password, keeps it in Secrets Manager and changes it every week. It is never in the
  # Terraform state.
  manage_master_user_password = true

  db_subnet_group_name   = aws_db_subnet_group.this.name
  parameter_group_name   = aws_db_parameter_group.this.name
  vpc_security_group_ids = [aws_security_group.this.id]
  publicly_accessible    = false

  backup_retention_period         = var.backup_days
  copy_tags_to_snapshot           = true
  auto_minor_version_upgrade      = true
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]

  deletion_protection = var.deletion_protection
  # What was worth protecting is worth a last snapshot.
  skip_final_snapshot       = !var.deletion_protection
  final_snapshot_identifier = "${var.name}-final"

  tags = var.tags
}

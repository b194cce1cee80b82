resource "aws_elasticache_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.network.private_subnet_ids
  tags       = var.tags
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id = var.name
  description          = var.name
  engine               = "valkey"
  engine_version       = var.release
  node_type            = var.size

  num_cache_clusters         = 1 + var.replicas
  automatic_failover_enabled = var.replicas > 0
  multi_az_enabled           = var.replicas > 0

  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  user_group_ids             = [aws_elasticache_user_group.this.user_group_id]

  subnet_group_name  = aws_elasticache_subnet_group.this.name
  security_group_ids = [aws_security_group.this.id]

  auto_minor_version_upgrade = true
  # No snapshots: what is in a cache can be made again, or it does not belong there.
  snapshot_retention_limit = 0
  tags                     = var.tags

  lifecycle {
    precondition {
      condition     = var.replicas == 0 || length(var.network.private_subnet_ids) > 1
      error_message = "Replicas need two zones or more."
    }
  }
}

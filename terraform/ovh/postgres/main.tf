locals {
  # Databases live in places (GRA), compute in their halls (GRA11, RBX-A). Regions of three zones spell
  # both the same (EU-WEST-PAR).
  region = can(regex("^[A-Z]+-[A-Z]+-[A-Z]{3}$", var.location.region)) ? var.location.region : regex("^[A-Z]+", var.location.region)

  nodes = var.standby ? 2 : 1
  plan  = var.plan != "" ? var.plan : var.standby ? "production" : "essential"

  # A cluster has an endpoint for each of its components; the first of PostgreSQL itself is the one
  # that writes.
  endpoint = [for endpoint in ovh_cloud_project_database.this.endpoints : endpoint if endpoint.component == "postgresql"][0]
}

# Encrypted at rest by OVHcloud, with its own keys. Logical replication, the way out, needs no setting
# here: the write-ahead log is logical already, and avnadmin may replicate.
resource "ovh_cloud_project_database" "this" {
  service_name        = var.location.project
  description         = var.name
  engine              = "postgresql"
  version             = var.release
  plan                = local.plan
  flavor              = var.size
  disk_size           = var.storage_gib
  deletion_protection = var.deletion_protection

  dynamic "nodes" {
    for_each = range(local.nodes)

    content {
      region     = local.region
      network_id = var.network.network_id
      subnet_id  = var.network.subnet_id
    }
  }

  # Without a restriction nobody may connect; with this one, the network may.
  ip_restrictions {
    description = "the network"
    ip          = var.network.cidr
  }

  lifecycle {
    precondition {
      condition     = !(var.standby && local.plan == "essential")
      error_message = "plan essential has one node: choose production for a standby."
    }
  }
}

resource "ovh_cloud_project_database_database" "this" {
  service_name = var.location.project
  engine       = ovh_cloud_project_database.this.engine
  cluster_id   = ovh_cloud_project_database.this.id
  name         = var.database
}

# Not avnadmin, who owns the cluster. OVHcloud makes the password, and it is in the Terraform state,
# which has to be kept as safe as the password.
resource "ovh_cloud_project_database_postgresql_user" "this" {
  service_name = var.location.project
  cluster_id   = ovh_cloud_project_database.this.id
  name         = var.username
}

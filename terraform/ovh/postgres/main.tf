locals {
  # Databases live in places (GRA), compute in their halls (GRA11, RBX-A). Regions of three zones spell
  # both the same (EU-WEST-PAR).
  region = can(regex("^[A-Z]+-[A-Z]+-[A-Z]{3}$", var.location.region)) ? var.location.region : regex("^[A-Z]+", var.location.region)

  # How many nodes a plan has and how many days it keeps backups; business and enterprise are the older
  # names of production and advanced.
  plans = {
    essential  = { nodes = 1, backup_days = 2 }
    business   = { nodes = 2, backup_days = 14 }
    production = { nodes = 2, backup_days = 14 }
    enterprise = { nodes = 3, backup_days = 30 }
    advanced   = { nodes = 3, backup_days = 30 }
  }
  plan  = var.plan != "" ? var.plan : var.standby ? "production" : "essential"
  terms = lookup(local.plans, local.plan, { nodes = var.standby ? 2 : 1, backup_days = var.backup_days })

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
    for_each = range(local.terms.nodes)

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
      condition     = !var.standby || local.terms.nodes > 1
      error_message = "Plan ${local.plan} has one node: choose production for a standby."
    }
  }
}

# The plan decides how long backups are kept. Say so when that is shorter than what was asked for.
check "backups" {
  assert {
    condition     = local.terms.backup_days >= var.backup_days
    error_message = "Plan ${local.plan} keeps backups for ${local.terms.backup_days} days, and ${var.backup_days} were asked for."
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

# What an alarm would look at. On from the first day: a number that was never recorded cannot be looked up.
resource "ovh_cloud_project_database_prometheus" "this" {
  service_name = var.location.project
  engine       = ovh_cloud_project_database.this.engine
  cluster_id   = ovh_cloud_project_database.this.id
}

# Said at every plan, because it is weaker than what was asked for.
check "key" {
  assert {
    condition     = var.key == null
    error_message = "Managed databases take no key of their customer: ${var.name} is encrypted with keys of OVHcloud."
  }
}

locals {
  # Caches live in places (GRA), compute in their halls (GRA11, RBX-A). Regions of three zones spell both
  # the same (EU-WEST-PAR).
  region = can(regex("^[A-Z]+-[A-Z]+-[A-Z]{3}$", var.location.region)) ? var.location.region : regex("^[A-Z]+", var.location.region)

  # How many nodes a plan has; business and enterprise are the older names of production and advanced.
  plans = { essential = 1, business = 2, production = 2, enterprise = 3, advanced = 3 }
  plan  = var.plan != "" ? var.plan : var.replicas == 0 ? "essential" : var.replicas == 1 ? "production" : "advanced"
  nodes = lookup(local.plans, local.plan, 1 + var.replicas)

  endpoint = [for endpoint in ovh_cloud_project_database.this.endpoints : endpoint if endpoint.component == "valkey"][0]
}

# Encrypted at rest by OVHcloud, with its own keys; it answers over TLS only.
resource "ovh_cloud_project_database" "this" {
  service_name = var.location.project
  description  = var.name
  engine       = "valkey"
  version      = var.release
  plan         = local.plan
  flavor       = var.size

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
}

# The plan decides how many copies there are. Say so when there are fewer than asked for.
check "replicas" {
  assert {
    condition     = local.nodes - 1 >= var.replicas
    error_message = "Plan ${local.plan} keeps ${local.nodes - 1} copies beside the first, and ${var.replicas} were asked for."
  }
}

# Not `default`, who may do everything. OVHcloud makes the password, and it is in the Terraform state, which
# has to be kept as safe as the password. This user may not flush, configure or watch the cache.
resource "ovh_cloud_project_database_valkey_user" "this" {
  service_name = var.location.project
  cluster_id   = ovh_cloud_project_database.this.id
  name         = var.name
  categories   = ["+@all", "-@admin", "-@dangerous"]
  commands     = ["+info"]
  channels     = ["*"]
  keys         = ["*"]
}

# What an alarm would look at. On from the first day: a number that was never recorded cannot be looked up.
resource "ovh_cloud_project_database_prometheus" "this" {
  service_name = var.location.project
  engine       = ovh_cloud_project_database.this.engine
  cluster_id   = ovh_cloud_project_database.this.id
}

locals {
  # Brokers live in places (GRA), compute in their halls (GRA11, RBX-A). Regions of three zones spell both
  # the same (EU-WEST-PAR).
  region = can(regex("^[A-Z]+-[A-Z]+-[A-Z]{3}$", var.location.region)) ? var.location.region : regex("^[A-Z]+", var.location.region)

  broker = one([for endpoint in ovh_cloud_project_database.this.endpoints : endpoint if endpoint.component == "kafka"])

  # Hours a topic keeps its messages. The dead letters stay as long as on AWS: 14 days.
  topics = {
    (var.name)         = ceil(var.keep_seconds / 3600)
    "${var.name}-dead" = 336
  }
}

# OVHcloud has no queue: the nearest managed product is Kafka, so this is a broker of its own, of the
# smallest production size. Encrypted at rest by OVHcloud, with its own keys.
resource "ovh_cloud_project_database" "this" {
  service_name = var.location.project
  description  = var.name
  engine       = "kafka"
  version      = "3.8"
  plan         = "production"
  flavor       = "b3-8"

  # Three: a message is kept on every node, and is taken once two have it.
  dynamic "nodes" {
    for_each = range(3)

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

resource "ovh_cloud_project_database_kafka_topic" "this" {
  for_each = local.topics

  service_name        = var.location.project
  cluster_id          = ovh_cloud_project_database.this.id
  name                = each.key
  partitions          = 3
  replication         = 3
  min_insync_replicas = 2
  retention_hours     = each.value
}

# What an alarm would look at: a Prometheus may ask the broker how far its consumers lag behind.
resource "ovh_cloud_project_database_prometheus" "this" {
  service_name = var.location.project
  engine       = ovh_cloud_project_database.this.engine
  cluster_id   = ovh_cloud_project_database.this.id
}

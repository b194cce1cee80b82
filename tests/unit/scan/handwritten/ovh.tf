resource "ovh_cloud_project_network_private" "main" { name = "main" }

resource "ovh_cloud_project_storage" "files" {
  versioning = { status = "enabled" }
}

resource "ovh_cloud_project_database" "register" {
  engine    = "postgresql"
  version   = "16"
  plan      = "production"
  flavor    = "b3-8"
  disk_size = 160
  nodes { network_id = ovh_cloud_project_network_private.main.id }
}

resource "ovh_cloud_project_database" "sessions" {
  engine  = "valkey"
  version = "8.0"
  plan    = "essential"
  flavor  = "b3-8"
}

resource "ovh_okms_secret" "token" { path = "shop/token" }

resource "ovh_okms_service_key" "seal" {}

resource "ovh_cloud_project_kube" "batch" {
  version            = "1.32"
  private_network_id = ovh_cloud_project_network_private.main.id
}

resource "ovh_cloud_project_kube_nodepool" "batch" {
  kube_id     = ovh_cloud_project_kube.batch.id
  flavor_name = "b3-16"
  min_nodes   = 1
  max_nodes   = 3
}

resource "ovh_domain_zone" "shop" { name = "shop.example" }

resource "ovh_domain_zone_record" "www" {
  zone      = ovh_domain_zone.shop.name
  subdomain = "www"
  fieldtype = "A"
  ttl       = 600
  target    = "192.0.2.1"
}

provider "google" { region = "europe-west9" }

resource "google_compute_network" "main" { name = "main" }

resource "google_storage_bucket" "files" {
  location = "EU"
  versioning { enabled = true }
}

resource "google_sql_database_instance" "register" {
  database_version    = "POSTGRES_16"
  deletion_protection = true
  settings {
    tier              = "db-custom-2-7680"
    disk_size         = 50
    availability_type = "REGIONAL"
    ip_configuration { private_network = google_compute_network.main.id }
  }
}

resource "google_secret_manager_secret" "token" { secret_id = "token" }

resource "google_kms_crypto_key" "seal" { purpose = "ENCRYPT_DECRYPT" }

resource "google_redis_instance" "sessions" {
  memory_size_gb     = 4
  tier               = "STANDARD_HA"
  redis_version      = "REDIS_7_2"
  authorized_network = google_compute_network.main.id
}

resource "google_container_cluster" "batch" {
  min_master_version = "1.32.4-gke.100"
  network            = google_compute_network.main.id
}

resource "google_container_node_pool" "batch" {
  cluster = google_container_cluster.batch.id
  autoscaling {
    min_node_count = 1
    max_node_count = 4
  }
  node_config { machine_type = "n2-standard-4" }
}

resource "google_pubsub_topic" "jobs" {}

resource "google_pubsub_subscription" "jobs" {
  topic                      = google_pubsub_topic.jobs.id
  ack_deadline_seconds       = 60
  message_retention_duration = "604800s"
  dead_letter_policy { max_delivery_attempts = 7 }
}

resource "google_cloud_run_v2_service" "web" {
  template {
    containers {
      image = "registry.example/web:1"
      ports { container_port = 9000 }
    }
  }
}

resource "google_dns_managed_zone" "shop" { dns_name = "shop.example." }

resource "google_dns_record_set" "www" {
  managed_zone = google_dns_managed_zone.shop.name
  name         = "www.shop.example."
  type         = "A"
  ttl          = 600
  rrdatas      = ["192.0.2.1"]
}

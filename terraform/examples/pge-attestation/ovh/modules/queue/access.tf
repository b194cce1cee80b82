# Not avnadmin, who may do everything to every topic.
resource "ovh_cloud_project_database_user" "this" {
  service_name = var.location.project
  engine       = ovh_cloud_project_database.this.engine
  cluster_id   = ovh_cloud_project_database.this.id
  name         = var.name
}

# The topic and its dead letters, nothing else; and no right to change a topic. Dead letters are written by
# the consumer, for Kafka moves none by itself, and are read by a person.
resource "ovh_cloud_project_database_kafka_acl" "this" {
  for_each = ovh_cloud_project_database_kafka_topic.this

  service_name = var.location.project
  cluster_id   = ovh_cloud_project_database.this.id
  permission   = each.key == var.name ? "readwrite" : "write"
  topic        = each.value.name
  username     = ovh_cloud_project_database_user.this.name
}

# Kafka knows its clients by a certificate, which OVHcloud makes. Its key is in the Terraform state, which
# has to be kept as safe as it.
data "ovh_cloud_project_database_kafka_user_access" "this" {
  service_name = var.location.project
  cluster_id   = ovh_cloud_project_database.this.id
  user_id      = ovh_cloud_project_database_user.this.id
}

# The broker's own certificate is signed by an authority nobody knows: the consumer has to be told.
data "ovh_cloud_project_database_certificates" "this" {
  service_name = var.location.project
  engine       = ovh_cloud_project_database.this.engine
  cluster_id   = ovh_cloud_project_database.this.id
}

provider "ovh" {
  endpoint = var.ovh_endpoint
}

provider "openstack" {
  auth_url    = "https://auth.cloud.ovh.net/v3/"
  domain_name = "Default"
  tenant_id   = var.project
  region      = var.region
}

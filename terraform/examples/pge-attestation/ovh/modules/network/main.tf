locals {
  # Networks of one project that share a VLAN are one network. Left out, the VLAN would be 0 for all of
  # them; so each takes one of its own, derived from its name. Should two names ever meet (1 in 3999),
  # OVHcloud refuses the second network.
  vlan_id = 2 + parseint(substr(sha256(var.name), 0, 8), 16) % 3999

  # Every regional product asks for the OpenStack id of the network, not for the id OVHcloud gave it.
  network_id = one([
    for region in ovh_cloud_project_network_private.this.regions_attributes : region.openstackid
    if region.region == var.location.region
  ])
}

resource "ovh_cloud_project_network_private" "this" {
  service_name = var.location.project
  name         = var.name
  regions      = [var.location.region]
  vlan_id      = local.vlan_id
}

# One subnet for the whole region: a subnet spans the zones here, and public ones do not exist, because
# a load balancer gets its public face from a floating IP.
resource "ovh_cloud_project_network_private_subnet_v2" "this" {
  service_name      = var.location.project
  network_id        = local.network_id
  name              = var.name
  region            = var.location.region
  cidr              = var.cidr
  dhcp              = true
  enable_gateway_ip = true

  use_default_public_dns_resolver = true
}

# The way out for instances without a public address, and the way in for the load balancer. Size s is
# enough for both; it can be raised without interruption.
resource "ovh_cloud_project_gateway" "this" {
  service_name = var.location.project
  name         = var.name
  model        = "s"
  region       = var.location.region
  network_id   = local.network_id
  subnet_id    = ovh_cloud_project_network_private_subnet_v2.this.id
}

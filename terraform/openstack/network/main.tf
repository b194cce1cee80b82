locals {
  labels = [for key, value in var.tags : "${key}=${value}"]
}

# The way to the Internet belongs to whoever runs the cloud, and is looked up: a project usually sees one.
data "openstack_networking_network_v2" "external" {
  region   = var.location.region
  external = true
}

resource "openstack_networking_network_v2" "this" {
  region         = var.location.region
  name           = var.name
  admin_state_up = true
  tags           = local.labels
}

# One subnet for the whole region: it spans the zones, and public ones do not exist, because a load
# balancer gets its public face from a floating IP.
resource "openstack_networking_subnet_v2" "this" {
  region      = var.location.region
  name        = var.name
  network_id  = openstack_networking_network_v2.this.id
  cidr        = var.cidr
  ip_version  = 4
  enable_dhcp = true
  tags        = local.labels
}

# The way out for instances without a public address, and the way in for the load balancer.
resource "openstack_networking_router_v2" "this" {
  region              = var.location.region
  name                = var.name
  external_network_id = data.openstack_networking_network_v2.external.id
  admin_state_up      = true
  tags                = local.labels
}

resource "openstack_networking_router_interface_v2" "this" {
  region    = var.location.region
  router_id = openstack_networking_router_v2.this.id
  subnet_id = openstack_networking_subnet_v2.this.id
}

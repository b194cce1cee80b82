locals {
  # A worker has no public entry: nothing of this file is made for it.
  entries = var.public ? 1 : 0
  https   = var.public && var.certificate != ""
}

resource "openstack_lb_loadbalancer_v2" "this" {
  count = local.entries

  region        = var.location.region
  name          = var.name
  description   = "Public entry of ${var.name}"
  vip_subnet_id = var.network.subnet_id
  tags          = local.labels
}

# Its public address, which belongs to the port. The router is named so that it stands first: Neutron gives no address to a
# port it cannot reach.
resource "openstack_networking_floatingip_v2" "this" {
  count = local.entries

  region      = var.location.region
  description = "${var.name}, behind router ${var.network.router_id}"
  pool        = var.network.external_network
  port_id     = openstack_lb_loadbalancer_v2.this[0].vip_port_id
  tags        = local.labels
}

resource "openstack_lb_listener_v2" "this" {
  count = local.entries

  region                    = var.location.region
  loadbalancer_id           = openstack_lb_loadbalancer_v2.this[0].id
  name                      = var.name
  protocol                  = local.https ? "TERMINATED_HTTPS" : "HTTP"
  protocol_port             = local.https ? 443 : 80
  default_tls_container_ref = local.https ? var.certificate : null
  tags                      = local.labels

  # As an AWS load balancer does unasked: the service learns who calls, and how.
  insert_headers = {
    X-Forwarded-For   = "true"
    X-Forwarded-Port  = "true"
    X-Forwarded-Proto = "true"
  }
}

resource "openstack_lb_pool_v2" "this" {
  count = local.entries

  region      = var.location.region
  listener_id = openstack_lb_listener_v2.this[0].id
  name        = var.name
  protocol    = "HTTP"
  lb_method   = "ROUND_ROBIN"
  tags        = local.labels
}

resource "openstack_lb_monitor_v2" "this" {
  count = local.entries

  region           = var.location.region
  pool_id          = openstack_lb_pool_v2.this[0].id
  name             = var.name
  type             = "HTTP"
  http_method      = "GET"
  url_path         = var.health_path
  expected_codes   = "200"
  delay            = 15
  timeout          = 5
  max_retries      = 2
  max_retries_down = 3
}

resource "openstack_lb_member_v2" "this" {
  for_each = var.public ? local.instances : {}

  region        = var.location.region
  pool_id       = openstack_lb_pool_v2.this[0].id
  name          = each.key
  address       = openstack_networking_port_v2.this[each.key].all_fixed_ips[0]
  subnet_id     = var.network.subnet_id
  protocol_port = var.port
  tags          = local.labels
}

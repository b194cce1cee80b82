locals {
  # A worker has no public entry: nothing of this file is made for it.
  entries = var.public ? 1 : 0
  https   = var.public && var.certificate != ""
}

# The id of a flavor differs between regions; its name does not.
data "ovh_cloud_project_loadbalancer_flavors" "this" {
  count = local.entries

  service_name = var.location.project
  region_name  = var.location.region
}

# The load balancer and its public address. Listeners are not written here although they could be: every
# change to one, down to the address of a member, would replace the load balancer and its public address.
resource "ovh_cloud_project_loadbalancer" "this" {
  count = local.entries

  service_name = var.location.project
  region_name  = var.location.region
  name         = var.name
  description  = "Public entry of ${var.name}"
  flavor_id    = one([for flavor in data.ovh_cloud_project_loadbalancer_flavors.this[0].flavors : flavor.id if flavor.name == "small"])

  network = {
    private = {
      network = {
        id        = var.network.network_id
        subnet_id = var.network.subnet_id
      }
      gateway = {
        id = var.network.gateway_id
      }
      floating_ip_create = {
        description = var.name
      }
    }
  }
}

# It is an Octavia load balancer underneath, so the OpenStack provider can fill it piece by piece.
resource "openstack_lb_listener_v2" "this" {
  count = local.entries

  region                    = var.location.region
  loadbalancer_id           = ovh_cloud_project_loadbalancer.this[0].id
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

# What an alarm would look at: the load balancer counts answers, errors and members for Prometheus. To the
# network only, although it stands behind a public address.
resource "openstack_lb_listener_v2" "metrics" {
  count = local.entries

  region          = var.location.region
  loadbalancer_id = ovh_cloud_project_loadbalancer.this[0].id
  name            = "${var.name}-metrics"
  protocol        = "PROMETHEUS"
  protocol_port   = 8088
  allowed_cidrs   = [var.network.cidr]
  tags            = local.labels
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

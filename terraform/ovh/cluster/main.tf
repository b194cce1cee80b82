locals {
  # A pool belongs to one zone, so there is one for each, and the nodes are dealt out between them. Zones
  # that would never get a node get no pool. A region of one zone may name none.
  zones = length(var.location.zones) == 0 ? [""] : slice(var.location.zones, 0, min(length(var.location.zones), var.nodes_max))

  pools = {
    for position, zone in local.zones : zone == "" ? var.name : "${var.name}-${reverse(split("-", zone))[0]}" => {
      zones = zone == "" ? null : [zone]
      min   = floor(var.nodes_min / length(local.zones)) + (position < var.nodes_min % length(local.zones) ? 1 : 0)
      max   = floor(var.nodes_max / length(local.zones)) + (position < var.nodes_max % length(local.zones) ? 1 : 0)
    }
  }
}

resource "ovh_cloud_project_kube" "this" {
  service_name = var.location.project
  name         = var.name
  region       = var.location.region
  version      = var.release
  # A control plane over three zones is sold as standard. Another plan is another cluster.
  plan = length(var.location.zones) > 1 ? "standard" : "free"

  private_network_id = var.network.network_id
  nodes_subnet_id    = var.network.subnet_id

  # Outwards through the gateway of the network, as everything else.
  private_network_configuration {
    default_vrack_gateway              = ""
    private_network_routing_as_default = true
  }

  # Patches of the control plane, and nodes one by one.
  update_policy = "MINIMAL_DOWNTIME"
}

resource "ovh_cloud_project_kube_nodepool" "this" {
  for_each = local.pools

  service_name       = var.location.project
  kube_id            = ovh_cloud_project_kube.this.id
  name               = each.key
  flavor_name        = var.size
  availability_zones = each.value.zones
  autoscale          = true
  min_nodes          = each.value.min
  max_nodes          = each.value.max
  desired_nodes      = each.value.min

  lifecycle {
    # How many there are now is for the autoscaler to say.
    ignore_changes = [desired_nodes]
  }
}

# The API has a public address here, and no private one. Only what leaves the network through its gateway
# may speak to it; the nodes always may.
resource "ovh_cloud_project_kube_iprestrictions" "this" {
  service_name = var.location.project
  kube_id      = ovh_cloud_project_kube.this.id
  ips          = ["${var.network.egress_ip}/32"]
}

resource "openstack_networking_secgroup_v2" "this" {
  region               = var.location.region
  name                 = var.name
  description          = "Instances of ${var.name}"
  delete_default_rules = true
  tags                 = local.labels
}

# The whole network, not one group: the load balancer belongs to whoever runs the cloud and joins none of ours.
resource "openstack_networking_secgroup_rule_v2" "ingress" {
  count = local.entries

  region            = var.location.region
  security_group_id = openstack_networking_secgroup_v2.this.id
  description       = "The load balancer, from inside the network"
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = var.port
  port_range_max    = var.port
  remote_ip_prefix  = var.network.cidr
}

# Outwards everything is open: which registry, mirror or partner a service calls is not known here.
resource "openstack_networking_secgroup_rule_v2" "egress" {
  region            = var.location.region
  security_group_id = openstack_networking_secgroup_v2.this.id
  description       = "Anywhere"
  direction         = "egress"
  ethertype         = "IPv4"
  remote_ip_prefix  = "0.0.0.0/0"
}

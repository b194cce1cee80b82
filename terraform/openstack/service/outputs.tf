output "id" {
  description = "Id of the load balancer; of the server group, where there is none."
  value       = var.public ? openstack_lb_loadbalancer_v2.this[0].id : openstack_compute_servergroup_v2.this.id
}

output "address" {
  description = "Public IP address of the load balancer, for an A record; empty for a worker."
  value       = var.public ? openstack_networking_floatingip_v2.this[0].address : ""
}

output "url" {
  description = "URL of the service: its hostname when it has one, else the address; empty for a worker."
  value       = !var.public ? "" : "${local.https ? "https" : "http"}://${var.hostname != "" ? var.hostname : openstack_networking_floatingip_v2.this[0].address}"
}

output "entry" {
  description = "What a name points at; passed on whole, fields documented in README.md. Null for a worker."
  value = !var.public ? null : {
    address = openstack_networking_floatingip_v2.this[0].address
  }
}

output "watch" {
  description = "What an alarm looks at; passed on whole, fields documented in README.md."
  value = {
    kind   = "service"
    name   = var.name
    public = var.public
  }
}

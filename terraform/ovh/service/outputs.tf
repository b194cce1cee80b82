output "id" {
  description = "Id of the load balancer; of the server group, where there is none."
  value       = var.public ? ovh_cloud_project_loadbalancer.this[0].id : openstack_compute_servergroup_v2.this.id
}

output "address" {
  description = "Public IP address of the load balancer, for an A record; empty for a worker."
  value       = var.public ? ovh_cloud_project_loadbalancer.this[0].floating_ip.ip : ""
}

output "url" {
  description = "URL of the service: its hostname when it has one, else the address; empty for a worker."
  value       = !var.public ? "" : "${local.https ? "https" : "http"}://${var.hostname != "" ? var.hostname : ovh_cloud_project_loadbalancer.this[0].floating_ip.ip}"
}

output "entry" {
  description = "What a name points at; passed on whole, fields listed in README.md. Null for a worker."
  value = !var.public ? null : {
    address = ovh_cloud_project_loadbalancer.this[0].floating_ip.ip
  }
}

output "watch" {
  description = "What an alarm looks at; passed on whole, fields listed in README.md."
  value = {
    kind   = "service"
    name   = var.name
    public = var.public
    targets = concat(
      [for balancer in ovh_cloud_project_loadbalancer.this : "${balancer.vip_address}:8088"],
      [for port in values(openstack_networking_port_v2.this) : "${port.all_fixed_ips[0]}:9100"],
    )
  }
}

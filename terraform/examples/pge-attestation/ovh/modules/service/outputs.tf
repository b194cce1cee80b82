output "id" {
  description = "Id of the load balancer."
  value       = ovh_cloud_project_loadbalancer.this.id
}

output "address" {
  description = "Public IP address of the load balancer, for an A record."
  value       = ovh_cloud_project_loadbalancer.this.floating_ip.ip
}

output "url" {
  description = "URL of the service: its hostname when it has one, else the address."
  value       = "${local.https ? "https" : "http"}://${var.hostname != "" ? var.hostname : ovh_cloud_project_loadbalancer.this.floating_ip.ip}"
}

output "id" {
  description = "Id of the private network."
  value       = ovh_cloud_project_network_private.this.id
}

output "cidr" {
  description = "Private IPv4 range of the network."
  value       = ovh_cloud_project_network_private_subnet_v2.this.cidr
}

output "attachment" {
  description = "What a module needs to join this network; passed on whole, fields listed in README.md."
  value = {
    network_id = local.network_id
    subnet_id  = ovh_cloud_project_network_private_subnet_v2.this.id
    gateway_id = ovh_cloud_project_gateway.this.id
    cidr       = ovh_cloud_project_network_private_subnet_v2.this.cidr
    egress_ip  = one(one(ovh_cloud_project_gateway.this.external_information).ips).ip
  }
}

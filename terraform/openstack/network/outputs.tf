output "id" {
  description = "Id of the network."
  value       = openstack_networking_network_v2.this.id
}

output "cidr" {
  description = "Private IPv4 range of the network."
  value       = openstack_networking_subnet_v2.this.cidr
}

output "attachment" {
  description = "What a module needs to join this network; passed on whole, fields documented in README.md."
  value = {
    network_id = openstack_networking_network_v2.this.id
    subnet_id  = openstack_networking_subnet_v2.this.id
    # Of the interface, not of the router: whoever joins may go out, and wants a way to do so first.
    router_id = openstack_networking_router_interface_v2.this.router_id
    cidr      = openstack_networking_subnet_v2.this.cidr
    # Floating IPs are asked for by the name of their network; its id stands in where it has none.
    external_network = coalesce(data.openstack_networking_network_v2.external.name, data.openstack_networking_network_v2.external.id)
  }
}

output "id" {
  description = "Name of the zone, which is its id; empty when another cloud holds it."
  value       = var.hosted ? data.ovh_domain_zone.this[0].name : ""
}

output "name_servers" {
  description = "Name servers to delegate the zone to; none when another cloud holds it."
  value       = flatten([for zone in data.ovh_domain_zone.this : tolist(zone.name_servers)])
}

output "names" {
  description = "Every name with its type and target: what to write where the zone is held, when it is not held here."
  value       = local.names
}

output "id" {
  description = "Id of the zone; empty when another cloud holds it."
  value       = one(aws_route53_zone.this[*].zone_id) == null ? "" : aws_route53_zone.this[0].zone_id
}

output "name_servers" {
  description = "Name servers to delegate the zone to; none when another cloud holds it."
  value       = flatten(aws_route53_zone.this[*].name_servers)
}

output "names" {
  description = "Every name with its type and target: what to write where the zone is held, when it is not held here."
  value       = local.names
}

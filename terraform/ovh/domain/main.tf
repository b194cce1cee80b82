locals {
  # What every name points at, said once for whoever holds the zone.
  names = merge(
    { for label, record in var.records : label == "@" ? var.zone : "${label}.${var.zone}" => { type = record.type, target = record.target } },
    { for label, entry in var.services : label == "@" ? var.zone : "${label}.${var.zone}" => { type = "A", target = entry.address } },
  )

  # OVHcloud reads a name without a final dot as a part of the zone; everybody means the whole name.
  whole = ["CNAME", "MX"]
}

# A zone is ordered, and so by a person. Here it is only looked up: is it there, and who serves it?
data "ovh_domain_zone" "this" {
  count = var.hosted ? 1 : 0

  name = var.zone
}

resource "ovh_domain_zone_record" "this" {
  for_each = var.hosted ? var.records : {}

  zone      = data.ovh_domain_zone.this[0].name
  subdomain = each.key == "@" ? "" : each.key
  fieldtype = each.value.type
  target    = contains(local.whole, each.value.type) ? "${trimsuffix(each.value.target, ".")}." : each.value.target
  ttl       = each.value.ttl
}

# No alias here: the floating IP of the load balancer itself, which stays as long as the load balancer.
# A minute, so that the name can move away quickly.
resource "ovh_domain_zone_record" "service" {
  for_each = var.hosted ? var.services : {}

  zone      = data.ovh_domain_zone.this[0].name
  subdomain = each.key == "@" ? "" : each.key
  fieldtype = "A"
  target    = each.value.address
  ttl       = 60
}

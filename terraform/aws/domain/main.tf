locals {
  # What every name points at, said once for whoever holds the zone.
  names = merge(
    { for label, record in var.records : label == "@" ? var.zone : "${label}.${var.zone}" => { type = record.type, target = record.target } },
    { for label, entry in var.services : label == "@" ? var.zone : "${label}.${var.zone}" => { type = "CNAME", target = entry.name } },
  )
}

resource "aws_route53_zone" "this" {
  count = var.hosted ? 1 : 0

  name    = var.zone
  comment = var.name
  tags    = var.tags
  # A zone with records somebody else made in it is not thrown away.
  force_destroy = false
}

resource "aws_route53_record" "this" {
  for_each = var.hosted ? var.records : {}

  zone_id = aws_route53_zone.this[0].zone_id
  name    = each.key == "@" ? var.zone : "${each.key}.${var.zone}"
  type    = each.value.type
  ttl     = each.value.ttl
  records = [each.value.target]
}

# An alias: the addresses of the load balancer itself, which may change. It stands at the top of the zone
# too, where a CNAME may not.
resource "aws_route53_record" "service" {
  for_each = var.hosted ? var.services : {}

  zone_id = aws_route53_zone.this[0].zone_id
  name    = each.key == "@" ? var.zone : "${each.key}.${var.zone}"
  type    = "A"

  alias {
    name    = each.value.name
    zone_id = each.value.zone_id
    # No: with one load balancer behind the name there is nowhere else to send anybody.
    evaluate_target_health = false
  }
}

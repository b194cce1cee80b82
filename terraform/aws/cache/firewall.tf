resource "aws_security_group" "this" {
  name_prefix = "${var.name}-cache-"
  description = "Valkey ${var.name}"
  vpc_id      = var.network.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-cache" })

  lifecycle {
    create_before_destroy = true
  }
}

# The whole network, not one group: OVHcloud restricts by address too, and the rules stay comparable.
# There is no rule outwards: a cache answers, it does not call.
resource "aws_vpc_security_group_ingress_rule" "this" {
  security_group_id = aws_security_group.this.id
  description       = "Valkey from the network"
  cidr_ipv4         = var.network.cidr
  ip_protocol       = "tcp"
  from_port         = 6379
  to_port           = 6379
  tags              = var.tags
}

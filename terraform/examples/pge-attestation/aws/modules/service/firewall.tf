# The rules name the groups and not addresses: an instance is reached through the load balancer or
# not at all. A worker is not reached at all.

resource "aws_security_group" "balancer" {
  count = local.entries

  name_prefix = "${var.name}-balancer-"
  description = "Public entry of ${var.name}"
  vpc_id      = var.network.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-balancer" })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "balancer" {
  for_each = toset(!var.public ? [] : local.https ? ["80", "443"] : ["80"])

  security_group_id = aws_security_group.balancer[0].id
  description       = "The public, on port ${each.key}"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = tonumber(each.key)
  to_port           = tonumber(each.key)
  tags              = var.tags
}

resource "aws_vpc_security_group_egress_rule" "balancer" {
  count = local.entries

  security_group_id            = aws_security_group.balancer[0].id
  description                  = "The instances"
  referenced_security_group_id = aws_security_group.instance.id
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  tags                         = var.tags
}

resource "aws_security_group" "instance" {
  name_prefix = "${var.name}-instance-"
  description = "Instances of ${var.name}"
  vpc_id      = var.network.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-instance" })

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "instance" {
  count = local.entries

  security_group_id            = aws_security_group.instance.id
  description                  = "The load balancer"
  referenced_security_group_id = aws_security_group.balancer[0].id
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  tags                         = var.tags
}

# Outwards everything is open: which registry, mirror or partner a service calls is not known here.
resource "aws_vpc_security_group_egress_rule" "instance" {
  security_group_id = aws_security_group.instance.id
  description       = "Anywhere"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
  tags              = var.tags
}

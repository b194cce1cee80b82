locals {
  # A worker has no public entry: nothing of this file is made for it.
  entries = var.public ? 1 : 0
  https   = var.public && var.certificate != ""
}

resource "aws_lb" "this" {
  count = local.entries

  name               = var.name
  load_balancer_type = "application"
  internal           = false
  security_groups    = [aws_security_group.balancer[0].id]
  subnets            = var.network.public_subnet_ids
  # A malformed header is read differently by two servers: refuse it before the service sees it.
  drop_invalid_header_fields = true
  tags                       = var.tags
}

resource "aws_lb_target_group" "this" {
  count = local.entries

  # AWS allows a prefix of six characters, and no two dashes in a row.
  name_prefix          = "${trimsuffix(substr(var.name, 0, 5), "-")}-"
  vpc_id               = var.network.vpc_id
  port                 = var.port
  protocol             = "HTTP"
  deregistration_delay = 30
  tags                 = var.tags

  health_check {
    path                = var.health_path
    matcher             = "200"
    interval            = 15
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  # A listener still points at the old group while the new one is made.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_listener" "http" {
  count = local.entries

  load_balancer_arn = aws_lb.this[0].arn
  port              = 80
  protocol          = "HTTP"
  tags              = var.tags

  default_action {
    type             = local.https ? "redirect" : "forward"
    target_group_arn = local.https ? null : aws_lb_target_group.this[0].arn

    dynamic "redirect" {
      for_each = local.https ? [443] : []

      content {
        port        = redirect.value
        protocol    = "HTTPS"
        status_code = "HTTP_301"
      }
    }
  }
}

resource "aws_lb_listener" "https" {
  count = local.https ? 1 : 0

  load_balancer_arn = aws_lb.this[0].arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate
  tags              = var.tags

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[0].arn
  }
}

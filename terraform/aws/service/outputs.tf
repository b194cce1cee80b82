output "id" {
  description = "ARN of the load balancer; of the scaling group, where there is none."
  value       = var.public ? aws_lb.this[0].arn : aws_autoscaling_group.this.arn
}

output "address" {
  description = "DNS name of the load balancer, for an alias record; empty for a worker."
  value       = var.public ? aws_lb.this[0].dns_name : ""
}

output "url" {
  description = "URL of the service: its hostname when it has one, else the address; empty for a worker."
  value       = !var.public ? "" : "${local.https ? "https" : "http"}://${var.hostname != "" ? var.hostname : aws_lb.this[0].dns_name}"
}

output "entry" {
  description = "What a name points at; passed on whole, fields listed in README.md. Null for a worker."
  value = !var.public ? null : {
    name    = aws_lb.this[0].dns_name
    zone_id = aws_lb.this[0].zone_id
  }
}

output "watch" {
  description = "What an alarm looks at; passed on whole, fields listed in README.md."
  value = {
    kind         = "service"
    public       = var.public
    group        = aws_autoscaling_group.this.name
    balancer     = one(aws_lb.this[*].arn_suffix)
    target_group = one(aws_lb_target_group.this[*].arn_suffix)
  }
}

output "id" {
  description = "ARN of the load balancer."
  value       = aws_lb.this.arn
}

output "address" {
  description = "DNS name of the load balancer, for an alias record."
  value       = aws_lb.this.dns_name
}

output "url" {
  description = "URL of the service: its hostname when it has one, else the address."
  value       = "${local.https ? "https" : "http"}://${var.hostname != "" ? var.hostname : aws_lb.this.dns_name}"
}

output "id" {
  description = "ARN of the alarm."
  value       = aws_cloudwatch_metric_alarm.this.arn
}

output "rule" {
  description = "A Prometheus alerting rule, where the cloud has no alarm of its own. CloudWatch has: empty here."
  value       = ""
}

locals {
  # What can be looked at, by what is watched. A minute is the finest CloudWatch knows for these; instances
  # report their cpu every five.
  metrics = {
    service = {
      errors    = { namespace = "AWS/ApplicationELB", metric = "HTTPCode_Target_5XX_Count", statistic = "Sum", period = 60, quiet = "notBreaching" }
      latency   = { namespace = "AWS/ApplicationELB", metric = "TargetResponseTime", statistic = "Average", period = 60, quiet = "notBreaching" }
      unhealthy = { namespace = "AWS/ApplicationELB", metric = "UnHealthyHostCount", statistic = "Maximum", period = 60, quiet = "breaching" }
      cpu       = { namespace = "AWS/EC2", metric = "CPUUtilization", statistic = "Average", period = 300, quiet = "missing" }
    }
    queue = {
      # A queue nobody used for six hours reports nothing, and holds nothing.
      depth = { namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum", period = 60, quiet = "notBreaching" }
    }
    postgres = {
      storage = { namespace = "AWS/RDS", metric = "FreeStorageSpace", statistic = "Minimum", period = 60, quiet = "missing" }
      cpu     = { namespace = "AWS/RDS", metric = "CPUUtilization", statistic = "Average", period = 60, quiet = "missing" }
    }
    cache = {
      storage = { namespace = "AWS/ElastiCache", metric = "DatabaseMemoryUsagePercentage", statistic = "Maximum", period = 60, quiet = "missing" }
      cpu     = { namespace = "AWS/ElastiCache", metric = "EngineCPUUtilization", statistic = "Average", period = 60, quiet = "missing" }
    }
  }
  metric = try(local.metrics[var.target.kind][var.when], null)

  dimensions = {
    service  = var.when == "cpu" ? { AutoScalingGroupName = try(var.target.group, null) } : { LoadBalancer = try(var.target.balancer, null), TargetGroup = try(var.target.target_group, null) }
    queue    = { QueueName = try(var.target.queue, null) }
    postgres = { DBInstanceIdentifier = try(var.target.instance, null) }
    cache    = { ReplicationGroupId = try(var.target.group, null) }
  }[var.target.kind]

  # RDS counts the bytes that are left, everybody else what is used.
  left      = var.target.kind == "postgres" && var.when == "storage"
  threshold = local.left ? floor((1 - min(var.above, 100) / 100) * try(var.target.storage_gib, 0) * 1073741824) : var.above
}

resource "aws_cloudwatch_metric_alarm" "this" {
  alarm_name          = var.name
  alarm_description   = "${var.when} of ${var.target.kind} above ${var.above}"
  namespace           = try(local.metric.namespace, null)
  metric_name         = try(local.metric.metric, null)
  statistic           = try(local.metric.statistic, null)
  dimensions          = local.dimensions
  comparison_operator = local.left ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = local.threshold
  period              = try(local.metric.period, 60)
  evaluation_periods  = max(1, ceil(var.for_seconds / try(local.metric.period, 60)))
  treat_missing_data  = try(local.metric.quiet, "missing")
  # Who was woken wants to know when it is over.
  alarm_actions = [aws_sns_topic.this.arn]
  ok_actions    = [aws_sns_topic.this.arn]
  tags          = var.tags

  lifecycle {
    precondition {
      condition     = local.metric != null
      error_message = "A ${var.target.kind} has no ${var.when} to watch."
    }

    precondition {
      condition     = var.target.kind != "service" || var.when == "cpu" || try(var.target.public, true)
      error_message = "A worker has no load balancer: only its cpu can be watched."
    }
  }
}

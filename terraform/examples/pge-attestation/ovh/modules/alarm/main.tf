locals {
  # What can be looked at, by what is watched: load balancers speak of themselves in Octavia's words,
  # databases in those of the agent OVHcloud runs beside them, instances in those of node_exporter. The job
  # of a scrape has to be the name of the component.
  expressions = {
    service = {
      errors    = "60 * sum(rate(octavia_pool_http_responses_total{job=\"%s\", code=\"5xx\"}[5m]))"
      latency   = "max(octavia_pool_response_time_average_seconds{job=\"%s\"})"
      unhealthy = "count(octavia_member_status{job=\"%s\"} == 0)"
      cpu       = "100 * (1 - avg(rate(node_cpu_seconds_total{job=\"%s\", mode=\"idle\"}[5m])))"
    }
    queue = {
      depth = "sum(kafka_consumer_group_rep_lag{job=\"%s\"})"
    }
    postgres = {
      storage = "max(disk_used_percent{job=\"%s\"})"
      cpu     = "100 - avg(cpu_usage_idle{job=\"%s\", cpu=\"cpu-total\"})"
    }
    cache = {
      storage = "max(mem_used_percent{job=\"%s\"})"
      cpu     = "100 - avg(cpu_usage_idle{job=\"%s\", cpu=\"cpu-total\"})"
    }
  }
  expression = try(format(local.expressions[var.target.kind][var.when], var.target.name), "")

  labels = merge(var.tags, { component = try(var.target.name, ""), notify = var.notify })

  # Labels are written as JSON, which is YAML too.
  rule = <<-RULE
    groups:
      - name: ${var.name}
        rules:
          - alert: ${var.name}
            expr: '${local.expression} > ${var.above}'
            for: ${ceil(var.for_seconds / 60)}m
            labels: ${jsonencode(local.labels)}
            annotations:
              summary: "${var.when} of ${var.target.kind} ${try(var.target.name, "")} above ${var.above}"
              scrape: "${join(" ", try(var.target.targets, []))}"
  RULE
}

# OVHcloud has no alarm for what runs in a project (its alerting watches the bill). What it has is the
# numbers: the modules of what is watched open an endpoint for Prometheus, and this one says when to ring.
# It makes nothing; this resource is here so that a plan shows what changes in the rule.
resource "terraform_data" "this" {
  input = local.rule

  lifecycle {
    precondition {
      condition     = local.expression != ""
      error_message = "A ${var.target.kind} has no ${var.when} to watch."
    }

    precondition {
      condition     = var.target.kind != "service" || var.when == "cpu" || try(var.target.public, true)
      error_message = "A worker has no load balancer: only its cpu can be watched."
    }
  }
}

locals {
  machine_image = var.machine_image != "" ? var.machine_image : "resolve:ssm:/aws/service/debian/release/12/latest/amd64"

  # The environment contract, the same on every cloud, without what is secret: that is fetched at boot, and
  # S3, SQS and KMS know the instance by its role.
  environment = merge(
    var.environment,
    merge([for prefix, database in var.databases : {
      "${prefix}_HOST"     = database.host
      "${prefix}_PORT"     = database.port
      "${prefix}_DATABASE" = database.database
      "${prefix}_USER"     = database.username
    }]...),
    merge([for prefix, bucket in var.buckets : {
      "${prefix}_BUCKET"   = bucket.bucket
      "${prefix}_ENDPOINT" = bucket.endpoint
      "${prefix}_REGION"   = bucket.region
    }]...),
    merge([for prefix, queue in var.queues : {
      "${prefix}_URL"    = queue.url
      "${prefix}_REGION" = queue.region
    }]...),
    merge([for prefix, cache in var.caches : {
      "${prefix}_HOST" = cache.host
      "${prefix}_PORT" = cache.port
      "${prefix}_USER" = cache.username
    }]...),
    merge([for prefix, key in var.keys : {
      "${prefix}_KEY_ID" = key.arn
      "${prefix}_REGION" = key.region
    }]...),
  )

  # What is fetched at boot: the variable, where its value is, and which field of it (-: all of it).
  fetched = concat(
    [for variable, secret in var.secrets : "${variable} ${secret.secret_arn} -"],
    [for prefix, database in var.databases : "${prefix}_PASSWORD ${database.secret_arn} password"],
    [for prefix, cache in var.caches : "${prefix}_PASSWORD ${cache.secret_arn} password"],
  )

  cloud_init = templatefile("${path.module}/templates/cloud-init.yaml.tftpl", {
    name        = var.name
    image       = var.image
    region      = var.location.region
    environment = base64encode(join("", [for key, value in local.environment : "${key}=${value}\n"]))
    secrets     = base64encode(join("", [for line in local.fetched : "${line}\n"]))
    publish     = var.public ? "--publish ${var.port}:${var.port} " : ""
  })
}

# No SSH key and no port 22: an instance that misbehaves is read in its log and replaced.
resource "aws_launch_template" "this" {
  name_prefix   = "${var.name}-"
  image_id      = local.machine_image
  instance_type = var.size
  user_data     = base64encode(local.cloud_init)
  tags          = var.tags

  vpc_security_group_ids = [aws_security_group.instance.id]

  iam_instance_profile {
    arn = aws_iam_instance_profile.this.arn
  }

  metadata_options {
    # IMDSv2 only: a request forged through the service cannot read the credentials of the role.
    http_tokens = "required"
    # Two hops, because the container stands behind a bridge and needs the role to reach S3.
    http_put_response_hop_limit = 2
  }

  block_device_mappings {
    # The root disk of the Debian images; an image of another family may call it otherwise.
    device_name = "/dev/xvda"

    ebs {
      volume_size           = 20
      volume_type           = "gp3"
      encrypted             = true
      delete_on_termination = true
    }
  }

  dynamic "tag_specifications" {
    for_each = toset(["instance", "volume"])

    content {
      resource_type = tag_specifications.value
      tags          = merge(var.tags, { Name = var.name })
    }
  }
}

resource "aws_autoscaling_group" "this" {
  name_prefix         = "${var.name}-"
  vpc_zone_identifier = var.network.private_subnet_ids
  target_group_arns   = aws_lb_target_group.this[*].arn

  # A fixed fleet, as on a cloud without scaling groups. The maximum leaves room to start the new
  # instances before the old ones stop.
  min_size         = var.replicas
  desired_capacity = var.replicas
  max_size         = 2 * var.replicas

  # Ask the load balancer: an instance whose container is down is as good as gone. A worker has nobody who
  # could ask its container; systemd keeps that running.
  health_check_type         = var.public ? "ELB" : "EC2"
  health_check_grace_period = 300

  launch_template {
    id      = aws_launch_template.this.id
    version = aws_launch_template.this.latest_version
  }

  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage = 100
      max_healthy_percentage = 200
    }
  }

  dynamic "tag" {
    for_each = merge(var.tags, { Name = var.name })

    content {
      key   = tag.key
      value = tag.value
      # The launch template already tags the instances and their disks.
      propagate_at_launch = false
    }
  }

  # The first boot reads the secrets: the right to do so has to be there before.
  depends_on = [aws_iam_role_policy.this]
}

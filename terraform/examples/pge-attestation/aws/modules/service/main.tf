locals {
  machine_image = var.machine_image != "" ? var.machine_image : "resolve:ssm:/aws/service/debian/release/12/latest/amd64"

  # The environment contract, the same on every cloud, without what is secret: passwords are fetched
  # at boot, and S3 knows the instance by its role.
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
  )

  cloud_init = templatefile("${path.module}/templates/cloud-init.yaml.tftpl", {
    name        = var.name
    image       = var.image
    port        = var.port
    region      = var.location.region
    environment = base64encode(join("", [for key, value in local.environment : "${key}=${value}\n"]))
    secrets     = base64encode(join("", [for prefix, database in var.databases : "${prefix} ${database.secret_arn}\n"]))
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
  target_group_arns   = [aws_lb_target_group.this.arn]

  # A fixed fleet, as on a cloud without scaling groups. The maximum leaves room to start the new
  # instances before the old ones stop.
  min_size         = var.replicas
  desired_capacity = var.replicas
  max_size         = 2 * var.replicas

  # Ask the load balancer: an instance whose container is down is as good as gone.
  health_check_type         = "ELB"
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

  # The first boot reads the passwords: the right to do so has to be there before.
  depends_on = [aws_iam_role_policy.this]
}

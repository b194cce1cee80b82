provider "aws" { region = "eu-west-3" }
resource "aws_vpc" "main" { cidr_block = "10.1.0.0/16" }
resource "aws_subnet" "a" { vpc_id = aws_vpc.main.id }
resource "aws_subnet" "b" { vpc_id = aws_vpc.main.id }
resource "aws_internet_gateway" "out" { vpc_id = aws_vpc.main.id }
resource "aws_route_table" "out" { vpc_id = aws_vpc.main.id }
resource "aws_kms_key" "seal" {
  enable_key_rotation     = true
  deletion_window_in_days = 14
}
resource "aws_kms_alias" "seal" { target_key_id = aws_kms_key.seal.id }
resource "aws_s3_bucket" "files" {}
resource "aws_s3_bucket_versioning" "files" {
  bucket = aws_s3_bucket.files.id
  versioning_configuration { status = "Enabled" }
}
resource "aws_s3_bucket_server_side_encryption_configuration" "files" {
  bucket = aws_s3_bucket.files.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.seal.arn
    }
  }
}
resource "aws_db_subnet_group" "db" { subnet_ids = [aws_subnet.a.id, aws_subnet.b.id] }
resource "aws_db_instance" "register" {
  engine                  = "postgres"
  engine_version          = "16.3"
  instance_class          = "db.m6i.large"
  allocated_storage       = 50
  multi_az                = true
  backup_retention_period = 14
  db_subnet_group_name    = aws_db_subnet_group.db.name
  kms_key_id              = aws_kms_key.seal.arn
}
resource "aws_sqs_queue" "dead" {}
resource "aws_sqs_queue" "jobs" {
  visibility_timeout_seconds = 120
  message_retention_seconds  = 1209600
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 4 })
}
resource "aws_secretsmanager_secret" "token" { description = "Token of the mail service" }
resource "aws_elasticache_subnet_group" "c" { subnet_ids = [aws_subnet.a.id] }
resource "aws_elasticache_replication_group" "sessions" {
  engine             = "valkey"
  engine_version     = "8.0"
  node_type          = "cache.m6g.large"
  num_cache_clusters = 2
  subnet_group_name  = aws_elasticache_subnet_group.c.name
}
resource "aws_eks_cluster" "batch" {
  version = "1.32"
  vpc_config { subnet_ids = [aws_subnet.a.id, aws_subnet.b.id] }
}
resource "aws_eks_node_group" "batch" {
  cluster_name   = aws_eks_cluster.batch.name
  instance_types = ["m6i.large"]
  subnet_ids     = [aws_subnet.a.id]
  scaling_config {
    desired_size = 2
    min_size     = 1
    max_size     = 5
  }
}
resource "aws_lb" "web" { subnets = [aws_subnet.a.id] }
resource "aws_lb_target_group" "web" {
  vpc_id = aws_vpc.main.id
  health_check { path = "/ready" }
}
resource "aws_lb_listener" "web" {
  load_balancer_arn = aws_lb.web.arn
  default_action { target_group_arn = aws_lb_target_group.web.arn }
}
resource "aws_ecs_task_definition" "web" {
  cpu    = 512
  memory = 2048
  container_definitions = jsonencode([{
    image        = "registry.example/web:1"
    portMappings = [{ containerPort = 9000 }]
    environment  = [{ name = "QUEUE", value = aws_sqs_queue.jobs.url }, { name = "BUCKET", value = aws_s3_bucket.files.id }]
    secrets      = [{ name = "TOKEN", valueFrom = aws_secretsmanager_secret.token.arn }]
  }])
}
resource "aws_ecs_service" "web" {
  task_definition = aws_ecs_task_definition.web.arn
  desired_count   = 3
  network_configuration { subnets = [aws_subnet.a.id] }
  load_balancer { target_group_arn = aws_lb_target_group.web.arn }
}
resource "aws_route53_zone" "shop" { name = "shop.example" }
resource "aws_route53_record" "web" {
  zone_id = aws_route53_zone.shop.zone_id
  name    = "www"
  type    = "A"
  alias {
    name    = aws_lb.web.dns_name
    zone_id = aws_lb.web.zone_id
  }
}
resource "aws_route53_record" "spf" {
  zone_id = aws_route53_zone.shop.zone_id
  name    = "shop.example"
  type    = "TXT"
  ttl     = 600
  records = ["v=spf1 -all"]
}
resource "aws_sns_topic" "ops" {}
resource "aws_sns_topic_subscription" "ops" {
  topic_arn = aws_sns_topic.ops.arn
  protocol  = "email"
  endpoint  = "on-call@shop.example"
}
resource "aws_cloudwatch_metric_alarm" "waiting" {
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1000
  period              = 300
  evaluation_periods  = 3
  dimensions          = { QueueName = aws_sqs_queue.jobs.name }
  alarm_actions       = [aws_sns_topic.ops.arn]
}
resource "aws_lambda_function" "resize" {}

# The queue and, behind it, the place for what could not be done.
resource "aws_sqs_queue" "this" {
  name                       = var.name
  visibility_timeout_seconds = var.visibility_seconds
  message_retention_seconds  = var.keep_seconds
  # Wait for a message instead of asking again and again: fewer requests, which are what is paid for.
  receive_wait_time_seconds = 20
  # Keys SQS holds. With a key of KMS every producer and consumer would need a right to it as well.
  sqs_managed_sse_enabled = true
  tags                    = var.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = var.tries
  })
}

resource "aws_sqs_queue" "dead" {
  name = "${var.name}-dead"
  # The longest SQS knows: a message keeps the age it came with, and somebody has to find time to look.
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
  tags                      = var.tags
}

# Only this queue may leave its dead letters here.
resource "aws_sqs_queue_redrive_allow_policy" "this" {
  queue_url = aws_sqs_queue.dead.id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.this.arn]
  })
}
